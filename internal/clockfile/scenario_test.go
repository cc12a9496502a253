package clockfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"yimen/internal/clock"
)

const good = `calendar: cn
cutoff: "17:30"
assume_weekdays: false
extend_max: 10
limits:
  accept: {days: 5, unit: working}
  statutory: {days: 20, unit: natural}
events:
  - {at: "2026-03-02T09:00:00+08:00", do: submit}
  - {at: 2026-03-03T09:00:00+08:00, do: accept}
  - {at: "2026-03-04T09:00:00+08:00", do: suspend, procedure: 听证, planned: 20}
  - {at: "2026-03-05T09:00:00+08:00", do: resume, procedure: 听证}
  - {at: "2026-03-05T10:00:00+08:00", do: extend, days: 10}
asof: 2026-03-06
`

// TestScenario: dates with and without quotes, what is optional left out or null.
func TestScenario(t *testing.T) {
	s, err := Scenario("good.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	e := s.Events
	if s.Cutoff != clock.DefaultCutoff || s.ExtendMax != 10 || s.AsOf != clock.MustDate("2026-03-06") || len(e) != 5 ||
		s.Limits != (clock.Limits{Accept: clock.Limit{Days: 5, Unit: clock.Working}, Statutory: clock.Limit{Days: 20, Unit: clock.Natural}}) ||
		!e[1].At.Equal(time.Date(2026, 3, 3, 1, 0, 0, 0, time.UTC)) || e[2].Procedure != "听证" || *e[2].Planned != 20 || e[3].Planned != nil || e[4].Days != 10 {
		t.Errorf("%+v", s)
	}
	short := "calendar: {years: [2026], days_off: null, workdays: [2026-03-07]}\nassume_weekdays: true\nextend_max: null\nlimits: {accept: ~}\nevents: []\nasof: \"2026-03-06\"\n"
	if s, err = Scenario("short.yaml", []byte(short)); err != nil {
		t.Fatal(err)
	}
	saturday, _ := s.Calendar.IsWorkday(clock.MustDate("2026-03-07"))
	if _, err := s.Calendar.NextWorkday(clock.MustDate("2027-03-06")); err != nil || !saturday || s.Limits.Accept.Exists() || s.Cutoff != clock.DefaultCutoff || s.ExtendMax != clock.DefaultExtendMax {
		t.Errorf("%v %+v", err, s)
	}
}

// TestChina: the calendar `cn` is that of the notices, holidays by name.
func TestChina(t *testing.T) {
	if got := China().Years(); !slices.Equal(got, []int{2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026}) {
		t.Error(got)
	}
	if d := China().Day(clock.MustDate("2026-02-17")); d.Holiday != "春节" || d.Workday {
		t.Errorf("%+v", d)
	}
}

// TestProblems: each slip alone is found in its line, at its place.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		old, new string
		line     int
		path     string
		code     string
	}{
		{"calendar: cn\n", "", 1, "", "missing_key"},
		{"calendar: cn\n", "calendar: null\n", 1, "", "missing_key"},
		{"calendar: cn", "calendar: de", 1, "calendar", "unknown_calendar"},
		{"calendar: cn", "calendar: [2026]", 1, "calendar", "unknown_calendar"},
		{"calendar: cn", "calendar: {days_off: []}", 1, "calendar", "missing_key"},
		{"calendar: cn", "calendar: {years: 2026}", 1, "calendar.years", "not_list"},
		{"calendar: cn", "calendar: {years: [2026, 2026]}", 1, "calendar.years[1]", "year_twice"},
		{"calendar: cn", "calendar: {years: [0]}", 1, "calendar.years[0]", "out_of_range"},
		{"calendar: cn", "calendar: {years: [2026.0]}", 1, "calendar.years[0]", "not_whole"},
		{"calendar: cn", "calendar: {years: [2026], days_off: ['2026-01-01', '2027-01-01']}", 1, "calendar.days_off[1]", "outside_years"},
		{"calendar: cn", "calendar: {years: [2026], workdays: [2026-13-01]}", 1, "calendar.workdays[0]", "not_date"},
		{"calendar: cn", "calendar: {years: [2026], holidays: []}", 1, "calendar", "unknown_key"},
		{`"17:30"`, `"24:00"`, 2, "cutoff", "not_time_of_day"},
		{`"17:30"`, "1730", 2, "cutoff", "not_time_of_day"},
		{"weekdays: false", `weekdays: "false"`, 3, "assume_weekdays", "not_bool"},
		{"weekdays: false", "weekdays: yes", 3, "assume_weekdays", "not_bool"},
		{"extend_max: 10", "extend_max: -1", 4, "extend_max", "out_of_range"},
		{"extend_max: 10", "extend_max: ten", 4, "extend_max", "not_whole"},
		{"extend_max: 10", "extend_max: 0x10", 4, "extend_max", "not_whole"},
		{"extend_max: 10", "extend_max: 99999999999999999999", 4, "extend_max", "out_of_range"},
		{"extend_max: 10", "extent_max: 10", 4, "", "unknown_key"},
		{"extend_max: 10", "cutoff: \"17:00\"", 4, "cutoff", "duplicate_key"},
		{"extend_max: 10", "? [a]\n: b", 4, "", "unknown_key"},
		{"  accept: {days: 5,", "  accepted: {days: 5,", 6, "limits", "unknown_key"},
		{"{days: 5, unit: working}", "5", 6, "limits.accept", "not_mapping"},
		{"days: 5, ", "", 6, "limits.accept", "missing_key"},
		{"days: 5", "days: -5", 6, "limits.accept.days", "out_of_range"},
		{"days: 5", `days: "5"`, 6, "limits.accept.days", "not_whole"},
		{"days: 5", "days: 4000000", 6, "limits.accept.days", "out_of_range"},
		{"unit: working", "unit: hours", 6, "limits.accept.unit", "not_unit"},
		{", unit: working", "", 6, "limits.accept", "missing_key"},
		{"09:00:00+08:00\", do: submit", "09:00:00\", do: submit", 9, "events[0].at", "not_instant"},
		{"2026-03-02T", "2026-02-30T", 9, "events[0].at", "not_instant"},
		{"2026-03-02T", "0000-03-02T", 9, "events[0].at", "not_instant"},
		{"at: \"2026-03-02T09:00:00+08:00\"", "at: 12", 9, "events[0].at", "not_instant"},
		{"at: \"2026-03-02T09:00:00+08:00\", ", "", 9, "events[0]", "missing_key"},
		{"do: submit", "do: ship", 9, "events[0].do", "not_act"},
		{"do: submit", "do: true", 9, "events[0].do", "not_act"},
		{", do: submit", "", 9, "events[0]", "missing_key"},
		{"do: submit", "do: submit, days: 3", 9, "events[0].days", "stray_key"},
		{"do: submit", "do: submit, who: me", 9, "events[0]", "unknown_key"},
		{"  - {at: \"2026-03-02T09:00:00+08:00\", do: submit}", "  - submit", 9, "events[0]", "not_mapping"},
		{"procedure: 听证, planned", "planned", 11, "events[2]", "missing_key"},
		{"procedure: 听证, planned", "procedure: 5, planned", 11, "events[2].procedure", "not_text"},
		{"planned: 20", "planned: -1", 11, "events[2].planned", "out_of_range"},
		{"planned: 20", "planned: 2.5", 11, "events[2].planned", "not_whole"},
		{"extend, days: 10", "extend", 13, "events[4]", "missing_key"},
		{"asof: 2026-03-06", "asof: 2026-03", 14, "asof", "not_date"},
		{"asof: 2026-03-06", "asof: {}", 14, "asof", "not_date"},
		{"asof: 2026-03-06\n", "", 1, "", "missing_key"},
		{good, "", 1, "", "empty"},
		{good, "# nothing\n", 1, "", "empty"},
		{good, "just text", 1, "", "not_mapping"},
		{good, good + "---\n" + good, 15, "", "more_documents"},
		{"calendar: cn", "calendar: [cn", 1, "", "malformed"},
		{"calendar: cn", "\tcalendar: cn", 1, "", "malformed"},
		{"limits:", "limits: *none\nx:", 1, "", "malformed"},
		{"听证", "\xff", 0, "", "not_utf8"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%q is not in the scenario", c.old)
		}
		_, err := Scenario("f", []byte(text))
		var all Problems
		if !errors.As(err, &all) || len(all) != 1 || all[0].Code != "clockfile."+c.code || all[0].Path != c.path || all[0].Line != c.line && c.code != "malformed" {
			t.Errorf("%q: %v, want f:%d %s (%s)", c.new, err, c.line, c.code, c.path)
		}
	}
}

