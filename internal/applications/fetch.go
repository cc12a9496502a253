package applications

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Fetched is a licence in the place of a paper. Its trust is FromIssuer: nothing was
// copied, the licence itself is shown to who works on the case, as it stands.
type Fetched struct {
	ID          string
	Application string
	Slot        string
	Seen        string // the state when it was fetched
	ConsentedAt now.Instant
	ConsentedBy string // account
	Licence     Licence
}

// Offer is a licence that could be fetched instead of asking for a paper, with what
// the consent would be to.
type Offer struct {
	Licence Licence
	Labels  []string // what stands on it
}

// consent is what the journal keeps of one (个人信息保护法 art. 23: to whom, for what
// purpose, which information).
type consent struct {
	Licence    string   `json:"licence"`
	Identifier string   `json:"identifier"`
	Type       string   `json:"type"`
	Holder     string   `json:"holder"`
	Issuer     string   `json:"issuer"`
	State      string   `json:"state"`
	Item       string   `json:"item"`   // the purpose
	Bodies     []string `json:"bodies"` // who get it
}

// Offered gives, by slot, the licences that count today and could be fetched; only
// for those slots that may be changed now. unknown tells that there might be some
// but that the applicant was never seen with a document.
func (s *Service) Offered(ctx context.Context, actor gov.Actor, a *Application, slots ...Slot) (out map[string][]Offer, unknown bool, err error) {
	slots = slices.DeleteFunc(slices.Clone(slots), func(x Slot) bool { return x.Holder == HeldByNobody || !a.Attachable(x.Key) })
	if len(slots) == 0 || !MayEdit(actor, a) {
		return nil, false, nil
	}
	if ok, err := s.known(ctx, s.d.DB, actor, a); err != nil || !ok {
		return nil, err == nil, err
	}
	held, err := s.held(ctx, a, slots)
	if err != nil {
		return nil, false, err
	}
	have, err := s.fetched(ctx, s.d.DB, a)
	if err != nil {
		return nil, false, err
	}
	out = map[string][]Offer{}
	var ids []string
	for _, slot := range slots {
		for _, l := range held {
			if l.Counts && mayConsent(actor, a, slot, l) && !has(have, slot.Key, l.ID) {
				out[slot.Key] = append(out[slot.Key], Offer{Licence: l})
				ids = append(ids, l.ID)
			}
		}
	}
	return out, false, s.label(ctx, out, ids)
}

func has(all []Fetched, slot, licence string) bool {
	return slices.ContainsFunc(all, func(f Fetched) bool { return f.Slot == slot && f.Licence.ID == licence })
}

func (s *Service) held(ctx context.Context, a *Application, slots []Slot) ([]Licence, error) {
	types := map[string][]string{}
	for _, x := range slots {
		party := a.Applicant
		if x.Holder == HeldByHandler {
			party = a.Handler
		}
		types[party] = append(types[party], x.Licence)
	}
	var out []Licence
	for party, of := range types { // the applicant, and the handler
		some, err := s.d.Licences.Held(ctx, s.d.DB, party, of)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (s *Service) label(ctx context.Context, offers map[string][]Offer, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	faces, err := s.d.Licences.Faces(ctx, s.d.DB, ids)
	for _, some := range offers {
		for i := range some {
			for _, line := range faces[some[i].Licence.ID] {
				some[i].Labels = append(some[i].Labels, line.Label)
			}
		}
	}
	return err
}

// Fetch puts a licence in the place of a paper, with the consent of whoever files.
// Faults: consent (a field) when it was not given; applications.fetch_unknown for an
// applicant nobody has seen; applications.licence_missing for one that is not his to
// use here; a field material.KEY for one that does not count.
func (s *Service) Fetch(ctx context.Context, actor gov.Actor, appID string, seen int64, slot, licence string, consented bool) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActFetch, func(tx *db.Tx, a *Application, def *Definition) error {
		x, ok := def.slot(slot)
		if !ok {
			return fault.Missing("applications.slot_missing")
		}
		if !a.Attachable(slot) {
			return fault.Denied("applications.not_editable")
		}
		if ok, err := s.known(ctx, tx, actor, a); err != nil || !ok {
			return either(err, fault.Denied("applications.fetch_unknown"))
		}
		found, err := s.d.Licences.Several(ctx, tx, []string{licence})
		if err != nil {
			return err
		}
		l, ok := found[licence]
		if !ok || !mayConsent(actor, a, x, l) {
			return fault.Missing("applications.licence_missing")
		}
		if err := fetchable(x, l, consented); err != nil {
			return err
		}
		return s.fetchIn(ctx, tx, actor, a, def, x, l)
	})
}

func either(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func fetchable(slot Slot, l Licence, consented bool) error {
	var f fault.Fields
	if !l.Counts {
		l.complain(&f, slot.Key)
	} else if !consented {
		f.Add("consent", "applications.consent_required")
	}
	return f.Err()
}

// complain names a licence that does not count, its state and since when; the words
// of each state say what to do.
func (l Licence) complain(f *fault.Fields, slot string) {
	state := l.State
	if state == LicenceValid {
		state = "not_begun"
	}
	f.Add("material."+slot, "applications.licence_"+state, "name", l.TypeName, "number", l.Number, "since", l.Since)
}

func (s *Service) fetchIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition, slot Slot, l Licence) error {
	have, err := s.fetched(ctx, tx, a)
	if err != nil {
		return err
	}
	if has(have, slot.Key, l.ID) {
		return fault.Conflict("applications.fetched_already", "name", l.TypeName)
	}
	if err := s.supersede(ctx, tx, actor, a, slot.Key); err != nil {
		return err
	}
	err = tx.Exec(ctx, `INSERT INTO fetched (id, application, slot, licence, identifier, state, consented_at, consented_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`, id.New(), a.ID, slot.Key, l.ID, l.Identifier, l.State, int64(tx.Now()), actor.Account)
	if err != nil {
		return err
	}
	s.touch(a, tx.Now())
	return s.act(ctx, tx, a, actor, ActFetch, edit{Slot: slot.Key, Consent: &consent{Licence: l.ID, Identifier: l.Identifier,
		Type: l.Type, Holder: l.Holder, Issuer: l.IssuerName, State: l.State, Item: def.ItemName, Bodies: def.Recipients(slot.Key)}})
}

