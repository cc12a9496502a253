package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
	"yimen/internal/ratings"
)

// cast are the people of a random history, with some who must be refused.
type cast struct {
	a       *app.App
	actors  []gov.Actor
	handler gov.Actor
	second  string
}

func newCast(t *testing.T, a *app.App) *cast {
	c := &cast{a: a, handler: apptest.Handler(t, a, "handler1")}
	for _, login := range []string{"clerk1", "clerk2", "outlet1", "scjg-officer", "scjg-reviewer", "scjg-approver", "ga-officer",
		"ga-approver", "duty", "supervisor", "city-clerk", "town-clerk", "admin", "auditor", "resident1"} {
		c.actors = append(c.actors, apptest.As(t, a, login, gov.Web))
	}
	c.second = apptest.As(t, a, "scjg-officer2", gov.Web).Account
	c.actors = append(c.actors, c.handler, gov.Nobody(gov.Web))
	return c
}

// play does one random act and tells its error.
func (c *cast) play(t *testing.T, rt *rapid.T, actor gov.Actor, cs *cases.Case, x *applications.Application, seen int64) error {
	ctx, a := t.Context(), c.a
	words := rapid.SampledFrom([]string{"", "理由一", "材料齐全，建议准予"}).Draw(rt, "words")
	var err error
	switch act := rapid.SampledFrom([]string{"accept", "decline", "notify", "amend", "advise", "advise", "visit", "return", "decide",
		"decide", "produce", "sit", "deliver", "post", "withdraw", "terminate", "rate"}).Draw(rt, "act"); act {
	case "accept":
		_, err = a.Cases.Accept(ctx, actor, cs.ID, seen)
	case "decline":
		_, err = a.Cases.Decline(ctx, actor, cs.ID, seen, cases.Decline{Reason: words, Article: words})
	case "notify":
		key := rapid.SampledFrom([]string{"premises_area", "no_such_field"}).Draw(rt, "key")
		_, err = a.Cases.NotifyCorrection(ctx, actor, cs.ID, seen, []cases.Defect{{Kind: cases.FieldDefect, Key: key, Reason: words}})
	case "amend":
		_, err = a.Applications.Amend(ctx, actor, x.ID, 0)
	case "advise":
		v := rapid.SampledFrom([]cases.Verdict{cases.AdviseGrant, cases.AdviseRefuse, cases.VerdictGrant}).Draw(rt, "verdict")
		_, err = a.Cases.Advise(ctx, actor, cs.ID, seen, v, words)
	case "visit":
		_, err = a.Cases.RecordVisit(ctx, actor, cs.ID, seen, cases.Visit{On: apptest.Today(a), Second: c.second, Passed: true, Record: words})
	case "return":
		to := rapid.SampledFrom([]cases.Step{cases.Handle, cases.Review, cases.Approve, cases.NoStep}).Draw(rt, "to")
		_, err = a.Cases.Return(ctx, actor, cs.ID, seen, to, words)
	case "decide":
		grant := rapid.Bool().Draw(rt, "grant")
		_, err = a.Cases.Decide(ctx, actor, cs.ID, seen, cases.Decision{Grant: grant, Reason: words, Article: words, Words: words})
	case "produce":
		_, err = a.Cases.Produce(ctx, actor, cs.ID, seen, cases.Production{})
	case "sit":
		_, err = a.Cases.Sit(ctx, actor, cs.ID, seen, cases.Sitting{Words: words})
	case "deliver":
		_, err = a.Cases.Deliver(ctx, actor, cs.ID, seen, cases.Handing{Way: cases.Handed, Recipient: words})
	case "post":
		_, err = a.Cases.Post(ctx, actor, cs.ID, seen, cases.Handing{Recipient: words, Parcel: words})
	case "withdraw":
		_, err = a.Cases.Withdraw(ctx, actor, cs.ID, seen, words)
	case "terminate":
		_, err = a.Cases.Terminate(ctx, actor, cs.ID, seen, words)
	case "rate":
		err = a.Ratings.Give(ctx, actor, cs.ID, ratings.Rating{Score: 2, Words: words})
	default:
		rt.Fatalf("no act %s", act)
	}
	return err
}

// row is everything of a case's row that acts change, as text.
func row(t *testing.T, a *app.App, id string) string {
	t.Helper()
	c, err := a.Cases.Case(t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s/%s v%d acc=%s prom=%s stat=%s corr=%s dec=%s deliv=%s on=%s n=%d r=%d off=%s rev=%s lic=%s rated=%v sub=%s/%s",
		c.State, c.Step, c.Version(), c.AcceptedOn, c.PromisedDue, c.StatutoryDue, c.CorrectionDue, c.DecidedOn, c.DeliverDue,
		c.DeliveredOn, c.Corrections, c.Returns, c.Officer, c.Reviewer, c.Licence, c.Rated, c.SubmittedOn, c.AcceptDue)
}

