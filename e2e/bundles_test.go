package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// The three bundles that everybody knows, from the front page to the filing: the
// situation questions one a page, what they come to, one form, each material once,
// who receives it, and the page of all cases; the shop goes on to its end.

// blank is an input of the open page that nobody has answered.
type blank struct {
	Name, Type, Value string
}

// blanks are the unanswered inputs of the page; of a group of radios or boxes with
// none ticked the first.
const blanks = `JSON.stringify((() => {
	const out = [], seen = {};
	for (const e of document.querySelectorAll("main form [name]")) {
		if (e.type === "hidden" || e.type === "submit" || e.name === "_act" || e.type === "file") continue;
		if (e.type === "radio" || e.type === "checkbox") {
			if (seen[e.name] || document.querySelector('main form [name="' + e.name + '"]:checked')) continue;
			seen[e.name] = 1;
			out.push({Name: e.name, Type: e.type, Value: e.value});
		} else if (e.value === "") {
			const first = e.tagName === "SELECT" ? [...e.options].find((o) => o.value !== "") : null;
			out.push({Name: e.name, Type: e.tagName === "SELECT" ? "select" : e.inputMode || e.type, Value: first ? first.textContent : ""});
		}
	}
	return out;
})())`

// anything answers every question of the open page with something that fits: names
// and numbers of nobody, the first choice, a day of this year.
func (p *person) anything(known map[string]string) {
	p.t.Helper()
	for range 6 { // a region brings its next level, an answer another question
		var open []blank
		if err := json.Unmarshal([]byte(harness.Eval[string](p.Page, blanks)), &open); err != nil {
			p.t.Fatal(err)
		}
		if len(open) == 0 {
			return
		}
		for i, x := range open {
			switch {
			case known[x.Name] == "-":
			case x.Type == "radio" || x.Type == "checkbox" || x.Type == "select":
				p.Choose(x.Name, first(known[x.Name], x.Value))
			default:
				p.Fill(x.Name, first(known[x.Name], something(x, i)))
			}
		}
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// shaped are answers of a certain form, of nobody and nothing.
var shaped = map[string]string{
	"birth_cert_no": "A123456789", "hukou_number": "990000001", "realestate_unit_no": "9900000000000000000000000000",
	"power_account_no": "9900000001", "water_account_no": "990001", "gas_account_no": "990001", "bank_account": "6200000000000000",
	"lease_end_date.y": "2030", "pay_year": "2026", "fee_year": "2026",
}

// something is an answer to a question by its name.
func something(x blank, i int) string {
	ends := func(words ...string) bool {
		for _, w := range words {
			if strings.HasSuffix(x.Name, w) {
				return true
			}
		}
		return false
	}
	if v, ok := shaped[x.Name]; ok {
		return v
	}
	switch {
	case ends(".y"):
		return "2026"
	case ends(".m", ".d"):
		return "2"
	case ends("id_number"):
		return idNumber("19900101", 101+2*i)
	case ends("phone"):
		return "13000000001"
	case ends("uscc"):
		return "91990000MA00000012"
	case x.Type == "decimal", x.Type == "numeric":
		return "10"
	default:
		return "潮安区虚构样例一号"
	}
}

// start answers the situation questions of a bundle in order and begins its draft.
func (p *person) start(bundle, pictures string, options ...string) {
	p.t.Helper()
	p.Open("/bundles/" + bundle)
	p.MustSee("一起办省了什么", "共需填写", "谁先谁后")
	p.look(pictures + "01-guide")
	p.Follow("开始办理")
	p.look(pictures + "02-question")
	for _, option := range options {
		p.Choose(harness.Eval[string](p.Page, `document.querySelector("main input[type=radio]").name`), option)
		p.Press("继续")
	}
	if strings.Contains(p.Text(), "还要一起办哪些") {
		p.look(pictures + "03-optional")
		p.Press("继续")
	}
	p.MustSee("您要办的是这几项", "前全部有结果", "您的情况")
	p.look(pictures + "04-result")
	if strings.Contains(p.Text(), "请换个身份办理") {
		p.Press("代表办事")
	}
	if strings.Contains(p.Text(), "另外新填一份") {
		p.Press("另外新填一份")
	} else {
		p.Press("开始办理")
	}
	p.MustSee("共需填写", "项全部有结果", "未开始")
	p.look(pictures + "05-tasks")
}

// bundle goes from the guide to the page of all cases.
func (p *person) bundle(id, pictures string, known map[string]string, options ...string) {
	p.t.Helper()
	p.start(id, pictures, options...)
	p.Follow("继续填写")
	p.fillIn(answers{"": func(p *person) { p.anything(known) }}, "")
	p.MustSee("交给哪些部门", "单独办理需")
	p.look(pictures + "06-check")
	p.Follow("都对，继续")
	p.MustSee("申请人声明", "交给哪些部门")
	p.look(pictures + "07-declaration")
	p.Check("我已阅读并确认")
	p.Press("提交申请")
	if !strings.HasSuffix(p.URL(), "/progress") {
		p.t.Fatalf("filed, and then at %s: %s", p.URL(), p.Text())
	}
	p.look(pictures + "08-progress")
}

func catering(t *testing.T, s *harness.Server) {
	p := come(t, s, "handler1", harness.Phone)
	p.bundle("open-catering-shop", "catering-", nil, "是", "是")
	p.MustSee("食品经营许可", "烟草专卖零售许可", "公众聚集场所")
	shopOpened(t, s, p)
}

func birth(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident2", harness.Phone)
	p.bundle("newborn", "newborn-", nil, "否")
	p.MustSee("出生医学证明签发", "出生登记", "社会保障卡")
}

func secondHand(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident3", harness.Desk)
	p.bundle("second-hand-house", "flat-", nil, "否", "是")
	p.MustSee("不动产转移登记", "用气过户")
}
