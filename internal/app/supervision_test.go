package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/supervision"
)

// held is a town on each database with a clock that the test moves.
func held(t *testing.T, f func(t *testing.T, a *app.App, at *now.Instant)) {
	t.Helper()
	for name, open := range map[string]func(*testing.T, now.Clock) *app.App{
		"sqlite":   func(t *testing.T, c now.Clock) *app.App { return apptest.SQLite(t, c) },
		"postgres": func(t *testing.T, c now.Clock) *app.App { return apptest.Postgres(t, c) },
	} {
		t.Run(name, func(t *testing.T) {
			at := now.System()
			a := open(t, func() now.Instant { return at })
			if err := a.Plant(t.Context()); err != nil {
				t.Fatal(err)
			}
			work(t, a)
			f(t, a, &at)
		})
	}
}

// midnight moves the clock to the beginning of a day and does what is due.
func midnight(t *testing.T, a *app.App, at *now.Instant, day clock.Date) {
	t.Helper()
	*at = now.FromTime(day.Time())
	work(t, a)
}

// raised lists the cards of a case, "rung reached_on", in the order of days.
func raised(t *testing.T, a *app.App, caseID string) []string {
	t.Helper()
	all, err := a.Supervision.Cards(t.Context(), gov.Actor{Kind: gov.System}, supervision.CardFilter{Case: caseID}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.ReachedOn.String() + " " + c.Rung
	}
	slices.Sort(out)
	return out
}

