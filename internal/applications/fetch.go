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
	Licence    string `json:"licence"`
	Identifier string `json:"identifier"`
	Type       string `json:"type"`
	Holder     string `json:"holder"`
	Issuer     string `json:"issuer"`
	State      string `json:"state"`
	Item       string `json:"item"` // the purpose
	Body       string `json:"body"` // who gets it
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
	err = tx.Exec(ctx, `INSERT INTO fetched (id, application, slot, licence, identifier, state, consented_at, consented_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`, id.New(), a.ID, slot.Key, l.ID, l.Identifier, l.State, int64(tx.Now()), actor.Account)
	if err != nil {
		return err
	}
	s.touch(a, tx.Now())
	return s.act(ctx, tx, a, actor, ActFetch, edit{Slot: slot.Key, Consent: &consent{Licence: l.ID, Identifier: l.Identifier,
		Type: l.Type, Holder: l.Holder, Issuer: l.IssuerName, State: l.State, Item: def.ItemName, Body: def.BodyName}})
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
		f := have[i]
		if !a.Attachable(f.Slot) {
			return fault.Denied("applications.not_editable")
		}
		err = tx.ExecOne(ctx, fault.Missing("applications.licence_missing"),
			`UPDATE fetched SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at = 0`, f.ID, int64(tx.Now()), actor.Account)
		if err != nil {
			return err
		}
		s.touch(a, tx.Now())
		return s.act(ctx, tx, a, actor, ActTakeBack, edit{Slot: f.Slot, Consent: &consent{Licence: f.Licence.ID, Identifier: f.Licence.Identifier}})
	})
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

// StandIn refuses a grant that stands on a licence which no longer counts, of those
// that were fetched for the dossier and those that its bundle supplied; it names the
// first with its state and since when. It is asked in the grant's transaction, and
// tells whether the applicant is still asked for something.
func (s *Service) StandIn(ctx context.Context, r db.Reader, dossier string) (asked bool, err error) {
	a, err := s.load(ctx, r, dossier)
	if err != nil {
		return false, err
	}
	asked = len(a.Defects) > 0
	fallen, err := s.fallen(ctx, r, a)
	if err != nil || len(fallen) == 0 {
		return asked, err
	}
	l := fallen[0]
	return asked, fault.Invalid("applications.stands_on_"+l.State, "name", l.TypeName, "number", l.Number, "since", l.Since)
}

