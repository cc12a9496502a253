package app_test

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/now"
)

var calendarKeeper = identity.System("test", gov.Import)

// atHeldTime runs f on both databases, with a clock that f may move.
func atHeldTime(t *testing.T, f func(t *testing.T, a *app.App, at *now.Instant)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, now.Clock) *app.App{"sqlite": apptest.SQLite, "postgres": apptest.Postgres} {
		t.Run(name, func(t *testing.T) {
			at := now.System()
			a := open(t, func() now.Instant { return at })
			at = now.System() // the town may just have been made
			f(t, a, &at)
		})
	}
}

// openCase is a case of the town's first company.
func openCase(t *testing.T, a *app.App) *cases.Case {
	t.Helper()
	handler := apptest.Handler(t, a, "handler1")
	x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
	return caseOf(t, a, x.ID)
}

func caseOf(t *testing.T, a *app.App, application string) *cases.Case {
	t.Helper()
	c, err := a.Cases.ByApplication(t.Context(), calendarKeeper, application)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// altered is the calendar in force with these days off, or worked, besides.
func altered(t *testing.T, a *app.App, work bool, days ...clock.Date) []set.CalendarYear {
	t.Helper()
	held, err := a.Catalogue.Years(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var years []set.CalendarYear
	for _, y := range held {
		years = append(years, y.CalendarYear)
	}
	for _, d := range days {
		i := slices.IndexFunc(years, func(y set.CalendarYear) bool { return y.Year == d.Year() })
		if i < 0 {
			i, years = len(years), append(years, set.CalendarYear{Year: d.Year()})
		}
		if work {
			years[i].Workdays = append(years[i].Workdays, set.MakeupWorkday{Date: d})
		} else {
			years[i].Holidays = append(years[i].Holidays, set.Holiday{Name: "临时放假", DaysOff: []clock.Date{d}})
		}
	}
	return years
}

// A calendar that comes with a set moves the running cases like one that comes by
// itself: planted in the import's transaction, done by the workers, journaled.
func TestSetImportMovesRunningCases(t *testing.T) {
	t.Parallel()
	atHeldTime(t, func(t *testing.T, a *app.App, at *now.Instant) {
		ctx := t.Context()
		c := openCase(t, a)
		text, err := set.CalendarText(altered(t, a, false, c.AcceptDue))
		if err != nil {
			t.Fatal(err)
		}
		report, err := a.Catalogue.Import(ctx, calendarKeeper, fstest.MapFS{"holidays.yaml": {Data: text}}, nil)
		if err != nil || report.Calendar != 2 {
			t.Fatal(report, err)
		}
		if again := caseOf(t, a, c.Application); again.AcceptDue != c.AcceptDue {
			t.Error("the case moved before its job ran")
		}
		work(t, a)
		after := caseOf(t, a, c.Application)
		if !after.AcceptDue.After(c.AcceptDue) || after.DueOn != after.AcceptDue || after.Version() != c.Version()+1 {
			t.Errorf("due %s → %s, version %d → %d", c.AcceptDue, after.AcceptDue, c.Version(), after.Version())
		}
		lines, err := a.Cases.Trace(ctx, calendarKeeper, after)
		if err != nil {
			t.Fatal(err)
		}
		last := lines[len(lines)-1]
		if cases.Act(last.Act) != cases.ActRecount || last.Change.Dates == nil || last.Change.Dates.AcceptDue != after.AcceptDue || last.Change.Reason == "" {
			t.Errorf("the last entry is %s: %+v", last.Act, last.Change)
		}
		all, err := a.Cases.Recounts(ctx)
		if r := all[2]; err != nil || r == nil || !r.Done() || r.Moved != 1 || r.CheckedAt != 0 {
			t.Errorf("recount %+v, %v", r, err)
		}
		*at = at.Add(2 * time.Minute)
		work(t, a)
		if all, err = a.Cases.Recounts(ctx); err != nil || all[2].CheckedAt == 0 || all[2].Moved != 1 {
			t.Errorf("after the check: %+v, %v", all[2], err)
		}
		holds(t, a)
	})
}

// A day that turns out to be worked can bring silence forward: the case is taken as
// accepted without waiting for midnight.
func TestCalendarBringsSilenceForward(t *testing.T) {
	t.Parallel()
	atHeldTime(t, func(t *testing.T, a *app.App, at *now.Instant) {
		c := openCase(t, a)
		var rest []clock.Date // five working days have a weekend among them
		for d := c.SubmittedOn.AddDays(1); d.Before(c.AcceptDue); d = d.AddDays(1) {
			if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
				rest = append(rest, d)
			}
		}
		*at = now.FromTime(c.AcceptDue.Time().Add(10 * time.Hour)) // the last day, in time
		work(t, a)
		if now := caseOf(t, a, c.Application); now.State != cases.Submitted {
			t.Fatalf("%s before the calendar changed", now.State)
		}
		years := altered(t, a, true, rest...)
		o, err := a.Catalogue.Outlook(t.Context(), years)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := a.Catalogue.ImportCalendar(t.Context(), calendarKeeper, years, o.Hash); err != nil || !r.Recount {
			t.Fatal(r, err)
		}
		work(t, a)
		after := caseOf(t, a, c.Application)
		if after.State != cases.Accepted || !after.Deemed || after.AcceptedOn != after.SubmittedOn || !after.AcceptDue.Before(c.AcceptDue) {
			t.Errorf("%s, deemed %v, accepted on %s, due %s", after.State, after.Deemed, after.AcceptedOn, after.AcceptDue)
		}
		holds(t, a)
	})
}

// Who waits at a terminal does the rounds himself; the job finds them done.
func TestRecountAtTheTerminal(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	c := openCase(t, a)
	years := altered(t, a, false, c.AcceptDue)
	o, err := a.Catalogue.Outlook(t.Context(), years)
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Catalogue.ImportCalendar(t.Context(), calendarKeeper, years, o.Hash)
	if err != nil {
		t.Fatal(err)
	}
	done, err := a.Cases.RecountAll(t.Context(), r.Version, nil)
	if err != nil || done.Moved != 1 || done.Looked != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	work(t, a)
	if after := caseOf(t, a, c.Application); after.Version() != c.Version()+1 {
		t.Errorf("version %d → %d: it was counted twice", c.Version(), after.Version())
	}
}
