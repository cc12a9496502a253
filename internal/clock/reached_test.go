package clock

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestMomentsAreWhereTheAnswerTurns asks the calculator day by day: the moment
// is the first date on which so many days are used, or on which the clock is
// overdue.
func TestMomentsAreWhereTheAnswerTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, last := drawCase(t)
		for _, name := range []Name{AcceptClock, PromisedClock, DeliverClock} {
			limit := s.Limits.Of(name)
			used := rapid.IntRange(0, limit.Days+2).Draw(t, "used")
			s.AsOf = last
			reached, err := s.ReachedOn(name, used)
			if err != nil {
				t.Fatal(err)
			}
			passed, err := s.PassedOn(name)
			if err != nil {
				t.Fatal(err)
			}
			turn, late := walkCase(t, s, name, used, last)
			if reached.After(last) { // not yet: the walk has not come there
				reached = Date{}
			}
			if passed.After(last) {
				passed = Date{}
			}
			if reached != turn || passed != late {
				t.Fatalf("%s: %d days used on %v, the walk says %v; late from %v, the walk says %v\n%+v", name, used, reached, turn, passed, late, s.Events)
			}
		}
	})
}

// walkCase reads the clock at every date, with all that is known at the end: acts
// of later days included, so that an extension counts from the start as it does
// for the moments.
func walkCase(t *rapid.T, s Scenario, name Name, used int, last Date) (turn, late Date) {
	a, err := s.Answer()
	if err != nil {
		t.Fatal(err)
	}
	end, ok := a.Clock(name)
	if !ok || end.Start.IsZero() {
		return Date{}, Date{}
	}
	rows, err := s.Days(name)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, row := range rows {
		if row.Date.After(last) || !end.Stop.IsZero() && row.Date.After(end.Stop) {
			break
		}
		if row.Counted {
			n++
		}
		if turn.IsZero() && n >= used && used <= end.Budget {
			turn = row.Date
		}
	}
	if passed := end.Due.AddDays(1); !passed.After(last) && (end.Stop.IsZero() || !passed.After(end.Stop)) {
		late = passed
	}
	return turn, late
}

// drawCase is a case without an open suspension at its last date.
func drawCase(t *rapid.T) (Scenario, Date) {
	unit := rapid.SampledFrom([]Unit{Working, Natural})
	days := rapid.IntRange(0, 12)
	s := Scenario{
		Calendar: drawCalendar(t).AssumingWeekdays(), Cutoff: DefaultCutoff, ExtendMax: DefaultExtendMax,
		Limits: Limits{Accept: Limit{5, Working}, Promised: Limit{days.Draw(t, "days"), unit.Draw(t, "unit")}, Deliver: Limit{10, Working}},
	}
	d := MustDate("2025-01-02").AddDays(rapid.IntRange(0, 400).Draw(t, "start"))
	act := func(do Do, wait int) {
		d = d.AddDays(rapid.IntRange(0, wait).Draw(t, string(do)))
		e := Event{At: d.Time().Add(10 * time.Hour), Do: do}
		if do == Suspend || do == Resume {
			e.Procedure = "听证"
		}
		if do == Extend {
			e.Days = rapid.IntRange(1, 10).Draw(t, "extend")
		}
		s.Events = append(s.Events, e)
	}
	act(Submit, 3)
	for _, do := range []Do{Accept, Suspend, Resume, Extend, Suspend, Resume, Decide, Deliver} {
		if do == Resume || rapid.IntRange(0, 3).Draw(t, "go on") > 0 {
			if do == Resume && s.Events[len(s.Events)-1].Do != Suspend {
				continue
			}
			act(do, 8)
		}
	}
	return s, d.AddDays(rapid.IntRange(0, 40).Draw(t, "asof"))
}

// TestMomentsWhileSuspended: what was reached before the suspension stays, the
// rest nobody knows.
func TestMomentsWhileSuspended(t *testing.T) {
	at := func(d string) time.Time { return MustDate(d).Time().Add(10 * time.Hour) }
	s := Scenario{Calendar: china(t), Cutoff: DefaultCutoff, ExtendMax: DefaultExtendMax,
		Limits: Limits{Promised: Limit{7, Working}},
		Events: []Event{{At: at("2026-03-02"), Do: Submit}, {At: at("2026-03-02"), Do: Accept}},
		AsOf:   MustDate("2026-03-02")}
	for _, c := range []struct {
		suspend, resume string
		used            int
		reached, passed string
	}{
		{"", "", 0, "2026-03-02", "2026-03-12"},
		{"", "", 5, "2026-03-09", "2026-03-12"},
		{"", "", 8, "", "2026-03-12"},
		{"2026-03-05", "", 3, "2026-03-05", ""},
		{"2026-03-05", "", 4, "", ""},
		{"2026-03-05", "2026-03-10", 4, "2026-03-11", "2026-03-17"},
		{"2026-03-11", "", 7, "2026-03-11", ""},
		{"2026-03-12", "", 7, "2026-03-11", "2026-03-12"},
	} {
		x := s
		x.Events = append([]Event{}, s.Events...)
		if c.suspend != "" {
			x.Events = append(x.Events, Event{At: at(c.suspend), Do: Suspend, Procedure: "检验"})
			x.AsOf = MustDate(c.suspend).AddDays(30)
		}
		if c.resume != "" {
			x.Events = append(x.Events, Event{At: at(c.resume), Do: Resume, Procedure: "检验"})
		}
		reached, err := x.ReachedOn(PromisedClock, c.used)
		if err != nil || reached.String() != c.reached {
			t.Errorf("%+v: reached on %v (%v)", c, reached, err)
		}
		passed, err := x.PassedOn(PromisedClock)
		if err != nil || passed.String() != c.passed {
			t.Errorf("%+v: passed on %v (%v)", c, passed, err)
		}
	}
	if _, err := s.ReachedOn(StatutoryClock, 1); err != ErrNoClock {
		t.Error(err)
	}
	if d, err := s.ReachedOn(PromisedClock, -1); err != nil || !d.IsZero() {
		t.Error(d, err)
	}
}