// TestEveryProblem: they are found together, and no more than can be read are kept.
func TestEveryProblem(t *testing.T) {
	text := strings.NewReplacer("cn", "de", "working", "hours", "2026-03-06", "later").Replace(good)
	_, err := Scenario("f", []byte(text))
	if all := (Problems{}); !errors.As(err, &all) || len(all) != 3 {
		t.Error(err)
	}
	_, err = Scenario("f", []byte(strings.Replace(good, "events:\n", "events:\n"+strings.Repeat("  - {}\n", 100), 1)))
	all := Problems{}
	if !errors.As(err, &all) || len(all) != mostProblems+1 || all[mostProblems].Args["count"] != 150 {
		t.Errorf("%d problems, the last is %v", len(all), all[len(all)-1])
	}
}

// TestJSON: a scenario written as JSON, indented with tabs and with what YAML
// forbids in text, is the same scenario; problems keep their lines.
func TestJSON(t *testing.T) {
	var plain any
	if err := yaml.Unmarshal([]byte(good), &plain); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(plain, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.ReplaceAll(string(text), "2026-03-06T00:00:00Z", "2026-03-06"))
	text = []byte(strings.ReplaceAll(string(text), "听证", `\ud83d\ude00\/`))
	s, err := Scenario("f.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if s.Events[2].Procedure != "😀/" || s.Events[3].Procedure != "😀/" || s.AsOf != clock.MustDate("2026-03-06") || *s.Events[2].Planned != 20 {
		t.Errorf("%+v", s)
	}
	_, err = Scenario("f.json", []byte(strings.Replace(string(text), `"suspend"`, `"hold"`, 1)))
	all := Problems{}
	line := 1 + strings.Count(string(text[:strings.Index(string(text), `"suspend"`)]), "\n")
	if !errors.As(err, &all) || all[0].Line != line || all[0].Path != "events[2].do" {
		t.Errorf("%v, want line %d", err, line)
	}
	if _, err = Scenario("f.json", []byte(`{"calendar": 1.5e3, "limits": true, "events": null, "asof": 20260306}`)); !errors.As(err, &all) || len(all) != 4 {
		t.Error(err)
	}
}

