package portal_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// whole is a filed bundle as its applicant follows it.
type whole struct {
	*town
	who  gov.Actor
	id   string
	path string
	v    *kittest.Visitor
}

// file files a bundle in a village of the town.
func (h *town) file(login string, in rehearsal.Choice) *whole {
	h.t.Helper()
	in.Region = "445103100200"
	who := h.actor(login)
	x, err := h.app.Stage().FileBundle(h.t.Context(), who, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return &whole{h, who, x.ID, "/applications/" + x.ID + "/progress", h.site.As(who)}
}

func (w *whole) all() cases.Companions {
	w.t.Helper()
	all, err := w.app.Cases.Companions(w.t.Context(), w.who, w.id)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *whole) of(item string) cases.Companion {
	w.t.Helper()
	all := w.all()
	i := slices.IndexFunc(all, func(x cases.Companion) bool { return x.Item == item })
	if i < 0 {
		w.t.Fatal("no case for ", item)
	}
	return all[i]
}

func (w *whole) bring(item string, g rehearsal.Goal) {
	w.t.Helper()
	if _, err := w.app.Stage().Bring(w.t.Context(), w.who, w.of(item).Case, g); err != nil {
		w.t.Fatal(item, err)
	}
}

var (
	digging = rehearsal.Choice{Bundle: "joint-utility", Answers: map[string]string{"dig": "是", "green": "是"}}
	house   = rehearsal.Choice{Bundle: "second-hand-house", Answers: map[string]string{"loan": "否", "gas": "是"}}
)

// What differs from run to run on a page of cases.
var (
	uuids  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	dates  = regexp.MustCompile(`\d{4}年\d{1,2}月\d{1,2}日（周.）(（年度[^）]*）)?( ?\d{2}:\d{2})?|\d{6}-\d{8}-\d{6}-\d`)
	tokens = regexp.MustCompile(`/s/[0-9a-z]+`)
	drawn  = regexp.MustCompile(`(?s)<figure.*?</figure>|<svg class="qr".*?</svg>`) // lines break where dates end
)

// steady is a page's main part without what differs from day to day.
func steady(a *kittest.Answer) string {
	_, body, _ := strings.Cut(a.Body, "<main")
	body, _, _ = strings.Cut(body, "</main>")
	for what, with := range map[*regexp.Regexp]string{drawn: "<svg></svg>", uuids: "ID", dates: "某日", tokens: "/s/TOKEN"} {
		body = what.ReplaceAllString(body, with)
	}
	return "<main" + body + "</main>"
}

// row is the line of the list about an item.
func row(t *testing.T, a *kittest.Answer, name string) string {
	t.Helper()
	for _, n := range a.Doc.Find("main tbody tr") {
		if text := htmlcheck.Text(n); strings.HasPrefix(text, name) {
			return text
		}
	}
	t.Fatalf("no line about %s: %s", name, a.Doc.Text("main"))
	return ""
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in %q", w, text)
		}
	}
}

