package clock

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestDue: worked cases; each is one that two independent programs agree on.
func TestDue(t *testing.T) {
	cal := china(t)
	for _, c := range []struct {
		what, start string
		n           int
		unit        Unit
		due         string
	}{
		{"accept across Spring Festival, 2-14 worked", "2026-02-13", 5, Working, "2026-02-27"},
		{"promised across Spring Festival", "2026-02-13", 5, Working, "2026-02-27"},
		{"statutory across Spring Festival", "2026-02-13", 20, Working, "2026-03-19"},
		{"start on a make-up Saturday", "2026-02-14", 5, Working, "2026-02-28"},
		{"start on the last day of the holiday", "2026-02-24", 5, Working, "2026-03-02"},
		{"National Day", "2025-09-25", 5, Working, "2025-10-09"},
		{"National Day, 10-11 worked", "2025-09-26", 7, Working, "2025-10-13"},
		{"National Day, 20 days", "2025-09-26", 20, Working, "2025-10-30"},
		{"due on a make-up Saturday", "2025-09-28", 5, Working, "2025-10-11"},
		{"due on a make-up Sunday", "2025-09-22", 5, Working, "2025-09-28"},
		{"across New Year", "2025-12-24", 10, Working, "2026-01-08"},
		{"across New Year, 20 days", "2025-12-24", 20, Working, "2026-01-22"},
		{"natural, moved off Spring Festival", "2026-02-05", 15, Natural, "2026-02-24"},
		{"natural, due on a make-up Saturday", "2026-02-13", 15, Natural, "2026-02-28"},
		{"natural, moved off National Day", "2025-09-25", 10, Natural, "2025-10-09"},
		{"natural, moved off Qingming", "2026-03-06", 30, Natural, "2026-04-07"},
		{"natural, moved off a weekend", "2026-12-11", 3, Natural, "2026-12-14"},
		{"at once, on a working day", "2026-07-06", 0, Working, "2026-07-06"},
		{"at once, on a Saturday", "2026-07-04", 0, Working, "2026-07-06"},
		{"at once, natural, on a Saturday", "2026-07-04", 0, Natural, "2026-07-06"},
	} {
		got, err := Due(cal, MustDate(c.start), c.n, c.unit)
		if err != nil || got.String() != c.due {
			t.Errorf("%s: %s + %d %s = %s (%v), want %s", c.what, c.start, c.n, c.unit, got, err, c.due)
		}
	}
}

// walk is R2–R4 said again, a day at a time.
func walk(cal *Calendar, start Date, n int, unit Unit) (Date, int) {
	d := start
	for left := n; left > 0; {
		d = d.AddDays(1)
		workday, known := cal.IsWorkday(d)
		if unit == Working && !known {
			return Date{}, d.Year()
		}
		if unit == Natural || workday {
			left--
		}
	}
	for {
		workday, known := cal.IsWorkday(d)
		if !known {
			return Date{}, d.Year()
		}
		if workday {
			return d, 0
		}
		d = d.AddDays(1)
	}
}

// TestDueWalked compares Due with the walk, over random calendars with gaps
// between their years, and asks that errors name the same year.
func TestDueWalked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal := drawCalendar(t)
		start := MustDate("2023-12-20").AddDays(rapid.IntRange(0, 1500).Draw(t, "start"))
		n := rapid.IntRange(0, 400).Draw(t, "n")
		unit := rapid.SampledFrom([]Unit{Working, Natural}).Draw(t, "unit")
		want, year := walk(cal, start, n, unit)
		got, err := Due(cal, start, n, unit)
		var unknown UnknownYear
		errors.As(err, &unknown)
		if got != want || unknown.Year != year || (err != nil) != (year != 0) {
			t.Fatalf("%v + %d %s: got %v, %v; walked %v, %d", start, n, unit, got, err, want, year)
		}
		if err != nil {
			return
		}
		if workday, _ := cal.IsWorkday(got); !workday || got.Before(start) {
			t.Fatalf("due on %v from %v", got, start)
		}
		if count, err := cal.Workdays(start, got); unit == Working && n > 0 && (err != nil || count != n) {
			t.Fatalf("%d working days lie in (%v, %v], want %d (%v)", count, start, got, n, err)
		}
	})
}

