package clock

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// span lists the dates from first to last.
func span(first, last string) []Date {
	var days []Date
	for d := MustDate(first); !d.After(MustDate(last)); d = d.AddDays(1) {
		days = append(days, d)
	}
	return days
}

func dates(texts ...string) []Date {
	days := make([]Date, len(texts))
	for i, text := range texts {
		days[i] = MustDate(text)
	}
	return days
}

// china is the State Council's notices for 2018, 2025 and 2026 (国办发明电), with
// the years between left unknown on purpose.
func china(t testing.TB) *Calendar {
	t.Helper()
	cal, err := NewCalendar([]Year{
		{Year: 2026, Holidays: []Holiday{
			{"元旦", span("2026-01-01", "2026-01-03")},
			{"春节", span("2026-02-15", "2026-02-23")},
			{"清明节", span("2026-04-04", "2026-04-06")},
			{"劳动节", span("2026-05-01", "2026-05-05")},
			{"端午节", span("2026-06-19", "2026-06-21")},
			{"中秋节", span("2026-09-25", "2026-09-27")},
			{"国庆节", span("2026-10-01", "2026-10-07")},
		}, Workdays: dates("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")},
		{Year: 2025, Holidays: []Holiday{
			{"元旦", dates("2025-01-01")},
			{"春节", span("2025-01-28", "2025-02-04")},
			{"清明节", span("2025-04-04", "2025-04-06")},
			{"劳动节", span("2025-05-01", "2025-05-05")},
			{"端午节", span("2025-05-31", "2025-06-02")},
			{"国庆节、中秋节", span("2025-10-01", "2025-10-08")},
		}, Workdays: dates("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11")},
		{Year: 2018, Holidays: []Holiday{
			{"元旦", dates("2018-01-01", "2018-12-30", "2018-12-31")},
			{"春节", span("2018-02-15", "2018-02-21")},
			{"清明节", span("2018-04-05", "2018-04-07")},
			{"劳动节", span("2018-04-29", "2018-05-01")},
			{"端午节", dates("2018-06-18")},
			{"中秋节", dates("2018-09-24")},
			{"国庆节", span("2018-10-01", "2018-10-07")},
		}, Workdays: dates("2018-02-11", "2018-02-24", "2018-04-08", "2018-04-28", "2018-09-29", "2018-09-30", "2018-12-29")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// TestWorkingDaysOfAYear: the totals that three public data sets agree on.
func TestWorkingDaysOfAYear(t *testing.T) {
	cal := china(t)
	for year, want := range map[int]int{2018: 250, 2025: 248, 2026: 248} {
		first, last := Date{dayNumber(year, 1, 1)}, Date{dayNumber(year, 12, 31)}
		if got, err := cal.Workdays(first.AddDays(-1), last); err != nil || got != want {
			t.Errorf("%d: %d working days (%v), want %d", year, got, err, want)
		}
	}
	if got := cal.Years(); !slices.Equal(got, []int{2018, 2025, 2026}) {
		t.Error(got)
	}
}

func TestDay(t *testing.T) {
	cal := china(t)
	for text, want := range map[string]Day{
		"2026-02-14": {Kind: MakeupDay, Workday: true, Known: true},
		"2026-02-15": {Kind: DayOff, Holiday: "春节", Known: true},
		"2026-02-24": {Kind: PlainWeekday, Workday: true, Known: true},
		"2026-03-07": {Kind: PlainWeekend, Known: true},
		"2018-12-31": {Kind: DayOff, Holiday: "元旦", Known: true},
		"2018-12-29": {Kind: MakeupDay, Workday: true, Known: true},
		"2027-01-01": {Kind: PlainWeekday, Workday: true},
		"2027-01-02": {Kind: PlainWeekend},
	} {
		want.Date = MustDate(text)
		if got := cal.Day(want.Date); got != want {
			t.Errorf("Day(%s) = %+v", text, got)
		}
		workday, known := cal.IsWorkday(want.Date)
		if workday != want.Workday || known != want.Known {
			t.Errorf("IsWorkday(%s) = %v, %v", text, workday, known)
		}
	}
	if workday, known := cal.IsWorkday(Date{}); workday || known || cal.Day(Date{}) != (Day{}) {
		t.Error("none is no day")
	}
}

// TestBothListed: a day off that is also a make-up workday is worked.
func TestBothListed(t *testing.T) {
	d := MustDate("2031-10-01")
	cal, err := NewCalendar([]Year{{Year: 2031, Holidays: []Holiday{{"国庆节", []Date{d}}}, Workdays: []Date{d}}})
	if err != nil {
		t.Fatal(err)
	}
	if day := cal.Day(d); !day.Workday || day.Kind != MakeupDay {
		t.Errorf("%+v", day)
	}
}

func TestNewCalendarRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		years []Year
		want  error
	}{
		"year 0":             {[]Year{{Year: 0}}, ErrYear},
		"year 10000":         {[]Year{{Year: 10000}}, ErrYear},
		"twice":              {[]Year{{Year: 2026}, {Year: 2026}}, ErrYearTwice},
		"day off outside":    {[]Year{{Year: 2026, Holidays: []Holiday{{"元旦", dates("2027-01-01")}}}}, ErrDayOutside},
		"workday outside":    {[]Year{{Year: 2026, Workdays: dates("2025-12-31")}}, ErrDayOutside},
		"workday that is no": {[]Year{{Year: 2026, Workdays: []Date{{}}}}, ErrDayOutside},
	} {
		if _, err := NewCalendar(c.years); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewCalendar([]Year{{Year: 2026, Holidays: []Holiday{{"元旦", dates("2027-01-01")}}}, {Year: 2027}}); err != nil {
		t.Error("a notice may list days of the next year when that is given too:", err)
	}
}

// TestCalendarIsImmutable: the caller's lists may change afterwards.
func TestCalendarIsImmutable(t *testing.T) {
	years := []Year{{Year: 2026, Holidays: []Holiday{{"元旦", dates("2026-01-01")}}, Workdays: dates("2026-01-03")}}
	cal, err := NewCalendar(years)
	if err != nil {
		t.Fatal(err)
	}
	years[0].Holidays[0].DaysOff[0] = MustDate("2026-03-02")
	years[0].Workdays[0] = MustDate("2026-03-08")
	for text, want := range map[string]bool{"2026-01-01": false, "2026-01-03": true, "2026-03-02": true, "2026-03-08": false} {
		if got, _ := cal.IsWorkday(MustDate(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	cal.AssumingWeekdays()
	if _, err := cal.NextWorkday(MustDate("2030-01-01")); err == nil {
		t.Error("AssumingWeekdays changed the calendar it was called on")
	}
}

// TestWorkdaysWalked compares the counts with a walk over every date.
func TestWorkdaysWalked(t *testing.T) {
	cal := china(t)
	rapid.Check(t, func(t *rapid.T) {
		after := MustDate("2024-12-31").AddDays(rapid.IntRange(0, 729).Draw(t, "after"))
		through := MustDate("2024-12-31").AddDays(rapid.IntRange(0, 730).Draw(t, "through"))
		want := 0
		for d := after.AddDays(1); !d.After(through); d = d.AddDays(1) {
			if workday, _ := cal.IsWorkday(d); workday {
				want++
			}
		}
		if got, err := cal.Workdays(after, through); err != nil || got != want {
			t.Fatalf("Workdays(%v, %v) = %d, %v; walked %d", after, through, got, err, want)
		}
	})
}

// TestUnknownYears: the earliest unknown year of the question is named, and a
// question that touches only known years is answered.
func TestUnknownYears(t *testing.T) {
	cal := china(t)
	for _, c := range []struct {
		after, through string
		year           int
	}{
		{"2017-12-31", "2018-12-31", 0},
		{"2017-12-30", "2018-12-31", 2017},
		{"2018-12-31", "2019-01-01", 2019},
		{"2018-06-01", "2025-06-01", 2019},
		{"2026-12-31", "2026-12-31", 0},
		{"2030-01-01", "2029-01-01", 0},
	} {
		_, err := cal.Workdays(MustDate(c.after), MustDate(c.through))
		var unknown UnknownYear
		if errors.As(err, &unknown) != (c.year != 0) || unknown.Year != c.year {
			t.Errorf("(%s, %s]: %v", c.after, c.through, err)
		}
	}
	assuming := cal.AssumingWeekdays()
	if got, err := assuming.Workdays(MustDate("2026-12-31"), MustDate("2027-01-10")); err != nil || got != 6 {
		t.Error("Monday to Friday and no holiday is assumed in 2027:", got, err)
	}
	if _, err := cal.Workdays(Date{}, MustDate("2026-01-01")); !errors.Is(err, ErrDate) {
		t.Error(err)
	}
}
