package main

import (
	"context"
	"fmt"
	"time"

	"yimen/internal/clock"
	"yimen/internal/clockfile"
)

// counting measures the calculator: due dates, whole answers and narrations a
// second, over a year of starting days.
func counting(context.Context, *bench) ([]figure, error) {
	cal := clockfile.China()
	start := clock.MustDate("2025-01-01")
	due := oftenASecond(func(i int) error {
		_, err := clock.Due(cal, start.AddDays(i%365), 20, clock.Working)
		return err
	})
	scene := func(i int) clock.Scenario {
		day := func(n int) time.Time { return start.AddDays(i%300 + n).Time().Add(9 * time.Hour) }
		five := 5
		return clock.Scenario{Calendar: cal, Cutoff: 17*time.Hour + 30*time.Minute, ExtendMax: clock.DefaultExtendMax, AsOf: start.AddDays(i%300 + 40),
			Limits: clock.Limits{Accept: clock.Limit{Days: 5, Unit: clock.Working}, Promised: clock.Limit{Days: 10, Unit: clock.Working},
				Statutory: clock.Limit{Days: 20, Unit: clock.Working}, Deliver: clock.Limit{Days: 10, Unit: clock.Working}},
			Events: []clock.Event{{At: day(0), Do: clock.Submit}, {At: day(1), Do: clock.Accept},
				{At: day(3), Do: clock.Suspend, Procedure: "专家评审", Planned: &five}, {At: day(8), Do: clock.Resume, Procedure: "专家评审"},
				{At: day(20), Do: clock.Decide}}}
	}
	answer := oftenASecond(func(i int) error { _, err := scene(i).Answer(); return err })
	narration := oftenASecond(func(i int) error { _, err := scene(i).Explain(); return err })
	µs := func(rate float64) float64 { return 1e6 / rate }
	return []figure{
		{Name: "due date", Value: due, Unit: "/s"},
		figure{Name: "due date, each", Value: µs(due), Unit: "µs"}.atMost(2, "µs"),
		{Name: "answer of four clocks with a special procedure", Value: answer, Unit: "/s"},
		{Name: "narration of four clocks, day by day", Value: narration, Unit: "/s", Note: fmt.Sprintf("%.0f µs each", µs(narration))},
	}, nil
}

// oftenASecond runs f for a second and gives how often it ran; a failure is 0.
func oftenASecond(f func(i int) error) float64 {
	began := time.Now()
	n := 0
	for time.Since(began) < time.Second {
		for range 100 {
			if f(n) != nil {
				return 0
			}
			n++
		}
	}
	return float64(n) / time.Since(began).Seconds()
}
