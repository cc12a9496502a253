package htmlcheck_test

import (
	"fmt"
	"strings"
	"testing"

	"yimen/internal/platform/htmlcheck"
)

const good = `<!doctype html><html lang="zh-CN"><head><title>题</title></head><body><main><h1>题</h1>%s</main></body></html>`

func TestGoodPage(t *testing.T) {
	body := fmt.Sprintf(good, `<h2 id="h">二</h2>
		<form><label for="a">名</label><input id="a" aria-describedby="d"><p id="d">提示</p>
		<label>含<input type="checkbox"></label><input type="hidden" name="v"><input aria-labelledby="h">
		<fieldset><legend>选</legend><label><input type="radio">是</label></fieldset><button>好</button></form>
		<a href="#h">去</a><a href="/x"><img src="/i.png" alt="图"></a><svg aria-hidden="true"></svg><svg role="img" aria-label="图"></svg>
		<svg role="group" aria-label="图"><a href="/y"><text>去</text></a></svg>
		<table><tr><th scope="col">列</th></tr></table><p>见 plan.pdf，邮箱 a@b.cn，网址 example.com</p><h2>又二</h2>`)
	for _, p := range htmlcheck.Problems(body) {
		t.Error(p)
	}
}

// Every problem must be found, and only that one.
func TestProblems(t *testing.T) {
	for body, want := range map[string]string{
		`<h1>二</h1>`:                                      "2 h1 elements",
		`<h3>三</h3>`:                                      "follows h1",
		`<h2></h2>`:                                       "empty h2",
		`<p id="a"></p><p id="a"></p>`:                    `id "a" stands twice`,
		`<p id="a b"></p>`:                                "has a space",
		`<input name="x">`:                                "input without label",
		`<input placeholder="名">`:                         "input without label",
		`<select><option>1</option></select>`:             "input without label",
		`<textarea></textarea>`:                           "input without label",
		`<label>　<input></label>`:                         "input without label",
		`<a href="/x"></a>`:                               "link without words",
		`<button></button>`:                               "button without words",
		`<button><svg aria-hidden="true"></svg></button>`: "button without words",
		`<fieldset><p>无</p></fieldset>`:                   "fieldset without legend",
		`<img src="/x">`:                                  "img without alt",
		`<svg></svg>`:                                     "svg without words",
		`<svg role="img"></svg>`:                          "svg without words",
		`<svg role="group" aria-label="图"></svg>`:         "svg without words",
		`<svg role="img" aria-label="图"><a href="/x">去</a></svg>`: "svg without words",
		`<table><tr><th>列</th></tr></table>`:                      "th without scope",
		`<p style="color:red">x</p>`:                              "inline style",
		`<p onclick="x()">x</p>`:                                  "inline onclick",
		`<script>x()</script>`:                                    "inline script",
		`<style>p{}</style>`:                                      "inline style element",
		`<script src="https://cdn.example/x.js"></script>`:        "loads from elsewhere",
		`<label for="no">名</label>`:                               `for="no"`,
		`<p aria-describedby="no">x</p>`:                          "leads nowhere",
		`<a href="#no">x</a>`:                                     "leads nowhere",
		`<a href="/a">x<button>y</button></a>`:                    "inside",
		`<p tabindex="3">x</p>`:                                   "tabindex",
		`<p>portal.no_such</p>`:                                   "untranslated key",
		`<p>已到 desk.state.x 了</p>`:                                "untranslated key",
		`<p aria-label="common.x">x</p>`:                          "untranslated key",
		`<p>共 {n} 项</p>`:                                          "was not filled",
	} {
		got := htmlcheck.Problems(fmt.Sprintf(good, body))
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: %q, want one with %q", body, got, want)
		}
	}
}

func TestFrame(t *testing.T) {
	got := strings.Join(htmlcheck.Problems(`<html><body><p>x</p></body></html>`), "; ")
	for _, want := range []string{"doctype", "no lang", "no title", "0 h1", "0 main"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestSelectors(t *testing.T) {
	d := htmlcheck.Parse(`<div class="a b" id="x"><p class="a">一 <b>二</b></p><p data-l="列">三</p></div><p>四</p><script>var p="五"</script>`)
	for selector, want := range map[string]int{
		"p": 3, "div p": 2, ".a": 2, "p.a": 1, ".a.b": 1, "#x": 1, "div#x.a p": 2, "[data-l]": 1, "p[data-l=列]": 1,
		"[data-l=x]": 0, "body div b": 1, "b p": 0, "*": 9, "": 0,
	} {
		if got := d.Count(selector); got != want {
			t.Errorf("%q: %d, want %d", selector, got, want)
		}
	}
	if got := d.Text("#x"); got != "一 二 三" {
		t.Errorf("%q", got)
	}
	if !d.Reads("p.a", "一") || d.Reads("p.a", "二") || d.Reads("p.a", "一 二") || !d.Reads("div b", "二") {
		t.Error("what an element says itself")
	}
	if d.Text("html") != "一 二 三 四" || d.Attr("p[data-l]", "data-l") != "列" || d.Text("nav") != "" || d.Attr("nav", "x") != "" {
		t.Error("text or attribute")
	}
}

type counting struct{ n int }

func (c *counting) Helper()               {}
func (c *counting) Errorf(string, ...any) { c.n++ }

func TestPageReports(t *testing.T) {
	var c counting
	htmlcheck.Page(&c, fmt.Sprintf(good, `<input><img src="/x">`))
	if c.n != 2 {
		t.Error(c.n)
	}
}
