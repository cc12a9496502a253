package admin_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/clock"
	"yimen/internal/web/kit/kittest"
)

const proposals = "/admin/calendar/proposals"

// shifted is the calendar in force with one day off more, which the limit of a case
// filed today runs over: the next day from Monday to Friday.
func (h *house) shifted(name string) []byte {
	h.t.Helper()
	text, err := h.app.Catalogue.CalendarText(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	day := apptest.Today(h.app).AddDays(1)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDays(1)
	}
	return withDay(h.t, string(text), name, day)
}

func withDay(t *testing.T, text, name string, day clock.Date) []byte {
	t.Helper()
	year := fmt.Sprintf("- year: %d\n", day.Year())
	line := fmt.Sprintf("    - {name: %s, days_off: ['%s']}\n", name, day)
	before, after, known := strings.Cut(text, year)
	if !known {
		return []byte(text + year + "  holidays:\n" + line + "  workdays: []\n")
	}
	head, tail, ok := strings.Cut(after, "  holidays:\n")
	if !ok {
		t.Fatal("the year has no holidays")
	}
	return []byte(before + year + head + "  holidays:\n" + line + tail)
}

// proposed uploads a calendar and gives the address of its effect.
func (h *house) proposed(editor *kittest.Visitor, text []byte) string {
	h.t.Helper()
	a := editor.Upload(proposals, nil, "files", "新日历.yaml", text)
	if a.Status != 303 {
		h.t.Fatalf("status %d: %s", a.Status, a.Doc.Text("main"))
	}
	return a.Header.Get("Location")
}

// work lets the jobs run that are due.
func (h *house) work() {
	h.t.Helper()
	for range 20 {
		n, err := h.app.Jobs.Once(context.WithoutCancel(h.t.Context()))
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func TestCalendarPage(t *testing.T) {
	h := open(t)
	page := h.as("editor").Get("/admin/calendar?year=2026").Wants(t, 200, "工作日历", "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",
		"国庆节", "10月1日（周四）至10月7日（周三），7 天", "调休上班", "248", "第 1 版", "上传并看影响")
	if n := page.Doc.Count("table.mini"); n != 12 {
		t.Errorf("%d months", n)
	}
	if off, work := page.Doc.Count("td.off"), page.Doc.Count("td.makeup"); off != 33 || work != 6 {
		t.Errorf("%d days off and %d made up are drawn", off, work)
	}
	h.as("editor").Get("/admin/calendar?year=2027").Wants(t, 200, "2027 年的放假安排还没有公布或导入").Lacks(t, `class="mini"`)
	h.as("editor").Get("/admin/calendar?year=1066&below=x").Wants(t, 200)
	h.as("admin").Get("/admin/calendar").Wants(t, 200, "工作日历").Lacks(t, "上传并看影响")
	h.as("admin").Cookie("yimen_lang", "en").Get("/admin/calendar?year=2026").Wants(t, 200, "Statutory calendar", "October", "Make-up workdays")
	h.as("security").Get("/admin/calendar").Wants(t, 403)
	h.as("admin").Upload(proposals, nil, "files", "x.yaml", []byte("x")).Wants(t, 403)
	file := h.as("admin").Get("/admin/calendar/file")
	if file.Status != 200 || !strings.HasPrefix(file.Body, "years:\n- year: 2018\n") || !strings.Contains(file.Header.Get("Content-Disposition"), "holidays.yaml") {
		t.Errorf("file: %d %.100s %v", file.Status, file.Body, file.Header)
	}
}

func TestCalendarRefused(t *testing.T) {
	h := open(t)
	editor := h.as("editor")
	editor.Upload(proposals, nil, "files", "", nil).Wants(t, 422, "请选择文件")
	bad := strings.Replace(string(h.shifted("临时放假")), "days_off: ['", "days_off: ['x", 1)
	editor.Upload(proposals, nil, "files", "新日历.yaml", []byte(bad)).Wants(t, 422, "文件有 1 处错误", "新日历.yaml", "应为真实的日期")
	editor.Upload(proposals, nil, "files", "a.yaml", []byte("\xff\xfe")).Wants(t, 422)
	editor.Upload(proposals, nil, "files", "a.yaml", make([]byte, 33<<20)).Wants(t, 422)
	if n := apptest.Rows(t, h.app.DB, "calendar_proposal"); n != 0 {
		t.Errorf("%d refused files are kept", n)
	}
	editor.Get(proposals+"/no-such").Wants(t, 404)
	editor.Get(proposals+"/no-such/cases").Wants(t, 404)
	editor.Post(proposals+"/no-such", url.Values{"seen": {"x"}}).Wants(t, 404)
}

// The way of a notice: its effect is shown and nothing is done; what is confirmed is
// what was shown; the cases follow and the page says how far they have come.
func TestCalendarIsConfirmed(t *testing.T) {
	h := open(t)
	if _, err := h.app.Stage().File(t.Context(), apptest.Handler(t, h.app, "handler1"), "food-business-licence", "445103"); err != nil {
		t.Fatal(err)
	}
	var number, due string
	read := func() {
		if err := h.app.DB.Row(t.Context(), `SELECT number, accept_due FROM cases`).Scan(&number, &due); err != nil {
			t.Fatal(err)
		}
	}
	read()
	before := due
	editor := h.as("editor")
	here := h.proposed(editor, h.shifted("临时放假"))
	shown := editor.Get(here).Wants(t, 200, "确认新的工作日历", "休息（临时放假）", "受理期限", "潮安区市场监督管理局", "还没有更改")
	editor.Cookie("yimen_lang", "en").Get(here).Wants(t, 200, "Confirm the new calendar", "Answer to the filing by")
	editor = h.as("editor")
	csv := editor.Get(here + "/cases")
	if csv.Status != 200 || !strings.HasPrefix(csv.Body, "\ufeff办件编号,") || !strings.Contains(csv.Body, number) || !strings.Contains(csv.Body, ","+before+",") {
		t.Errorf("export: %d %q", csv.Status, csv.Body)
	}
	if read(); due != before || apptest.Rows(t, h.app.DB, "calendar_version") != 1 {
		t.Error("showing the effect has changed something")
	}

	sent := shown.Sends(here)
	editor.Post(here, url.Values{"seen": {"what nobody saw"}, "base": sent["base"]}).Wants(t, 409, "未做任何更改")
	other := h.proposed(editor, h.shifted("另一个假"))
	stale := editor.Get(other).Sends(other)
	editor.Post(here, sent).Redirects(t, "/admin/calendar")
	editor.Get("/admin/calendar").Wants(t, 200, "第 2 版日历已施行", "正在按第 2 版日历重新计算", "刷新进度")
	editor.Post(here, sent).Wants(t, 404)
	editor.Post(other, stale).Wants(t, 409, "第 1 版", "第 2 版")
	editor.Get(other).Wants(t, 200, "更改年份")

	h.work()
	if read(); due <= before {
		t.Errorf("due %s, before %s", due, before)
	}
	editor.Get("/admin/calendar").Wants(t, 200, "核对了 1 件，1 件的期限变动", "魏目录").Lacks(t, "刷新进度")
	editor.Get("/admin/catalogue").Wants(t, 200, "更改工作日历")

	same := h.proposed(editor, []byte(editor.Get("/admin/calendar/file").Body))
	editor.Get(same).Wants(t, 200, "与现行日历相同").Lacks(t, "确认施行")
	editor.Post(same+"/discard", url.Values{}).Redirects(t, "/admin/calendar")
	editor.Get("/admin/calendar").Wants(t, 200, "已放弃", "等待确认")
	editor.Get(same).Wants(t, 404)
}
