package app_test

import (
	"slices"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
	"yimen/internal/rehearsal"
)

// TestListsShowWhatDetailsShow holds that lists, counts and details obey the same
// predicate, for everybody who works.
func TestListsShowWhatDetailsShow(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, stage := t.Context(), a.Stage()
		handler, resident := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "resident1", gov.Web)
		var all []*cases.Case
		for _, goal := range rehearsal.Goals() {
			item := "food-business-licence"
			switch {
			case goal.Step == cases.Produce:
				continue // the item's licence needs nothing beyond the form
			case goal.State == cases.Suspended:
				item = "drainage-permit" // has a special procedure
			}
			all = append(all, play(t, stage, handler, item, goal))
		}
		all = append(all, play(t, stage, resident, "residence-permit", rehearsal.Goal{State: cases.Submitted}),
			play(t, stage, resident, "company-register", rehearsal.Goal{State: cases.Accepted, Step: cases.Produce}))
		for _, login := range []string{"clerk1", "city-clerk", "town-clerk", "outlet1", "scjg-officer", "scjg-reviewer", "scjg-approver",
			"ga-officer", "officer", "duty", "city-officer", "supervisor", "admin", "auditor", "editor"} {
			actor := apptest.As(t, a, login, gov.Web)
			var open, ended []string
			for _, c := range all {
				_, err := a.Cases.Case(ctx, actor, c.ID)
				if cases.MaySee(actor, c) != (err == nil) {
					t.Errorf("%s and %s: %v", login, c.Number, err)
				}
				if err == nil && c.Ended() {
					ended = append(ended, c.ID)
				} else if err == nil {
					open = append(open, c.ID)
				}
			}
			sameCases(t, login+" open", idsOf(t)(a.Cases.List(ctx, actor, cases.Filter{Awaits: awaited}, cases.Page{})), open)
			sameCases(t, login+" ended", idsOf(t)(a.Cases.Ended(ctx, actor, cases.Filter{}, "", 0)), ended)
			counts, err := a.Cases.Counts(ctx, actor, cases.Filter{})
			total := 0
			for _, n := range counts {
				total += int(n)
			}
			if err != nil || total != len(open) {
				t.Errorf("%s: counted %d of %d, %v", login, total, len(open), err)
			}
			duties(t, a, actor, login, all)
		}
	})
}

var awaited = []cases.Awaits{cases.Applicant, cases.Clerk, cases.Officer, cases.Reviewer, cases.Approver, cases.Producer, cases.Outlet}

func play(t *testing.T, stage *rehearsal.Stage, applicant gov.Actor, item string, goal rehearsal.Goal) *cases.Case {
	t.Helper()
	x, err := stage.File(t.Context(), applicant, item, "445103")
	if err != nil {
		t.Fatal(err)
	}
	c, err := stage.Cases.ByApplication(t.Context(), applicant, x.ID)
	if err == nil {
		c, err = stage.Bring(t.Context(), applicant, c, goal)
	}
	if err != nil {
		t.Fatalf("%s to %s %s: %v", item, goal.State, goal.Step, err)
	}
	return c
}

// duties holds that "waits for me" is exactly what the actor's posts do next.
func duties(t *testing.T, a *app.App, actor gov.Actor, login string, all []*cases.Case) {
	t.Helper()
	var want []string
	for _, c := range all {
		mine := map[cases.Awaits]bool{
			cases.Officer: actor.HasAt(gov.RoleOfficer, c.Body), cases.Producer: actor.HasAt(gov.RoleOfficer, c.Body),
			cases.Reviewer: actor.HasAt(gov.RoleReviewer, c.Body), cases.Approver: actor.HasAt(gov.RoleApprover, c.Body),
			cases.Clerk: actor.At(gov.RoleClerk, string(c.Region)), cases.Outlet: actor.At(gov.RoleOutlet, string(c.Region)),
		}
		if mine[c.Awaits] {
			want = append(want, c.ID)
		}
	}
	sameCases(t, login+" duty", idsOf(t)(a.Cases.List(t.Context(), actor, cases.Filter{Duty: true}, cases.Page{})), want)
	n, err := a.Cases.Count(t.Context(), actor, cases.Filter{Duty: true})
	if err != nil || int(n) != len(want) {
		t.Errorf("%s: %d wait, want %d, %v", login, n, len(want), err)
	}
}