// TestBeyond: what only the calculator can find stands at its line.
func TestBeyond(t *testing.T) {
	text := []byte(strings.Replace(good, "days: 20, unit: natural", "days: 3652059, unit: natural", 1))
	s, err := Scenario("f", text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Answer()
	all := Problems{}
	if err = Explain("f", text, err); !errors.As(err, &all) || all[0].Line != 7 || all[0].Path != "limits.statutory.days" || all[0].Code != "clockfile.beyond" {
		t.Error(err)
	}
	if err := Explain("f", text, clock.UnknownYear{Year: 2027}); err != error(clock.UnknownYear{Year: 2027}) {
		t.Error(err)
	}
}

// TestHostile: files made to take the machine are refused or read, soon.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("[", 9000)
	for name, text := range map[string]string{
		"too large":      strings.Repeat(" ", MaxBytes+1),
		"dashes":         strings.Repeat("- ", 6<<20),
		"deep":           "events: " + deep,
		"deep JSON":      `{"events": ` + deep + strings.Repeat("]", 9000) + "}",
		"deep blocks":    strings.Repeat("- ", 9000),
		"itself":         "events: &a [*a, *a]\nlimits: &b {accept: *b}\n",
		"laughs":         laughs(),
		"long key":       strings.Repeat("k", 1<<20) + ": 1",
		"anchors":        "calendar: cn\n" + strings.Repeat("&a ", 10000),
		"one long quote": `"` + strings.Repeat(`\n`, 1<<20),
		"comments":       strings.Repeat("#\n", 1<<18),
		"tags":           "!!binary cn: !!float cn",
		"bom":            "\ufeff{}",
		"zero":           "\x00",
		"no cases":       "cases:\n" + strings.Repeat("- {}\n", maxCases+1),
		"keys":           strings.Repeat("k: v\n", 1<<18),
		"repeated":       "cases: [&a {id: x, scenario: {calendar: {years: [" + strings.TrimSuffix(strings.Repeat("2000,", 100_000), ",") + "]}}}" + strings.Repeat(",*a", 2000) + "]",
	} {
		begin := time.Now()
		if _, err := Scenario("f", []byte(text)); err == nil || len(err.Error()) > 1<<14 {
			t.Errorf("%s: %v", name, err)
		}
		all, err := cases("f", []byte(text))
		for _, c := range all {
			if _, err := c.Run(); err == nil {
				t.Errorf("%s: a case without a problem", name)
			}
		}
		if err == nil && len(all) == 0 {
			t.Errorf("%s: no problem as cases", name)
		}
		if spent := time.Since(begin); spent > 20*time.Second {
			t.Errorf("%s takes %v", name, spent)
		}
	}
}

// laughs repeats itself by aliases, ten times at every level.
func laughs() string {
	text := "l0: &l0 [lol]\n"
	for i := range 30 {
		text += fmt.Sprintf("l%d: &l%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d,", i), 10), ","))
	}
	return text + "cases: [{id: a, scenario: {}, expect: *l30}]\nevents: *l30\n"
}

// FuzzScenario: no file makes the reader or the calculator panic; what is read is
// answered or refused with a reason.
func FuzzScenario(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"calendar":{"years":[2031],"days_off":["2031-10-01"],"workdays":["2031-10-11"]},"limits":{},"events":[],"asof":"2031-01-01"}`))
	f.Add([]byte("a: &a [*a]\n? {x: y}\n: - 1\n"))
	if data, err := os.ReadFile("../../seed/clock_cases.yaml"); err == nil {
		first, _, _ := strings.Cut(string(data), "- id: C03")
		f.Add([]byte(first))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if all, err := cases("f", data); err == nil {
			for _, c := range all {
				_, _ = c.Run()
			}
		}
		s, err := Scenario("f", data)
		if err != nil {
			if all := (Problems{}); !errors.As(err, &all) || len(all) == 0 {
				t.Fatal(err)
			}
			return
		}
		e, err := s.Explain()
		var unknown clock.UnknownYear
		var wrong clock.InputError
		switch {
		case errors.As(err, &unknown), errors.Is(err, clock.ErrLong):
		case errors.As(err, &wrong):
			if all := (Problems{}); !errors.As(Explain("f", data, err), &all) {
				t.Fatal(err)
			}
		case err != nil:
			t.Fatal(err)
		default:
			if text, err := json.Marshal(e); err != nil || !json.Valid(text) {
				t.Fatalf("%v: %s", err, text)
			}
		}
	})
}
