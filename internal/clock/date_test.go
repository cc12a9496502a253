package clock

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestEveryDay walks all years with the standard library beside the closed form.
func TestEveryDay(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := int32(1); n <= maxDay; n++ {
		y, m, d := at.Date()
		gotY, gotM, gotD := Date{n}.Date()
		if gotY != y || gotM != m || gotD != d || dayNumber(y, int(m), d) != n || (Date{n}).Weekday() != at.Weekday() {
			t.Fatalf("day %d: got %d-%d-%d, want %d-%d-%d", n, gotY, gotM, gotD, y, m, d)
		}
		at = at.AddDate(0, 0, 1)
	}
	if at.Year() != 10000 {
		t.Fatalf("maxDay ends in %v", at)
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, text := range []string{
		"", "2026-2-06", "2026-02-30", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00",
		"2026/02/06", "20260206", "2026-02-06 ", " 2026-02-06", "２０２６-02-06", "0000-01-01", "-026-01-01",
		"2026-02-06T00:00:00Z", "+026-01-01", "2026-1 -01",
	} {
		if d, err := ParseDate(text); !errors.Is(err, ErrDate) {
			t.Errorf("ParseDate(%q) = %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29"} {
		if d, err := ParseDate(text); err != nil || d.String() != text {
			t.Errorf("ParseDate(%q) = %v, %v", text, d, err)
		}
	}
}

func TestLongForms(t *testing.T) {
	d := MustDate("2026-02-06")
	if got := d.Chinese(); got != "2026年2月6日（周五）" {
		t.Error(got)
	}
	if got := d.English(); got != "Friday 6 February 2026" {
		t.Error(got)
	}
	var none Date
	if none.Chinese() != "" || none.English() != "" || none.String() != "" || !none.Time().IsZero() || none.Year() != 0 {
		t.Error("none must print as nothing")
	}
}

// TestDateOf: the day turns at 16:00 UTC, whatever zone the instant came in.
func TestDateOf(t *testing.T) {
	for at, want := range map[string]string{
		"2026-02-05T15:59:59.999999Z": "2026-02-05",
		"2026-02-05T16:00:00Z":        "2026-02-06",
		"2026-02-05T11:00:00-05:00":   "2026-02-06",
		"2026-12-31T23:59:59+08:00":   "2026-12-31",
	} {
		instant, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(instant).String(); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", at, got, want)
		}
	}
	d := MustDate("2026-02-06")
	if DateOf(d.Time()) != d || DateOf(d.Time().Add(-1)) != d.AddDays(-1) {
		t.Error("Time is not the beginning of the date")
	}
	if !DateOf(time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		t.Error("a year with five digits must be none")
	}
}

func TestDateStored(t *testing.T) {
	var d Date
	for _, src := range []any{"2026-02-06", []byte("2026-02-06")} {
		if err := d.Scan(src); err != nil || d != MustDate("2026-02-06") {
			t.Errorf("Scan(%v) = %v, %v", src, d, err)
		}
	}
	if v, err := d.Value(); err != nil || v != "2026-02-06" {
		t.Error(v, err)
	}
	for _, src := range []any{nil, "", []byte(nil)} {
		d = MustDate("2026-02-06")
		if err := d.Scan(src); err != nil || !d.IsZero() {
			t.Errorf("Scan(%v) = %v, %v", src, d, err)
		}
	}
	if v, err := d.Value(); err != nil || v != "" {
		t.Error("none is stored as ''", v, err)
	}
	for _, src := range []any{int64(3), time.Now(), "2026-02-31"} {
		if err := d.Scan(src); !errors.Is(err, ErrDate) {
			t.Errorf("Scan(%v) must fail", src)
		}
	}
}

func TestDateJSON(t *testing.T) {
	type letter struct {
		Due  Date          `json:"due"`
		None Date          `json:"none"`
		Omit Date          `json:"omit,omitzero"`
		By   map[Date]bool `json:"by"`
	}
	in := letter{Due: MustDate("2026-02-06"), By: map[Date]bool{MustDate("2026-02-07"): true}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"due":"2026-02-06","none":"","by":{"2026-02-07":true}}` {
		t.Fatal(string(text), err)
	}
	var out letter
	if err := json.Unmarshal(text, &out); err != nil || out.Due != in.Due || !out.None.IsZero() || !out.By[MustDate("2026-02-07")] {
		t.Fatal(out, err)
	}
	if err := json.Unmarshal([]byte(`{"due":"2026-02-30"}`), &out); !errors.Is(err, ErrDate) {
		t.Error(err)
	}
}

func TestDateArithmetic(t *testing.T) {
	if d := MustDate("9999-12-31"); !d.AddDays(1).IsZero() || d.AddDays(0) != d {
		t.Error("past the last date is none")
	}
	if d := MustDate("0001-01-01"); !d.AddDays(-1).IsZero() || !d.AddDays(1<<62).IsZero() || !d.AddDays(-1<<62).IsZero() {
		t.Error("before the first date is none")
	}
	if !(Date{}).AddDays(3).IsZero() || (Date{}).Sub(MustDate("2026-01-01")) != 0 {
		t.Error("none stays none")
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Date{rapid.Int32Range(1, maxDay).Draw(t, "d")}
		n := rapid.IntRange(1-int(d.day), maxDay-int(d.day)).Draw(t, "n")
		e := d.AddDays(n)
		back, err := ParseDate(e.String())
		if err != nil || back != e || e.Sub(d) != n || e.AddDays(-n) != d || DateOf(e.Time()) != e {
			t.Fatalf("%v + %d = %v (%v)", d, n, e, err)
		}
		if d.Before(e) != (n > 0) || d.After(e) != (n < 0) || (d.Compare(e) == 0) != (n == 0) {
			t.Fatalf("order of %v and %v", d, e)
		}
	})
}

func TestMustDatePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustDate must panic on a mistake")
		}
	}()
	MustDate("2026-02-30")
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-02-06", "2024-02-29", "0001-01-01", "9999-12-31", "2026-02-30", "", "２０２６-02-06"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		std, stdErr := time.Parse(time.DateOnly, text)
		if (err == nil) != (stdErr == nil && std.Year() > 0) {
			t.Fatalf("ParseDate(%q): %v, standard library: %v", text, err, stdErr)
		}
		if err == nil && d.String() != text {
			t.Fatalf("%q became %q", text, d)
		}
	})
}
