package e2e

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yimen/e2e/harness"
	"yimen/seed"
)

// chinese is a run of Chinese characters as it stands on a page.
var chinese = regexp.MustCompile(`\p{Han}+`)

// english reads the pages of the line in English. What is Chinese on them has to
// be the catalogue's, the town's or what somebody typed; all else is a sentence
// that was forgotten.
func english(t *testing.T, s *harness.Server) {
	data := known(t)
	p := &person{Page: harness.Browse(t, harness.Person{Base: s.URL, Language: "en"}), t: t, server: s}
	p.Open("/")
	p.Follow("English")
	walk := func(name string, paths ...string) {
		for _, path := range paths {
			p.Open(path)
			p.onlyData(data)
		}
		p.look("english-" + name)
	}
	walk("home", "/")
	walk("search", "/search?q=spjyxk", "/search?q=zzzz", "/themes", "/departments", "/help", "/about", "/accessibility", "/sign-up")
	walk("guide", "/items/food-business-licence", "/items/food-business-licence/print", "/items/residence-permit")
	c := bring(t, s, "food-business-licence", "handler3", "delivered")
	open := bring(t, s, "food-business-licence", "handler3", "correcting")
	p.Open("/sign-in")
	p.onlyData(data)
	p.Fill("login", "handler3")
	p.Fill("password", password)
	p.Press("Sign in")
	p.Open("/account")
	p.Press("Act for")
	p.Open("/cases/" + c.id)
	p.onlyData(data)
	licence := harness.Eval[string](p.Page, `[...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")).find((h) => h.startsWith("/licences/"))`)
	walk("mine", "/account", "/account/trace", "/account/details", "/account/password", "/cases", "/licences", licence, "/cases/"+c.id+"/rating?score=4",
		"/cases/"+c.id+"/filed", "/cases/"+open.id+"/correction", "/cases/"+open.id+"/withdrawal", "/cases/"+open.id)
	englishDraft(p, data)
	p.englishStaff(data, c.id, open.id)
}

// englishDraft goes through the pages of a form, with mistakes.
func englishDraft(p *person, data string) {
	p.Open("/items/food-business-licence")
	p.Follow("Start now")
	p.onlyData(data)
	p.Choose("fit", "yes")
	p.Press("Continue")
	p.onlyData(data)
	p.Press("Begin")
	p.onlyData(data)
	p.look("english-tasks")
	for _, link := range harness.Eval[[]string](p.Page, `[...document.querySelectorAll(".tasks a")].map((a) => a.getAttribute("href"))`) {
		p.Open(link)
		p.onlyData(data)
		if strings.Contains(link, "/pages/matter-") {
			p.Press("Save and continue")
			p.onlyData(data)
		}
	}
	p.look("english-question")
	p.Open(regexp.MustCompile(`/(pages|materials)/.*`).ReplaceAllString(p.URL(), "/answers"))
	p.onlyData(data)
	p.look("english-check")
}

func (p *person) englishStaff(data, delivered, correcting string) {
	p.Open("/help")
	p.Press("Sign out")
	for who, paths := range map[string][]string{
		"clerk1": {"/counter", "/counter/cases/" + correcting, "/counter/cases/" + correcting + "/receipt", "/counter/people/new", "/counter/organisations/new"},
		"scjg-officer": {"/desk/cases", "/desk/cases?tab=all", "/desk/cases/" + delivered, "/desk/cases/" + delivered + "/visits", "/desk/cases/" + delivered + "/letters",
			"/desk/cases/" + delivered + "/dates", "/desk/cases/" + delivered + "/trace", "/desk/licences"},
		"outlet1": {"/outlet", "/outlet/cases/" + delivered, "/outlet/cases/" + delivered + "/slip"},
		"admin":   {"/admin"},
	} {
		p.Open("/sign-in")
		p.Fill("login", who)
		p.Fill("password", password)
		p.Press("Sign in")
		for _, path := range paths {
			p.Open(path)
			p.onlyData(data)
			if path == "/desk/cases/"+delivered || path == "/counter/cases/"+correcting {
				p.look("english-" + who)
			}
		}
		p.Open("/help")
		p.Press("Sign out")
	}
}

// onlyData fails the test for Chinese on the page that is in none of the data.
func (p *person) onlyData(data string) {
	p.t.Helper()
	var lost []string
	for _, run := range chinese.FindAllString(p.Text()+p.Title(), -1) {
		if !strings.Contains(data, run) && !slices.Contains(lost, run) {
			lost = append(lost, run)
		}
	}
	if len(lost) > 0 {
		p.t.Errorf("%s shows Chinese that is in no data: %q", p.URL(), lost)
	}
}

// known is all data in one text: the catalogue, the demo town, what the fixtures
// type, and what stands in Chinese on purpose.
func known(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	set := seed.Catalogue()
	files, err := fs.Glob(set, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(set, name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	b.Write(seed.Town)
	for _, words := range []string{"一门 潮安区政务服务 中文", "照片", "示例内容，供演示使用", "与证件不一致，请核对后更正", "现场与申请材料一致", "材料齐全，符合法定形式", "同意承办意见", "同意",
		"开饭馆 居住证 社保卡 公积金", "潮安市监（受）准 号"} {
		b.WriteString("\n" + words)
	}
	return b.String()
}
