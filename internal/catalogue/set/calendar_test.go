package set

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/clock"
)

const notice2027 = `years:
- year: 2027
  notices: ['https://example.invalid/2027']
  holidays:
  - {name: 元旦, days_off: ['2027-01-01', '2027-01-02', '2027-01-03']}
  - {name: 春节, days_off: ['2027-02-06', '2027-02-07', '2027-02-08']}
  workdays:
  - {date: '2027-02-20', for: 春节}
`

func readCalendar(name, text string) ([]CalendarYear, Problems) {
	return ReadCalendar(fstest.MapFS{name: {Data: []byte(text)}}, name)
}

func TestReadCalendarTakesAnyName(t *testing.T) {
	years, problems := readCalendar("next.yaml", notice2027)
	if len(problems) > 0 || len(years) != 1 || years[0].Year != 2027 || len(years[0].Holidays) != 2 || len(years[0].Workdays) != 1 {
		t.Fatalf("%v %v", years, problems)
	}
	if years[0].Notices[0] != "https://example.invalid/2027" {
		t.Errorf("notices %v", years[0].Notices)
	}
}

func TestReadCalendarProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string
	}{
		{"day in no year of the file", strings.Replace(notice2027, "2027-02-08", "2026-12-31", 1), "f.yaml:6 set.outside_year"},
		{"make-up day in no year of the file", strings.Replace(notice2027, "2027-02-20", "2028-02-20", 1), "f.yaml:8 set.outside_year"},
		{"day that never was", strings.Replace(notice2027, "2027-02-08", "2027-02-30", 1), "f.yaml:6 set.not_date"},
		{"day twice", strings.Replace(notice2027, "2027-02-08", "2027-02-07", 1), "f.yaml:6 set.duplicate"},
		{"day in two holidays", strings.Replace(notice2027, "2027-02-08", "2027-01-01", 1), "f.yaml:6 set.duplicate"},
		{"no name", strings.Replace(notice2027, "name: 春节, ", "", 1), "f.yaml:6 set.missing_key"},
		{"unknown key", strings.Replace(notice2027, "  notices:", "  source:", 1), "f.yaml:3 set.unknown_key"},
		{"year twice", notice2027 + notice2027[len("years:\n"):], "f.yaml:9 set.duplicate_entry"},
		{"no year", "years: []\n", "f.yaml:0 set.empty_list"},
		{"year out of reach", strings.Replace(notice2027, "year: 2027", "year: 20270", 1), "f.yaml:2 set.out_of_range"},
		{"year that is none", strings.Replace(notice2027, "year: 2027", "year: 明年", 1), "f.yaml:2 set.not_integer"},
		{"not UTF-8", notice2027 + "# \xff\n", "f.yaml:9 set.not_utf8"},
		{"too large", notice2027 + "#" + strings.Repeat("x", MaxFile), "f.yaml:0 set.too_large"},
		{"not YAML", "years: [\n", "f.yaml:2 set.malformed"},
		{"empty", "", "f.yaml:1 set.empty_file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := readCalendar("f.yaml", c.text)
			if len(problems) != 1 {
				t.Fatalf("%d problems: %v", len(problems), problems)
			}
			if got := fmt.Sprintf("%s:%d %s", problems[0].File, problems[0].Line, problems[0].Code); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if _, problems := ReadCalendar(fstest.MapFS{}, "gone.yaml"); len(problems) != 1 || problems[0].Code != "set.no_files" {
		t.Errorf("a file that is not there: %v", problems)
	}
	if _, problems := ReadCalendar(fstest.MapFS{"d": {Mode: fs.ModeDir}}, "d"); len(problems) != 1 || problems[0].Code != "set.unreadable" {
		t.Errorf("a folder: %v", problems)
	}
}

// A holiday over New Year may be listed whole under one of its years, and a day in
// both lists is a working day (clock.md, scenario format).
func TestReadCalendarOverNewYear(t *testing.T) {
	years, problems := readCalendar("two.yaml", `years:
- year: 2030
  holidays:
  - {name: 元旦, days_off: ['2030-12-31', '2031-01-01', '2031-01-02']}
  workdays: [{date: '2031-01-04', for: 元旦}]
- year: 2031
  holidays: []
  workdays: [{date: '2030-12-31', for: 元旦}]
`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	cal, err := clock.NewCalendar([]clock.Year{years[0].Clock(), years[1].Clock()})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{"2030-12-31": true, "2031-01-01": false, "2031-01-02": false, "2031-01-03": true, "2031-01-04": true} {
		if got, _ := cal.IsWorkday(clock.MustDate(day)); got != want {
			t.Errorf("%s: working day %v, want %v", day, got, want)
		}
	}
}

func TestCalendarTextReadsBack(t *testing.T) {
	years, problems := readCalendar("a.yaml", notice2027)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	text, err := CalendarText(years)
	if err != nil {
		t.Fatal(err)
	}
	again, problems := readCalendar("b.yaml", string(text))
	if len(problems) > 0 || fmt.Sprint(again) != fmt.Sprint(years) {
		t.Errorf("%v\n%v\n%s", again, problems, text)
	}
}
