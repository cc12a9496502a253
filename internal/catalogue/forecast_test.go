package catalogue

import (
	"testing"
	"time"

	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
)

// The sample of the look: filed on 11 February 2026, accepted by the 12th, five
// working days across the Spring Festival end on the 26th.
func TestForecast(t *testing.T) {
	cal, err := clock.NewCalendar([]clock.Year{{
		Year: 2026,
		Holidays: []clock.Holiday{{Name: "春节", DaysOff: days(t, "2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19",
			"2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23")}},
		Workdays: days(t, "2026-02-14", "2026-02-28"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	v := &Version{Item: set.Item{
		CommitmentDays: 5, StatutoryDays: 10, DayUnit: set.WorkingDays, StatutoryLimit: set.LimitByLaw,
		Stages: []set.Stage{{Name: "申请与收件"}, {Name: "受理", Days: 1}, {Name: "审查", Days: 4, Counted: true}, {Name: "制证与送达", Days: 1}},
	}}
	at := func(day, hour int) time.Time { return time.Date(2026, 2, day, hour, 0, 0, 0, clock.Zone()) }
	for _, x := range []struct {
		at                                     time.Time
		submitted, accepted, result, statutory string
	}{
		{at(11, 10), "2026-02-11", "2026-02-12", "2026-02-26", "2026-03-04"},
		{at(11, 18), "2026-02-12", "2026-02-13", "2026-02-27", "2026-03-05"}, // after the cut-off
		{at(20, 9), "2026-02-24", "2026-02-25", "2026-03-03", "2026-03-10"},  // on a holiday
	} {
		f, err := v.Forecast(cal, x.at)
		if err != nil {
			t.Fatal(err)
		}
		got := [4]string{f.Submitted.String(), f.Accepted.String(), f.Result.String(), f.Statutory.String()}
		if want := [4]string{x.submitted, x.accepted, x.result, x.statutory}; got != want || f.Provisional || f.AcceptDays != 1 {
			t.Errorf("filed %s: %v, want %v", x.at, got, want)
		}
	}
	f, err := v.Forecast(cal, time.Date(2026, 12, 30, 10, 0, 0, 0, clock.Zone()))
	if err != nil || !f.Provisional || f.Result.Year() != 2027 {
		t.Errorf("into a year that is not announced: %+v %v", f, err)
	}
	v.Item.CommitmentDays, v.Item.StatutoryLimit = 0, set.LimitAtOnce
	if f, err = v.Forecast(cal, at(11, 10)); err != nil || f.Result != f.Accepted || !f.Statutory.IsZero() {
		t.Errorf("done at once: %+v %v", f, err)
	}
}

func days(t *testing.T, list ...string) []clock.Date {
	t.Helper()
	out := make([]clock.Date, len(list))
	for i, text := range list {
		d, err := clock.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = d
	}
	return out
}
