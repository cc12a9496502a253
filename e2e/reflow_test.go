package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

// narrow is a desk's screen at 400 %, or the smallest phone (WCAG 1.4.10).
const narrow = 320

// reflow: at 320 px, and in large text too, no page scrolls sideways; in large text
// nothing that is pressed is smaller than 48 px.
func reflow(t *testing.T, s *harness.Server) {
	delivered := bring(t, s, "food-business-licence", "handler2", "delivered")
	waiting := bring(t, s, "food-business-licence", "handler2", "submitted")
	p := sit(t, s, narrow)
	p.fits("/", "/search?q=开饭馆", "/search?q=魑魅", "/themes", "/departments", "/items/food-business-licence", "/items/food-business-licence/print",
		"/sign-in", "/sign-up", "/help", "/about", "/nowhere")
	p.Open("/sign-in")
	p.signIn("handler2")
	p.Open("/account")
	p.Press("代表办事")
	p.begin("food-business-licence")
	draft := pageID.ReplaceAllString(p.URL(), "")
	mine := []string{draft, draft + "/pages/enterprise-company", draft + "/pages/matter-4", draft + "/pages/delivery-delivery", draft + "/materials/layout", draft + "/answers",
		"/cases", "/cases/" + waiting.id, "/cases/" + delivered.id, "/cases/" + delivered.id + "/rating", "/licences", "/account", "/account/trace"}
	p.fits(mine...)
	p.Open("/")
	p.Follow("长辈版")
	p.large(append(mine, "/", "/items/food-business-licence")...)
	p.change("clerk1")
	p.fits("/counter", "/counter/cases/"+waiting.id, "/counter/cases/"+waiting.id+"/correction", "/counter/cases/"+waiting.id+"/receipt", "/counter/people/new")
	p.change("scjg-officer")
	p.large("/desk/cases?tab=all", "/desk/cases/"+delivered.id, "/desk/cases/"+delivered.id+"/visits", "/desk/cases/"+delivered.id+"/trace", "/desk/licences")
	p.Open("/desk/cases/" + delivered.id)
	p.look("large-desk-case")
	p.change("outlet1")
	p.fits("/outlet", "/outlet/cases/"+delivered.id, "/outlet/cases/"+delivered.id+"/slip")
}

// fits opens pages that must not be wider than the screen.
func (p *person) fits(paths ...string) {
	p.t.Helper()
	for _, path := range paths {
		p.Visit(path)
		if too := p.TooWide(); too != "" {
			p.t.Errorf("%s %s", path, too)
		}
	}
}

// small are the things to press that are lower or narrower than 48 px; a link in
// the middle of a sentence is as high as its line.
const small = `[...document.querySelectorAll("button, input:not([type=hidden]), select, summary, nav a, .btn, .tasks a, .list a")]
	.filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest(".vh"))
	.map((e) => [e.closest("label") || e, e])
	.filter(([box]) => { const r = box.getBoundingClientRect(); return r.width > 1 && Math.round(Math.max(r.height, ...[...box.querySelectorAll("*")].map((c) => c.getBoundingClientRect().height))) < 48; })
	.map(([, e]) => e.tagName.toLowerCase() + "." + e.className + " " + (e.innerText || e.name || "").trim().slice(0, 20))`

// large is fits in large text, where targets are large too.
func (p *person) large(paths ...string) {
	p.t.Helper()
	for _, path := range paths {
		p.fits(path)
		if got := harness.Eval[[]string](p.Page, small); len(got) > 0 {
			p.t.Errorf("%s in large text has small targets: %q", path, got)
		}
	}
}
