package e2e

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"yimen/e2e/harness"
)

// person is somebody of the demo town at a browser.
type person struct {
	*harness.Page
	t      *testing.T
	server *harness.Server
	plain  bool // without scripts, which pictures and axe need
}

// sit opens a browser of that width for somebody who is not signed in.
func sit(t *testing.T, s *harness.Server, width int64) *person {
	t.Helper()
	return &person{Page: harness.Browse(t, harness.Person{Base: s.URL, Width: width}), t: t, server: s}
}

// come is sit for somebody who signs in first.
func come(t *testing.T, s *harness.Server, login string, width int64) *person {
	t.Helper()
	p := sit(t, s, width)
	p.Open("/sign-in")
	p.signIn(login)
	return p
}

// signIn fills in the page that is open.
func (p *person) signIn(login string) {
	p.t.Helper()
	p.Fill("登录名", login)
	p.Fill("密码", password)
	p.Press("登录")
	if strings.HasPrefix(p.URL(), "/sign-in") {
		p.t.Fatalf("%s cannot sign in: %s", login, p.Text())
	}
}

// change lets the next colleague sit down at the same browser.
func (p *person) change(login string) {
	p.t.Helper()
	p.Open("/help") // a sheet for paper has no way out on it
	p.Press("退出")
	p.Open("/sign-in")
	p.signIn(login)
}

// look keeps pictures of the page at both widths and wants axe to find nothing.
// The pages are the same on both databases, so the second is not looked at again.
func (p *person) look(name string) {
	p.t.Helper()
	if p.server.Kind == harness.SQLite && !p.plain {
		p.Inspect(name)
	}
}

