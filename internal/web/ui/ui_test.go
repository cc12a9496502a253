package ui_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/httpd"
	"yimen/internal/web/ui"
)

func draw(t testing.TB, v *ui.View, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ui.WithView(context.Background(), v), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func frame(t testing.TB, v *ui.View, p ui.Page, body templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	ctx := templ.WithChildren(ui.WithView(context.Background(), v), body)
	if err := ui.Frame(p).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zh() *ui.View { return &ui.View{Locale: lang.ZH, Keys: true, Path: "/ui"} }

// The gallery is every part in every state; its markup is what people's pages are made of.
func TestGallery(t *testing.T) {
	site := ui.Site{Place: "示例市政务服务", Search: "/search", SignIn: "/sign-in", Footer: []ui.Link{{Text: "帮助", Href: "/help"}}}
	for name, v := range map[string]*ui.View{
		"gallery":       {Locale: lang.ZH, Keys: true, Path: "/ui", Site: site},
		"gallery-large": {Locale: lang.ZH, Large: true, Path: "/ui", Site: site},
		"gallery-en": {Locale: lang.EN, Keys: true, Path: "/ui?a=1&b=2", Site: site, Idle: 30 * time.Minute,
			User: &ui.User{Name: "李样本", Detail: "市监局", Links: []ui.Link{{Text: "Mine", Href: "/mine"}}}},
	} {
		form := ui.GalleryForm()
		if name == "gallery-en" {
			form = form.With(ui.GalleryFaults()).Labelled(ui.GalleryFields()...)
		}
		body := frame(t, v, ui.Page{Title: "部件", Form: form}, ui.Gallery(form))
		htmlcheck.Page(t, body)
		if !v.Large { // large text is the same markup with one attribute more
			goldtest.HTML(t, name, body)
		}
	}
}

func TestLayouts(t *testing.T) {
	v := &ui.View{Locale: lang.ZH, Keys: true, Path: "/x", Site: ui.Site{Search: "/search", SignIn: "/sign-in"}}
	h1 := templ.Raw("<h1>题</h1>")
	for name, c := range map[string]struct {
		page             ui.Page
		has, lacks       []string
		wrapWide, header int
	}{
		"public": {ui.Page{Title: "题", Query: "饭馆"}, []string{"form.search", "meta[name=robots]", "footer"}, []string{".nav"}, 0, 1},
		"index":  {ui.Page{Title: "题", Index: true, Wide: true}, []string{"form.search"}, []string{"meta[name=robots]"}, 3, 1},
		"task":   {ui.Page{Title: "题", Layout: ui.LayoutTask, Back: "/a"}, []string{"a.back"}, []string{"form.search"}, 0, 1},
		"staff": {ui.Page{Title: "题", Layout: ui.LayoutStaff, Area: "窗口", Nav: []ui.Link{{Text: "收件", Href: "/c", Current: true, Key: "1"}}},
			[]string{".nav [aria-current=page]", ".nav [data-key=1]"}, []string{"form.search"}, 3, 1},
		"letter": {ui.Page{Title: "题", Layout: ui.LayoutLetter}, nil, []string{"footer", "form.search", ".modes"}, 0, 0},
	} {
		body := frame(t, v, c.page, h1)
		htmlcheck.Page(t, body)
		d := htmlcheck.Parse(body)
		for _, s := range c.has {
			if d.Count(s) == 0 {
				t.Errorf("%s: no %s", name, s)
			}
		}
		for _, s := range c.lacks {
			if d.Count(s) != 0 {
				t.Errorf("%s: has %s", name, s)
			}
		}
		if d.Count(".wrap.wide") != c.wrapWide || d.Count("header.top") != c.header {
			t.Errorf("%s: %d wide, %d headers", name, d.Count(".wrap.wide"), d.Count("header.top"))
		}
	}
}

func TestTitleSaysError(t *testing.T) {
	p := ui.Page{Title: "面积", Form: ui.Form{}.With(ui.GalleryFaults())}
	if got := htmlcheck.Parse(frame(t, zh(), p, templ.Raw(""))).Text("title"); got != "错误：面积 - 一门" {
		t.Error(got)
	}
}

// Every link of the error summary must land on an input with the same words beside it.
func TestSummaryLandsOnInputs(t *testing.T) {
	form := ui.GalleryForm()
	var faults fault.Fields
	for _, fl := range ui.GalleryFields() {
		if !fl.ReadOnly {
			faults.Add(fl.Name, "faults.required")
		}
	}
	form = form.With(faults).Labelled(ui.GalleryFields()...)
	d := htmlcheck.Parse(frame(t, zh(), ui.Page{Title: "x", Form: form}, ui.Gallery(form)))
	if d.Count(".err-sum a") != len(faults) || d.Count("p.error") != len(faults) {
		t.Fatalf("%d links, %d words beside inputs, %d faults", d.Count(".err-sum a"), d.Count("p.error"), len(faults))
	}
	for _, a := range d.Find(".err-sum a") {
		target := "#" + strings.TrimPrefix(htmlcheck.Attributes(a)["href"], "#")
		if d.Count("input"+target)+d.Count("select"+target)+d.Count("textarea"+target)+d.Count("fieldset[tabindex=-1]"+target) != 1 {
			t.Errorf("%s is no input", target)
		}
		if !strings.Contains(htmlcheck.Text(a), "：请填写这一项") {
			t.Errorf("%q names no field", htmlcheck.Text(a))
		}
	}
	if n := d.Count("[aria-invalid=true]"); n < len(faults)-1 {
		t.Errorf("only %d inputs are marked", n)
	}
}

func TestHostileTextIsText(t *testing.T) {
	bad := `"><script>alert(1)</script>`
	form := ui.Filled(map[string]string{"a": bad, "d": bad, "t.0.c": bad})
	fields := []ui.Field{
		{Name: "a", Label: bad, Hint: bad, Unit: bad, Source: bad}, {Name: "a", Kind: ui.KindArea, Label: bad},
		{Name: "a", Kind: ui.KindRadios, Label: bad, Options: ui.Options([]string{bad})}, {Name: "d", Kind: ui.KindDate, Label: bad},
		{Name: "t", Kind: ui.KindTable, Label: bad, Columns: []ui.Field{{Name: "c", Label: bad}}}, {Name: "a", Label: bad, ReadOnly: true},
	}
	for _, fl := range fields {
		if got := draw(t, zh(), ui.Input(form, fl)); strings.Contains(got, "<script") {
			t.Errorf("kind %d: %s", fl.Kind, got)
		}
	}
	for name, c := range map[string]templ.Component{
		"link": ui.Do(ui.Button{Text: "x", Href: "/a?" + bad}), "row": ui.Summary([]ui.Row{{Label: bad, Value: bad, Change: bad}}, false),
		"flow": ui.FlowDiagram(ui.Flow{Title: bad, Nodes: []ui.FlowNode{{ID: "1", Title: bad}}}), "code": ui.Code(bad),
	} {
		if got := draw(t, zh(), c); strings.Contains(got, "<script") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestPasswordIsNeverSentBack(t *testing.T) {
	got := draw(t, zh(), ui.Input(ui.Filled(map[string]string{"p": "geheim"}), ui.Field{Name: "p", Label: "密码", Kind: ui.KindPassword}))
	if strings.Contains(got, "geheim") || !strings.Contains(got, `type="password"`) {
		t.Error(got)
	}
}

func TestFocusAfterReshape(t *testing.T) {
	fields := ui.GalleryFields()
	count := func(focus string) *htmlcheck.Doc {
		form := ui.GalleryForm()
		form.Focus = focus
		var b strings.Builder
		for _, fl := range fields {
			b.WriteString(draw(t, zh(), ui.Input(form, fl)))
		}
		return htmlcheck.Parse(b.String())
	}
	for focus, want := range map[string]string{"": "", "people.1.": "people.1.name", "home.1": "home.1", "area": "area", "people.9.": ""} {
		d := count(focus)
		if n := d.Count("[autofocus]"); n > 1 || d.Attr("[autofocus]", "name") != want {
			t.Errorf("%q: %d at %q, want %q", focus, n, d.Attr("[autofocus]", "name"), want)
		}
	}
}

func TestRowsAreBounded(t *testing.T) {
	f := ui.Filled(map[string]string{"t.0.a": "", "t.199.a": "", "t.200.a": "", "t.999999999.a": "", "t.-1.a": "", "t.x.a": "", "tt.500.a": ""})
	if got := f.Rows("t", 1); got != 200 {
		t.Error(got)
	}
	if got := f.Rows("none", 2); got != 2 {
		t.Error(got)
	}
}

func TestViewDefaults(t *testing.T) {
	if v := ui.ViewOf(context.Background()); v.Locale != lang.ZH || !v.Keys || v.User != nil {
		t.Error(v)
	}
	if got := ui.T(context.Background(), "common.yes"); got != "是" {
		t.Error(got)
	}
}

// What every page costs over the wire; the home page may have 60 KB in all.
func TestWeight(t *testing.T) {
	css, js, icon := ui.Assets.WireSize("yimen.css"), ui.Assets.WireSize("yimen.js"), ui.Assets.WireSize("icon.svg")
	page := len(httpd.Gzip([]byte(frame(t, zh(), ui.Page{Title: "x"}, templ.Raw("")))))
	t.Logf("css %d, js %d, icon %d, empty page %d bytes", css, js, icon, page)
	if css+js+icon+page > 20<<10 {
		t.Errorf("%d bytes before any content", css+js+icon+page)
	}
	if n := len(ui.Assets.Bytes("yimen.js")); n >= 6<<10 {
		t.Errorf("the script has %d bytes, it must stay under 6 KB", n)
	}
}

var (
	classUse = regexp.MustCompile(`class="([^"]+)"`)
	cssName  = regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
)

// A class that no rule knows is a slip of the pen in a part.
func TestClassesAreStyled(t *testing.T) {
	known := map[string]bool{}
	for _, m := range cssName.FindAllStringSubmatch(string(ui.Assets.Bytes("yimen.css")), -1) {
		known[m[1]] = true
	}
	plain := map[string]bool{"column": true, "t": true, "flow": true, "given": true, "st": true, "hint": true, "file": true, "progress": true}
	form := ui.GalleryForm().With(ui.GalleryFaults())
	body := frame(t, zh(), ui.Page{Title: "x", Form: form}, ui.Gallery(form))
	for _, m := range classUse.FindAllStringSubmatch(body, -1) {
		for _, c := range strings.Fields(m[1]) {
			if !known[c] && !plain[c] {
				t.Errorf("class %q has no rule", c)
			}
		}
	}
}
