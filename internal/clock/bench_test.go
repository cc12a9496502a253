package clock

import (
	"testing"
	"time"
)

// running is a case as a supervisor's tick meets thousands: accepted, suspended
// once, extended once, not yet decided.
func running(t testing.TB) Scenario {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	planned := 20
	return Scenario{
		Calendar: china(t), Cutoff: DefaultCutoff, ExtendMax: DefaultExtendMax,
		Limits: Limits{Accept: Limit{5, Working}, Promised: Limit{7, Working}, Statutory: Limit{20, Working}, Deliver: Limit{10, Working}},
		Events: []Event{
			{At: at("2026-02-13T16:00:00+08:00"), Do: Submit},
			{At: at("2026-02-14T09:30:00+08:00"), Do: Accept},
			{At: at("2026-02-25T10:00:00+08:00"), Do: Suspend, Procedure: "听证", Planned: &planned},
			{At: at("2026-03-06T10:00:00+08:00"), Do: Resume, Procedure: "听证"},
			{At: at("2026-03-10T10:00:00+08:00"), Do: Extend, Days: 10},
		},
		AsOf: MustDate("2026-04-14"),
	}
}

// BenchmarkDue: the target is 2 µs for a due date.
func BenchmarkDue(b *testing.B) {
	cal, start := china(b), MustDate("2025-12-10")
	for _, c := range []struct {
		name string
		n    int
		unit Unit
	}{{"working20", 20, Working}, {"working250", 250, Working}, {"natural15", 15, Natural}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Due(cal, start, c.n, c.unit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	assuming := cal.AssumingWeekdays()
	b.Run("assumed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Due(assuming, start, 20000, Working); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAnswer(b *testing.B) {
	full := running(b)
	submitted := full
	submitted.Events = submitted.Events[:1]
	submitted.AsOf = MustDate("2026-02-13")
	for name, s := range map[string]Scenario{"submitted": submitted, "extended": full} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Answer(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDays narrates 62 dates of one clock; Explain narrates all of them.
func BenchmarkDays(b *testing.B) {
	s := running(b)
	b.Run("statutory", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Days(StatutoryClock); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e, err := s.Explain()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := e.MarshalJSON(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