func idsOf(t *testing.T) func([]*cases.Case, error) []string {
	return func(list []*cases.Case, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range list {
			out = append(out, c.ID)
		}
		return out
	}
}

func sameCases(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d cases, want %d: %v %v", what, len(got), len(want), got, want)
	}
}

// TestTimeLeft counts the time of whoever is awaited, by the unit of the limit.
func TestTimeLeft(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	c := play(t, a.Stage(), apptest.Handler(t, a, "handler1"), "food-business-licence", rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
	left := func(on clock.Date) cases.Left {
		t.Helper()
		all, err := a.Cases.Left(t.Context(), []*cases.Case{c}, on)
		if err != nil {
			t.Fatal(err)
		}
		return all[c.ID]
	}
	if l := left(c.AcceptedOn); l.Days != 5 || l.Unit != clock.Working || l.Late || l.Percent != 0 {
		t.Errorf("at the acceptance: %+v", l)
	}
	if l := left(c.PromisedDue); l.Days != 0 || l.Late || l.Percent != 100 {
		t.Errorf("on the due day: %+v", l)
	}
	if l := left(c.PromisedDue.AddDays(1)); !l.Late || l.Days != 1 || l.Percent != 100 {
		t.Errorf("the day after: %+v", l)
	}
	ended := play(t, a.Stage(), apptest.Handler(t, a, "handler2"), "food-business-licence", rehearsal.Goal{State: cases.Withdrawn})
	if all, err := a.Cases.Left(t.Context(), []*cases.Case{ended}, c.AcceptedOn); err != nil || len(all) != 0 {
		t.Error("an ended case has time left:", all, err)
	}
}

// TestEditorsAndAuditorsReads are the queries behind the administration's pages.
func TestEditorsAndAuditorsReads(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx := t.Context()
		editor, auditor := apptest.As(t, a, "editor", gov.Web), apptest.As(t, a, "auditor", gov.Web)
		acts, err := a.Catalogue.Acts(ctx, editor)
		if err != nil || len(acts) == 0 || !slices.ContainsFunc(acts, func(h catalogue.History) bool { return h.Report != nil && len(h.Report.Items.Added) > 0 }) {
			t.Error(acts, err)
		}
		if _, err := a.Catalogue.Acts(ctx, auditor); err == nil {
			t.Error("an auditor edits")
		}
		words, err := a.Catalogue.Synonyms(ctx, editor)
		if err != nil || len(words) == 0 {
			t.Error(len(words), err)
		}
		if d, err := a.Catalogue.Difference(ctx, "food-business-licence", 1, 1); err != nil || len(d) != 0 {
			t.Error(d, err)
		}
		stage, handler := a.Stage(), apptest.Handler(t, a, "handler1")
		c := play(t, stage, handler, "food-business-licence", rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		officer := apptest.As(t, a, "scjg-officer", gov.Web)
		if _, err := a.Applications.Look(ctx, officer, c.Application, "核对号码"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Applications.Look(ctx, apptest.As(t, a, "ga-officer", gov.Web), c.Application, "好奇"); err == nil {
			t.Error("a stranger looked")
		}
		looks, err := a.Identity.Looks(ctx, auditor, "")
		if err != nil || len(looks) == 0 || looks[0].Purpose != "核对号码" || looks[0].Party != c.Applicant {
			t.Errorf("%+v %v", looks, err)
		}
		lines, err := a.Identity.Audit(ctx, auditor, cases.SubjectKind, c.ID)
		if err != nil || len(lines) < 2 || slices.ContainsFunc(lines, func(l journal.Line) bool { return l.Payload != nil }) {
			t.Error(len(lines), err)
		}
		did, err := a.Identity.ActsBy(ctx, auditor, officer.Account, "")
		if err != nil || len(did) == 0 || did[0].Act != "look" {
			t.Error(len(did), err)
		}
		for _, stranger := range []gov.Actor{officer, editor, apptest.As(t, a, "admin", gov.Web)} {
			if _, err := a.Identity.Looks(ctx, stranger, ""); err == nil {
				t.Errorf("%s reads looks", stranger.Name)
			}
		}
	})
}
