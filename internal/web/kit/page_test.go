package kit_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/ui"
)

func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

func get(pattern string, access kit.Access, h kit.Handler) kit.Route {
	return kit.Route{Method: http.MethodGet, Pattern: pattern, Access: access, Handler: h}
}

func post(pattern string, access kit.Access, h kit.Handler) kit.Route {
	return kit.Route{Method: http.MethodPost, Pattern: pattern, Access: access, Handler: h}
}

func hello(q *kit.Request) error {
	return q.Render(ui.Page{Title: "问好"}, text("<h1>您好</h1>"))
}

func TestProblems(t *testing.T) {
	secret := errors.New("dsn=postgres://secret")
	for name, c := range map[string]struct {
		err    error
		status int
		words  []string
	}{
		"invalid":  {fault.Invalid("faults.date"), 422, []string{"需要改正", "日期只用数字"}},
		"denied":   {fault.Denied("faults.role"), 403, []string{"您不能做这一步"}},
		"missing":  {fault.Missing("faults.page"), 404, []string{"没有找到"}},
		"conflict": {fault.Conflict("faults.title_conflict"), 409, []string{"内容已经变了", "看现在的情况"}},
		"busy":     {fault.Busy("faults.title_busy", "retry_after", 30), 503, []string{"系统正忙"}},
		"limited":  {fault.Busy("faults.title_limited"), 429, []string{"操作太频繁"}},
		"internal": {fault.Internal(secret, "faults.date"), 500, []string{"系统出了故障", "参考号"}},
		"unnamed":  {secret, 500, []string{"系统出了故障", "参考号"}},
	} {
		site := kittest.New(t, get("/x", kit.Public(), func(*kit.Request) error { return c.err }))
		a := site.Anyone().Get("/x").Wants(t, c.status, c.words...).Lacks(t, "secret")
		if c.status == 500 && (!strings.Contains(a.Doc.Text("main"), a.Header.Get("X-Request-Id")) || !strings.Contains(site.Log.String(), "secret")) {
			t.Errorf("%s: the reference must be on the page and the cause in the log", name)
		}
		if retry := a.Header.Get("Retry-After"); (name == "busy") != (retry == "30") || (name == "limited") != (retry == "5") {
			t.Errorf("%s: Retry-After %q", name, retry)
		}
		site.Anyone().Cookie("yimen_lang", "en").Get("/x").Wants(t, c.status)
	}
}

func TestPanicPage(t *testing.T) {
	site := kittest.New(t, get("/x", kit.Public(), func(*kit.Request) error { panic("boom") }))
	site.Anyone().Get("/x").Wants(t, 500, "系统出了故障", "参考号").Lacks(t, "boom")
}

func TestBrokenTemplateIsNotHalfAPage(t *testing.T) {
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<h1>zerbrochen")
		return errors.New("broken")
	})
	site := kittest.New(t, get("/x", kit.Public(), func(q *kit.Request) error { return q.Render(ui.Page{Title: "x"}, broken) }))
	site.Anyone().Get("/x").Wants(t, 500, "系统出了故障").Lacks(t, "zerbrochen")
}

func TestConflictShowsBothAndKeepsWords(t *testing.T) {
	site := kittest.New(t, post("/x", kit.Public(), func(q *kit.Request) error {
		if _, err := q.Form(); err != nil {
			return err
		}
		return kit.Conflict(fault.Conflict("faults.title_conflict"), "/cases/1",
			kit.Both{Label: "经办人", Mine: "王样例", Theirs: "李样本"})
	}))
	opinion := "材料齐全，布局符合生进熟出。"
	a := site.Anyone().Post("/x", url.Values{"opinion": {opinion}, "version": {"1234567890123"}}).Wants(t, 409, "经办人", "王样例", "李样本", opinion)
	if a.Doc.Attr("main a.btn", "href") != "/cases/1" || strings.Contains(a.Body, "1234567890123") {
		t.Error(a.Doc.Text("main"))
	}
	other := fault.Denied("faults.role")
	if got := kit.Conflict(other, "/x"); got != error(other) {
		t.Error("another error was changed")
	}
}

