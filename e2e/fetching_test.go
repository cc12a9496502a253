package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

// fetching: a resident lets her identity card be fetched instead of copying it; it is
// suspended while the case is handled, the officer asks for another, and her paper
// takes its place. She files nothing in any other story: an earlier case would be
// offered here, and her card is suspended.
func fetching(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident6", harness.Phone)
	p.begin("residence-permit")
	p.fillIn(answers{"materials/id_card": fetchIDCard, "applicant-address": residenceAnswers["applicant-address"], "matter-1": func(p *person) {
		p.Choose("居住事由", "稳定就业")
		p.Fill("live_since.y", "2026")
		p.Fill("live_since.m", "3")
		p.Fill("live_since.d", "1")
	}}, "")
	p.MustSee("阿依古丽·示例", "居民身份证")
	p.look("fetching-03-check")
	number := p.file()
	staff := come(t, s, "clerk2", harness.Desk)
	staff.take(number)
	staff.MustSee("阿依古丽·示例", "有效")
	staff.look("fetching-04-counter")
	staff.Press("受理并打印通知书")
	suspendIDCard(staff, number)

	p.Open("/messages")
	p.MustSee("证照状态变化：居住证申领")
	p.mine(number)
	p.MustSee("现在是“暂扣”状态", "部门不能据此作出准予决定")
	p.look("fetching-10-fallen")
	replacementAsked(staff, number)
	replaced(p, number)

	staff.open(number)
	staff.MustSee("身份证正反面.jpg")
	staff.MustNotSee("要求更换证照")
	staff.look("fetching-20-replaced")
}

// fetchIDCard consents on the material's page, after a press without consent.
func fetchIDCard(p *person) {
	p.MustSee("免交：调取电子证照", "潮安区公安局", "只用于办理“居住证申领”")
	p.Press("同意并调取")
	p.MustSee("处需要改正")
	p.look("fetching-01-no-consent")
	p.Check("我同意按以上说明调取这本证照")
	p.Press("同意并调取")
	p.MustSee("已调取居民身份证", "已调取证照，这份材料不用上传了")
	p.look("fetching-02-fetched")
	p.Follow("继续")
	p.Follow("继续填写")
}

// suspendIDCard is the issuer's head: the card that was fetched for the case.
func suspendIDCard(p *person, number string) {
	p.change("ga-approver")
	p.open(number)
	p.Open("/desk/licences?number=" + harness.Eval[string](p.Page, `document.querySelector("section.paper .num").innerText.trim()`))
	p.Follow("居民身份证")
	p.Follow("暂扣")
	p.look("fetching-05-suspending")
	p.Fill("原因", "办理变更期间")
	p.Choose("依据条款", "其他条款")
	p.Fill("其他条款的名称", "居民身份证法第十六条")
	p.Check("我确认暂扣这份证照")
	p.Press("暂扣")
	p.MustSee("暂扣")
}

// replacementAsked: the officer sees what fell and asks once for another.
func replacementAsked(p *person, number string) {
	p.change("ga-officer")
	p.open(number)
	p.MustSee("现在是“暂扣”状态", "要求更换证照")
	p.look("fetching-11-officer")
	p.Follow("要求更换证照")
	p.Press("发给申请人")
	p.MustSee("处需要改正")
	p.look("fetching-12-ask")
	p.Fill("给申请人的说明", "居民身份证已暂扣，请上传临时身份证。")
	p.Press("发给申请人")
	p.MustSee("已请申请人更换")
}

// replaced: the applicant finds it among her things and puts the paper in its place.
func replaced(p *person, number string) {
	p.Open("/cases")
	p.MustSee("请更换证照")
	p.look("fetching-13-things")
	p.mine(number)
	p.Follow("去更换")
	p.MustSee("请更换 1 份证照", "请上传临时身份证")
	p.look("fetching-14-asked")
	p.Press("换好了，提交")
	p.MustSee("处需要改正")
	p.look("fetching-15-too-early")
	p.Follow("居民身份证")
	p.MustSee("这本证照现在不能使用")
	p.look("fetching-16-material")
	p.Upload("material.id_card", photo(p.t, "身份证正反面.jpg"))
	p.Press("上传")
	p.MustSee("已收下 1 个文件", "身份证正反面.jpg")
	p.MustNotSee("这本证照现在不能使用")
	p.look("fetching-17-uploaded")
	p.mine(number)
	p.Follow("去更换")
	p.Press("换好了，提交")
	p.MustSee("更换已提交")
	p.look("fetching-18-sent")
}
