package harness

import (
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// town serves a small page as strict about its content as the product, and repeats what it is sent.
func town(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	files := http.FileServer(http.Dir("testdata"))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "someone", Path: "/"})
		fmt.Fprint(w, sheet("首页", `<a href="/town.html">开始办理</a> <p>`+r.Header.Get("Accept-Language")+`</p>`))
	})
	mux.Handle("GET /", files)
	mux.HandleFunc("POST /filed", filed)
	mux.HandleFunc("POST /withdraw", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(400 * time.Millisecond) // longer than any grace: a slow answer is still awaited
		fmt.Fprint(w, sheet("已撤回", "撤回了 "+r.URL.Query().Get("case")))
	})
	mux.HandleFunc("GET /letter", func(w http.ResponseWriter, r *http.Request) {
		who, err := r.Cookie("who")
		if err != nil {
			http.Error(w, "nobody", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, "for "+who.Value)
	})
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, sheet("页", r.URL.Query().Get("body")))
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func sheet(title, body string) string {
	return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<title>` + title + `</title><main><h1>` + title + `</h1>` + body + `</main></html>`
}

func filed(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var out []string
	for _, name := range []string{"holder", "opened", "scope", "town", "kind", "fetch", "true"} {
		out = append(out, name+"="+r.FormValue(name))
	}
	for _, f := range r.MultipartForm.File["plan"] {
		in, err := f.Open()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		text, _ := io.ReadAll(in)
		in.Close()
		out = append(out, f.Filename+"="+string(text))
	}
	fmt.Fprint(w, sheet("申请已提交", strings.Join(out, "; ")))
}

func TestAStory(t *testing.T) {
	for _, who := range []Person{{Width: Phone}, {Width: Desk}, {NoScript: true}} {
		t.Run(fmt.Sprintf("%d,noscript=%v", who.Width, who.NoScript), func(t *testing.T) {
			who.Base = town(t).URL
			plan := filepath.Join(t.TempDir(), "平面图.txt")
			if err := os.WriteFile(plan, []byte("一楼"), 0o600); err != nil {
				t.Fatal(err)
			}
			p := Browse(t, who)
			p.Open("/")
			p.MustSee("zh-CN")
			p.Follow("开始办理")
			p.MustNotSee("申请已提交")
			p.Fill("经营者名称", "潮州市龘龘小吃店")
			p.Fill("opened", "2026-02-06")
			p.Fill("经营范围", "热食\n冷食")
			p.Choose("所在镇", "庵埠镇")
			p.Choose("主体业态", "餐饮服务")
			p.Choose("fetch", "自取")
			p.Upload("营业场所平面图", plan)
			p.Check("以上内容属实")
			p.Check("以上内容属实")
			if got := p.Value("经营者名称"); got != "潮州市龘龘小吃店" {
				t.Errorf("the field holds %q", got)
			}
			p.Press("提交申请")
			p.MustSee("申请已提交", "holder=潮州市龘龘小吃店", "opened=2026-02-06", "scope=热食 冷食",
				"town=2", "kind=dining", "fetch=self", "true=yes", "平面图.txt=一楼")
			if p.URL() != "/filed" || p.Title() != "申请已提交" || p.Status() != 200 {
				t.Errorf("at %s 「%s」 %d", p.URL(), p.Title(), p.Status())
			}
		})
	}
}

func TestScriptsRunOnlyWhereTheyMay(t *testing.T) {
	base := town(t).URL
	with, without := Browse(t, Person{Base: base}), Browse(t, Person{Base: base, NoScript: true})
	with.Open("/town.html")
	with.MustNotSee("没有脚本")
	with.Press("暂存")
	with.MustSee("已保存")
	without.Open("/town.html")
	without.MustSee("没有脚本")
	without.Press("暂存")
	time.Sleep(500 * time.Millisecond)
	without.MustNotSee("已保存")
}

func TestTwoBrowsersAreTwoPeople(t *testing.T) {
	base := town(t).URL
	a, b := Browse(t, Person{Base: base}), Browse(t, Person{Base: base})
	a.Open("/")
	if status, kind, body := a.Fetch("/letter"); status != 200 || kind != "application/pdf" || string(body) != "for someone" {
		t.Errorf("the first got %d %s %q", status, kind, body)
	}
	if status, _, _ := b.Fetch("/letter"); status != http.StatusForbidden {
		t.Errorf("the second, who has no cookie, got %d", status)
	}
}

func TestWithinARow(t *testing.T) {
	p := Browse(t, Person{Base: town(t).URL})
	p.Open("/town.html")
	p.Within("乙店").Press("撤回")
	p.MustSee("撤回了 b")
	p.Back()
	p.MustSee("填写申请")
	Eval[any](p, `location.hash = "notes"`)
	p.Back()
	if p.URL() != "/town.html" {
		t.Errorf("back within the page led to %s", p.URL())
	}
}

func TestTheKeyboard(t *testing.T) {
	p := Browse(t, Person{Base: town(t).URL})
	p.Open("/")
	p.Key(kb.Tab)
	if p.Focus() != "开始办理" {
		t.Errorf("the focus is on %q", p.Focus())
	}
	p.Key(kb.Enter)
	p.MustSee("填写申请")
}

func TestAxeFindsWhatIsPlanted(t *testing.T) {
	p := Browse(t, Person{Base: town(t).URL, Width: Desk})
	for body, rule := range map[string]string{
		`<img src="/town.css">`:        "image-alt",
		`<input name="x">`:             "label",
		`<h3>跳级</h3>`:                  "heading-order",
		`<div role="buton">x</div>`:    "aria-roles",
		`<a href="/a"></a>`:            "link-name",
		`<p lang="xx-nonsense!">x</p>`: "valid-lang",
	} {
		p.Open("/page?body=" + escape(body))
		found := p.violations()
		if len(found) != 1 || found[0].ID != rule {
			t.Errorf("%s: axe found %v, want %s alone", body, found, rule)
			continue
		}
		if text := found[0].String(); !strings.Contains(text, rule) || !strings.Contains(text, found[0].Help) || len(found[0].Nodes[0].Target) == 0 {
			t.Errorf("the report names no rule, help or place: %s", text)
		}
	}
}

func TestAGoodPageHasNoViolation(t *testing.T) {
	p := Browse(t, Person{Base: town(t).URL})
	p.Open("/town.html")
	p.Inspect("harness-good")
	for _, width := range []int{Phone, Desk} {
		f, err := os.Open(filepath.Join("..", "shots", fmt.Sprintf("harness-good-%d.png", width)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		c, err := png.DecodeConfig(f)
		if err != nil || c.Width != width || c.Height < 400 {
			t.Errorf("the picture is %d × %d (%v), want %d wide", c.Width, c.Height, err, width)
		}
	}
}

// A step that cannot be done must say so in words: each of these ends a test of its own, played
// by a stand-in for it.
func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	s := town(t)
	p := Browse(t, Person{Base: s.URL})
	for body, c := range map[string]struct {
		step func(*Page)
		says string
	}{
		`<button>保存</button>`:                                             {func(p *Page) { p.Press("提交") }, "there are: 「保存」"},
		`<button>保存</button><button>保存</button>`:                          {func(p *Page) { p.Press("保存") }, "2 buttons are called"},
		`<button hidden>保存</button>`:                                      {func(p *Page) { p.Press("保存") }, "no button is called"},
		`<button disabled>保存</button>`:                                    {func(p *Page) { p.Press("保存") }, "disabled"},
		`<label>名<input name=a maxlength=2></label>`:                      {func(p *Page) { p.Fill("名", "abc") }, "it now holds 「ab」"},
		`<label>名<input name=a readonly></label>`:                         {func(p *Page) { p.Fill("名", "abc") }, "read-only"},
		`<form><label>名<input required></label><button>走</button></form>`: {func(p *Page) { p.Press("走") }, "the browser keeps the form back: 名"},
		`<p>没有</p>`: {func(p *Page) { p.MustSee("甲乙丙") }, "「甲乙丙」 is not to be seen"},
		`<p>丁</p>`:  {func(p *Page) { p.MustNotSee("丁") }, "「丁」 is to be seen"},
	} {
		p.Open("/page?body=" + escape(body))
		if said := played(p, c.step); !strings.Contains(said, c.says) || !strings.Contains(said, "/page") {
			t.Errorf("%s: said %q, want 「%s」 and the page", body, said, c.says)
		}
	}
	if said := played(p, func(p *Page) { p.Open("/nowhere") }); !strings.Contains(said, "404") {
		t.Errorf("a page that is not there: said %q", said)
	}
	p.watch.forget()
}

func TestWhatNoPageMayDoIsNoted(t *testing.T) {
	s := town(t)
	for body, says := range map[string]string{
		`<script>document.title = "x"</script>`:      "broke a security rule",
		`<img alt="" src="http://198.51.100.7/pic">`: "asked http://198.51.100.7",
	} {
		p := Browse(t, Person{Base: s.URL})
		p.Open("/page?body=" + escape(body))
		if noted := strings.Join(p.watch.complaints(), "; "); !strings.Contains(noted, says) {
			t.Errorf("%s: noted %q, want %q", body, noted, says)
		}
		p.watch.forget()
	}
	p := Browse(t, Person{Base: s.URL})
	p.Open("/town.html")
	Eval[any](p, `setTimeout(() => { throw new Error("planted") }), setTimeout(() => alert("hello"), 50), null`)
	time.Sleep(300 * time.Millisecond)
	noted := strings.Join(p.watch.complaints(), "; ")
	if !strings.Contains(noted, "planted") || !strings.Contains(noted, "opened a dialog: hello") {
		t.Errorf("noted %q, want the error and the dialog", noted)
	}
	p.watch.forget()
}

func TestTooWide(t *testing.T) {
	p := Browse(t, Person{Base: town(t).URL})
	p.Open("/page?body=" + escape(`<table><tr><td>`+strings.Repeat("长", 3)+strings.Repeat("x", 400)+`</td></tr></table>`))
	f := &fake{TB: t}
	q := *p
	q.t = f
	q.Inspect("harness-wide")
	if said := strings.Join(f.said, "; "); !strings.Contains(said, "on a screen of 390") {
		t.Errorf("said %q, want that it is too wide for a phone", said)
	}
}

func TestWeight(t *testing.T) {
	p := Browse(t, Person{Base: town(t).URL})
	p.Open("/town.html")
	var want int
	for _, name := range []string{"town.html", "town.css", "town.js"} {
		info, err := os.Stat(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		want += int(info.Size())
	}
	if got := p.Weight(); got < want || got > want+3000 {
		t.Errorf("weighs %d, want %d and some headers", got, want)
	}
}

// fake is a test that records its failure instead of having one.
type fake struct {
	testing.TB
	said []string
}

type failed struct{}

func (f *fake) Helper() {}

func (f *fake) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

func (f *fake) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(failed{})
}

// played does a step as a test that may fail and returns what it said.
func played(p *Page, step func(*Page)) string {
	f := &fake{TB: p.t}
	q := *p
	q.t = f
	func() {
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(failed); !ok {
					panic(r)
				}
			}
		}()
		step(&q)
	}()
	return strings.Join(f.said, "; ")
}

func escape(body string) string {
	return strings.NewReplacer("%", "%25", "&", "%26", "#", "%23", "+", "%2B", " ", "%20").Replace(body)
}