func TestSignInAndBack(t *testing.T) {
	site := kittest.New(t, get("/mine", kit.SignedIn(), hello))
	site.Anyone().Get("/mine?tab=2&x=a%26b").Redirects(t, "/sign-in?back="+url.QueryEscape("/mine?tab=2&x=a%26b"))
	site.As(resident).Get("/mine").Wants(t, 200, "您好", "张示例", "退出")
}

// A form that arrives after its session has ended keeps what was typed.
func TestExpiredSessionLosesNothing(t *testing.T) {
	site := kittest.New(t, post("/draft/{id}", kit.SignedIn(), ok))
	v := site.Anyone().Cookie("yimen_session", "ended")
	a := v.Post("/draft/7", url.Values{"name": {`周"虚拟<`}, "ticks": {"A", "B"}}).Wants(t, http.StatusUnauthorized, "没有丢失", "在新窗口登录")
	if a.Doc.Attr("main form", "action") != "/draft/7" || a.Doc.Attr("main input[name=name]", "value") != `周"虚拟<` || a.Doc.Count("main input[name=ticks]") != 2 {
		t.Error(a.Body)
	}
	if c := a.Header.Get("Set-Cookie"); !strings.Contains(c, "yimen_session=;") {
		t.Error("the ended session was not taken away:", c)
	}
	a = v.Cookie("yimen_session", "ended").Upload("/draft/7", url.Values{"name": {"甲"}}, "scan", "a.jpg", bytes.Repeat([]byte("x"), 2<<20)).
		Wants(t, http.StatusUnauthorized, "选择的文件除外")
	if a.Doc.Attr("main input[name=name]", "value") != "甲" || a.Doc.Count("main input[name=scan]") != 0 {
		t.Error(a.Body)
	}
	r := httptest.NewRequest("POST", "/draft/7", strings.NewReader("name=x"))
	r.Header.Set("X-Save", "1")
	if a := v.Do(r).Wants(t, http.StatusUnauthorized); a.Header.Get("Content-Type") != "application/problem+json" {
		t.Error("the script got a page")
	}
}

func TestExtend(t *testing.T) {
	site := kittest.New(t)
	if a := site.As(resident).Post("/session/extend", nil).Wants(t, 200); a.Body != "1800" {
		t.Error(a.Body)
	}
	site.Anyone().Post("/session/extend", nil).Wants(t, http.StatusUnauthorized)
}

func TestSessionCookie(t *testing.T) {
	site := kittest.With(t, kit.Options{Secure: true},
		post("/in", kit.Public(), func(q *kit.Request) error {
			q.SignIn("token-1")
			q.SignIn("token-2")
			return q.Redirect("https://evil.example/")
		}),
		post("/out", kit.Public(), func(q *kit.Request) error {
			q.SignOut()
			return q.Redirect("/")
		}))
	a := site.Anyone().Post("/in", nil).Redirects(t, "/")
	if got := a.Header["Set-Cookie"]; len(got) != 1 || got[0] != "__Host-yimen_session=token-2; Path=/; HttpOnly; Secure; SameSite=Lax" {
		t.Error(got)
	}
	if got := site.Anyone().Post("/out", nil).Header.Get("Set-Cookie"); !strings.Contains(got, "Max-Age=0") {
		t.Error(got)
	}
}

type failing struct{ err error }

func (f failing) Authenticate(context.Context, string) (gov.Actor, kit.SessionInfo, error) {
	return gov.Actor{}, kit.SessionInfo{}, f.err
}

