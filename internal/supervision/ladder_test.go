package supervision

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/seed"
)

func seeded(t testing.TB) *Ruleset {
	t.Helper()
	rules, err := ParseRules(seed.Supervision)
	if err != nil {
		t.Fatal(err)
	}
	return newRuleset(rules, nil, 0)
}

func told(all []Moment) string {
	var b strings.Builder
	for _, m := range all {
		fmt.Fprintf(&b, "%s %s", m.Rung, m.On)
		if !m.Lit {
			b.WriteString(" stopped")
		}
		b.WriteString("; ")
	}
	return b.String()
}

// TestLadder: worked cases, accepted on Monday 2026-03-02.
func TestLadder(t *testing.T) {
	cal, rules := calendar2026(t).AssumingWeekdays(), seeded(t)
	for _, x := range []struct {
		what                string
		promised, statutory clock.Limit
		want                string
	}{
		{"at once", clock.Limit{Days: 0, Unit: clock.Working}, clock.Limit{}, "red 2026-03-03; "},
		{"one day", working(1), clock.Limit{}, "red 2026-03-04; "},
		{"two days have yellow", working(2), clock.Limit{}, "yellow 2026-03-03; red 2026-03-05; "},
		{"three days have blue", working(3), working(20), "blue 2026-03-03; yellow 2026-03-04; red 2026-03-06; serious 2026-03-31; "},
		{"seven days", working(7), clock.Limit{}, "blue 2026-03-09; yellow 2026-03-10; red 2026-03-12; "},
		{"twenty days: six left, four left", working(20), working(20), "blue 2026-03-20; yellow 2026-03-24; red 2026-03-31; serious 2026-03-31; "},
		{"thirty natural days", clock.Limit{Days: 30, Unit: clock.Natural}, clock.Limit{}, "blue 2026-03-23; yellow 2026-03-26; red 2026-04-02; "},
		{"due on a holiday", clock.Limit{Days: 33, Unit: clock.Natural}, clock.Limit{}, "blue 2026-03-26; yellow 2026-03-29; red 2026-04-08; "},
	} {
		c := file("scjg@1", instant("2026-03-02", 9), 0, 0)
		c.Ledger.Limits.Accept = clock.Limit{}
		c.Ledger.Limits.Promised, c.Ledger.Limits.Statutory = x.promised, x.statutory
		act(c, instant("2026-03-02", 10), clock.Accept)
		got, err := Ladder(c, cal, clock.MustDate("2026-03-02"), rules, "行政许可")
		if err != nil || told(got) != x.want {
			t.Errorf("%s: %s (%v), want %s", x.what, told(got), err, x.want)
		}
	}
}

// TestLadderWhereTheCalculatorDiffers: a case that stands where a changed calendar
// would not have brought it keeps the dates of its row.
func TestLadderWhereTheCalculatorDiffers(t *testing.T) {
	cal, rules := calendar2026(t).AssumingWeekdays(), seeded(t)
	on := clock.MustDate("2026-03-02")
	c := file("scjg@1", instant("2026-03-02", 9), 7, 20)
	c.State, c.Step, c.PromisedDue, c.StatutoryDue, c.StepDue = cases.Accepted, cases.Review, on.AddDays(3), on.AddDays(9), on.AddDays(1)
	got, err := Ladder(c, cal, on, rules, "")
	if want := "red 2026-03-06; serious 2026-03-12; step/review 2026-03-04; "; err != nil || told(got) != want {
		t.Errorf("%s, %v", told(got), err)
	}
	c.State, c.Step, c.DeliverDue = cases.Granted, cases.NoStep, on
	if got, err = Ladder(c, cal, on, rules, ""); err != nil || told(got) != "deliver 2026-03-03; " {
		t.Errorf("%s, %v", told(got), err)
	}
}

// TestLadderWalked reads the clocks day by day: the first day on which no more is
// left than the rule says, or on which a clock is overdue.
func TestLadderWalked(t *testing.T) {
	cal, rules := calendar2026(t).AssumingWeekdays(), seeded(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := file("scjg@1", instant("2026-03-02", 9), 1, 0)
		c.Ledger.Limits.Accept = clock.Limit{}
		unit := rapid.SampledFrom([]clock.Unit{clock.Working, clock.Natural}).Draw(rt, "unit")
		c.Ledger.Limits.Promised = clock.Limit{Days: rapid.IntRange(0, 40).Draw(rt, "promised"), Unit: unit}
		c.Ledger.Limits.Statutory = clock.Limit{Days: rapid.IntRange(0, 60).Draw(rt, "statutory"), Unit: unit}
		act(c, instant("2026-03-02", 9), clock.Accept)
		day := clock.MustDate("2026-03-02")
		for _, do := range []clock.Do{clock.Suspend, clock.Resume, clock.Extend, clock.Suspend, clock.Resume} {
			if do == clock.Extend && rapid.Bool().Draw(rt, "extend") {
				continue
			}
			day = day.AddDays(rapid.IntRange(0, 9).Draw(rt, string(do)))
			act(c, instant(day.String(), 10), do)
		}
		all, err := Ladder(c, cal, day, rules, "")
		if err != nil {
			rt.Fatal(err)
		}
		got := map[Code]clock.Date{}
		for _, m := range all {
			got[m.Code] = m.On
		}
		want := walked(rt, c, cal, rules)
		for _, code := range []Code{Blue, Yellow, Red, Serious} {
			if got[code] != want[code] {
				rt.Fatalf("%s: %v, the walk says %v\n%+v", code, got[code], want[code], c.Ledger)
			}
		}
	})
}

// walked asks the calculator at each of two hundred days, with all acts known: those
// of later days are told at their dates, the budget is the one at the end.
func walked(t *rapid.T, c *cases.Case, cal *clock.Calendar, rules *Ruleset) map[Code]clock.Date {
	from := clock.MustDate("2026-03-02")
	out := map[Code]clock.Date{}
	first := func(code Code, on clock.Date, is bool) {
		if is && out[code].IsZero() {
			out[code] = on
		}
	}
	end, err := c.Scenario(cal, from.AddDays(200)).Answer()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.Scenario(cal, from.AddDays(200)).Days(clock.PromisedClock)
	if err != nil {
		t.Fatal(err)
	}
	promised, _ := end.Clock(clock.PromisedClock)
	statutory, _ := end.Clock(clock.StatutoryClock)
	left := promised.Budget
	for _, row := range rows {
		if row.Counted {
			left--
		}
		for code, floor := range map[Code]int{Blue: 2, Yellow: 1} {
			r := rules.Of(code, "", "")
			share := float64(promised.Budget) * float64(r.Percent) / 100
			reached := left <= floor || float64(left) <= share+1e-9
			first(code, row.Date, reached && c.Ledger.Limits.Promised.Days >= map[Code]int{Blue: 3, Yellow: 2}[code])
		}
	}
	first(Red, promised.Due.AddDays(1), true)
	first(Serious, statutory.Due.AddDays(1), true)
	return out
}
