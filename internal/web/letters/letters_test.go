package letters

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
)

var _ cases.Printer = (*Printer)(nil)

func letter(t *testing.T, kind cases.LetterKind) cases.Text {
	t.Helper()
	number, err := gov.ComposeCaseNumber("445103000000", "2026-02-11", 517)
	if err != nil {
		t.Fatal(err)
	}
	return cases.Text{
		Kind: kind, Reference: "潮安市监（受）〔2026〕12号", To: "小满面馆（虚构）", Number: number, Token: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		From:     cases.Masthead{Name: "示例区市场监督管理局", ShortName: "示例市监", Address: "示例路 1 号", Phone: "0768-0000001"},
		ItemName: "食品经营许可（新办）", ResultName: "食品经营许可证", Permit: true, Basis: []string{"食品安全法第三十五条"},
		On: clock.MustDate("2026-02-12"), Submitted: clock.MustDate("2026-02-11"), Accepted: clock.MustDate("2026-02-12"),
		Due: clock.MustDate("2026-02-26"), Statutory: clock.MustDate("2026-03-26"),
	}
}

func printed(t *testing.T, l cases.Text) *htmlcheck.Doc {
	t.Helper()
	html, template, err := New(func(path string) string { return "https://zwfw.example" + path }).Print(l)
	if err != nil {
		t.Fatal(err)
	}
	if template != fmt.Sprintf("%s/%d", l.Kind, Templates[l.Kind]) {
		t.Errorf("template %q", template)
	}
	for _, p := range htmlcheck.Problems(string(html)) {
		if p != "inline style element" { // a letter carries its style with it
			t.Error(p)
		}
	}
	for _, outside := range []string{"<script", "<link", "src=", "@import", "url("} {
		if bytes.Contains(html, []byte(outside)) {
			t.Errorf("the letter loads something: %s", outside)
		}
	}
	return htmlcheck.Parse(string(html))
}

func wants(t *testing.T, d *htmlcheck.Doc, words ...string) {
	t.Helper()
	text := d.Text("body")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in: %s", w, text)
		}
	}
}

func TestAcceptance(t *testing.T) {
	l := letter(t, cases.AcceptanceLetter)
	d := printed(t, l)
	wants(t, d, "示例区市场监督管理局", "受理通知书", "潮安市监（受）〔2026〕12号", "小满面馆（虚构）：", l.Number.Grouped(),
		"第三十二条第一款第五项", "承诺办结日期 2026年2月26日（周四）", "法定办结日期 2026年3月26日（周四）", "食品安全法第三十五条",
		"https://zwfw.example/s/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0768-0000001")
	if strings.Contains(d.Text("body"), "尚未公布") || strings.Contains(d.Text("body"), "行政复议") {
		t.Error("no note on dates that are sure, no remedies in a favourable letter")
	}
	l.Provisional, l.Statutory, l.Permit = true, clock.Date{}, false
	d = printed(t, l)
	wants(t, d, "放假安排尚未公布", "参照《中华人民共和国行政许可法》")
	if strings.Contains(d.Text("body"), "法定办结日期") {
		t.Error("no law, no statutory date")
	}
}

func TestCorrectionListsEverythingAtOnce(t *testing.T) {
	l := letter(t, cases.CorrectionLetter)
	l.Defects = []cases.Defect{
		{Kind: cases.FieldDefect, Key: "phone", Label: "联系人手机号码", Reason: "空号，请核对"},
		{Kind: cases.MaterialDefect, Key: "layout", Label: "经营场所设备布局和操作流程图", Reason: "第一行\n第二行 <b>"},
	}
	d := printed(t, l)
	wants(t, d, "补正告知书", "共 2 项", "表单：联系人手机号码", "材料：经营场所设备布局和操作流程图", "空号，请核对", "第二行 <b>", "2026年2月26日（周四）前补正", "第三十二条第一款第四项")
	if d.Count("tbody tr") != 2 || d.Count("b") != 0 {
		t.Error("one row for each defect, and no markup from a reason")
	}
}

func TestNegativeLettersCarryReasonArticleAndRemedies(t *testing.T) {
	for kind, title := range map[cases.LetterKind]string{cases.DeclineLetter: "不予受理决定书", cases.RefusalLetter: "不予行政许可决定书"} {
		l := letter(t, kind)
		l.Reason, l.Article, l.WhereToGo, l.Remedies = "依法不需要取得许可", "食品安全法第三十五条第一款", "到示例路 2 号办理", true
		d := printed(t, l)
		wants(t, d, title, "依法不需要取得许可", "食品安全法第三十五条第一款", "六十日内", "行政复议", "六个月内", "人民法院")
		if kind == cases.DeclineLetter {
			wants(t, d, "到示例路 2 号办理")
		}
	}
}

func TestOthersThanPermitsAreNotCalledSo(t *testing.T) {
	l := letter(t, cases.ResultLetter)
	wants(t, printed(t, l), "准予行政许可决定书", "准予行政许可：食品经营许可证")
	l.Permit = false
	d := printed(t, l)
	wants(t, d, "准予决定书", "决定准予：食品经营许可证")
	if strings.Contains(d.Text("body"), "行政许可") {
		t.Error("a confirmation is no 行政许可")
	}
}

func TestUnknownKindPrintsNothing(t *testing.T) {
	_, _, err := New(func(p string) string { return p }).Print(cases.Text{Kind: "withdrawal"})
	if !fault.Is(err, "letters.kind") {
		t.Error(err)
	}
}

