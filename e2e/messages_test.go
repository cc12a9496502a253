package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

// messages: what is done to a case is told its applicant, who opens it from the
// inbox; the head hears of an extension that is asked for. Without scripts too.
func messages(t *testing.T, s *harness.Server) {
	c := bring(t, s, "residence-permit", "resident3", "correcting")
	p := come(t, s, "resident3", harness.Phone)
	p.MustSee("条未读")
	p.Follow("消息")
	p.MustSee("请补正：居住证", c.number, "请不晚于", "未读")
	p.look("messages-01-inbox")
	p.Press("请补正：居住证")
	p.MustSee("有一件事要您做", c.number)
	p.Open("/messages?unread=1")
	p.MustNotSee(c.number)
	p.Open("/messages")
	p.MustSee(c.number)
	p.Open("/messages/preferences")
	p.MustSee("本站没有开通邮件和短信")
	p.look("messages-02-preferences")

	plain := &person{Page: harness.Browse(t, harness.Person{Base: s.URL, Width: narrow, NoScript: true}), t: t, server: s, plain: true}
	again := bring(t, s, "residence-permit", "resident3", "declined")
	plain.Open("/sign-in")
	plain.signIn("resident3")
	plain.fits("/messages", "/messages?unread=1", "/messages/preferences")
	plain.Open("/messages")
	plain.MustSee("不予受理：居住证", again.number)
	plain.Press("全部标为已读")
	plain.MustSee("已全部标为已读")
	plain.Open("/messages?unread=1")
	plain.MustSee("没有未读消息")

	p.Open("/messages")
	p.Follow("English")
	p.MustSee("Not accepted:", "Messages")
	p.look("messages-03-english")
	p.Follow("中文")
	p.Follow("长辈版")
	p.large("/messages", "/messages/preferences")

	p.change("admin")
	p.Open("/admin/settings")
	p.MustSee("消息只在站内")
	p.look("messages-10-settings")
	p.Follow("返回标准版")
	p.Open("/admin/messages")
	p.MustSee("没有停住的邮件和短信")
	p.look("messages-11-parked")
}