// The drawing and the list say the same: every member with its department, state and
// date, what waits for what, and from whom what is awaited.
func TestProgress(t *testing.T) {
	h := open(t)
	w := h.file("resident1", house)
	page := w.v.Get(w.path).Wants(t, 200, "先后与状态", "每一项现在怎样", "承诺最晚", "能够按承诺办结", "现在不用您做什么")
	all := w.all()
	rows := page.Doc.Find("main tbody tr")
	if len(rows) != len(all) {
		t.Fatalf("%d lines for %d cases", len(rows), len(all))
	}
	drawing := page.Doc.Text("main figure")
	for _, x := range all {
		says(t, row(t, page, x.ItemName), x.BodyName)
		if href := "/cases/" + x.ID; len(having(page, "svg a", "href", href)) == 0 || len(having(page, "tbody a", "href", href)) == 0 {
			t.Errorf("%s is no link in the drawing or in the list", x.ItemName)
		}
		says(t, drawing, x.BodyName)
	}
	transfer, tax := w.of("realestate-transfer"), w.of("deed-tax")
	says(t, row(t, page, tax.ItemName), "待受理", tax.BodyName+"：", "告知是否受理", "为什么是这一天")
	says(t, row(t, page, transfer.ItemName), "等待前项办结", "等“"+tax.ItemName+"”办成", "开始办理后起算")
	if strings.Contains(row(t, page, transfer.ItemName), "为什么是这一天") {
		t.Error("a case without a clock has a date")
	}
	goldtest.HTML(t, "progress", steady(page))
	var token string
	if err := h.app.DB.Row(t.Context(), `SELECT token FROM application WHERE id = $1`, w.id).Scan(&token); err != nil {
		t.Fatal(err)
	}
	public := "/s/" + token + "/progress"
	if !strings.Contains(page.Body, public) {
		t.Error("the receipt's code does not lead to the whole")
	}
	anyone := h.site.Anyone()
	open := anyone.Get(public).Wants(t, 200, "二手房", "先后与状态").Lacks(t, all[0].Case.ApplicantName, w.id, all[0].ID, "为什么是这一天", "href=\"/cases/")
	for _, x := range all {
		says(t, row(t, open, x.ItemName), x.BodyName)
	}
	anyone.Cookie("yimen_lang", "en").Get(public).Wants(t, 200)
	anyone.Get("/s/"+all[0].Case.Token+"/progress").Wants(t, 404) // a letter about one case is no key to the others
	anyone.Get("/s/"+h.bring("resident1", residence, cases.Submitted, cases.NoStep).Token+"/progress").Wants(t, 404)

	w.bring("deed-tax", rehearsal.Goal{State: cases.Granted})
	page = w.v.Get(w.path).Wants(t, 200)
	says(t, row(t, page, transfer.ItemName), "待受理", "告知是否受理")
	says(t, row(t, page, tax.ItemName), "决定")
	w.bring("realestate-transfer", rehearsal.Goal{State: cases.Refused})
	page = w.v.Get(w.path).Wants(t, 200, "全部事项都有了结果")
	says(t, row(t, page, w.of("gas-transfer").ItemName), "前项未成，已终止", "因为“"+transfer.ItemName+"”未获准予")
	says(t, row(t, page, transfer.ItemName), "随之终止")
	w.v.Cookie("yimen_lang", "en").Get(w.path).Wants(t, 200, "Each item now", "Ended with what it waited for")
}

// Nobody but the applicant has the page, and an application for one item has none.
func TestProgressIsTheApplicants(t *testing.T) {
	h := open(t)
	w := h.file("resident1", digging)
	below := []string{"", "/correction", "/withdrawal", "/rating"}
	for _, p := range below {
		h.as("resident2").Get(w.path+p).Wants(t, 404)
		h.as("clerk1").Get(w.path+p).Wants(t, 403)
		if to := h.site.Anyone().Get(w.path + p).Header.Get("Location"); !strings.HasPrefix(to, "/sign-in") {
			t.Errorf("%s: a stranger is sent to %q", p, to)
		}
	}
	single := h.bring("resident1", residence, cases.Submitted, cases.NoStep).Application
	for _, p := range below {
		w.v.Get("/applications/"+single+"/progress"+p).Wants(t, 404)
		w.v.Get("/applications/none/progress"+p).Wants(t, 404)
	}
	w.v.Get(w.path+"/correction").Redirects(t, w.path)
	number := h.now(strings.Split(w.path, "/")[2]).Number.Grouped()
	w.v.Get("/search?q="+number).Redirects(t, w.path)
	h.as("resident2").Get("/search?q="+number).Wants(t, 200)
	w.bring("road-occupy", rehearsal.Goal{State: cases.Correcting})
	w.v.Get(w.path).Wants(t, 200, "等您补正", "现在补正")
	w.v.Get(w.path+"/rating").Redirects(t, w.path)
	w.v.Post(w.path+"/rating", words("score", "1")).Redirects(t, w.path)
}

// All of it is taken back at once, after a page that says what ends and what stays.
func TestProgressIsTakenBack(t *testing.T) {
	h := open(t)
	w := h.file("resident1", digging)
	w.bring("road-occupy", rehearsal.Goal{State: cases.Granted})
	ask := w.v.Get(w.path+"/withdrawal").Wants(t, 200, "要撤回全部事项吗", w.of("green-occupy").ItemName, w.of("road-occupy").ItemName)
	sends := ask.Sends(w.path + "/withdrawal")
	sends.Set("reason", strings.Repeat("长", 3000))
	w.v.Post(w.path+"/withdrawal", sends).Wants(t, 422)
	sends.Set("reason", "不装了")
	stale := w.v.Get(w.path + "/withdrawal").Sends(w.path + "/withdrawal")
	h.as("resident2").Post(w.path+"/withdrawal", sends).Wants(t, 404)
	w.v.Post(w.path+"/withdrawal", sends).Redirects(t, w.path)
	w.v.Post(w.path+"/withdrawal", stale).Wants(t, 409)
	page := w.v.Get(w.path).Wants(t, 200, "全部事项都有了结果").Lacks(t, "/withdrawal\"")
	says(t, row(t, page, w.of("green-occupy").ItemName), "已撤回")
	says(t, row(t, page, w.of("power-new").ItemName), "前项未成，已终止")
	w.v.Get(w.path+"/withdrawal").Redirects(t, w.path)
}

