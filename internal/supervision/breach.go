package supervision

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// Breach is something done, or tried, that may not be done. It raises a card at
// once, one for a case and rule.
type Breach struct {
	Case  string
	Rule  Code
	Actor gov.Actor // who did it; nobody when it is the officer's who has the case
	Facts Facts     // what shows it
}

// RaiseIn raises the card of a breach that the act at hand has brought about, in
// its transaction.
func (s *Service) RaiseIn(ctx context.Context, tx *db.Tx, b Breach) error {
	// the lock under which cards are raised, see raiseReached
	w, err := db.One(tx.Row(ctx, `SELECT `+watchColumns+` FROM watch WHERE cases = $1 /*for update*/`, b.Case), scanWatched)
	if db.NoRows(err) {
		return fault.Missing("supervision.missing")
	}
	if err != nil {
		return err
	}
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return err
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return err
	}
	rule := rules.Of(b.Rule, w.ItemType, w.Item)
	if rule == nil || rule.Code.limit() {
		return fault.Internal(nil, "supervision.rule_unknown")
	}
	if !rule.Active {
		return nil
	}
	if b.Actor.Kind == gov.Staff || b.Actor.Kind == gov.Service {
		w.Officer, w.OfficerName = b.Actor.Account, b.Actor.Name
	}
	m := Moment{Rung: rung(b.Rule, ""), Code: b.Rule, Severity: rule.Severity, On: today(tx.Now()), Facts: b.Facts}
	return s.raiseReached(ctx, tx, cal.AssumingWeekdays(), rules, []reaching{{w, []Moment{m}}})
}

// Raise is RaiseIn in a transaction of its own: what was tried was refused, and
// nothing of it stands but this card. So whoever waits for the act to be written
// does not take the card's entry for it.
func (s *Service) Raise(ctx context.Context, b Breach) error {
	ctx = journal.Witness(ctx, func(context.Context, *db.Tx) error { return nil })
	return s.db.Do(ctx, func(tx *db.Tx) error { return s.RaiseIn(ctx, tx, b) })
}

// Overlooked is the at-once rule of a second correction (art. 32: everything, once):
// the defects of a new notice that no notice before it named although what they are
// pinned to was there to be seen the first time. earlier holds the paths of each
// notice before; filed tells whether a path was part of the first submission.
func Overlooked(earlier [][]string, now []string, filed func(path string) bool) []string {
	if len(earlier) == 0 {
		return nil
	}
	named := slices.Concat(earlier...)
	return slices.DeleteFunc(slices.Clone(now), func(path string) bool {
		return slices.Contains(named, path) || !filed(path)
	})
}

// Repeated tells that a case went back too often: from rule.Least returns on.
func Repeated(rule *Rule, returns int64) bool { return rule.Active && returns >= int64(rule.Least) }

// DecidedEarly tells that a decision is dated before its acceptance, or that there
// is a decision and no acceptance.
func DecidedEarly(accepted, decided clock.Date) bool {
	return !decided.IsZero() && (accepted.IsZero() || decided.Before(accepted))
}

// Refused reads in the refusal of an act which rule it would have broken, for the
// callers that no page guides: programs. Most refusals break none.
func Refused(caseID string, actor gov.Actor, act cases.Act, err error) (Breach, bool) {
	e, ok := fault.As(err)
	if !ok {
		return Breach{}, false
	}
	b := Breach{Case: caseID, Actor: actor, Facts: Facts{"act": string(act)}}
	deciding := act == cases.ActGrant || act == cases.ActRefuse
	if state, _ := e.Args["state"].(string); e.Code == cases.Lifecycle.Code && deciding && early(cases.State(state)) {
		b.Rule = EarlyDecision
		b.Facts["state"] = state
		return b, true
	}
	var paths []string
	for _, f := range e.Fields {
		switch {
		case act == cases.ActNotify && f.Code == "cases.defect_unpublished":
			b.Rule, paths = Unpublished, append(paths, f.Path)
		case act == cases.ActCharge && f.Code == "cases.charge_free":
			b.Rule, b.Facts["charged"] = Charged, fmt.Sprint(f.Args["fen"])
		case (act == cases.ActRefuse || act == cases.ActDecline) && (f.Code == "cases.reason_required" || f.Code == "cases.article_required"):
			b.Rule, paths = Unreasoned, append(paths, f.Path)
		}
	}
	b.Facts["paths"] = shown(paths)
	return b, b.Rule != ""
}

// early are the states before acceptance.
func early(s cases.State) bool { return s == cases.Submitted || s == cases.Correcting }

// shownPaths is how many paths a card names: what programs send may be long.
const shownPaths, shownLetters = 20, 100

// shown writes paths into a fact.
func shown(paths []string) string {
	more := ""
	if n := len(paths); n > shownPaths {
		paths, more = paths[:shownPaths], " +"+strconv.Itoa(n-shownPaths)
	}
	cut := make([]string, len(paths))
	for i, p := range paths {
		if r := []rune(p); len(r) > shownLetters {
			p = string(r[:shownLetters]) + "…"
		}
		cut[i] = p
	}
	return strings.Join(cut, " ") + more
}

// FollowIn raises the cards that an accepted act brings about by itself; app calls
// it after WatchIn.
func (s *Service) FollowIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, act cases.Act) error {
	switch act {
	case cases.ActNotify:
		if err := s.overlooked(ctx, tx, actor, c); err != nil {
			return err
		}
		return s.repeated(ctx, tx, c, "corrections", c.Corrections)
	case cases.ActReturn:
		return s.repeated(ctx, tx, c, "returns", c.Returns)
	case cases.ActGrant, cases.ActRefuse:
		if DecidedEarly(c.AcceptedOn, c.DecidedOn) {
			return s.RaiseIn(ctx, tx, Breach{Case: c.ID, Rule: EarlyDecision, Actor: actor, Facts: Facts{
				"accepted_on": c.AcceptedOn.String(), "decided_on": c.DecidedOn.String()}})
		}
	}
	return nil
}

func (s *Service) overlooked(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case) error {
	if c.Corrections < 2 {
		return nil
	}
	n, err := s.notices.Notices(ctx, tx, c)
	if err != nil || len(n.Paths) == 0 {
		return err
	}
	last := len(n.Paths) - 1
	paths := Overlooked(n.Paths[:last], n.Paths[last], func(path string) bool { return !n.Later[path] })
	if len(paths) == 0 {
		return nil
	}
	return s.RaiseIn(ctx, tx, Breach{Case: c.ID, Rule: SecondCorrection, Actor: actor,
		Facts: Facts{"paths": shown(paths), "notice": strconv.FormatInt(c.Corrections, 10)}})
}

// repeated counts what goes back to the applicant, and what goes back inside the
// department, each for itself.
func (s *Service) repeated(ctx context.Context, tx *db.Tx, c *cases.Case, what string, times int64) error {
	rules, err := s.Rules(ctx)
	if err != nil {
		return err
	}
	itemType, err := s.items.Type(ctx, c.LocalItem)
	if err != nil || !Repeated(rules.Of(Returns, itemType, c.Item), times) {
		return err
	}
	return s.RaiseIn(ctx, tx, Breach{Case: c.ID, Rule: Returns, Facts: Facts{what: strconv.FormatInt(times, 10)}})
}
