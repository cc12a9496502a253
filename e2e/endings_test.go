package e2e

import (
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// decline: not this body's business; the letter says where to go.
func decline(t *testing.T, s *harness.Server) {
	c := bring(t, s, "residence-permit", "resident3", "submitted")
	clerk := come(t, s, "clerk3", harness.Desk)
	clerk.take(c.number)
	clerk.Follow("不予受理")
	clerk.Press("决定不予受理并打印")
	clerk.MustSee("处需要改正")
	clerk.look("decline-01-faults")
	clerk.Fill("理由", "您的现居住地不在本区，应当由居住地公安机关办理。")
	clerk.Choose("依据条款", "行政许可法第三十二条第一款第二项")
	clerk.Fill("应当到哪里办", "示例市公安局样例分局，0768-0000099")
	clerk.look("decline-02-filled")
	clerk.Press("决定不予受理并打印")
	clerk.MustSee("不予受理决定书已发出")
	clerk.look("decline-03-letter")
	letter := clerk.fetched(clerk.URL() + "/document")
	for _, words := range []string{"不予受理决定书", "王样例", "示例市公安局样例分局", "行政复议", "六个月"} {
		if !strings.Contains(letter, words) {
			t.Errorf("the letter does not say %s: %s", words, letter)
		}
	}

	p := come(t, s, "resident3", harness.Phone)
	p.mine(c.number)
	p.MustSee("没有受理", "不予受理决定书")
	p.look("decline-04-applicant")
}

// refusal: in writing, with reason, article and remedies; the result is handed over.
func refusal(t *testing.T, s *harness.Server) {
	c := bring(t, s, "residence-permit", "resident4", "accepted/approve")
	staff := come(t, s, "ga-approver", harness.Desk)
	staff.open(c.number)
	staff.Follow("不准予")
	staff.Press("作出不准予决定")
	staff.MustSee("处需要改正")
	staff.Fill("不准予的理由", "起始居住日期至今不满半年，不符合居住半年以上的条件。")
	staff.Choose("依据条款", "居住证暂行条例第二条")
	staff.look("refusal-01-filled")
	staff.Press("作出不准予决定")
	staff.MustSee("已作出不准予决定")
	staff.Follow("往来")
	staff.look("refusal-02-letters")

	p := come(t, s, "resident4", harness.Phone)
	p.mine(c.number)
	p.MustSee("没有准予", "60 日内申请行政复议", "6 个月内提起行政诉讼")
	p.look("refusal-03-applicant")
	p.Follow("不准予决定书")
	p.MustSee("不满半年", "居住证暂行条例第二条")
	p.look("refusal-04-letter")

	staff.change("outlet1")
	staff.Fill("q", c.number)
	staff.Press("查找")
	staff.Fill("领取人", "周虚拟")
	staff.Press("交付并打印签收单")
	staff.MustSee("签收单")
	p.mine(c.number)
	p.MustSee("已经办完")
	p.look("refusal-05-served")
	p.Open("/cases")
	p.MustSee("不准予，已送达")
	p.look("refusal-06-list")
}

// withdrawal: before the decision the applicant may take it back, and then rate.
func withdrawal(t *testing.T, s *harness.Server) {
	c := bring(t, s, "residence-permit", "resident4", "accepted/handle")
	p := come(t, s, "resident4", harness.Phone)
	p.mine(c.number)
	p.Follow("撤回申请")
	p.MustSee("要撤回这个申请吗")
	p.look("withdrawal-01-asked")
	p.Fill("撤回的原因", "搬到外地居住，不再需要。")
	p.Press("撤回申请")
	p.MustSee("申请已撤回", "您已撤回申请")
	p.look("withdrawal-02-done")
	staff := come(t, s, "ga-officer", harness.Desk)
	staff.Open("/desk/cases?tab=ended&q=" + c.number)
	staff.MustSee("已撤回", c.number)
	staff.look("withdrawal-03-ended")
	p.Follow("评价")
	p.Follow("不满意")
	p.Check("办得慢")
	p.look("withdrawal-04-bad-rating")
	p.Press("提交评价")
	p.MustSee("谢谢")
}