// counted is a date as the calculator sums it up, with everything that can stand
// in its way.
func counted(name clock.Name, unit clock.Unit) cases.Because {
	return cases.Because{Name: name, Sum: clock.Sum{Start: clock.MustDate("2026-02-12"), Due: clock.MustDate("2026-03-26"), Budget: 20, Unit: unit,
		Counted: 20, Makeups: 1, Suspended: 5, Holidays: 9, Weekends: 8, Moved: 2}}
}

// Who reads where a date comes from can count it again.
func TestDatesSayWhereTheyComeFrom(t *testing.T) {
	l := letter(t, cases.AcceptanceLetter)
	l.Because = []cases.Because{counted(clock.PromisedClock, clock.Working), {Name: clock.StatutoryClock, Sum: clock.Sum{
		Start: clock.MustDate("2026-02-12"), Due: clock.MustDate("2026-03-04"), Budget: 20, Unit: clock.Natural, Counted: 20}}}
	d := printed(t, l)
	wants(t, d, "日期的由来", "承诺期限：自2026年2月12日（周四）起算（当日不计），共20个工作日，至2026年3月26日（周四）",
		"周末8日不计", "放假9日不计", "特别程序5日不计", "顺延2日", "调休上班1日计入", "法定期限：自2026年2月12日（周四）起算（当日不计），共20日，至2026年3月4日（周三）。")
	if n := d.Count(".because"); n != 2 {
		t.Error(n, "dates")
	}
	l = letter(t, cases.CorrectionLetter)
	l.Because = []cases.Because{counted("", clock.Natural)}
	wants(t, printed(t, l), "补正期限：自2026年2月12日（周四）起算")
	l.Due, l.Because = clock.Date{}, nil
	d = printed(t, l)
	wants(t, d, "收到本告知书之日起30日内补正")
	if strings.Contains(d.Text("body"), "日期的由来") {
		t.Error("no date, nothing to explain")
	}
}

func TestSilenceIsSaidInTheAcceptance(t *testing.T) {
	l := letter(t, cases.AcceptanceLetter)
	l.Deemed = true
	wants(t, printed(t, l), "受理通知书", "未在五个工作日内", "第三十二条第一款第四项", "自2026年2月12日（周四）起视为受理")
}

func TestTimeTakenIsTold(t *testing.T) {
	l := letter(t, cases.SuspensionLetter)
	l.Procedure, l.Days, l.Unit, l.Reason = "专家评审", 15, clock.Working, "论证报告需要评审 <b>"
	d := printed(t, l)
	wants(t, d, "特别程序告知书", "已于2026年2月12日（周四）受理", "第四十五条", "专家评审", "15个工作日", "论证报告需要评审 <b>",
		"承诺办结日期（调整后） 2026年2月26日（周四）", "法定办结日期（调整后） 2026年3月26日（周四）", "次日起继续计算")
	if d.Count("b") != 0 {
		t.Error("markup from a reason")
	}
	l = letter(t, cases.ExtensionLetter)
	l.Days, l.Unit, l.Reason, l.Former, l.Provisional = 10, clock.Natural, "情况复杂", clock.MustDate("2026-02-20"), true
	wants(t, printed(t, l), "延长办理期限告知书", "第四十二条", "2026年2月20日（周五）前", "负责人批准", "延长10日", "情况复杂", "尚未公布")
}

func TestEndsWithoutADecisionSayHowToGoOn(t *testing.T) {
	l := letter(t, cases.LapseLetter)
	l.Remedies = true
	wants(t, printed(t, l), "逾期未补正告知书", "至2026年2月26日（周四）", "重新提出申请", "行政复议")
	l = letter(t, cases.TerminationLetter)
	l.Reason, l.Article, l.Remedies = "申请人已注销", cases.TerminationArticle, true
	wants(t, printed(t, l), "终止办理通知书", "申请人已注销", cases.TerminationArticle, "人民法院")
}

// A change of these bytes is a change of what people get in their hands: raise
// the number in Templates with it.
func TestGolden(t *testing.T) {
	texts := map[string]cases.Text{"deemed": letter(t, cases.AcceptanceLetter)}
	for kind := range Templates {
		texts[string(kind)] = letter(t, kind)
	}
	for name, l := range texts {
		l.Reason, l.Article, l.Deemed = "理由", "某法第一条", name == "deemed"
		l.Procedure, l.Days, l.Unit, l.Former = "专家评审", 15, clock.Working, clock.MustDate("2026-02-20")
		l.Defects = []cases.Defect{{Kind: cases.MaterialDefect, Key: "layout", Label: "布局图", Reason: "缺操作流向"}}
		switch l.Kind {
		case cases.DeclineLetter, cases.RefusalLetter, cases.LapseLetter, cases.TerminationLetter:
			l.Remedies = true
		case cases.CorrectionLetter:
			l.Because = []cases.Because{counted("", clock.Natural)}
		case cases.AcceptanceLetter, cases.SuspensionLetter, cases.ExtensionLetter:
			l.Because = []cases.Because{counted(clock.PromisedClock, clock.Working), counted(clock.StatutoryClock, clock.Working)}
		case cases.ResultLetter:
		}
		html, _, err := New(func(path string) string { return "https://zwfw.example" + path }).Print(l)
		if err != nil {
			t.Fatal(err)
		}
		goldtest.HTML(t, name, string(html))
	}
}