// here is the part of the address after the last slash.
func (p *person) here() string {
	p.t.Helper()
	path, _, _ := strings.Cut(p.URL(), "?")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// waitFor waits until the expression is true on the page.
func (p *person) waitFor(what, script string) {
	p.t.Helper()
	for range 100 {
		if harness.Eval[bool](p.Page, script) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.t.Fatalf("%s is not to be seen on %s: %s", what, p.URL(), p.Text())
}

// fetched is what a path answers this person with, beside the page that is open.
func (p *person) fetched(path string) string {
	p.t.Helper()
	status, _, body := p.Fetch(path)
	if status != http.StatusOK {
		p.t.Fatalf("%s is answered with %d", path, status)
	}
	return string(body)
}

// tab presses the tabulator until what has the focus says these words.
func (p *person) tab(words string) {
	p.t.Helper()
	var met []string
	for range 60 {
		p.Key(kb.Tab)
		at := p.Focus()
		if strings.Contains(at, words) {
			return
		}
		met = append(met, at)
	}
	p.t.Fatalf("60 stops and none of them says %q: %q", words, met)
}

// photo is a picture as a phone would take it, named and coloured by the name.
func photo(t *testing.T, name string) string {
	t.Helper()
	const wide, high = 640, 420
	shade := uint8(len(name) * 37)
	m := image.NewRGBA(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			c := color.RGBA{230 - shade/4, 226, 210 + shade/8, 255}
			if x%160 < 3 || y%70 < 3 || (x/11+y/7)%9 == 0 {
				c = color.RGBA{120, 120 + shade/4, 130, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err == nil {
		err = jpeg.Encode(f, m, nil)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// answers are what is typed and chosen on the pages of a form, by the page's id;
// what stands under "" is done on every page, under "materials/SLOT" instead of
// uploading a photo there.
type answers map[string]func(p *person)

// fillIn goes from the page that is open to check-your-answers: answers what is
// asked, puts a photo where a material is wanted. Pictures are named by the prefix
// and the page; "" takes none.
func (p *person) fillIn(known answers, pictures string) {
	p.t.Helper()
	for range 40 {
		step := pageID.FindStringSubmatch(p.URL())
		switch {
		case p.here() == "answers":
			return
		case step == nil:
			p.t.Fatalf("neither a question nor a material: %s", p.URL())
		case step[1] == "materials" && known["materials/"+step[2]] != nil:
			known["materials/"+step[2]](p)
			continue
		case step[1] == "materials":
			p.material(step[2], photo(p.t, step[2]+".jpg"))
			continue
		}
		for _, id := range []string{"", step[2]} {
			if answer := known[id]; answer != nil {
				answer(p)
			}
		}
		if pictures != "" {
			p.look(pictures + step[2])
		}
		before := p.URL()
		p.Press("保存并继续")
		if p.URL() == before {
			p.t.Fatalf("%s is not saved: %s", before, p.Text())
		}
	}
	p.t.Fatalf("the form does not end: %s", p.URL())
}

// material puts a file into the slot that is open and goes on.
func (p *person) material(slot, file string) {
	p.t.Helper()
	p.Upload("material."+slot, file)
	p.Press("上传")
	p.MustSee("已收下 1 个文件", slot+".jpg")
	if slot == "layout" {
		p.look("food-11-material")
	}
	p.Press("继续")
}

// file goes from check-your-answers to the receipt and gives the number.
func (p *person) file() string {
	p.t.Helper()
	p.Follow("都对，继续")
	p.Check("我已阅读并确认")
	p.Press("提交申请")
	p.MustSee("申请已提交")
	return p.number()
}

// begin opens an item's guide and goes on to the first page of a draft for oneself
// or, with "代表办事" on the way, for one's organisation.
func (p *person) begin(item string) {
	p.t.Helper()
	p.Open("/items/" + item)
	p.Follow("开始办理")
	p.Choose("fit", "yes")
	p.Press("继续")
	if strings.Contains(p.Text(), "请换个身份办理") {
		p.Press("代表办事")
	}
	for _, button := range []string{"另外新填一份", "开始填写"} {
		if strings.Contains(p.Text(), button) {
			p.Press(button)
			break
		}
	}
	p.Follow("继续填写")
}

// open finds a case in the department's list by its number.
func (p *person) open(number string) {
	p.t.Helper()
	p.Open("/desk/cases?tab=all&q=" + number)
	p.MustSee(number)
	p.Open(harness.Eval[string](p.Page, `[...document.querySelectorAll("main a")].find((a) => /^.desk.cases.[0-9a-f-]{36}/.test(a.getAttribute("href")) && a.closest("li, tr").innerText.includes("`+number+`")).getAttribute("href")`))
}

// take finds a case at the counter by its number.
func (p *person) take(number string) {
	p.t.Helper()
	p.Open("/counter")
	p.Fill("q", number)
	p.Press("查找")
	p.MustSee(number)
}

// mine opens one of the applicant's own cases by its number, which stands in the
// list and perhaps once more in what he is expected to do.
func (p *person) mine(number string) {
	p.t.Helper()
	p.Open("/cases")
	p.MustSee(number)
	p.Open(harness.Eval[string](p.Page, `[...document.querySelectorAll("main a")].find((a) => /^.cases.[0-9a-f-]{36}$/.test(a.getAttribute("href")) && a.closest("li, tr").innerText.includes("`+number+`")).getAttribute("href")`))
}

// made is a case that the developer's page has brought to a state.
type made struct{ id, number string }

// bring plays an item's acts up to the goal, for somebody of the demo town.
func bring(t *testing.T, s *harness.Server, item, login, goal string) made {
	t.Helper()
	got, err := newVisitor(s.URL).post("/fixtures", url.Values{"item": {item}, "login": {login}, "goal": {goal}})
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%s for %s to %s: %v %v", item, login, goal, got, err)
	}
	link, number := caseLink.FindStringSubmatch(got.body), caseNumber.FindString(got.body)
	if link == nil || number == "" {
		t.Fatalf("%s for %s to %s: %v", item, login, goal, got)
	}
	return made{link[1], number}
}

// number is the first case number that can be read on the page.
func (p *person) number() string {
	p.t.Helper()
	n := caseNumber.FindString(p.Text())
	if n == "" {
		p.t.Fatalf("no number on %s: %s", p.URL(), p.Text())
	}
	return n
}

var pageID = regexp.MustCompile(`/(pages|materials)/([a-z0-9_-]+)`)

// idNumber is an ID number of nobody, with its check character.
func idNumber(birth string, serial int) string {
	body := fmt.Sprintf("990000%s%03d", birth, serial)
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(body[i]-'0')
	}
	return body + string("10X98765432"[sum%11])
}
