package clock

import (
	"errors"
	"math"
	"testing"
	"time"
)

// TestInvalidScenario: what is no scenario is an error with its place; it never
// panics and never gives an answer.
func TestInvalidScenario(t *testing.T) {
	minus, huge := -1, math.MaxInt
	for _, c := range []struct {
		path   string
		reason error
		spoil  func(s *Scenario)
	}{
		{"calendar", ErrCalendar, func(s *Scenario) { s.Calendar = nil }},
		{"cutoff", ErrCutoff, func(s *Scenario) { s.Cutoff = -1 }},
		{"cutoff", ErrCutoff, func(s *Scenario) { s.Cutoff = 24 * time.Hour }},
		{"extend_max", ErrNegative, func(s *Scenario) { s.ExtendMax = -1 }},
		{"asof", ErrDate, func(s *Scenario) { s.AsOf = Date{} }},
		{"limits.accept.days", ErrBudget, func(s *Scenario) { s.Limits.Accept.Days = -1 }},
		{"limits.promised.days", ErrRange, func(s *Scenario) { s.Limits.Promised.Days = math.MaxInt }},
		{"limits.statutory.unit", ErrUnit, func(s *Scenario) { s.Limits.Statutory.Unit = "hours" }},
		{"limits.deliver.unit", ErrUnit, func(s *Scenario) { s.Limits.Deliver.Unit = "" }},
		{"events[1].at", ErrDate, func(s *Scenario) { s.Events[1].At = time.Time{} }},
		{"events[1].at", ErrDate, func(s *Scenario) { s.Events[1].At = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"events[4].at", ErrDate, func(s *Scenario) { s.Events[4].At = time.Unix(math.MaxInt64/2, 0) }},
		{"events[0].do", ErrDo, func(s *Scenario) { s.Events[0].Do = "ship" }},
		{"events[4].do", ErrDo, func(s *Scenario) { s.AsOf, s.Events[4].Do = MustDate("2026-02-13"), "" }},
		{"events[2].planned", ErrNegative, func(s *Scenario) { s.Events[2].Planned = &minus }},
		{"events[2].planned", ErrRange, func(s *Scenario) { s.Events[2].Planned = &huge }},
		{"events[4].days", ErrRange, func(s *Scenario) { s.ExtendMax, s.Events[4].Days = math.MaxInt, math.MaxInt }},
		{"limits.statutory.days", ErrRange, func(s *Scenario) {
			s.Limits.Statutory, s.Limits.Promised, s.Events = Limit{maxDay, Natural}, Limit{}, s.Events[:2]
		}},
		{"limits.deliver.days", ErrRange, func(s *Scenario) {
			s.Calendar, s.AsOf, s.Limits.Accept = s.Calendar.AssumingWeekdays(), MustDate("9999-12-31"), Limit{}
			s.Events = []Event{event(t, "9999-12-30T09:00 submit"), event(t, "9999-12-30T09:00 accept"), event(t, "9999-12-31T09:00 decide")}
			s.Limits.Promised, s.Limits.Statutory = Limit{}, Limit{}
		}},
		{"events[0].at", ErrRange, func(s *Scenario) {
			s.Calendar, s.AsOf = s.Calendar.AssumingWeekdays(), MustDate("9999-12-31")
			s.Events = []Event{event(t, "9999-12-31T18:00 submit")}
		}},
		{"events", ErrRange, func(s *Scenario) {
			n := maxDay
			s.Calendar, s.Events[2].Planned, s.Events = s.Calendar.AssumingWeekdays(), &n, s.Events[:3]
		}},
	} {
		s := running(t)
		c.spoil(&s)
		a, err := s.Answer()
		var wrong InputError
		if !errors.As(err, &wrong) || wrong.Path != c.path || !errors.Is(err, c.reason) || a.Clocks != nil {
			t.Errorf("%v, want %s: %v", err, c.path, c.reason)
		}
		if _, err := s.Explain(); !errors.Is(err, c.reason) {
			t.Errorf("explained: %v, want %v", err, c.reason)
		}
	}
}

// TestPastTheLastYear: a count that runs past the year 9999 has asked about every
// year on its way; one without a notice says more than the end of time.
func TestPastTheLastYear(t *testing.T) {
	s := story(t, china(t), "statutory=3000000w", "2026-03-02", "2026-03-02T09:00 submit", "2026-03-02T09:00 accept")
	if _, err := s.Answer(); !errors.Is(err, UnknownYear{2027}) {
		t.Error(err)
	}
}

// TestManySuspensions: what each of many acts costs does not grow with those before.
func TestManySuspensions(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand acts")
	}
	for _, unit := range []Unit{Working, Natural} {
		s := Scenario{Calendar: known(t), Cutoff: DefaultCutoff, AsOf: MustDate("9000-01-01")}
		s.Calendar = s.Calendar.AssumingWeekdays()
		s.Limits.Statutory = Limit{1_000_000, unit}
		d := MustDate("2026-03-02")
		do := func(do Do, d Date) {
			s.Events = append(s.Events, Event{At: d.Time().Add(9 * time.Hour), Do: do, Procedure: "听证", Days: 1})
		}
		do(Submit, d)
		do(Accept, d)
		for range 40_000 {
			do(Suspend, d)
			do(Resume, d.AddDays(1))
			do(Extend, d.AddDays(2))
			d = d.AddDays(3)
		}
		begin := time.Now()
		a, err := s.Answer()
		if err != nil || len(a.Refused) != 40_000 {
			t.Fatalf("%v, %d refused", err, len(a.Refused))
		}
		if spent := time.Since(begin); spent > 5*time.Second {
			t.Errorf("%s: %v for 120,000 acts", unit, spent)
		}
	}
}
