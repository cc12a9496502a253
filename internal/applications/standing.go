package applications

import (
	"context"
	"maps"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// What an application stands on: the licences that were fetched for it, and those that
// members of the same bundle supplied. Each is asked again until the decision.

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
	l, code := fallen[0], "applications.stands_inside"
	if !l.Inside {
		code = "applications.stands_on_" + l.State
	}
	return asked, fault.Invalid(code, "name", l.TypeName, "number", l.Number, "since", l.Since)
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

// SpareIn takes back what ReplaceIn asked of a dossier for those materials that stand on
// one of these licences, which count again, and on none that has fallen; it gives them.
// Whoever has put something else in a licence's place, or taken back his consent, stands
// on it no more and still has to send his answer.
func (s *Service) SpareIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dossier string, licences []string) (spared []Defect, err error) {
	application, localItem := split(dossier)
	a, err := s.lock(ctx, tx, application)
	if err != nil || a.State != Amending {
		return nil, err
	}
	all, err := s.fetched(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	again, fell := map[string]bool{}, map[string]bool{}
	for _, f := range all {
		again[f.Slot] = again[f.Slot] || slices.Contains(licences, f.Licence.ID)
		fell[f.Slot] = fell[f.Slot] || f.Licence.State != LicenceValid
	}
	var left []Defect
	for _, d := range a.Defects {
		if d.Member == localItem && d.Kind == "material" && again[d.Key] && !fell[d.Key] {
			spared = append(spared, d)
		} else {
			left = append(left, d)
		}
	}
	if len(spared) == 0 {
		return nil, nil
	}
	def, err := s.definition(ctx, a)
	if err != nil {
		return nil, err
	}
	if m, ok := def.Member(localItem); ok {
		spared = m.defects(spared)
	}
	return spared, s.release(ctx, tx, actor, a, left)
}

// AskedAt gives what the applicant of a dossier is asked for now, and whether another
// licence could be asked for in the place of a fallen one, to those who see it.
func (s *Service) AskedAt(ctx context.Context, r db.Reader, actor gov.Actor, dossier string) (asked []Defect, replaceable bool, err error) {
	a, err := s.load(ctx, r, dossier)
	if err != nil {
		return nil, false, err
	}
	if !MaySee(actor, a) {
		return nil, false, fault.Missing("applications.missing")
	}
	all, err := s.fetched(ctx, r, a)
	fell := func(f Fetched) bool { return f.Licence.State != LicenceValid }
	return a.Defects, len(a.Defects) == 0 && slices.ContainsFunc(all, fell), err
}

// Fallen is a licence that an application stands on and that counts no more.
type Fallen struct {
	Licence
	// Inside says that a member of the same bundle supplied it. Nobody who applied can
	// put another in its place; what its issuer restores or issues anew counts by itself.
	Inside bool
}

// Fallen lists the licences an application stands on that no longer count, to those
// who see it.
func (s *Service) Fallen(ctx context.Context, actor gov.Actor, a *Application) ([]Fallen, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return s.fallen(ctx, s.d.DB, a)
}

func (s *Service) fallen(ctx context.Context, r db.Reader, a *Application) ([]Fallen, error) {
	all, err := s.fetched(ctx, r, a)
	if err != nil {
		return nil, err
	}
	var out []Fallen
	for _, f := range all {
		if f.Licence.State != LicenceValid {
			out = append(out, Fallen{Licence: f.Licence})
		}
	}
	inside, err := s.inside(ctx, r, a)
	for _, l := range inside {
		if l.State != LicenceValid {
			out = append(out, Fallen{l, true})
		}
	}
	return out, err
}

// FellOn gives, by slot, the day since which the last licence fetched for it counts no
// more. It asks for no actor because nobody sees what it gives.
func (s *Service) FellOn(ctx context.Context, r db.Reader, dossier string) (map[string]clock.Date, error) {
	a, err := s.load(ctx, r, dossier)
	if err != nil {
		return nil, err
	}
	all, err := s.fetched(ctx, r, a)
	out := map[string]clock.Date{}
	for _, f := range all {
		if f.Licence.State != LicenceValid && !f.Licence.Since.Before(out[f.Slot]) {
			out[f.Slot] = f.Licence.Since
		}
	}
	return out, err
}

// Inside gives, as they stand now, the licences of predecessors in the bundle that
// stand for the papers of a part, to those who see it.
func (s *Service) Inside(ctx context.Context, actor gov.Actor, a *Application) ([]Licence, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return s.inside(ctx, s.d.DB, a)
}

func (s *Service) inside(ctx context.Context, r db.Reader, a *Application) ([]Licence, error) {
	var ids []string
	for _, p := range a.Received().Papers {
		ids = append(ids, p.Licence)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.d.Licences.Several(ctx, r, ids)
	out := make([]Licence, 0, len(found))
	for _, key := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[key])
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

// Stand is a dossier that stands on a licence: it was fetched for one of its
// materials, or a member of the same bundle supplied it (Inside).
type Stand struct {
	Dossier, Application, Licence string
	Inside                        bool
}

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
				out = append(out, Stand{Dossier: a.ID, Application: a.ID, Licence: f.Licence.ID})
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
				out = append(out, Stand{Dossier: dossier, Application: a.ID, Licence: f.Licence.ID})
			}
		}
		for _, p := range a.Supplied[m.LocalItem].Papers {
			if slices.Contains(licences, p.Licence) {
				out = append(out, Stand{Dossier: dossier, Application: a.ID, Licence: p.Licence, Inside: true})
			}
		}
	}
	return out, nil
}
