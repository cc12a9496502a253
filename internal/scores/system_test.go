package scores_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/scores"
	"yimen/seed"
)

func seeded(t testing.TB) *scores.System {
	t.Helper()
	s, err := scores.ReadSystem("indices.yaml", seed.Indices())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSeedIsAnIndexSystem(t *testing.T) {
	s := seeded(t)
	var sum int64
	used := map[scores.Measure]bool{}
	for _, x := range s.Indices {
		sum += x.Weight
		used[x.Numerator], used[x.Denominator] = true, true
	}
	if sum != 100 || len(s.Indices) < 12 {
		t.Errorf("%d indices of weight %d", len(s.Indices), sum)
	}
	for _, m := range scores.Measures() {
		if !used[m] {
			t.Errorf("no index uses the measure %s", m)
		}
	}
	x, ok := s.Index("online_items")
	if !ok || len(x.Benchmarks) != 3 || s.Reference(x.Benchmarks[2].Source).Region != "潮安区" || x.Benchmarks[2].Value != 8000 {
		t.Errorf("the target of 潮安区 for 2020 is %+v", x)
	}
}

// What is wrong is named by file and line, all of it at once.
func TestAWrongSystemIsRefusedByLine(t *testing.T) {
	good := string(seed.Indices())
	for name, c := range map[string]struct{ old, put, want string }{
		"weights":          {"weight: 25", "weight: 24", "scores.weights sum=99"},
		"weight":           {"weight: 25", "weight: -1", "scores.weight_form value=-1"},
		"unknown measure":  {"numerator: early", "numerator: late", "scores.not_allowed key=numerator value=late"},
		"unknown key":      {"  unit: percent\n  direction: up\n  weight: 25", "  units: percent\n  direction: up\n  weight: 25", "scores.key_unknown key=units"},
		"missing key":      {"  what: 本月作出决定的办件中，不晚于承诺期限的占比\n", "", "scores.key_missing key=what"},
		"band":             {"band: {zero: 90, full: 100}", "band: {zero: 100, full: 90}", "scores.band_direction"},
		"empty band":       {"band: {zero: 90, full: 100}", "band: {zero: 90, full: 90}", "scores.band_direction"},
		"amount":           {"target: 98", "target: 98.123", "scores.not_amount key=target value=98.123"},
		"hexadecimal":      {"target: 98", "target: 0x62", "scores.not_amount"},
		"benchmark":        {"{source: luoding-2016-visits, value: 80}", "{source: nowhere, value: 80}", "scores.source_unknown value=nowhere"},
		"twice":            {"code: early", "code: in_time", "scores.code_twice value=in_time"},
		"no promise":       {"code: in_time", "code: in_times", "scores.promise_missing"},
		"code":             {"code: early", "code: Early Ones", "scores.code_form"},
		"not a mapping":    {good, "- a", "scores.file_malformed"},
		"malformed":        {"indices:\n", "indices: [\n", "scores.file_malformed"},
		"alias":            {"name_en: Performance", "x: &a 1\ny: *a\nname_en: Performance", "scores.file_malformed"},
		"list as text":     {"acts: [give]", "acts: give", "scores.key_wrong key=acts"},
		"index as text":    {"- code: in_time\n  name:", "- in_time\n- code: in_time\n  name:", "scores.not_object"},
		"text without end": {"name_en: Corrections per case", "name_en: " + strings.Repeat("x", 400), "scores.text_length"},
		"not UTF-8":        {"name_en: Corrections per case", "name_en: \xff", "scores.file_unreadable"},
		"too large":        {"indices:", strings.Repeat("#", 300<<10) + "\nindices:", "scores.file_unreadable"},
		"empty":            {good, "", "scores.file_malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("the seed has no %q", c.old)
			}
			_, err := scores.ReadSystem("x.yaml", []byte(strings.Replace(good, c.old, c.put, 1)))
			var all scores.Problems
			if !errors.As(err, &all) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if name == "unknown measure" {
				line := strings.Count(good[:strings.Index(good, c.old)], "\n") + 1
				if all[0].File != "x.yaml" || all[0].Line != line {
					t.Errorf("it is at %s:%d, not in line %d", all[0].File, all[0].Line, line)
				}
			}
		})
	}
}