// TakeBack takes the consent back while nothing was handed over, or while a
// correction asks for the material (个人信息保护法 art. 15).
func (s *Service) TakeBack(ctx context.Context, actor gov.Actor, appID string, seen int64, fetched string) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActTakeBack, func(tx *db.Tx, a *Application, _ *Definition) error {
		have, err := s.fetched(ctx, tx, a)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(have, func(f Fetched) bool { return f.ID == fetched })
		if i < 0 {
			return fault.Missing("applications.licence_missing")
		}
		if !a.Attachable(have[i].Slot) {
			return fault.Denied("applications.not_editable")
		}
		s.touch(a, tx.Now())
		return s.takeBackIn(ctx, tx, actor, a, have[i])
	})
}

func (s *Service) takeBackIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, f Fetched) error {
	err := tx.ExecOne(ctx, fault.Missing("applications.licence_missing"),
		`UPDATE fetched SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at = 0`, f.ID, int64(tx.Now()), actor.Account)
	if err != nil {
		return err
	}
	return s.act(ctx, tx, a, actor, ActTakeBack, edit{Slot: f.Slot, Consent: &consent{Licence: f.Licence.ID, Identifier: f.Licence.Identifier}})
}

// supersede ends the consents to the licences of a slot that count no longer, because
// a paper or another licence is put in their place: nobody has to press twice for it,
// and who sees the consents only (a clerk) can replace a fallen licence too.
func (s *Service) supersede(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, slot string) error {
	have, err := s.fetched(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, f := range have {
		if f.Slot != slot || f.Licence.Counts {
			continue
		}
		if err := s.takeBackIn(ctx, tx, actor, a, f); err != nil {
			return err
		}
	}
	return nil
}

// fetched reads what was fetched for an application, or for one member's part of it,
// with each licence as it stands now.
func (s *Service) fetched(ctx context.Context, r db.Reader, a *Application) ([]Fetched, error) {
	rows, err := r.Query(ctx, `SELECT id, application, slot, licence, identifier, state, consented_at, consented_by FROM fetched
		WHERE application = $1 AND removed_at = 0 ORDER BY id`, a.ID)
	all, err := db.All(rows, err, func(sc db.Scanner) (f Fetched, err error) {
		err = sc.Scan(&f.ID, &f.Application, &f.Slot, &f.Licence.ID, &f.Licence.Identifier, &f.Seen, &f.ConsentedAt, &f.ConsentedBy)
		return f, err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if a.part != nil {
		all = ownSlots(a.part, all, func(x *Fetched) *string { return &x.Slot })
	}
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.Licence.ID
	}
	now, err := s.d.Licences.Several(ctx, r, ids)
	for i, f := range all {
		if l, ok := now[f.Licence.ID]; ok {
			all[i].Licence = l
		}
	}
	return all, err
}

// FetchedOf lists the licences in the place of papers, to those who see the
// application.
func (s *Service) FetchedOf(ctx context.Context, actor gov.Actor, a *Application) ([]Fetched, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return s.fetched(ctx, s.d.DB, a)
}

// Faces opens the faces of the fetched licences, by licence, to who works on the
// filed application. Sensitive lines come in clear: pages mask them, and Look keeps
// who saw them (个人信息保护法 art. 28, 51).
func (s *Service) Faces(ctx context.Context, actor gov.Actor, a *Application) (map[string][]FaceLine, error) {
	if !serves(actor, a) {
		return nil, nil
	}
	all, err := s.fetched(ctx, s.d.DB, a)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.Licence.ID
	}
	return s.d.Licences.Faces(ctx, s.d.DB, ids)
}

// forgetFetched ends the consents of a draft that will not be filed.
func forgetFetched(ctx context.Context, tx *db.Tx, a *Application) error {
	return tx.Exec(ctx, `UPDATE fetched SET removed_at = $2 WHERE application = $1 AND removed_at = 0`, a.ID, int64(tx.Now()))
}

// lookAtFaces adds to the elements that a look shows those on the faces of fetched
// licences; what is the handler's is kept with him.
func (s *Service) lookAtFaces(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, keys []string, purpose string) ([]string, error) {
	all, err := s.fetched(ctx, tx, a)
	if err != nil || len(all) == 0 {
		return keys, err
	}
	ids, holders := make([]string, len(all)), map[string][]string{}
	for i, f := range all {
		ids[i] = f.Licence.ID
	}
	faces, err := s.d.Licences.Faces(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		for _, line := range faces[f.Licence.ID] {
			if line.Class.Encrypted() && !line.Value.IsZero() {
				holders[f.Licence.Holder] = append(holders[f.Licence.Holder], line.Key)
			}
		}
	}
	keys = append(keys, holders[a.Applicant]...)
	if own := holders[a.Handler]; a.Handler != "" && len(own) > 0 {
		if err := s.d.Looks.LookIn(ctx, tx, actor, a.Handler, own, purpose); err != nil {
			return nil, err
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}