func TestIdentityFailing(t *testing.T) {
	site := kittest.With(t, kit.Options{Sessions: failing{fault.Busy("faults.title_busy")}},
		get("/public", kit.Public(), hello), get("/mine", kit.SignedIn(), hello))
	v := site.Anyone().Cookie("yimen_session", "x")
	v.Get("/public").Wants(t, 200, "您好")
	v.Get("/mine").Wants(t, 503)
	if _, _, err := (kit.Sessionless{}).Authenticate(context.Background(), "x"); fault.KindOf(err) != fault.KindMissing {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	site := kittest.New(t, get("/page", kit.Public(), hello))
	v := site.Anyone()
	a := v.Get("/page?x=1")
	if href := a.Doc.Find(".modes a"); len(href) != 3 {
		t.Error("modes", len(href))
	}
	v.Get("/mode?size=large&back=/page%3Fx%3D1").Redirects(t, "/page?x=1")
	v.Get("/mode?lang=en&back=/page").Redirects(t, "/page")
	a = v.Get("/page").Wants(t, 200, "Standard text")
	if a.Doc.Attr("html", "data-size") != "large" || a.Doc.Attr("html", "lang") != "en" {
		t.Error("modes not kept")
	}
	v.Get("/mode?size=normal&lang=zh&keys=off")
	a = v.Get("/page").Wants(t, 200, "长辈版")
	if a.Doc.Count("body[data-keys]") != 0 || a.Doc.Count("html[data-size]") != 0 {
		t.Error("modes not taken back")
	}
	v.Get("/mode?size=%3Cscript%3E&lang=xx&keys=1")
	v.Get("/page").Wants(t, 200, "长辈版")
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/a?b=c#d": "/a?b=c#d", "/a%2f%2fb": "/a%2f%2fb", "": "/x", "a": "/x", "//evil": "/x", "///evil": "/x", `/\evil`: "/x",
		"https://evil": "/x", "javascript:alert(1)": "/x", "/a\nb": "/x", "\t//evil": "/x", "/\t/evil": "/x", "http:/a": "/x", "/%zz": "/x",
	} {
		if got := kit.LocalPath(path, "/x"); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/a", "//b", `/\c`, "/%5cd", "/..//e", "/?//f"} {
		f.Add(s)
	}
	base, err := url.Parse("https://here.example/page")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := kit.LocalPath(s, "/")
		u, err := base.Parse(got)
		if err != nil || u.Host != "here.example" || u.Scheme != "https" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.HasPrefix(got, `/\`) {
			t.Errorf("%q leads to %q", s, got)
		}
	})
}

func TestFlash(t *testing.T) {
	site := kittest.New(t,
		post("/do", kit.Public(), func(q *kit.Request) error {
			q.Flash(ui.ToneOK, "common.saved_at", "time", "10:32")
			q.Flash(ui.ToneWarn, "faults.typed")
			return q.Redirect("/page")
		}),
		get("/page", kit.Public(), hello))
	v := site.Anyone()
	v.Post("/do", nil).Redirects(t, "/page")
	a := v.Get("/page").Wants(t, 200, "已保存 10:32", "您刚才填写的")
	if a.Doc.Count(".notice.ok[role=status]") != 1 || a.Doc.Count(".notice.warn") != 1 {
		t.Error(a.Doc.Text("main"))
	}
	v.Get("/page").Lacks(t, "已保存")
	for _, hostile := range []string{"%%%", "bm9qc29u", strings.Repeat("A", 5000), "W3sidCI6Ing6eSIsImsiOiJubyBzdWNoIGtleSJ9XQ", "W3sidCI6Ilx1MDAyMj48c2NyaXB0PiIsImsiOiJjb21tb24ucGxhaW4iLCJhIjp7InZhbHVlIjoiPHNjcmlwdD4ifX1d"} {
		site.Anyone().Cookie("yimen_flash", hostile).Get("/page").Wants(t, 200, "您好").Lacks(t, "<script>", "no such key")
	}
}

func TestFlashSurvivesASecondRedirect(t *testing.T) {
	site := kittest.New(t,
		post("/one", kit.Public(), func(q *kit.Request) error {
			q.Flash(ui.ToneOK, "common.step_done")
			return q.Redirect("/two")
		}),
		get("/two", kit.Public(), func(q *kit.Request) error {
			q.Flash(ui.ToneNone, "common.step_now")
			return q.Redirect("/page")
		}),
		get("/page", kit.Public(), hello))
	v := site.Anyone()
	v.Post("/one", nil)
	v.Get("/two")
	v.Get("/page").Wants(t, 200, "已完成", "进行中")
}

// A script that sends a form by itself is told the next page and asks for it as the browser does; were it redirected,
// the page nobody sees would use up what the next one should say.
func TestWhatAScriptSendsIsStillSaid(t *testing.T) {
	site := kittest.New(t,
		post("/files", kit.Public(), func(q *kit.Request) error {
			q.Flash(ui.ToneOK, "common.step_done")
			return q.Redirect(q.URL.Query().Get("to"))
		}),
		get("/page", kit.Public(), hello))
	v := site.Anyone()
	for to, want := range map[string]string{"/page?x=1": "/page?x=1", "https://elsewhere.example/": "/"} {
		r := httptest.NewRequest("POST", "/files?to="+url.QueryEscape(to), http.NoBody)
		r.Header.Set("X-Send", "1")
		a := v.Do(r).Wants(t, 204)
		if a.Header.Get("X-Location") != want || a.Header.Get("Location") != "" || a.Body != "" {
			t.Errorf("%s: %v %q", to, a.Header, a.Body)
		}
		v.Get("/page").Wants(t, 200, "已完成")
		v.Get("/page").Lacks(t, "已完成")
	}
}

func TestSaving(t *testing.T) {
	site := kittest.New(t, post("/x", kit.Public(), func(q *kit.Request) error {
		if !q.Saving() {
			return q.NoContent()
		}
		return q.Saved()
	}))
	r := httptest.NewRequest("POST", "/x", http.NoBody)
	r.Header.Set("X-Save", "1")
	if a := site.Anyone().Do(r); a.Body != "已保存 10:32" {
		t.Error(a.Body)
	}
	site.Anyone().Post("/x", nil).Wants(t, 204)
}

func TestFile(t *testing.T) {
	file := func(d kit.Download) *kittest.Answer {
		d.Body = strings.NewReader("data")
		site := kittest.New(t, get("/f", kit.Public(), func(q *kit.Request) error { return q.File(d) }))
		return site.Anyone().Get("/f").Wants(t, 200)
	}
	a := file(kit.Download{Name: "布局 图.pdf", Type: "application/pdf", Size: 4, Inline: true})
	if got := a.Header.Get("Content-Disposition"); got != "inline; filename*=UTF-8''%E5%B8%83%E5%B1%80%20%E5%9B%BE.pdf" {
		t.Error(got)
	}
	if !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors 'self'") || a.Header.Get("Cache-Control") != "private, no-store" || a.Body != "data" {
		t.Error(a.Header)
	}
	for _, kind := range []string{"text/html", "image/svg+xml", "text/html; x", "", "x"} {
		if got := file(kit.Download{Name: "a\r\nSet-Cookie: x", Type: kind, Size: -1, Inline: true}).Header.Get("Content-Disposition"); got != "attachment; filename*=UTF-8''aSet-Cookie%20x" {
			t.Error(kind, got)
		}
	}
}

func TestCached(t *testing.T) {
	built := 0
	generation := "g1"
	site := kittest.With(t, kit.Options{Site: func(lang.Locale) ui.Site { return ui.Site{Search: "/search"} }},
		get("/guide", kit.Public(), func(q *kit.Request) error {
			return q.Cached(q.CacheAddress("tab"), generation, func() (ui.Page, templ.Component, error) {
				built++
				return ui.Page{Title: "指南"}, text("<h1>指南</h1><p>" + strings.Repeat("正文 ", 500) + "</p>"), nil
			})
		}))
	zipped := func(v *kittest.Visitor, path string) (*kittest.Answer, string) {
		r := httptest.NewRequest("GET", path, http.NoBody)
		r.Header.Set("Accept-Encoding", "gzip")
		a := v.Do(r)
		z, err := gzip.NewReader(bytes.NewReader([]byte(a.Body)))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if rest, _ := io.ReadAll(z); len(rest) > 0 {
			t.Error("something after the end")
		}
		return a, string(plain)
	}
	anyone := site.Anyone().Get("/guide").Wants(t, 200, "指南", "登录")
	_, body := zipped(site.Anyone(), "/guide?utm=1")
	if body != anyone.Body || strings.Contains(body, ui.Marker) || built != 1 {
		t.Error("compressed differs from plain, or built twice:", built)
	}
	me := site.As(resident).Get("/guide").Wants(t, 200, "指南", "张示例", "退出").Lacks(t, ui.Marker)
	a, body := zipped(site.As(resident), "/guide")
	if body != me.Body || built != 1 || a.Header.Get("Cache-Control") != "no-store" {
		t.Error("the signed-in page differs compressed, or was built again:", built)
	}
	if strings.Contains(site.Anyone().Get("/guide").Body, "张示例") {
		t.Fatal("a stranger sees a name")
	}
	r := httptest.NewRequest("GET", "/guide", http.NoBody)
	r.Header.Set("If-None-Match", anyone.Header.Get("ETag"))
	site.Anyone().Do(r).Wants(t, http.StatusNotModified)
	for want, visit := range []func(){
		func() { site.Anyone().Get("/guide?tab=2&utm=2") },
		func() { site.Anyone().Cookie("yimen_lang", "en").Get("/guide") },
		func() { site.Anyone().Cookie("yimen_size", "large").Get("/guide") },
		func() { generation = "g2"; site.Anyone().Get("/guide") },
	} {
		if visit(); built != want+2 {
			t.Errorf("visit %d: built %d times", want, built)
		}
	}
	if site.Kit.KeptBytes() == 0 {
		t.Error("nothing kept")
	}
}

func TestCacheIsBounded(t *testing.T) {
	const limit = 200 << 10
	site := kittest.With(t, kit.Options{CacheBytes: limit}, get("/p/{n}", kit.Public(), func(q *kit.Request) error {
		return q.Cached(q.CacheAddress(), "g", func() (ui.Page, templ.Component, error) {
			return ui.Page{Title: "x"}, text("<h1>x</h1>" + strings.Repeat(q.PathValue("n"), 3000)), nil
		})
	}))
	for i := range 40 { // ten times what may be kept
		site.Anyone().Get("/p/a"+strings.Repeat("b", i)).Wants(t, 200)
		if kept := site.Kit.KeptBytes(); kept > limit {
			t.Fatalf("%d bytes kept", kept)
		}
	}
	if site.Kit.KeptBytes() < limit/4 {
		t.Error("the room is not used:", site.Kit.KeptBytes())
	}
}

func TestHTTPAndParam(t *testing.T) {
	site := kittest.New(t,
		kit.Route{Method: "GET", Pattern: "/plain", Access: kit.SignedIn(), Handler: kit.HTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, kit.ActorOf(r.Context()).Name)
		}))},
		get("/q", kit.Public(), func(q *kit.Request) error {
			if got := q.Param("q"); len([]rune(got)) != 200 || strings.ContainsAny(got, "\n\x00") {
				t.Errorf("%d %q", len(got), got)
			}
			if q.Back("/other") != "/other" {
				t.Error(q.Back(""))
			}
			return q.NoContent()
		}))
	if a := site.As(resident).Get("/plain"); a.Body != "张示例" {
		t.Error(a.Body)
	}
	site.Anyone().Get("/q?q=" + url.QueryEscape("\n\x00"+strings.Repeat("长", 300)) + "&back=//evil")
	if kit.ActorOf(context.Background()).SignedIn() {
		t.Error("an actor out of nothing")
	}
}