// fold reads the row out of the journal alone, with a reader of its own.
func fold(t *testing.T, lines []journal.Line) string {
	t.Helper()
	type said struct {
		Step          string     `json:"step"`
		SubmittedOn   clock.Date `json:"submitted_on"`
		AcceptDue     clock.Date `json:"accept_due"`
		AcceptedOn    clock.Date `json:"accepted_on"`
		PromisedDue   clock.Date `json:"promised_due"`
		StatutoryDue  clock.Date `json:"statutory_due"`
		CorrectionDue clock.Date `json:"correction_due"`
		DecidedOn     clock.Date `json:"decided_on"`
		DeliverDue    clock.Date `json:"deliver_due"`
		DeliveredOn   clock.Date `json:"delivered_on"`
		Officer       string     `json:"officer"`
		Reviewer      string     `json:"reviewer"`
		Licence       string     `json:"licence"`
		Corrected     bool       `json:"corrected"`
		Returned      bool       `json:"returned"`
		Rated         bool       `json:"rated"`
	}
	all := map[string]any{}
	var state, step string
	var version int64
	var corrections, returns int
	rated := false
	for i, l := range lines {
		if l.Version != int64(i+1) || l.From != state {
			t.Fatalf("entry %d has version %d, from %q after %q", i, l.Version, l.From, state)
		}
		var s said
		if err := json.Unmarshal(l.Payload, &s); err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := json.Unmarshal(l.Payload, &raw); err != nil {
			t.Fatal(err)
		}
		for k, v := range raw {
			all[k] = v
		}
		state, step, version = l.To, s.Step, l.Version
		if s.Corrected {
			corrections++
		}
		if s.Returned {
			returns++
		}
		rated = rated || s.Rated
	}
	text := func(k string) string { v, _ := all[k].(string); return v }
	return fmt.Sprintf("%s/%s v%d acc=%s prom=%s stat=%s corr=%s dec=%s deliv=%s on=%s n=%d r=%d off=%s rev=%s lic=%s rated=%v sub=%s/%s",
		state, step, version, text("accepted_on"), text("promised_due"), text("statutory_due"), text("correction_due"), text("decided_on"),
		text("deliver_due"), text("delivered_on"), corrections, returns, text("officer"), text("reviewer"), text("licence"), rated,
		text("submitted_on"), text("accept_due"))
}

// TestHistories plays random acts by random people and holds after each: a
// refused act changed nothing, versions have no gap, and the row is the fold of
// its journal.
func TestHistories(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		c := newCast(t, a)
		reached := map[cases.State]int{}
		rapid.Check(t, func(rt *rapid.T) {
			x := apptest.Filed(t, a, c.handler, "food-business-licence", "445103")
			cs, err := a.Cases.ByApplication(t.Context(), c.handler, x.ID)
			if err != nil {
				rt.Fatal(err)
			}
			for range rapid.IntRange(10, 60).Draw(rt, "acts") {
				c.step(t, rt, cs.ID, x)
			}
			last, err := a.Cases.Case(t.Context(), gov.Actor{Kind: gov.System}, cs.ID)
			if err != nil {
				rt.Fatal(err)
			}
			reached[last.State]++
		})
		t.Logf("states reached: %v", reached)
		holds(t, a)
	})
}

func (c *cast) step(t *testing.T, rt *rapid.T, id string, x *applications.Application) {
	cs, err := c.a.Cases.Case(t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		rt.Fatal(err)
	}
	actor := rapid.SampledFrom(c.actors).Draw(rt, "actor")
	if rapid.IntRange(0, 4).Draw(rt, "likely") > 0 { // else a long history would hardly ever leave the first state
		actor = c.likely(cs)
	}
	seen := cs.Version()
	if rapid.IntRange(0, 9).Draw(rt, "stale") == 0 {
		seen--
	}
	before := row(t, c.a, id)
	err = c.play(t, rt, actor, cs, x, seen)
	after := row(t, c.a, id)
	if err != nil && before != after {
		rt.Fatalf("refused (%v), and yet\n%s\n%s", err, before, after)
	}
	lines, e := c.a.Book.Of(t.Context(), c.a.DB, journal.Subject{Kind: cases.SubjectKind, ID: id})
	if e != nil {
		rt.Fatal(e)
	}
	if folded := fold(t, lines); folded != after {
		rt.Fatalf("the row is not the fold of its journal\nrow  %s\nfold %s", after, folded)
	}
}

// likely is somebody the case waits for.
func (c *cast) likely(cs *cases.Case) gov.Actor {
	role := map[cases.Awaits]gov.Role{cases.Clerk: gov.RoleClerk, cases.Officer: gov.RoleOfficer, cases.Reviewer: gov.RoleReviewer,
		cases.Approver: gov.RoleApprover, cases.Producer: gov.RoleOfficer, cases.Outlet: gov.RoleOutlet}[cs.Awaits]
	i := slices.IndexFunc(c.actors, func(a gov.Actor) bool { return role != "" && a.At(role, string(cs.Region)) })
	if i < 0 {
		return c.handler
	}
	return c.actors[i]
}
