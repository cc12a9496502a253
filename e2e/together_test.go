package e2e

import (
	"strings"
	"testing"
	"time"

	"yimen/e2e/harness"
)

// together: a department calls two others to look at a shop once; the applicant is
// told one appointment and asks to move it, and is told that it stands; a time too late
// for what a department promised is said to be.
func together(t *testing.T, s *harness.Server) {
	c := bring(t, s, "open-catering-shop", "handler1", "accepted/handle")
	first := come(t, s, "scjg-officer", harness.Desk)
	first.Open("/desk/cases/" + c.id + "/visits")
	first.MustSee("请别的部门一起办")
	first.look("together-00-case")
	first.Follow("请别的部门一起办")
	first.Press("发出邀请")
	first.MustSee("请填写地点")
	first.look("together-01-unsaid")
	first.Check("公众聚集场所")
	first.Fill("地点", "古巷镇示例路1号")
	first.Press("发出邀请")
	first.MustSee("待各部门答复", "古巷镇示例路1号")
	first.look("together-02-called")
	at := first.URL()[strings.Index(first.URL(), "/desk/joint/"):]

	second := come(t, s, "officer2", harness.Phone)
	second.Open("/desk/joint?tab=asked")
	second.MustSee("联合踏勘", "古巷镇示例路1号")
	second.look("together-03-asked")
	second.Open(at)
	second.Follow("参加吗")
	second.look("together-04-answer")
	second.Choose("答复邀请", "按这个时间参加")
	second.Press("提交答复")
	second.MustSee("已答复")

	first.Open(at)
	first.MustSee("待确定时间")
	first.look("together-05-ready")
	first.Press("确定时间并告知申请人")
	first.MustSee("时间已定，已告知申请人")

	p := come(t, s, "handler1", harness.Phone)
	p.Open("/account")
	p.Press("代表办事")
	p.mine(c.number)
	p.MustSee("联合踏勘", "古巷镇示例路1号", "查看安排、申请改期")
	p.look("together-06-applicant")
	p.Follow("查看安排、申请改期")
	p.MustSee("谁来", "请准备")
	p.Press("申请改期")
	p.MustSee("请填写内容")
	p.look("together-07-wish")
	p.Fill("为什么、什么时间方便", "那天要进货，后天下午方便")
	p.Press("申请改期")
	p.MustSee("您已经申请改期")

	first.Open(at)
	first.Follow("不改期")
	first.MustSee("那天要进货")
	first.Fill("不改的理由（告知申请人）", "各部门只有这天能一起来")
	first.Press("告知申请人时间不变")
	first.MustSee("已告知申请人时间不变")
	first.look("together-08-kept")
	first.Open("/desk/joint")
	first.look("together-09-calendar")
	p.Open("/messages")
	p.MustSee("联合踏勘时间不变", "联合踏勘时间：")

	first.Open(at)
	first.Follow("另定时间或地点")
	late := time.Now().AddDate(0, 3, 0)
	first.Fill("年", late.Format("2006"))
	first.Fill("月", late.Format("1"))
	first.Fill("日", late.Format("2"))
	first.Fill("为什么改", "场所还在装修")
	first.Press("改时间并请各部门确认")
	first.MustSee("已改时间，等各部门确认", "约定的日期晚于下面事项的承诺期限", "承诺最晚", "各部门只有这天能一起来")
	first.look("together-10-too-late")
}