func FuzzReadSystem(f *testing.F) {
	f.Add(seed.Indices())
	f.Add([]byte("indices: [{code: a, band: {zero: 1, full: 2}, benchmarks: [{source: x}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := scores.ReadSystem("f", data)
		if (s == nil) == (err == nil) {
			t.Fatalf("%v with %v", s, err)
		}
	})
}

// Ratios and points are those of exact arithmetic, half up.
func TestArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1e12).Draw(t, "n")
		d := rapid.Int64Range(1, 1e12).Draw(t, "d")
		want := halfUp(new(big.Rat).Mul(big.NewRat(n, d), big.NewRat(10000, 1)))
		if got := int64(scores.Ratio(n, d)); got != want {
			t.Fatalf("%d/%d is %d, not %d", n, d, got, want)
		}
		band := scores.Band{Zero: scores.Amount(rapid.Int64Range(0, 50000).Draw(t, "zero")), Full: scores.Amount(rapid.Int64Range(0, 50000).Draw(t, "full"))}
		if band.Zero == band.Full {
			return
		}
		v := scores.Amount(rapid.Int64Range(0, 60000).Draw(t, "v"))
		exact := new(big.Rat).Mul(big.NewRat(int64(v-band.Zero), int64(band.Full-band.Zero)), big.NewRat(10000, 1))
		points := min(max(halfUp(exact), 0), 10000)
		if got := int64(band.Points(v)); got != points {
			t.Fatalf("%d in %+v is %d, not %d", v, band, got, points)
		}
	})
}

func halfUp(r *big.Rat) int64 {
	twice := new(big.Rat).Add(new(big.Rat).Mul(r, big.NewRat(2, 1)), big.NewRat(1, 1))
	return new(big.Int).Div(twice.Num(), new(big.Int).Mul(twice.Denom(), big.NewInt(2))).Int64()
}

func TestUnitsWrite(t *testing.T) {
	for _, c := range []struct {
		unit scores.Unit
		a    scores.Amount
		want string
	}{{scores.Percent, 9870, "98.70"}, {scores.Percent, 5, "0.05"}, {scores.PerCase, 12345, "1.23"}, {scores.PerCase, 9950, "1.00"}, {scores.PerHundred, 123, "1.23"}} {
		if got := c.unit.Write(c.a); got != c.want {
			t.Errorf("%d %s is written %s, not %s", c.a, c.unit, got, c.want)
		}
	}
	if scores.Points(8765).String() != "87.65" || scores.Full.String() != "100.00" {
		t.Error(scores.Points(8765), scores.Full)
	}
}

func TestMonths(t *testing.T) {
	for _, wrong := range []string{"", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "２０２６-01"} {
		if m, err := scores.ParseMonth(wrong); err == nil {
			t.Errorf("%q is the month %s", wrong, m)
		}
	}
	m, err := scores.ParseMonth("2026-12")
	if err != nil || m.Add(1) != "2027-01" || m.Add(-12) != "2025-12" || m.Add(0) != m {
		t.Fatal(m, err, m.Add(1), m.Add(-12))
	}
	from, until := m.Span()
	if from.Time().Format("2006-01-02T15:04") != "2026-11-30T16:00" || until.Time().Format("2006-01-02T15:04") != "2026-12-31T16:00" {
		t.Error(from.Time(), until.Time())
	}
	if scores.MonthOf(from) != m || scores.MonthOf(from-1) != "2026-11" || scores.MonthOf(until) != "2027-01" {
		t.Error("the months do not meet at midnight in Asia/Shanghai")
	}
}
