package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"yimen/e2e/harness"
	"yimen/internal/clock"
)

// takesTime: a department takes more time than it promised, in the two ways that the
// law has for it, and the applicant reads why each date is the one it is: a special
// procedure (art. 45), begun and ended, and the one extension (art. 42).
func takesTime(t *testing.T, s *harness.Server) {
	c := bring(t, s, "drainage-permit", "handler1", "accepted/handle")
	p := come(t, s, "handler1", harness.Phone)
	p.Open("/account")
	p.Press("代表办事")
	first := whyThatDay(p, c.number)

	officer := come(t, s, "officer", harness.Desk)
	officer.open(c.number)
	held := suspends(officer, p, c.number)
	if !held.After(first.AddDays(13)) {
		t.Errorf("ten working days more, and due on %s instead of %s", held, first)
	}
	officer.open(c.number)
	officer.Follow("结束特别程序")
	officer.Fill("结果", "合格，报告编号示例001")
	officer.Press("登记结束")
	officer.MustSee("特别程序已结束，期限从明天起继续计算")
	resumed := due(p, c.number)
	if resumed.Before(first) || !resumed.Before(held) {
		t.Errorf("the procedure ended on the day on which it began, and due on %s; %s without, %s with it", resumed, first, held)
	}

	asksForMore(officer, c.number)
	approves(come(t, s, "approver", harness.Desk), c.number)
	if extended := due(p, c.number); !extended.After(resumed.AddDays(6)) {
		t.Errorf("five working days more, and due on %s instead of %s", extended, resumed)
	}
	p.look("time-20-extended")
	p.MustSee("延长办理期限告知书")
	p.Open("/messages")
	p.MustSee("办理期限延长", "特别程序结束", "水质检测", "下游管网改造")
	onlyOnce(officer, c.number)
}

// due reads the promised date on the applicant's own page.
func due(p *person, number string) clock.Date {
	p.t.Helper()
	p.mine(number)
	return dateAfter(p, "最晚")
}

// whyThatDay reads day by day which counted, which did not, and by which article.
func whyThatDay(p *person, number string) clock.Date {
	on := due(p, number)
	p.Follow("为什么是这一天")
	p.MustSee("承诺办结", "从", "起算，当天不计，数满 7 个工作日", "周末", "办理机关公布的承诺时限")
	if again := dateAfter(p, "承诺办结"); again != on {
		p.t.Errorf("the case says %s, its reason %s", on, again)
	}
	p.look("time-01-why")
	p.Press("逐日列出 承诺办结")
	p.MustSee("起算的当天不计（民法典第二百零一条）", "工作日，计入（行政许可法第八十二条）", "周末，不计（行政许可法第八十二条）", "第7天", "到期日")
	p.look("time-02-days")
	return on
}

// suspends begins a special procedure; the applicant has the notice and the moved date.
func suspends(officer, p *person, number string) clock.Date {
	officer.Follow("开始特别程序")
	officer.look("time-10-suspension")
	officer.Choose("特别程序", "水质检测")
	officer.Fill("需要多少时间", "11")
	officer.Press("开始并发出告知书")
	officer.MustSee("处需要改正", "10") // no longer than published
	officer.Fill("需要多少时间", "10")
	officer.Fill("事由", "排水水质需要检测")
	officer.Press("开始并发出告知书")
	officer.MustSee("特别程序已开始，告知书已生成", "水质检测", "10 个工作日", "特别程序进行中，期限暂停计算")
	officer.look("time-11-suspended")

	held := due(p, number)
	p.look("time-12-told")
	p.MustSee("水质检测", "10 个工作日", "不计入办理期限", "排水水质需要检测")
	why := p.URL()
	p.Follow("特别程序告知书")
	p.MustSee("特别程序告知书", "水质检测", "10个工作日", "第四十五条", "（调整后）")
	p.look("time-13-letter")
	p.Open(why)
	p.Follow("为什么是这一天")
	p.MustSee("暂停计算", "特别程序还在进行")
	p.look("time-14-why")
	p.Press("逐日列出 承诺办结")
	p.MustSee("水质检测期间不计（行政许可法第四十五条）")
	return held
}

// asksForMore asks the head for the one extension.
func asksForMore(officer *person, number string) {
	officer.open(number)
	officer.Follow("申请延长期限")
	officer.Press("报负责人批准")
	officer.MustSee("处需要改正")
	officer.Fill("延长多少", "5")
	officer.Fill("延长的理由", "下游管网改造，需要核实接纳能力")
	officer.look("time-15-extension")
	officer.Press("报负责人批准")
	officer.MustSee("已报负责人批准", "延期待批")
}

// approves grants it, with the dates before and after in sight.
func approves(head *person, number string) {
	head.open(number)
	head.Follow("审批延期")
	head.MustSee("下游管网改造", "5 个工作日", "批准后")
	head.Choose("是否批准", "批准延长")
	head.look("time-16-approval")
	head.Press("提交")
	head.MustSee("已批准延长，告知书已生成")
}

// onlyOnce: what art. 42 allows once is not offered a second time, and its address
// leads back to the case.
func onlyOnce(officer *person, number string) {
	officer.open(number)
	officer.MustSee("已批准延期", "下游管网改造")
	officer.MustNotSee("申请延长期限")
	at, _, _ := strings.Cut(officer.URL(), "?")
	officer.Open(at + "/extension")
	if got, _, _ := strings.Cut(officer.URL(), "?"); got != at {
		officer.t.Errorf("a second extension is offered on %s", got)
	}
	officer.look("time-21-once")
}

// dateAfter reads the first date on the page behind these words.
func dateAfter(p *person, words string) clock.Date {
	p.t.Helper()
	_, rest, _ := strings.Cut(p.Text(), words)
	m := dayInWords.FindStringSubmatch(rest)
	if m == nil {
		p.t.Fatalf("no date behind %q on %s: %s", words, p.URL(), p.Text())
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // digits, by the expression
	}
	on, err := clock.NewDate(n[0], time.Month(n[1]), n[2])
	if err != nil {
		p.t.Fatal(err)
	}
	return on
}

var dayInWords = regexp.MustCompile(`([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日`)
