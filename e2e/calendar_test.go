package e2e

import (
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
