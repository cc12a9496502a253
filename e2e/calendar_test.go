package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yimen/e2e/harness"
	"yimen/internal/clock"
)

// TestNextYearsCalendar is the day on which a notice comes out: the editor looks at
// its effect, confirms it, and the running case follows. The calendar belongs to a
// whole town, so this one has a town of its own.
func TestNextYearsCalendar(t *testing.T) {
	t.Parallel()
	for _, kind := range []harness.Kind{harness.SQLite, harness.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			s := harness.Start(t, kind, "--dev")
			number := bring(t, s, "food-business-licence", "handler1", "submitted").number
			bring(t, s, "food-business-licence", "handler2", "accepted/review")
			p := come(t, s, "editor", 1280)
			p.Open("/admin/calendar?year=2026")
			p.MustSee("工作日历", "2026 年", "国庆节", "还没有公布安排的年份")
			p.look("calendar")

			_, _, text := p.Fetch("/admin/calendar/file")
			p.Upload("日历文件", calendarFile(t, strings.Replace(string(text), "days_off", "days_of", 1)))
			p.Press("上传并看影响")
			p.MustSee("没有导入任何内容", "days_of")
			p.look("calendar-refused")

			p.Upload("日历文件", calendarFile(t, shifted(t, string(text), soon(t))))
			p.Press("上传并看影响")
			p.MustSee("确认新的工作日历", "临时放假", number, "受理期限")
			p.look("calendar-effect")
			if status, kind, csv := p.Fetch(p.URL() + "/cases"); status != 200 || kind != "text/csv" || !strings.Contains(string(csv), strings.ReplaceAll(number, "-", "")) {
				t.Errorf("export: %d %s %.300s", status, kind, csv)
			}
			p.Press("确认施行")
			p.MustSee("第 2 版日历已施行")
			const done = "核对了 2 件，2 件的期限变动"
			for range 100 {
				if strings.Contains(p.Text(), done) {
					break
				}
				time.Sleep(100 * time.Millisecond)
				p.Reload()
			}
			p.MustSee(done, "魏目录")
			p.look("calendar-followed")

			verified(t, s)
		})
	}
}

// TestCalendarAtTheTerminal takes a year in from the command line: errors by line,
// the effect first, once and not twice.
func TestCalendarAtTheTerminal(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	imported(t, data, realSet(t))
	show := func() string {
		got := harness.Run(t, "calendar", "show", "--data", data)
		if got.Code != 0 {
			t.Fatalf("%+v", got)
		}
		return got.Out
	}
	before := show()
	day := clock.MustDate("2027-10-01")
	file := calendarFile(t, shifted(t, before, day))
	bad := calendarFile(t, strings.Replace(shifted(t, before, day), "2027-10-01", "2028-10-01", 1))
	if got := harness.Run(t, "calendar", "import", bad, "--data", data); got.Code != 1 || !strings.Contains(got.Complaint, "日历.yaml:") || !strings.Contains(got.Complaint, "2028-10-01") {
		t.Errorf("a broken file: %+v", got)
	}
	if got := harness.Run(t, "calendar", "import", file, "--data", data, "--dry-run"); got.Code != 0 || !strings.Contains(got.Out, "新增年份 2027") || !strings.Contains(got.Out, "什么都没有更改") {
		t.Errorf("dry run: %+v", got)
	}
	if show() != before {
		t.Error("a refused file or a dry run has changed the calendar")
	}
	type report struct {
		Imported    bool
		Version     int64
		Added, Same []int
		Days        []struct{ Date string }
		Running     int64
	}
	read := func() (r report) {
		got := harness.Run(t, "calendar", "import", file, "--data", data, "--json")
		if err := json.Unmarshal([]byte(got.Out), &r); err != nil || got.Code != 0 {
			t.Fatalf("%+v %v", got, err)
		}
		return r
	}
	if r := read(); !r.Imported || r.Version != 2 || len(r.Added) != 1 || len(r.Same) != 9 || len(r.Days) != 1 || r.Days[0].Date != "2027-10-01" {
		t.Errorf("the first time: %+v", r)
	}
	if r := read(); r.Imported || r.Version != 2 || len(r.Same) != 10 {
		t.Errorf("the second time: %+v", r)
	}
	if !strings.Contains(show(), "year: 2027") {
		t.Error("the calendar in force has no 2027")
	}
}

// soon is a working day of the next few, which the limit of a case filed today runs over.
func soon(t *testing.T) clock.Date {
	t.Helper()
	d := clock.DateOf(time.Now()).AddDays(1)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDays(1)
	}
	return d
}

// shifted is a calendar with one day off more, in a year that it has or not.
func shifted(t *testing.T, text string, day clock.Date) string {
	t.Helper()
	line := fmt.Sprintf("    - {name: 临时放假, days_off: ['%s']}\n", day)
	before, after, known := strings.Cut(text, fmt.Sprintf("- year: %d\n", day.Year()))
	if !known {
		return text + fmt.Sprintf("- year: %d\n  holidays:\n%s  workdays: []\n", day.Year(), line)
	}
	head, tail, ok := strings.Cut(after, "  holidays:\n")
	if !ok {
		t.Fatal("a year without holidays")
	}
	return before + fmt.Sprintf("- year: %d\n", day.Year()) + head + "  holidays:\n" + line + tail
}

func calendarFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "日历.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
