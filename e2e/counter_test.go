package e2e

import (
	"regexp"
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// walkin: somebody without an account stands at the counter; the clerk enters him,
// fills in the form for him and accepts. The journal names both.
func walkin(t *testing.T, s *harness.Server) {
	number := idNumber("19550505", 731)
	p := come(t, s, "clerk2", harness.Desk)
	p.Open("/counter")
	p.Fill("q", number)
	p.Press("查找")
	p.MustSee("没有找到")
	p.look("walkin-01-nobody")
	p.Press("登记来访人")
	p.Fill("姓名", "阿依古丽·样例")
	p.Choose("证件类型", "居民身份证")
	p.Fill("手机号码", "13000000731")
	p.Fill("查验了什么", "居民身份证原件，人证一致")
	p.look("walkin-02-register")
	p.Press("登记并继续")
	p.MustSee("阿依古丽·样例", "已核验")
	p.look("walkin-03-party")
	p.Fill("搜索事项", "hjlxxhy")
	p.Press("查找")
	p.look("walkin-04-items")
	p.Within("户籍类信息核验（入学）").Press("开始填写")
	p.MustSee("代 阿依古丽·样例 填写")
	for range 10 {
		if p.here() == "filing" {
			break
		}
		p.fillAll(map[string]string{"child_name": "样例·小小", "child_id_number": idNumber("20200202", 518),
			"guardian_name": "阿依古丽·样例", "guardian_id_number": number, "domicile_address": "潮安区凤塘镇示例路9号"})
		p.look("walkin-05-" + p.here())
		p.Press("保存并继续")
	}
	p.MustSee("样例·小小")
	p.look("walkin-06-filing")
	p.Press("提交申请")
	p.MustSee("处需要改正")
	p.Check("阿依古丽·样例 已看过以上内容")
	p.Press("提交申请")
	p.MustSee("已提交，单号")
	filed := p.number()
	p.look("walkin-07-filed")
	p.take(filed)
	p.Press("受理并打印通知书")
	p.MustSee("已受理")

	officer := come(t, s, "ga-officer", harness.Desk)
	officer.open(filed)
	officer.Follow("留痕")
	officer.MustSee("提交申请", "李样例二（代 阿依古丽·样例）", "综合窗口")
	officer.look("walkin-08-trace")
}

// fillAll types these values into the fields of that name that are there and empty.
func (p *person) fillAll(values map[string]string) {
	p.t.Helper()
	for name, value := range values {
		if harness.Eval[bool](p.Page, `(document.querySelector('main [name="`+name+`"]') || {value: "-"}).value === ""`) {
			p.Fill(name, value)
		}
	}
}

var sixDigits = regexp.MustCompile(`\b[0-9]{3} ?[0-9]{3}\b`)

// handover: a draft begun on a phone is finished by the clerk with a six-digit code,
// which works once.
func handover(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident1", harness.Phone)
	p.begin("student-hukou-check")
	p.fillAll(map[string]string{"child_name": "张小示例", "child_id_number": idNumber("20190909", 119)})
	p.Press("保存并稍后继续")
	p.look("handover-01-tasks")
	p.Press("取一个接力码")
	p.MustSee("只能用一次")
	p.look("handover-02-code")
	code := strings.ReplaceAll(sixDigits.FindString(p.Text()), " ", "")

	clerk := come(t, s, "clerk1", harness.Desk)
	clerk.Open("/counter")
	clerk.Fill("q", "000001")
	clerk.Press("查找")
	clerk.MustSee("处需要改正")
	clerk.look("handover-03-wrong-code")
	clerk.Fill("q", code)
	clerk.Press("查找")
	clerk.MustSee("代 张示例 填写")
	clerk.look("handover-04-taken")
	for range 10 {
		if clerk.here() == "filing" {
			break
		}
		clerk.fillAll(map[string]string{"child_name": "张小示例", "child_id_number": idNumber("20190909", 119),
			"guardian_name": "张示例", "guardian_id_number": "990000198803121013", "domicile_address": "潮安区古巷镇示例路1号"})
		clerk.Press("保存并继续")
	}
	clerk.MustSee("张小示例")
	clerk.Check("张示例 已看过以上内容")
	clerk.Press("提交申请")
	clerk.MustSee("已提交，单号")
	number := clerk.number()
	clerk.Open("/counter")
	clerk.Fill("q", code)
	clerk.Press("查找")
	clerk.MustSee("处需要改正")

	p.mine(number)
	p.MustSee("已提交，待受理", "综合窗口")
	p.look("handover-05-mine")
}

// conflict: two clerks have one case open; the second to act is told what the first
// has done, and nothing is done twice.
func conflict(t *testing.T, s *harness.Server) {
	c := bring(t, s, "residence-permit", "resident1", "submitted")
	first := come(t, s, "clerk1", harness.Desk)
	second := come(t, s, "clerk2", harness.Desk)
	first.take(c.number)
	second.take(c.number)
	second.MustSee("王样例一 也打开着这个办件")
	second.look("conflict-01-both")
	first.Press("受理并打印通知书")
	first.MustSee("已受理")
	second.Press("受理并打印通知书")
	second.MustSee("王样例一", "受理")
	if second.Status() != 409 {
		t.Errorf("the second clerk is answered with %d", second.Status())
	}
	second.look("conflict-02-told")
	second.take(c.number)
	second.MustSee("承办中")
	second.MustNotSee("受理并打印通知书")
}

// immediate: an item that is decided in one sitting leaves every step in its trace.
func immediate(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident2", harness.Phone)
	p.begin("student-realestate-check")
	p.fillIn(answers{
		"": func(p *person) {
			p.fillAll(map[string]string{"guardian_name": "李样本", "realestate_address": "潮安区彩塘镇示例路2号"})
		},
		"matter-1": func(p *person) { p.Choose("查询用途", "其他") },
	}, "")
	number := p.file()
	p.look("immediate-01-receipt")
	staff := come(t, s, "duty", harness.Desk)
	staff.open(number)
	staff.Follow("当场办结")
	staff.look("immediate-02-sitting")
	staff.Press("当场准予")
	staff.MustSee("已当场办结")
	staff.Follow("留痕")
	staff.MustSee("提交申请", "受理", "准予")
	staff.look("immediate-03-trace")
	p.mine(number)
	p.MustSee("准予了")
}