// Who asked for the post is not sent to the window, before the parcel nor after.
func TestProgressSendsNobodyInVain(t *testing.T) {
	h := open(t)
	w := h.file("handler1", rehearsal.Choice{Bundle: shop, Answers: map[string]string{"area300": "否", "tobacco": "是"}, Way: cases.ByPost})
	for _, x := range w.all() {
		w.bring(x.Item, rehearsal.Goal{State: cases.Granted})
	}
	outlet := h.actor("outlet1")
	for _, x := range w.all() {
		c := x.Case
		if c.Awaits != cases.Outlet {
			continue
		}
		if c.DeliveryWay != cases.ByPost {
			w.bring(x.Item, rehearsal.Goal{State: cases.Delivered})
			continue
		}
		w.v.Get("/cases/"+c.ID).Wants(t, 200, "将以“邮寄送达”送达").Lacks(t, "可以到统一出件窗口领取")
		w.v.Get(w.path).Wants(t, 200, "全部事项都有了结果")
		if _, err := h.app.Cases.Post(t.Context(), outlet, c.ID, c.Version(), cases.Handing{Recipient: c.ApplicantName, Parcel: "EX990000001CN"}); err != nil {
			t.Fatal(err)
		}
		w.v.Get("/cases/"+c.ID).Wants(t, 200, "已经寄出，邮件号 EX990000001CN")
	}
	w.v.Get(w.path).Wants(t, 200, "全部事项都有了结果").Lacks(t, "统一出件窗口")
	w.v.Get("/cases").Wants(t, 200).Lacks(t, "请领取")
}

// One outlet and one rating: the page says how many results wait there, and when all
// has ended asks once.
func TestProgressEndsWithOneRating(t *testing.T) {
	h := open(t)
	w := h.file("handler1", rehearsal.Choice{Bundle: shop, Answers: map[string]string{"area300": "是", "tobacco": "是"}})
	for _, x := range w.all() {
		w.bring(x.Item, rehearsal.Goal{State: cases.Granted})
	}
	n := 0
	for _, x := range w.all() {
		if x.Case.ToFetch() {
			n++
		}
	}
	w.v.Get(w.path).Wants(t, 200, "有 "+string(rune('0'+n))+" 项结果在统一出件窗口，可以一次领取", "全部事项都有了结果")
	w.v.Get("/cases").Wants(t, 200).Lacks(t, "请评价") // not before the last result is handed out
	for _, x := range w.all() {
		if x.State == cases.Granted {
			w.bring(x.Item, rehearsal.Goal{State: cases.Delivered})
		}
	}
	w.v.Get(w.path).Wants(t, 200, "评价这件事").Lacks(t, "统一出件窗口")
	rate := w.path + "/rating"
	for _, path := range []string{"/", "/cases"} {
		if got := w.v.Get(path).Wants(t, 200, "请评价", "一次评价"); len(having(got, "a", "href", rate)) != 1 {
			t.Error(path, "does not remind of the one rating, once")
		}
	}
	w.v.Get("/cases/"+w.all()[0].ID+"/rating").Wants(t, 200, "整体的评价不再算给这一项")
	apart := "/cases/" + w.all()[0].ID + "/rating"
	if got := w.v.Get(rate).Wants(t, 200, "非常满意"); len(having(got, "a", "href", apart)) != 1 {
		t.Error("one cannot be rated apart")
	}
	sends := w.v.Get(rate+"?score=5").Wants(t, 200).Sends(rate)
	sends.Set("score", "9")
	w.v.Post(rate, sends).Wants(t, 422)
	h.as("handler2").Post(rate, sends).Wants(t, 404)
	sends.Set("score", "1")
	w.v.Post(rate, sends).Redirects(t, w.path)
	w.v.Get(w.path).Wants(t, 200).Lacks(t, "评价这件事")
	w.v.Get("/cases").Wants(t, 200).Lacks(t, "请评价")
	w.v.Get(rate).Redirects(t, w.path)
	for _, x := range w.all() {
		if got, err := h.app.Ratings.Of(t.Context(), x.ID); err != nil || got == nil || got.Score != 1 {
			t.Error(x.ItemName, got, err)
		}
	}
}
