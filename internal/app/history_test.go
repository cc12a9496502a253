package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
)

// cast are the people of a random history, with some who must be refused.
type cast struct {
	a       *app.App
	actors  []gov.Actor
	handler gov.Actor
	second  string
	at      *now.Instant
}

// eachWithHands runs f on the demo town on both databases, with the hands of its
// clock.
func eachWithHands(t *testing.T, f func(t *testing.T, a *app.App, at *now.Instant)) {
	t.Helper()
	at := now.System()
	hands := func() now.Instant { return at }
	for name, open := range map[string]func() *app.App{
		"sqlite": func() *app.App { return apptest.SQLite(t, hands) }, "postgres": func() *app.App { return apptest.Postgres(t, hands) },
	} {
		t.Run(name, func(t *testing.T) {
			at = now.System()
			f(t, open(), &at)
		})
	}
}

func newCast(t *testing.T, a *app.App) *cast {
	c := &cast{a: a, handler: apptest.Handler(t, a, "handler1")}
	for _, login := range []string{"clerk1", "clerk2", "outlet1", "scjg-officer", "scjg-reviewer", "scjg-approver", "ga-officer",
		"ga-approver", "duty", "supervisor", "city-clerk", "town-clerk", "admin", "auditor", "resident1", "officer", "reviewer", "approver"} {
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
		"decide", "produce", "sit", "deliver", "post", "withdraw", "terminate", "rate", "serve", "suspend", "suspend", "resume", "resume",
		"ask", "extend", "settle"}).Draw(rt, "act"); act {
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
		err = c.prolong(t, rt, act, actor, cs, seen, words)
	}
	return err
}