// TestCardsOfALateCase: filed, never answered, deemed accepted, never decided; the
// program works at some midnights and is down over others. The board counts it all
// the while.
func TestCardsOfALateCase(t *testing.T) {
	t.Parallel()
	held(t, func(t *testing.T, a *app.App, at *now.Instant) {
		ctx := t.Context()
		supervisor := apptest.As(t, a, "supervisor", gov.Web)
		open := func() int64 {
			b, err := a.Supervision.Board(ctx, supervisor, supervision.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			return b.Total.Open
		}
		before := open()
		handler := apptest.Handler(t, a, "handler1")
		x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
		c, err := a.Cases.ByApplication(ctx, handler, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		if open() != before+1 {
			t.Errorf("%d open cases, %d before", open(), before)
		}
		midnight(t, a, at, c.AcceptDue.AddDays(1))
		if c, err = a.Cases.ByApplication(ctx, handler, x.ID); err != nil || !c.Deemed {
			t.Fatalf("%+v, %v", c, err)
		}
		got := raised(t, a, c.ID)
		if !slices.Contains(got, c.AcceptDue.AddDays(1).String()+" accept") {
			t.Errorf("after silence: %q", got)
		}
		midnight(t, a, at, c.StatutoryDue.AddDays(20)) // down until then
		var rungs []string
		for _, line := range raised(t, a, c.ID) {
			rungs = append(rungs, strings.Fields(line)[1])
		}
		for _, want := range []string{"accept", "blue", "yellow", "red", "serious", "step/handle"} {
			if !slices.Contains(rungs, want) {
				t.Errorf("%q lacks %s", rungs, want)
			}
		}
		if want := c.PromisedDue.AddDays(1).String() + " red"; !slices.Contains(raised(t, a, c.ID), want) {
			t.Errorf("%q lacks %s", raised(t, a, c.ID), want)
		}
		all := len(rungs)
		work(t, a)
		if got := raised(t, a, c.ID); len(got) != all {
			t.Errorf("raised again: %q", got)
		}
		b, err := a.Supervision.Board(ctx, supervisor, supervision.Filter{Item: "food-business-licence"})
		list, e := a.Supervision.List(ctx, supervisor, supervision.Filter{Item: "food-business-licence", Column: supervision.InRed}, supervision.Page{})
		if err != nil || e != nil || b.Total.Serious < 1 || int(b.Total.Red) != len(list) {
			t.Errorf("%+v, %d listed, %v, %v", b.Total, len(list), err, e)
		}
		holds(t, a)
	})
}

// TestEveryCaseIsWatched: cases in many states have their rows, the board counts those
// that run, and all follow a rule that is changed.
func TestEveryCaseIsWatched(t *testing.T) {
	t.Parallel()
	held(t, func(t *testing.T, a *app.App, at *now.Instant) {
		ctx, root, handler := t.Context(), gov.Actor{Kind: gov.System}, apptest.Handler(t, a, "handler1")
		for _, goal := range []rehearsal.Goal{{State: cases.Submitted}, {State: cases.Correcting}, {State: cases.Accepted, Step: cases.Handle},
			{State: cases.Accepted, Step: cases.Review}, {State: cases.Accepted, Step: cases.Approve}, {State: cases.Granted},
			{State: cases.Delivered}, {State: cases.Withdrawn}} {
			play(t, a.Stage(), handler, "food-business-licence", goal)
		}
		running, _, err := a.Cases.Running(ctx)
		if err != nil {
			t.Fatal(err)
		}
		b, err := a.Supervision.Board(ctx, root, supervision.Filter{})
		if err != nil || b.Total.Open != running || running < 5 {
			t.Errorf("%d cases run, the board has %d, %v", running, b.Total.Open, err)
		}
		watched := func() map[string]*supervision.Watched {
			out := map[string]*supervision.Watched{}
			for w, err := range a.Supervision.Export(ctx, root, supervision.Filter{}) {
				if err != nil {
					t.Fatal(err)
				}
				c, err := a.Cases.Case(ctx, root, w.Case)
				if err != nil || c.State != w.State || c.DueOn != w.DueOn || c.Awaits != w.Awaits || c.Step != w.Step {
					t.Errorf("%+v, the case %+v, %v", w, c, err)
				}
				out[w.Case] = w
			}
			return out
		}
		before := watched()
		if int64(len(before)) != running {
			t.Errorf("%d exported", len(before))
		}
		_, err = a.Supervision.SetRule(ctx, apptest.As(t, a, "supervisor", gov.Web), 0, supervision.Rule{Code: supervision.Blue,
			Severity: supervision.BlueSeverity, Active: true, Days: 4, Least: 3, Basis: "示例", Reason: "试行", Item: "food-business-licence"})
		if err != nil {
			t.Fatal(err)
		}
		*at = at.Add(10 * time.Second)
		work(t, a)
		moved := 0
		for id, w := range watched() {
			if w.State == cases.Accepted && w.BlueOn.Before(before[id].BlueOn) {
				moved++
			}
		}
		if moved < 3 {
			t.Errorf("%d cases followed the rule", moved)
		}
		holds(t, a)
	})
}

// TestSecondCorrectionRaisesACard: a defect that was there to be seen the first time
// is named the second time; one that was named before is none.
func TestSecondCorrectionRaisesACard(t *testing.T) {
	t.Parallel()
	held(t, func(t *testing.T, a *app.App, at *now.Instant) {
		ctx := t.Context()
		handler, officer := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "scjg-officer", gov.Web)
		for _, second := range []string{"business_address", "premises_area"} {
			x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
			for round, key := range []string{"premises_area", second} {
				c, err := a.Cases.ByApplication(ctx, handler, x.ID)
				if err != nil {
					t.Fatal(err)
				}
				if c, err = a.Cases.NotifyCorrection(ctx, officer, c.ID, c.Version(), []cases.Defect{{Kind: cases.FieldDefect, Key: key, Reason: "不清楚"}}); err != nil {
					t.Fatal(round, err)
				}
				*at = at.Add(time.Minute)
				if x, err = a.Applications.Application(ctx, handler, x.ID); err != nil {
					t.Fatal(err)
				}
				if round == 0 {
					if x, err = a.Applications.Amend(ctx, handler, x.ID, x.Version()); err != nil {
						t.Fatal(err)
					}
					continue
				}
				got := fmt.Sprint(raised(t, a, c.ID))
				if overlooked := strings.Contains(got, "second_correction"); overlooked != (second != "premises_area") || !strings.Contains(got, "returns") {
					t.Errorf("%s: %s", second, got)
				}
			}
		}
		holds(t, a)
	})
}

// TestRefusedByTheAPIRaisesACard: a program asks for what is not published, decides
// before it accepts, refuses without reasons, charges for what is free; each is refused as before, changes
// nothing, and leaves one card.
func TestRefusedByTheAPIRaisesACard(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		s := newStory(t, a)
		_, id := s.filed()
		has := func(want ...string) {
			t.Helper()
			var got []string
			for _, line := range raised(t, a, id) {
				got = append(got, strings.Fields(line)[1])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		state := func(want string) {
			t.Helper()
			if c := s.do("GET", "/api/v1/cases/"+id, nil).wants(t, 200); c.text(t, "state") != want {
				t.Errorf("%s", c.answer)
			}
		}
		outside := map[string]any{"defects": []any{map[string]any{"kind": "material", "key": "house_deed", "reason": "还要房产证。"}}}
		for range 2 {
			s.act(s.system, id, "correction", outside).problem(t, 422, "fault.fields")
		}
		has("unpublished")
		s.act(s.system, id, "decision", map[string]any{"grant": true}).problem(t, 409, "cases.not_now")
		has("early_decision", "unpublished")
		state("submitted")
		s.act(s.system, id, "acceptance", nil).wants(t, 200)
		s.act(s.system, id, "decision", map[string]any{"grant": false, "reason": "", "article": ""}).problem(t, 422, "fault.fields")
		has("early_decision", "unpublished", "unreasoned")
		state("accepted")
		charged := s.act(s.system, id, "charges", map[string]any{"amount": 4000, "for": "工本费"}).problem(t, 422, "fault.fields")
		if at(charged, "errors.0.code") != "cases.charge_free" || at(charged, "errors.0.pointer") != "#/amount" {
			t.Errorf("%v", charged)
		}
		has("charged", "early_decision", "unpublished", "unreasoned")
		if trace := s.do("GET", "/api/v1/cases/"+id+"/trace", nil).wants(t, 200); strings.Contains(string(trace.answer), "工本费") {
			t.Errorf("refused, and yet %s", trace.answer)
		}
		all, err := a.Supervision.Cards(t.Context(), gov.Actor{Kind: gov.System}, supervision.CardFilter{Case: id, Rule: supervision.Unpublished}, "", 0)
		if err != nil || len(all) != 1 || all[0].Facts["paths"] != "material.house_deed" || all[0].OfficerName == "" {
			t.Errorf("%+v, %v", all, err)
		}
		holds(t, a)
	})
}