// ReplaceIn opens the amendment of exactly those materials of a dossier for which a
// licence was fetched that has fallen since, and gives them. A second demand while
// the first is open changes nothing the applicant could do, and is refused. Conflict
// "applications.nothing_fallen", "applications.replacement_open".
func (s *Service) ReplaceIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dossier, reason string) ([]Defect, error) {
	a, err := s.load(ctx, tx, dossier)
	if err != nil {
		return nil, err
	}
	if len(a.Defects) > 0 {
		return nil, fault.Conflict("applications.replacement_open")
	}
	def, err := s.definition(ctx, a)
	if err != nil {
		return nil, err
	}
	all, err := s.fetched(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var out []Defect
	for _, f := range all {
		slot, ok := def.slot(f.Slot)
		d := Defect{Kind: "material", Key: slot.Key, Label: slot.Name, Reason: reason}
		if ok && f.Licence.State != LicenceValid && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil, fault.Conflict("applications.nothing_fallen")
	}
	return out, s.OpenAmendmentIn(ctx, tx, actor, dossier, out)
}

// Fallen lists the licences an application stands on that no longer count, to those
// who see it.
func (s *Service) Fallen(ctx context.Context, actor gov.Actor, a *Application) ([]Licence, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return s.fallen(ctx, s.d.DB, a)
}

func (s *Service) fallen(ctx context.Context, r db.Reader, a *Application) ([]Licence, error) {
	all, err := s.fetched(ctx, r, a)
	if err != nil {
		return nil, err
	}
	var out []Licence
	for _, f := range all {
		if f.Licence.State != LicenceValid {
			out = append(out, f.Licence)
		}
	}
	var ids []string
	for _, p := range a.Received().Papers {
		ids = append(ids, p.Licence)
	}
	if len(ids) == 0 {
		return out, nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	inside, err := s.d.Licences.Several(ctx, r, ids)
	for _, id := range ids {
		if l, ok := inside[id]; ok && l.State != LicenceValid {
			out = append(out, l)
		}
	}
	return out, err
}

// standing finds what is wrong with the licences in the place of papers, as far as
// whoever files can still change it, and which slots they fill.
func (s *Service) standing(ctx context.Context, r db.Reader, a *Application) (filled map[string]bool, faults fault.Fields, err error) {
	all, err := s.fetched(ctx, r, a)
	filled = make(map[string]bool, len(all))
	for _, f := range all {
		filled[f.Slot] = true
		if !f.Licence.Counts && a.Attachable(f.Slot) {
			f.Licence.complain(&faults, f.Slot)
		}
	}
	return filled, faults, err
}

// forgetFetched ends the consents of a draft that will not be filed.
func forgetFetched(ctx context.Context, tx *db.Tx, a *Application) error {
	return tx.Exec(ctx, `UPDATE fetched SET removed_at = $2 WHERE application = $1 AND removed_at = 0`, a.ID, int64(tx.Now()))
}

// Stand is a dossier that stands on a licence: it was fetched for one of its
// materials, or a member of the same bundle supplied it.
type Stand struct{ Dossier, Application, Licence string }

// Using gives the applications for which one of these licences was fetched, decided
// ones too. It asks for no actor because nobody sees what it gives.
func (s *Service) Using(ctx context.Context, r db.Reader, licences []string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT DISTINCT application FROM fetched WHERE licence in_list($1) AND removed_at = 0 ORDER BY application`,
		db.List(licences))
	return db.All(rows, err, db.Text)
}

// StandingOn gives the dossiers of these applications that stand on these licences. It
// asks for no actor because nobody sees what it gives.
func (s *Service) StandingOn(ctx context.Context, r db.Reader, licences, applications []string) ([]Stand, error) {
	rows, err := r.Query(ctx, `SELECT application, slot, licence FROM fetched WHERE licence in_list($1) AND application in_list($2)
		AND removed_at = 0 ORDER BY application, id`, db.List(licences), db.List(applications))
	fetched, err := db.All(rows, err, func(sc db.Scanner) (f Fetched, err error) {
		return f, sc.Scan(&f.Application, &f.Slot, &f.Licence.ID)
	})
	if err != nil {
		return nil, err
	}
	rows, err = r.Query(ctx, `SELECT `+columns+` FROM application WHERE id in_list($1) ORDER BY id`, db.List(applications))
	all, err := db.All(rows, err, scan)
	var out []Stand
	for _, x := range all {
		a, err := s.open(x)
		if err != nil {
			return nil, err
		}
		some, err := s.stands(ctx, a, fetched, licences)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, err
}

// stands finds which dossiers of an application stand on the licences.
func (s *Service) stands(ctx context.Context, a *Application, fetched []Fetched, licences []string) (out []Stand, err error) {
	if a.Bundle == "" {
		for _, f := range fetched {
			if f.Application == a.ID {
				out = append(out, Stand{a.ID, a.ID, f.Licence.ID})
			}
		}
		return out, nil
	}
	def, err := s.d.Items.Definition(ctx, a.LocalItem)
	if err != nil {
		return nil, err
	}
	for i := range def.Members {
		m := &def.Members[i]
		dossier := a.ID + "/" + m.LocalItem
		for _, f := range ownSlots(m, fetched, func(x *Fetched) *string { return &x.Slot }) {
			if f.Application == a.ID {
				out = append(out, Stand{dossier, a.ID, f.Licence.ID})
			}
		}
		for _, p := range a.Supplied[m.LocalItem].Papers {
			if slices.Contains(licences, p.Licence) {
				out = append(out, Stand{dossier, a.ID, p.Licence})
			}
		}
	}
	return out, nil
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