func drawCalendar(t *rapid.T) *Calendar {
	known := rapid.SliceOfNDistinct(rapid.IntRange(2023, 2028), 1, 6, rapid.ID).Draw(t, "years")
	years := make([]Year, len(known))
	for i, year := range known {
		day := rapid.Custom(func(t *rapid.T) Date {
			return Date{dayNumber(year, 1, 1)}.AddDays(rapid.IntRange(0, 364).Draw(t, "day"))
		})
		years[i] = Year{
			Year:     year,
			Holidays: []Holiday{{"假", rapid.SliceOfN(day, 0, 60).Draw(t, "off")}},
			Workdays: rapid.SliceOfN(day, 0, 20).Draw(t, "work"),
		}
	}
	cal, err := NewCalendar(years)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// TestDueUnknownYear: asked only where it matters (R12).
func TestDueUnknownYear(t *testing.T) {
	cal := china(t)
	for _, c := range []struct {
		start string
		n     int
		unit  Unit
		year  int
	}{
		{"2026-12-30", 1, Working, 0},
		{"2026-12-31", 1, Working, 2027},
		{"2026-12-01", 60, Natural, 2027},
		{"2026-12-31", 0, Natural, 0},
		{"2024-12-31", 1, Working, 0},
		{"2024-12-30", 1, Working, 2024},
		{"2020-01-01", 2000, Natural, 0},
		{"2018-12-28", 600, Working, 2019},
	} {
		_, err := Due(cal, MustDate(c.start), c.n, c.unit)
		var unknown UnknownYear
		if errors.As(err, &unknown) != (c.year != 0) || unknown.Year != c.year {
			t.Errorf("%s + %d %s: %v", c.start, c.n, c.unit, err)
		}
	}
}

func TestReckonProvisional(t *testing.T) {
	cal := china(t).AssumingWeekdays()
	d, err := Reckon(cal, MustDate("2026-12-28"), 5, Working)
	want := Deadline{
		Start: MustDate("2026-12-28"), Budget: 5, Unit: Working,
		Last: MustDate("2027-01-04"), Due: MustDate("2027-01-04"), Provisional: true,
	}
	if err != nil || d != want {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err = Reckon(cal, MustDate("2026-12-28"), 3, Working); err != nil || d.Provisional {
		t.Errorf("known days are not provisional: %+v, %v", d, err)
	}
	d, err = Reckon(cal, MustDate("2026-12-01"), 32, Natural)
	if err != nil || !d.Provisional || d.Last != MustDate("2027-01-02") || d.Due != MustDate("2027-01-04") {
		t.Errorf("natural: %+v, %v", d, err)
	}
	if d, err = Reckon(cal, MustDate("2020-01-01"), 2000, Natural); err != nil || d.Provisional {
		t.Errorf("only the end of a natural clock is asked about: %+v, %v", d, err)
	}
}

func TestReckonRefuses(t *testing.T) {
	cal := china(t).AssumingWeekdays()
	d := MustDate("2026-03-02")
	for name, c := range map[string]struct {
		start Date
		n     int
		unit  Unit
		want  error
	}{
		"none":              {Date{}, 1, Working, ErrDate},
		"negative":          {d, -1, Working, ErrBudget},
		"unit":              {d, 1, "weeks", ErrUnit},
		"huge":              {d, int(^uint(0) >> 1), Working, ErrRange},
		"huge natural":      {d, 1 << 40, Natural, ErrRange},
		"past 9999":         {d, maxDay, Working, ErrRange},
		"past 9999 natural": {d, maxDay, Natural, ErrRange},
		"end of time":       {MustDate("9999-12-31"), 1, Working, ErrRange},
	} {
		if got, err := Due(cal, c.start, c.n, c.unit); !errors.Is(err, c.want) || !got.IsZero() {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestEffectiveDate(t *testing.T) {
	cal := china(t)
	for _, c := range []struct{ at, cutoff, want string }{
		{"2026-02-13T16:00:00+08:00", "17:30", "2026-02-13"},
		{"2026-02-14T09:00:00+08:00", "17:30", "2026-02-14"},
		{"2026-02-18T10:00:00+08:00", "17:30", "2026-02-24"},
		{"2026-02-28T17:31:00+08:00", "17:30", "2026-03-02"},
		{"2025-09-28T17:30:00+08:00", "17:30", "2025-09-28"},
		{"2025-12-31T18:05:00+08:00", "17:30", "2026-01-04"},
		{"2026-03-18T17:30:01+08:00", "17:30", "2026-03-19"},
		{"2026-03-18T17:30:00.000001+08:00", "17:30", "2026-03-19"},
		{"2026-03-14T10:00:00+08:00", "17:30", "2026-03-16"},
		{"2026-03-18T09:40:00Z", "17:30", "2026-03-19"},
		{"2026-03-17T17:00:00Z", "17:30", "2026-03-18"},
		{"2026-04-03T17:10:00+08:00", "17:00", "2026-04-07"},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		cutoff, err := ParseCutoff(c.cutoff)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := EffectiveDate(cal, at, cutoff); err != nil || got.String() != c.want {
			t.Errorf("%s: %v (%v), want %s", c.at, got, err, c.want)
		}
	}
	late := time.Date(2026, 12, 31, 18, 0, 0, 0, Zone())
	if _, err := EffectiveDate(cal, late, DefaultCutoff); err != (UnknownYear{2027}) {
		t.Error(err)
	}
	if _, err := EffectiveDate(cal, time.Date(12000, 1, 1, 0, 0, 0, 0, Zone()), DefaultCutoff); !errors.Is(err, ErrDate) {
		t.Error(err)
	}
}

func TestParseUnitAndCutoff(t *testing.T) {
	for text, want := range map[string]Unit{"工作日": Working, "working": Working, "自然日": Natural, "natural": Natural} {
		if got, err := ParseUnit(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := ParseUnit("日"); !errors.Is(err, ErrUnit) {
		t.Error("日 alone is not a unit")
	}
	if got, err := ParseCutoff("17:30"); err != nil || got != DefaultCutoff {
		t.Error(got, err)
	}
	for _, text := range []string{"", "24:00", "17:60", "7:30", "17.30", "17:3０", "-1:30"} {
		if _, err := ParseCutoff(text); !errors.Is(err, ErrCutoff) {
			t.Errorf("ParseCutoff(%q) must fail", text)
		}
	}
}

func FuzzParseCutoff(f *testing.F) {
	for _, seed := range []string{"17:30", "00:00", "23:59", "24:00", "", "1７:30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseCutoff(text)
		std, stdErr := time.Parse("15:04", text)
		if err == nil && (stdErr != nil || got != std.Sub(std.Truncate(24*time.Hour))) {
			t.Fatalf("ParseCutoff(%q) = %v, standard library %v, %v", text, got, std, stdErr)
		}
		if err != nil && stdErr == nil && len(text) == 5 {
			t.Fatalf("ParseCutoff(%q) refused what the standard library reads", text)
		}
	})
}