// prolong does a random act on the time of a case.
func (c *cast) prolong(t *testing.T, rt *rapid.T, act string, actor gov.Actor, cs *cases.Case, seen int64, words string) (err error) {
	ctx, a := t.Context(), c.a
	procedure := rapid.SampledFrom([]string{"水质检测", "水质检测", "现场核查", ""}).Draw(rt, "procedure")
	days := rapid.IntRange(0, 11).Draw(rt, "days")
	switch act {
	case "serve":
		_, err = a.Cases.RecordService(ctx, actor, cs.ID, seen, cases.Serving{On: apptest.Today(a), How: words})
	case "suspend":
		_, err = a.Cases.Suspend(ctx, actor, cs.ID, seen, cases.Suspension{Procedure: procedure, Days: days, Reason: words})
	case "resume":
		_, err = a.Cases.Resume(ctx, actor, cs.ID, seen, procedure, words)
	case "ask":
		_, err = a.Cases.AskExtension(ctx, actor, cs.ID, seen, days, words)
	case "extend":
		_, err = a.Cases.DecideExtension(ctx, actor, cs.ID, seen, rapid.Bool().Draw(rt, "grant"), words)
	case "settle":
		err = a.Cases.Settle(ctx, cs.ID)
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
	return fmt.Sprintf("%s/%s v%d acc=%s prom=%s stat=%s corr=%s served=%s dec=%s deliv=%s on=%s step=%s/%d/%s res=%s ext=%s deemed=%v refused=%v posted=%v n=%d r=%d off=%s rev=%s lic=%s rated=%v sub=%s/%s events=%d",
		c.State, c.Step, c.Version(), c.AcceptedOn, c.PromisedDue, c.StatutoryDue, c.CorrectionDue, c.ServedOn, c.DecidedOn, c.DeliverDue,
		c.DeliveredOn, c.StepOn, c.StepDays, c.StepDue, c.ResumeDue, c.Extension, c.Deemed, c.Refused, c.Posted,
		c.Corrections, c.Returns, c.Officer, c.Reviewer, c.Licence, c.Rated, c.SubmittedOn, c.AcceptDue, len(c.Ledger.Events))
}

// fold reads the row out of the journal alone, with a reader of its own: `dates`
// replaces all the dates, everything else only what it says.
func fold(t *testing.T, lines []journal.Line) string {
	t.Helper()
	type dates struct {
		SubmittedOn   string `json:"submitted_on"`
		AcceptDue     string `json:"accept_due"`
		AcceptedOn    string `json:"accepted_on"`
		PromisedDue   string `json:"promised_due"`
		StatutoryDue  string `json:"statutory_due"`
		CorrectionDue string `json:"correction_due"`
		DeliverDue    string `json:"deliver_due"`
		StepDue       string `json:"step_due"`
		ResumeDue     string `json:"resume_due"`
	}
	type stage struct {
		On   string `json:"on"`
		Days int    `json:"days"`
	}
	type said struct {
		Step        string          `json:"step"`
		Dates       *dates          `json:"dates"`
		Stage       *stage          `json:"stage"`
		Event       json.RawMessage `json:"event"`
		ServedOn    *string         `json:"served_on"`
		DecidedOn   string          `json:"decided_on"`
		DeliveredOn string          `json:"delivered_on"`
		Extension   string          `json:"extension"`
		Officer     string          `json:"officer"`
		Reviewer    string          `json:"reviewer"`
		Licence     string          `json:"licence"`
		Deemed      bool            `json:"deemed"`
		Corrected   bool            `json:"corrected"`
		Returned    bool            `json:"returned"`
		Rated       bool            `json:"rated"`
		Way         string          `json:"way"`
	}
	var d dates
	var st stage
	var all said
	var state, served string
	var refused, posted bool
	var version int64
	var corrections, returns, events int
	keep := func(at *string, v string) {
		if v != "" {
			*at = v
		}
	}
	for i, l := range lines {
		if l.Version != int64(i+1) || l.From != state {
			t.Fatalf("entry %d has version %d, from %q after %q", i, l.Version, l.From, state)
		}
		var s said
		if err := json.Unmarshal(l.Payload, &s); err != nil {
			t.Fatal(err)
		}
		state, version, all.Step = l.To, l.Version, s.Step
		refused, posted = refused || l.To == string(cases.Refused), posted || s.Way == string(cases.Posted)
		if s.Dates != nil {
			d = *s.Dates
		}
		if s.Stage != nil {
			st = *s.Stage
		}
		if s.ServedOn != nil {
			served = *s.ServedOn
		}
		if s.Event != nil {
			events++
		}
		if s.Corrected {
			corrections++
		}
		if s.Returned {
			returns++
		}
		keep(&all.DecidedOn, s.DecidedOn)
		keep(&all.DeliveredOn, s.DeliveredOn)
		keep(&all.Extension, s.Extension)
		keep(&all.Officer, s.Officer)
		keep(&all.Reviewer, s.Reviewer)
		keep(&all.Licence, s.Licence)
		all.Deemed, all.Rated = all.Deemed || s.Deemed, all.Rated || s.Rated
	}
	return fmt.Sprintf("%s/%s v%d acc=%s prom=%s stat=%s corr=%s served=%s dec=%s deliv=%s on=%s step=%s/%d/%s res=%s ext=%s deemed=%v refused=%v posted=%v n=%d r=%d off=%s rev=%s lic=%s rated=%v sub=%s/%s events=%d",
		state, all.Step, version, d.AcceptedOn, d.PromisedDue, d.StatutoryDue, d.CorrectionDue, served, all.DecidedOn, d.DeliverDue,
		all.DeliveredOn, st.On, st.Days, d.StepDue, d.ResumeDue, all.Extension, all.Deemed, refused, posted, corrections, returns, all.Officer, all.Reviewer, all.Licence,
		all.Rated, d.SubmittedOn, d.AcceptDue, events)
}

// TestHistories plays random acts by random people and holds after each: a
// refused act changed nothing, versions have no gap, and the row is the fold of
// its journal.
func TestHistories(t *testing.T) {
	t.Parallel()
	eachWithHands(t, func(t *testing.T, a *app.App, at *now.Instant) {
		c := newCast(t, a)
		c.at = at
		reached := map[cases.State]int{}
		rapid.Check(t, func(rt *rapid.T) {
			item := rapid.SampledFrom([]string{"food-business-licence", "drainage-permit"}).Draw(rt, "item")
			x := apptest.Filed(t, a, c.handler, item, "445103")
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
	if rapid.IntRange(0, 5).Draw(rt, "night") == 0 {
		*c.at = c.at.Add(time.Duration(rapid.IntRange(1, 20).Draw(rt, "days later")) * 24 * time.Hour)
	}
	if err := c.a.Cases.Settle(t.Context(), id); err != nil { // what a date does by itself comes first
		rt.Fatal(err)
	}
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
	i := slices.IndexFunc(c.actors, func(a gov.Actor) bool {
		hall := role == gov.RoleClerk || role == gov.RoleOutlet
		return hall && a.At(role, string(cs.Region)) || !hall && role != "" && a.HasAt(role, cs.Body)
	})
	if i < 0 {
		return c.handler
	}
	return c.actors[i]
}
