package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"yimen/e2e/harness"
)

// noscript is the applicant's way with the page's scripts off: from the search to
// the receipt, a page at a time.
func noscript(t *testing.T, s *harness.Server) {
	p := &person{Page: harness.Browse(t, harness.Person{Base: s.URL, NoScript: true}), t: t, server: s, plain: true}
	p.Open("/")
	p.Fill("q", "spjyxk")
	p.Press("搜索")
	p.Follow("食品经营许可（新办）")
	p.Open("/sign-in")
	p.signIn("handler2")
	p.begin("food-business-licence")
	p.fillIn(foodAnswers, "")
	number := p.file()
	p.mine(number)
	p.MustSee("已提交，待受理")
	p.Follow("撤回申请")
	p.Fill("撤回的原因", "试一试")
	p.Press("撤回申请")
	p.MustSee("您已撤回申请")
}

// keyboard files an application without touching anything but keys.
func keyboard(t *testing.T, s *harness.Server) {
	p := sit(t, s, harness.Desk)
	p.Open("/sign-in")
	p.tab("登录名")
	p.Key("resident1")
	p.tab("密码")
	p.Key(password)
	p.Key(kb.Enter)
	p.Open("/items/parenting-guidance")
	p.Key(kb.Tab)
	if p.Focus() != "跳到正文" {
		t.Errorf("the first stop is %q", p.Focus())
	}
	p.Key(kb.Enter)
	p.tab("开始办理")
	p.Key(kb.Enter)
	p.tab("都符合")
	p.Key(" ")
	p.Key(kb.Enter)
	for _, button := range []string{"另外新填一份", "开始填写", "继续填写"} {
		if strings.Contains(p.Text(), button) {
			p.tab(button)
			p.Key(kb.Enter)
		}
	}
	for range 12 {
		if p.here() == "answers" {
			break
		}
		p.typeAll(map[string]string{"child_name": "示例·小八", "guardian_name": "张示例", "guardian_phone": "13000000001",
			"residence_address": "潮安区古巷镇示例路1号", "child_birth_date.y": "2025", "child_birth_date.m": "8", "child_birth_date.d": "8"})
		p.tab("保存并继续")
		p.Key(kb.Enter)
	}
	p.tab("都对，继续")
	p.Key(kb.Enter)
	p.tab("我已阅读并确认")
	p.Key(" ")
	p.tab("提交申请")
	p.Key(kb.Enter)
	p.MustSee("申请已提交")
}

// typeAll goes through the fields of the page with the tabulator, types what is
// empty, and takes the first of every choice with the space bar.
func (p *person) typeAll(values map[string]string) {
	p.t.Helper()
	const open = `[...document.querySelectorAll("main form :is(input, textarea):not([type=hidden])")]
		.filter((e) => e.type === "radio" ? ![...document.getElementsByName(e.name)].some((x) => x.checked) : !e.value && !e.closest(".field").querySelector(".opt")).map((e) => e.name)[0] || ""`
	for range 12 {
		name := harness.Eval[string](p.Page, open)
		if name == "" {
			return
		}
		for range 40 {
			if harness.Eval[string](p.Page, `document.activeElement.name || ""`) == name {
				break
			}
			p.Key(kb.Tab)
		}
		if harness.Eval[string](p.Page, `document.activeElement.type`) == "radio" {
			p.Key(" ")
		} else {
			p.Key(values[name])
		}
	}
}

// doubleclick: a filing pressed twice is filed once.
func doubleclick(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident8", harness.Phone)
	p.begin("student-hukou-check")
	p.fillIn(answers{"": func(p *person) {
		p.fillAll(map[string]string{"child_name": "示例·小七", "child_id_number": idNumber("20210707", 217), "guardian_name": "郑虚构",
			"guardian_id_number": "990000196912311722"})
	}}, "")
	p.Follow("都对，继续")
	p.Check("我已阅读并确认")
	before := len(caseNumber.FindAllString(p.fetched("/cases"), -1))
	harness.Eval[bool](p.Page, `(() => { const b = [...document.querySelectorAll("button")].find((b) => b.innerText.includes("提交申请")); b.click(); b.click(); return true; })()`)
	p.MustSee("申请已提交")
	number := p.number()
	p.Back()
	p.MustNotSee("正在提交")
	p.Press("提交申请") // the page as the browser kept it
	p.MustSee("申请已提交", number)
	all := p.fetched("/cases")
	if got := len(caseNumber.FindAllString(all, -1)); got != before+1 || !strings.Contains(all, number) {
		t.Errorf("%d cases became %d", before, got)
	}
}

// timeout: two minutes before a session ends the page says so, and one press goes on.
func timeout(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident7", harness.Phone)
	p.begin("residence-permit")
	p.Fill("申请人姓名", "孙试用")
	if seen := harness.Eval[bool](p.Page, `!document.querySelector("[data-idle]").hidden`); seen {
		t.Error("the warning is there from the start")
	}
	// Nobody waits half an hour in a test: the page is told that it is later.
	harness.Eval[bool](p.Page, `(() => { const now = Date.now; const late = (document.querySelector("[data-idle]").dataset.idle - 100) * 1000; Date.now = () => now() + late; return true; })()`)
	p.MustSee("继续使用")
	p.look("timeout-01-warned")
	if p.Focus() == "" {
		t.Error("the warning has not got the focus")
	}
	p.Press("继续使用")
	p.waitFor("the warning to go", `document.querySelector("[data-idle]").hidden`)
	if got := p.Value("申请人姓名"); got != "孙试用" {
		t.Errorf("what was typed has become %q", got)
	}
	harness.Eval[bool](p.Page, `(() => { const now = Date.now; const late = document.querySelector("[data-idle]").dataset.idle * 1000; Date.now = () => now() + late; return true; })()`)
	p.waitFor("the end to be told", `!document.querySelector("[data-ended]").hidden`)
	p.look("timeout-02-ended")
	timeoutOver(t, s, p)
}

// timeoutOver: what was typed survives that the session has ended meanwhile.
func timeoutOver(t *testing.T, s *harness.Server, p *person) {
	p.Reload()
	p.Fill("申请人姓名", "孙试用改")
	other := come(t, s, "resident7", harness.Phone)
	other.Open("/account")
	other.endSessions()
	page := p.URL()
	p.Press("保存并继续")
	p.MustSee("请先登录", "没有丢失")
	p.look("timeout-03-signed-out")
	// The link opens another window of the same browser, which shares its cookies.
	harness.Eval[bool](p.Page, `(fetch("/sign-in", {method: "POST", body: new URLSearchParams({login: "resident7", password: "`+password+`"})}).then((r) => { window.signedIn = r.ok; }), true)`)
	p.waitFor("the sign-in in another window", `window.signedIn === true`)
	p.Press("登录好了，接着提交")
	p.Open(page)
	if got := p.Value("申请人姓名"); got != "孙试用改" {
		t.Errorf("what was typed has become %q", got)
	}
}

// endSessions signs every other device of the account out.
func (p *person) endSessions() {
	p.t.Helper()
	for harness.Eval[bool](p.Page, `!!document.querySelector('main form[action*="/sessions/"] button')`) {
		harness.Eval[bool](p.Page, `(document.querySelector('main form[action*="/sessions/"] button').click(), true)`)
		p.MustSee("那台设备已退出登录")
	}
}
