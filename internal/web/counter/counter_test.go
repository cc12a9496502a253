package counter_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/rehearsal"
	"yimen/internal/web/counter"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

// hall is the demo town with the counter's pages before it.
type hall struct {
	t    *testing.T
	app  *app.App
	site *kittest.Site
}

func open(t *testing.T) *hall {
	t.Helper()
	return before(t, apptest.SQLite(t, nil))
}

// before puts the counter's pages before a town.
func before(t *testing.T, a *app.App) *hall {
	t.Helper()
	pages := counter.New(counter.Deps{Applications: a.Applications, Cases: a.Cases, Licences: a.Licences,
		Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now, URL: a.URL})
	return &hall{t: t, app: a, site: kittest.With(t, kit.Options{Now: a.Now}, pages.Routes()...)}
}

// as is somebody of the town at a window.
func (h *hall) as(login string) *kittest.Visitor {
	h.t.Helper()
	return h.site.As(apptest.As(h.t, h.app, login, gov.Counter))
}

// Items of the real catalogue that the tests play with.
const (
	food      = "food-business-licence"
	residence = "residence-permit"
)

// bring files an application online and plays it to a goal.
func (h *hall) bring(login, item string, state cases.State, step cases.Step) *cases.Case {
	h.t.Helper()
	applicant := apptest.As(h.t, h.app, login, gov.Web)
	if strings.HasPrefix(login, "handler") {
		applicant = apptest.Handler(h.t, h.app, login)
	}
	stage := h.app.Stage()
	x, err := stage.File(h.t.Context(), applicant, item, "445103")
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := h.app.Cases.ByApplication(h.t.Context(), applicant, x.ID)
	if err == nil {
		c, err = stage.Bring(h.t.Context(), applicant, c, rehearsal.Goal{State: state, Step: step})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// again reads the case as the program sees it.
func (h *hall) again(id string) *cases.Case {
	h.t.Helper()
	c, err := h.app.Cases.Case(h.t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// at is the address an answer leads to.
func at(t *testing.T, a *kittest.Answer) string {
	t.Helper()
	if a.Status != 303 {
		t.Fatalf("status %d, want a redirect: %s", a.Status, a.Doc.Text("main"))
	}
	return a.Header.Get("Location")
}

func form(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

// of is a form that has seen the case's version.
func of(c *cases.Case, kv ...string) url.Values {
	v := form(kv...)
	v.Set("version", strconv.FormatInt(c.Version(), 10))
	return v
}

func TestStartShowsWhatWaitsInMyRegion(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	h.bring("handler2", food, cases.Accepted, cases.Handle)
	page := h.as("clerk1").Get("/counter").Wants(t, 200, "待受理，按剩余时间排列", c.ApplicantName, c.Number.Grouped(), "剩")
	if n := page.Doc.Count("tbody tr"); n != 1 {
		t.Errorf("%d rows, want the one that waits for a clerk", n)
	}
	h.as("town-clerk").Get("/counter").Wants(t, 200, "没有等待受理的办件").Lacks(t, c.ID)
	h.as("clerk1").Cookie("yimen_lang", "en").Get("/counter").Wants(t, 200, "Waiting for acceptance")
	h.as("clerk1").Cookie("yimen_size", "large").Get("/counter").Wants(t, 200)
}

func TestOnlyTheHallComesIn(t *testing.T) {
	h := open(t)
	for _, login := range []string{"resident1", "scjg-officer", "supervisor", "admin", "outlet1"} {
		h.as(login).Get("/counter").Wants(t, 403)
	}
	for _, login := range []string{"resident1", "scjg-officer", "clerk1"} {
		h.as(login).Get("/outlet").Wants(t, 403)
	}
	if a := h.site.Anyone().Get("/counter"); a.Status != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
		t.Errorf("a stranger is asked to sign in: %d %s", a.Status, a.Header.Get("Location"))
	}
}

func TestSearchDecidesByForm(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	clerk := h.as("clerk1")
	find := func(q string) *kittest.Answer { return clerk.Post("/counter/search", form("q", q)) }
	for _, q := range []string{string(c.Number), c.Number.Grouped(), " " + c.Number.Grouped() + " ", c.Token,
		"https://yimen.example/s/" + c.Token, "https://yimen.example/x?t=" + c.Token} {
		find(q).Redirects(t, "/counter/cases/"+c.ID)
	}
	person := apptest.As(t, h.app, "resident1", gov.Web).Party
	for _, q := range []string{"990000198803121013", "９９００００198803121013", "13000000001", "130 0000 0001", "张示例"} {
		find(q).Redirects(t, "/counter/parties/"+person)
	}
	find("91990000YMQ0000134").Redirects(t, "/counter/parties/"+c.Applicant)
	find("王样例").Wants(t, 303) // the resident, not the clerk of a similar name: staff are no parties
	find("").Redirects(t, "/counter")
	find("李不存").Wants(t, 200, "没有找到", "登记来访人", "登记单位")
	find("990000190001010016").Wants(t, 200, "登记来访人").Lacks(t, "/counter/organisations/new\" class=\"btn")
	number := string(c.Number)
	wrong := number[:20] + string('0'+(number[20]-'0'+1)%10)
	find(wrong).Wants(t, 422, "办件编号不对")
	find("小满").Wants(t, 303) // the one organisation whose name begins so
	for _, q := range []string{"<script>alert(1)</script>", "'; DROP TABLE party--", "%", "_", "https://%zz/", strings.Repeat("长", 500), "\x00\x01"} {
		if a := find(q); a.Status != 200 && a.Status != 303 {
			t.Errorf("%q: status %d", q, a.Status)
		}
	}
}

func TestSearchKeepsNumbersOutOfAddresses(t *testing.T) {
	h := open(t)
	a := h.as("clerk1").Post("/counter/search", form("q", "990000190001010016"))
	for _, n := range a.Doc.Find("a") {
		for _, at := range n.Attr {
			if strings.Contains(at.Val, "990000190001010016") {
				t.Errorf("a link carries the number: %s", at.Val)
			}
		}
	}
	begin := a.Sends("/counter/people/new")
	begin.Set("begin", "1")
	page := h.as("clerk1").Post("/counter/people/new", begin).Wants(t, 200, "查验了什么")
	if got := page.Sends("/counter/people/new").Get("id_number"); got != "990000190001010016" {
		t.Errorf("what was typed is typed again: %q", got)
	}
}

func TestDraftByCode(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	resident := apptest.As(t, h.app, "resident1", gov.Mobile)
	g, err := h.app.Catalogue.GuideAt(ctx, residence, "445103")
	if err != nil {
		t.Fatal(err)
	}
	x, err := h.app.Applications.Start(ctx, resident, g.Local.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	clerk := h.as("clerk1")
	clerk.Get("/counter/drafts/"+x.ID).Wants(t, 404) // nobody's business before it is handed over
	code, err := h.app.Applications.HandOver(ctx, resident, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	clerk.Post("/counter/search", form("q", code.Code)).Redirects(t, "/counter/drafts/"+x.ID)
	clerk.Post("/counter/search", form("q", code.Code)).Wants(t, 422)
	clerk.Get("/counter").Wants(t, 200, "在手的草稿", x.ItemName)
	h.as("clerk2").Get("/counter/drafts/"+x.ID).Wants(t, 404)
	code, err = h.app.Applications.HandOver(ctx, resident, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.as("clerk2").Post("/counter/search", form("q", "https://yimen.example/handover/"+code.Token)).Redirects(t, "/counter/drafts/"+x.ID)
}

func TestGuessingCodesIsSlowedDown(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk3")
	var last *kittest.Answer
	for i := range 8 {
		last = clerk.Post("/counter/search", form("q", strconv.Itoa(100000+i)))
	}
	last.Wants(t, 503, "尝试次数太多")
}
