package clockfile

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestWorkedCases: sixty cases that two independent programs agree on.
func TestWorkedCases(t *testing.T) {
	data, err := os.ReadFile("../../seed/clock_cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadCases("clock_cases.yaml", data)
	if err != nil || all.Len() != 60 {
		t.Fatal(all, err)
	}
	for i := range all.Len() {
		c := all.Case(i)
		differences, err := c.Run()
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		for _, d := range differences {
			t.Errorf("%s: %s is %s, want %s", c.ID, d.Path, d.Got, d.Want)
		}
	}
}

// cases reads all cases of a file.
func cases(file string, data []byte) ([]Case, error) {
	f, err := ReadCases(file, data)
	if err != nil {
		return nil, err
	}
	all := make([]Case, f.Len())
	for i := range all {
		all[i] = f.Case(i)
	}
	return all, nil
}

const worked = `cases:
  - id: A
    title: 一例
    law: 第三十二条
    scenario: &s
      calendar: {years: [2026]}
      limits: {accept: {days: 5, unit: working}, promised: {days: 3, unit: working}}
      events: [{at: "2026-03-02T09:00:00+08:00", do: submit}, {at: "2026-03-02T09:00:00+08:00", do: submit}]
      asof: 2026-03-03
    expect: &e
      accepted_on: null
      deemed: false
      outcome: submitted
      refused: [{index: 1, reason: R11}]
      clocks:
        accept: {start: 2026-03-02, due: "2026-03-09", stop: null, state: running, budget: 5, used: 1, remaining: 4, provisional: false}
        promised: {start: null, due: null, stop: null, state: not_started, budget: 3, used: 0, remaining: 3, provisional: false}
  - {id: B, scenario: *s, expect: *e}
`

// TestDifferences: each change of what is expected is named by its path.
func TestDifferences(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{"used: 1", "used: 2", "clocks.accept.used 2 1"},
		{"used: 1", `used: "1"`, `clocks.accept.used "1" 1`},
		{"start: 2026-03-02", "start: null", `clocks.accept.start null "2026-03-02"`},
		{", provisional: false}\n        promised", ", provisional: false, projected_due: null}\n        promised", "clocks.accept.projected_due null "},
		{"used: 1, ", "", "clocks.accept.used  1"},
		{"outcome: submitted", "outcome: null", `outcome null "submitted"`},
		{"refused: [{index: 1, reason: R11}]", "refused: []", `refused[0]  {"index":1,"reason":"R11"}`},
		{"refused: [{index: 1, reason: R11}]", "refused: [{index: 1, reason: R11}, {index: 2, reason: R8}]", `refused[1] {"index":2,"reason":"R8"} `},
		{"reason: R11", "reason: R8", `refused[0].reason "R8" "R11"`},
		{"refused: [{index: 1, reason: R11}]", "refused: none", `refused "none" [{"index":1,"reason":"R11"}]`},
		{"asof: 2026-03-03", "asof: 2027-03-03", `error  "R12";year  2027`},
		{"asof: 2026-03-03", "asof: 2026-03-10", `accepted_on null "2026-03-02";clocks.accept.state "running" "late";clocks.accept.stop null "2026-03-10";clocks.accept.used 1 6;` +
			`clocks.accept.remaining 4 -1;clocks.promised.due null "2026-03-05";clocks.promised.remaining 3 -3;clocks.promised.start null "2026-03-02";clocks.promised.state "not_started" "overdue";` +
			`clocks.promised.used 0 6;deemed false true;outcome "submitted" "accepted"`},
	} {
		all, err := cases("f", []byte(strings.Replace(worked, c.old, c.new, 1)))
		if err != nil || len(all) != 2 {
			t.Fatalf("%q: %v", c.new, err)
		}
		for _, worked := range all {
			differences, err := worked.Run()
			var got []string
			for _, d := range differences {
				got = append(got, d.Path+" "+d.Want+" "+d.Got)
			}
			want := strings.Split(c.want, ";")
			slices.Sort(want)
			if slices.Sort(got); err != nil || strings.Join(got, ";") != strings.Join(want, ";") {
				t.Errorf("%q: %v\n got %s\nwant %s", c.new, err, strings.Join(got, ";"), c.want)
			}
		}
	}
}

// TestExpectedError: R12 is an answer like another.
func TestExpectedError(t *testing.T) {
	text := strings.Replace(worked, "asof: 2026-03-03", "asof: 2027-03-03", 1)
	i, j := strings.Index(text, "    expect: &e\n"), strings.Index(text, "  - {id: B")
	text = text[:i] + "    expect: &e {error: R12, year: 2027}\n" + text[j:]
	for old, want := range map[string]int{"": 0, "2027}": 1, "error: R12, year: 2027": 2} {
		all, err := cases("f", []byte(strings.Replace(text, old, map[string]string{"2027}": "2026}", "error: R12, year: 2027": "outcome: null, deemed: false"}[old], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if differences, err := all[0].Run(); err != nil || len(differences) != want {
			t.Errorf("%q: %v %v", old, differences, err)
		}
	}
}

// TestBrokenCase: a case with problems keeps them to itself, with its place.
func TestBrokenCase(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"unit: working}, promised", "unit: hours}, promised", "f:7: clockfile.not_unit value=\"hours\" (cases[0].scenario.limits.accept.unit)"},
		{"days: 3,", "days: 3652059,", ""},
		{"days: 5, unit: working", "days: 3652059, unit: natural", "f:7: clockfile.beyond (cases[0].scenario.limits.accept.days)"},
		{"    expect: &e", "    expected: &e", "f:2: clockfile.missing_key"},
		{"outcome: submitted", "deemed: submitted", "f:13: clockfile.duplicate_key (cases[0].expect.deemed)"},
	} {
		text, _, _ := strings.Cut(strings.Replace(worked, c.old, c.new, 1), "  - {id: B")
		all, err := cases("f", []byte(text))
		if err != nil || len(all) != 1 {
			t.Fatalf("%q: %v", c.new, err)
		}
		if _, err = all[0].Run(); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v, want %s", c.new, err, c.want)
		}
	}
	if _, err := ReadCases("f", []byte("calendar: cn")); err == nil || !strings.Contains(err.Error(), "f:1: clockfile.unknown_key") {
		t.Error(err)
	}
	if _, err := ReadCases("f", []byte("cases: 3")); err == nil || !strings.Contains(err.Error(), "f:1: clockfile.not_list") {
		t.Error(err)
	}
}
