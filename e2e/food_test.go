package e2e

import (
	"regexp"
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// food is 食品经营许可 from the search to the rating: a handler on a phone, the
// counter, the department behind it, and the outlet.
func food(t *testing.T, s *harness.Server) {
	handler := sit(t, s, harness.Phone)
	foodFound(handler)
	foodFilled(handler)
	number := foodFiled(handler)
	counter := come(t, s, "clerk1", harness.Desk)
	foodAccepted(counter, number)
	handler.Open("/cases")
	handler.look("food-15-my-cases")
	handler.mine(number)
	handler.MustSee("承办中", "现在不用您做什么", "受理通知书")
	handler.look("food-16-accepted")
	foodDecided(t, s, number)
	foodHandedOver(counter, number)
	foodRated(handler, number)
}

// foodFound goes from the home page to the guide and through the conditions to a draft.
func foodFound(p *person) {
	p.Open("/")
	p.look("food-01-home")
	p.Fill("q", "spjyxk")
	p.Press("搜索")
	p.MustSee("食品经营许可（新办）")
	p.Open("/")
	p.Fill("q", "开饭馆")
	p.Press("搜索")
	p.look("food-02-search")
	p.Follow("食品经营许可（新办）")
	p.MustSee("食品安全法", "第三十五条", "不收费", "5 个工作日", "营业执照", "经营场所设备布局和操作流程图", "潮安区市场监督管理局", "12345")
	p.look("food-03-guide")
	p.Follow("打印版指南")
	p.look("food-04-guide-print")
	p.Back()
	p.Follow("开始办理")
	p.look("food-05-conditions")
	p.Choose("这些条件您都符合吗", "都符合")
	p.Press("继续")
	p.look("food-06-sign-in")
	p.signIn("handler1")
	p.MustSee("请换个身份办理")
	p.look("food-07-acting")
	p.Press("代表办事")
	p.MustSee("您将代表小满面馆（虚构）申请")
	p.look("food-08-ready")
	p.Press("开始填写")
	p.MustSee("已完成 0 项", "已带出")
	p.look("food-09-tasks")
}

// foodAnswers are typed on each page; the others are prefilled and only looked at.
var foodAnswers = answers{
	"enterprise-company": func(p *person) { p.MustSee("来自法人库") },
	"enterprise-staff":   func(p *person) { p.Fill("从业人数", "８") },
	"premises-size":      func(p *person) { p.Fill("经营场所面积", "86.5") },
	"matter-1":           func(p *person) { p.Choose("主体业态", "餐饮服务经营者") },
	"matter-2":           func(p *person) { p.Fill("经营项目", "热食类食品制售、冷食类食品制售") },
	"matter-3": func(p *person) { // a mistake first, as people make them
		p.Fill("食品安全管理人员证件号码", "990000199001011024")
		p.Press("保存并继续")
		p.MustSee("请填写")
		if !strings.HasPrefix(p.Title(), "错误：") {
			p.t.Errorf("the title of a page with faults is %q", p.Title())
		}
		p.look("food-10-question-wrong")
		p.Fill("食品安全管理人员姓名", "周虚拟")
		p.Fill("食品安全管理人员证件号码", strings.ToLower(idNumber("19900101", 102)))
	},
	"matter-4": func(p *person) {
		p.Fill("food_equipment.0.name", "蒸柜")
		p.Fill("food_equipment.0.count", "1")
		p.Fill("food_equipment.0.place", "后厨")
		p.Press("再加一行")
		p.Fill("food_equipment.1.name", "冷藏柜")
		p.Fill("food_equipment.1.count", "2")
		p.Fill("food_equipment.1.place", "后厨")
	},
	"matter-5": func(p *person) {
		p.Choose("是否网络经营", "否")
		p.Fill("就餐座位数", "40")
	},
	"delivery-delivery": func(p *person) { p.Choose("结果领取方式", "窗口领取") },
}

// foodFilled answers page after page, brings the materials and checks everything.
func foodFilled(p *person) {
	p.Follow("继续填写")
	p.fillIn(foodAnswers, "food-10-question-")
	p.MustSee("小满面馆（虚构）", "餐饮服务经营者", "冷藏柜", "id_card_legalrep.jpg", "来自单位资料")
	p.MustNotSee(idNumber("19900101", 102))
	p.look("food-12-check")
}

// foodFiled declares, files, and reads the receipt.
func foodFiled(p *person) string {
	p.Follow("都对，继续")
	p.Press("提交申请")
	p.MustSee("处需要改正")
	p.look("food-13-declaration")
	p.Check("我已阅读并确认")
	p.Press("提交申请")
	p.MustSee("申请已提交", "潮安区市场监督管理局", "接下来")
	p.look("food-14-receipt")
	return p.number()
}

// foodAccepted finds the case by its number, compares the originals, accepts, prints.
func foodAccepted(p *person, number string) {
	p.Open("/counter")
	p.look("food-20-counter")
	p.Fill("q", number)
	p.Press("查找")
	p.MustSee("小满面馆（虚构）", "待核原件")
	p.look("food-21-intake")
	for _, paper := range []string{"biz.jpg", "id_card_legalrep.jpg"} {
		p.Press("与原件一致 " + paper)
		p.MustSee("已核原件")
	}
	p.MustNotSee("待核原件")
	p.look("food-22-originals")
	p.Press("受理并打印通知书")
	p.MustSee("受理通知书", "已受理")
	p.look("food-23-letter")
	p.Open("/counter")
	p.Fill("q", number)
	p.Press("查找")
	p.Follow("收件回执")
	p.MustSee(number, "营业执照")
	p.look("food-24-counter-receipt")
}

// foodDecided is the department: 承办 with a site visit by two, 审核, 批准.
func foodDecided(t *testing.T, s *harness.Server, number string) {
	p := come(t, s, "scjg-officer", harness.Desk)
	p.look("food-30-desk")
	p.open(number)
	p.MustSee("建议准予之前，须有两名工作人员的现场核查记录")
	p.look("food-31-case")
	p.Follow("现场核查")
	p.Choose("第二名核查人", "吴承办")
	p.Choose("核查结果", "符合")
	p.Fill("核查情况", "现场布局、设备与申请材料一致。")
	p.look("food-32-visit")
	p.Press("保存核查记录")
	p.MustSee("核查记录已保存")
	p.Follow("现场核查")
	p.MustSee("核查人：孙承办、吴承办")
	p.Follow("表单与材料")
	p.Choose("结论", "建议准予")
	p.Fill("说明", "材料齐全，符合条件。")
	p.look("food-33-advice")
	p.Press("提交审核")
	p.MustSee("意见已提交")
	p.change("scjg-reviewer")
	p.open(number)
	p.MustSee("材料齐全，符合条件。")
	p.Choose("结论", "建议准予")
	p.look("food-34-review")
	p.Press("提交批准")
	p.change("scjg-approver")
	p.open(number)
	p.look("food-35-approve")
	p.Press("准予")
	p.MustSee("已准予")
	p.look("food-36-granted")
	for _, tab := range []string{"往来", "时限", "留痕"} {
		p.Follow(tab)
		p.look("food-37-" + p.here())
	}
	p.MustSee("现场核查", "钱经办（代 小满面馆（虚构））", "孙承办", "冯批准")
	p.Open("/desk/licences")
	p.look("food-38-licences")
}

// foodHandedOver is 统一出件: handed over, signed for.
func foodHandedOver(p *person, number string) {
	p.change("outlet1")
	p.look("food-40-outlet")
	p.Fill("q", number)
	p.Press("查找")
	p.MustSee("食品经营许可证", "窗口领取")
	p.Fill("领取人", "钱经办")
	p.Fill("出示的证件", "居民身份证 4018")
	p.look("food-41-handing")
	p.Press("交付并打印签收单")
	p.MustSee("签收单", "领取人签名")
	p.look("food-42-slip")
}

var publicLicence = regexp.MustCompile(`/l/[a-z0-9]{26}`)

// foodRated: the applicant sees the licence, the public sees that it is valid, and
// the applicant rates once.
func foodRated(p *person, number string) {
	p.mine(number)
	p.MustSee("已经办完", "钱经办")
	p.look("food-50-delivered")
	p.Follow("看证照")
	p.MustSee("食品经营许可证", "有效")
	p.look("food-51-licence")
	public := publicLicence.FindString(p.Text()) // also behind the QR code
	stranger := sit(p.t, p.server, harness.Phone)
	stranger.Open(public)
	stranger.MustSee("有效：这张食品经营许可证")
	stranger.MustNotSee("小满面馆", "何负责", "钱经办")
	stranger.look("food-52-public-licence")
	p.mine(number)
	p.Follow("评价")
	p.look("food-53-rating")
	p.Follow("非常满意")
	p.Check("办得快")
	p.look("food-54-rating-words")
	p.Press("提交评价")
	p.MustSee("谢谢，评价收到了", "非常满意")
	p.look("food-55-rated")
	p.Open("/licences")
	p.look("food-56-licences")
	p.Open("/account")
	p.look("food-57-account")
}
