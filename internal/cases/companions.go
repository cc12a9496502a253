package cases

import (
	"context"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Companion is a case of a bundle as whoever is concerned with another of its cases
// may see it: what, where, how far and until when; no person and no answer.
type Companion struct {
	ID          string
	Number      gov.CaseNumber
	Item        string
	ItemName    string
	LocalItem   string
	Body        string
	BodyName    string
	State       State
	Awaits      Awaits
	DueOn       clock.Date // for whoever is awaited
	PromisedDue clock.Date
	DecidedOn   clock.Date
	Provisional bool // DueOn runs into a year whose holidays are not announced
	After       []string
	// Since is when it came into its state.
	Since now.Instant
	// Ended is the act that decided or ended it, '' while it runs or waits; a result
	// on its way to the applicant is decided.
	Ended Act
	// Cause is the companion whose end ended it while it waited, '' for none.
	Cause string
	// Case is the whole, nil where the actor may not see it.
	Case *Case

	version int64
	// endedAt is when Ended was done. What follows, as a delivery does, moves Since only.
	endedAt now.Instant
}

// Granted tells whether it was decided as its applicant wished.
func (x Companion) Granted() bool { return x.Ended == ActGrant }

// Open tells whether a department, or a predecessor, is still at it.
func (x Companion) Open() bool { return x.Ended == "" }

// Companions are the cases of one application in the order of the bundle's members.
type Companions []Companion

// Version changes with every act on any of them; a form about all of them carries
// it back.
func (all Companions) Version() (v int64) {
	for _, x := range all {
		v += x.version
	}
	return v
}

// Find gives one of them.
func (all Companions) Find(id string) (Companion, bool) {
	i := slices.IndexFunc(all, func(x Companion) bool { return x.ID == id })
	if i < 0 {
		return Companion{}, false
	}
	return all[i], true
}

// Stopped lists what would end if the case ended without a grant: what waits for
// it, and what waits for that (domain.md §5).
func (all Companions) Stopped(id string) (out Companions) {
	gone := map[string]bool{id: true}
	for range all { // a chain is no longer than their number
		for _, x := range all {
			if x.State == Waiting && !gone[x.ID] && slices.ContainsFunc(x.After, func(p string) bool { return gone[p] }) {
				gone[x.ID] = true
			}
		}
	}
	for _, x := range all {
		if gone[x.ID] && x.ID != id {
			out = append(out, x)
		}
	}
	return out
}

// Going lists what goes on when the case has ended without a grant.
func (all Companions) Going(id string) (out Companions) {
	stopped := all.Stopped(id)
	for _, x := range all {
		if _, gone := stopped.Find(x.ID); x.Open() && !gone && x.ID != id {
			out = append(out, x)
		}
	}
	return out
}

// Companions lists the cases of an application of a bundle to whoever may see one
// of them. Who acts for an applicant in some items only sees those alone.
func (s *Service) Companions(ctx context.Context, actor gov.Actor, application string) (Companions, error) {
	all, err := s.CompanionsIn(ctx, s.db, application)
	if err != nil {
		return nil, err
	}
	seen := false
	for i, x := range all {
		if MaySee(actor, x.Case) {
			seen = true
		} else {
			all[i].Case = nil
		}
	}
	if !seen {
		return nil, fault.Missing("cases.missing")
	}
	if actor.Kind == gov.Person {
		all = slices.DeleteFunc(all, func(x Companion) bool { return x.Case == nil })
	}
	return all, nil
}

// PublicCompanions gives the name of a bundle and its cases: what, where, how far, and
// nobody's name. It asks for no actor: who holds the token of the application may read
// it, which stands on the receipt of the whole and, unlike that of a case, on no
// letter. Missing "cases.missing" when nothing of a bundle was filed.
func (s *Service) PublicCompanions(ctx context.Context, application string) (string, Companions, error) {
	all, err := s.CompanionsIn(ctx, s.db, application)
	if err != nil {
		return "", nil, err
	}
	if len(all) == 0 || all[0].Case.Bundle == "" {
		return "", nil, fault.Missing("cases.missing")
	}
	name := all[0].Case.BundleName
	for i := range all {
		all[i].Case = nil
	}
	return name, all, nil
}

// CompanionsIn is Companions for what follows from an act, where nobody sees it.
func (s *Service) CompanionsIn(ctx context.Context, r db.Reader, application string) (Companions, error) {
	rows, err := r.Query(ctx, `SELECT `+listed+` FROM cases WHERE application = $1 ORDER BY id`, application)
	found, err := db.All(rows, err, scanListed)
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx, r, application)
	if err != nil {
		return nil, err
	}
	all := make(Companions, len(found))
	for i, c := range found {
		all[i] = Companion{ID: c.ID, Number: c.Number, Item: c.Item, ItemName: c.ItemName, LocalItem: c.LocalItem, Body: c.Body,
			BodyName: c.BodyName, State: c.State, Awaits: c.Awaits, DueOn: c.DueOn, PromisedDue: c.PromisedDue, DecidedOn: c.DecidedOn,
			Provisional: c.Assumed(c.DueOn), After: after[c.ID], Case: c, version: c.Version()}
	}
	if err := s.moves(ctx, r, application, all); err != nil {
		return nil, err
	}
	all.causes()
	return all, nil
}

// endings are the acts that decide or end a case; delivery follows a decision.
var endings = append([]Act{ActGrant}, fruitless...)

// moving are the acts that bring a case into another state, beside endings.
var moving = []Act{ActOpen, ActBegin, ActAccept, ActDeem, ActNotify, ActResubmit, ActSuspend, ActLift, ActDeliver}

// moves reads from the journal since when each stands where it does, and how it ended.
func (s *Service) moves(ctx context.Context, r db.Reader, application string, all Companions) error {
	rows, err := r.Query(ctx, `SELECT a.cases, a.act, a.at FROM case_act a JOIN cases c ON c.id = a.cases
		WHERE c.application = $1 ORDER BY a.cases, a.version`, application)
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var id string
		var act Act
		var at now.Instant
		err := r.Scan(&id, &act, &at)
		for i := range all {
			if all[i].ID != id {
				continue
			}
			if slices.Contains(endings, act) {
				all[i].Ended, all[i].endedAt, all[i].Since = act, at, at
			} else if slices.Contains(moving, act) && (act != ActSuspend || all[i].State == Suspended) {
				all[i].Since = at
			}
		}
		return struct{}{}, err
	})
	return err
}

// causes finds for what ended while it waited which of its predecessors ended
// first; that one ended it.
func (all Companions) causes() {
	for i, x := range all {
		if x.Ended != ActCut {
			continue
		}
		var first Companion
		for _, id := range x.After {
			if p, ok := all.Find(id); ok && !p.Open() && !p.Granted() && (first.ID == "" || p.endedAt < first.endedAt) {
				first = p
			}
		}
		all[i].Cause = first.ID
	}
}
