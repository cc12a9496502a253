package portal_test

import (
	"regexp"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/goldtest"
	"yimen/internal/web/kit/kittest"
)

// tell puts messages into somebody's inbox.
func (h *town) tell(all ...messages.Message) {
	h.t.Helper()
	if err := h.app.DB.Do(h.t.Context(), func(tx *db.Tx) error { return h.app.Messages.TellIn(h.t.Context(), tx, all...) }); err != nil {
		h.t.Fatal(err)
	}
}

// newest is the id of somebody's newest message.
func (h *town) newest(login string) string {
	h.t.Helper()
	all, err := h.app.Messages.Inbox(h.t.Context(), h.actor(login), messages.Page{Limit: 1})
	if err != nil || len(all) == 0 {
		h.t.Fatal("no message", err)
	}
	return all[0].ID
}

// header is what the link to the inbox says on a page.
func header(page *kittest.Answer) string {
	return strings.Join(strings.Fields(page.Doc.Text(`.modes a[href="/messages"]`)), " ")
}

// A correction is told, opened from the inbox, and then read.
func TestInbox(t *testing.T) {
	h := open(t)
	v := h.as("resident1")
	v.Get("/messages").Wants(t, 200, "还没有消息", "办件有进展时").Lacks(t, "全部标为已读")
	c := h.bring("resident1", residence, cases.Correcting, cases.NoStep)
	if got := header(v.Get("/")); got != "消息 1 条未读" {
		t.Errorf("the header says %q", got)
	}
	page := v.Get("/messages").Wants(t, 200, "请补正："+c.ItemName, c.Number.Grouped(), "请不晚于", "未读", "全部标为已读")
	goldtest.HTML(t, "messages", scrubbed(page, c))
	v.Post("/messages/"+h.newest("resident1"), nil).Redirects(t, "/cases/"+c.ID)
	v.Post("/messages/"+h.newest("resident1"), nil).Redirects(t, "/cases/"+c.ID) // a second press is harmless
	if got := header(v.Get("/")); got != "消息" {
		t.Errorf("the header says %q", got)
	}
	v.Get("/messages?unread=1").Wants(t, 200, "没有未读消息", "看全部消息")
	v.Get("/messages").Wants(t, 200, "请补正").Lacks(t, "全部标为已读")

	eve := h.as("handler2")
	eve.Post("/messages/"+h.newest("resident1"), nil).Wants(t, 404)
	for _, no := range []string{"x", "%00", "%ff", "00000000-0000-7000-8000-000000000000"} {
		v.Post("/messages/"+no, nil).Wants(t, 404)
	}
	h.site.Anyone().Get("/messages").Redirects(t, "/sign-in?back=%2Fmessages")
}

var (
	days = regexp.MustCompile(`\d+年\d+月\d+日（周.）(\d\d:\d\d)?`)
	ids  = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// scrubbed is a page without what differs from run to run.
func scrubbed(page *kittest.Answer, c *cases.Case) string {
	body := strings.NewReplacer(c.Number.Grouped(), "NUMBER").Replace(page.Body)
	return ids.ReplaceAllString(days.ReplaceAllString(body, "DAY"), "ID")
}

func TestManyMessages(t *testing.T) {
	h := open(t)
	who := h.actor("resident1")
	m := messages.Message{Account: who.Account, Party: who.Party, Key: messages.CaseResumed, Link: "/cases",
		Args: messages.Args{"item": "居住证 <b>", "number": "1", "tail": "1", "due": messages.Date(clock.MustDate("2027-03-19"), true)}}
	for range 45 {
		h.tell(m)
	}
	v := h.as("resident1")
	page := v.Get("/messages").Wants(t, 200, "特别程序结束：居住证 <b>", "按周一至周五推算", "消息 ")
	seen := map[string]bool{}
	pages := 0
	for {
		pages++
		for _, at := range having(page, "form", "action", "/messages/") {
			if id := strings.TrimPrefix(at, "/messages/"); len(id) == 36 {
				if seen[id] {
					t.Errorf("%s twice", id)
				}
				seen[id] = true
			}
		}
		next := having(page, "a[rel=next]", "href", "/messages?")
		if len(next) == 0 {
			break
		}
		page = v.Get(next[0])
	}
	if len(seen) != 45 || pages != 3 {
		t.Errorf("%d messages on %d pages", len(seen), pages)
	}
	upTo := v.Get("/messages").Doc.Attr("input[name=upto]", "value")
	h.tell(m) // while the page is read
	v.Post("/messages/reading", words("upto", upTo)).Redirects(t, "/messages")
	v.Get("/messages").Wants(t, 200, "已全部标为已读")
	if got := header(v.Get("/")); got != "消息 1 条未读" {
		t.Errorf("what came meanwhile: %q", got)
	}
	v.Post("/messages/reading", words("upto", "nonsense")).Wants(t, 404)
	v.Get("/messages?before=%00&unread=x").Wants(t, 200, "特别程序结束")
}

// Staff have the same inbox; theirs leads to the desk.
func TestInboxOfStaff(t *testing.T) {
	h := open(t)
	h.tell(messages.Message{Account: h.actor("scjg-approver").Account, Key: messages.ExtensionAsked, Link: "/desk/cases/1",
		Args: messages.Args{"item": "食品经营许可", "number": "1", "tail": "1", "n": 5, "due": clock.MustDate("2026-03-20")}})
	v := h.as("scjg-approver")
	v.Get("/messages").Wants(t, 200, "待批延期：食品经营许可", "延长 5 日", "2026年3月20日（周五）")
	v.Post("/messages/"+h.newest("scjg-approver"), nil).Redirects(t, "/desk/cases/1")
}

// A handler who went on for himself goes on for his organisation when he opens what
// concerns it: to him alone its case is not there.
func TestAMessageKnowsForWhomItIs(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Handle)
	v := h.door.Anyone()
	v.Post("/sign-in", words("login", "handler1", "password", h.password()))
	v.Get("/cases/"+c.ID).Wants(t, 404)
	v.Get("/messages").Wants(t, 200, "已受理："+c.ItemName, "承诺不晚于")
	v.Post("/messages/"+h.newest("handler1"), nil).Redirects(t, "/cases/"+c.ID)
	v.Get("/cases/"+c.ID).Wants(t, 200, c.ItemName, "身份已切换")
}

func TestPreferencesWithoutGateways(t *testing.T) {
	h := open(t)
	v := h.as("resident1")
	v.Get("/messages/preferences").Wants(t, 200, "本站没有开通邮件和短信").Lacks(t, "name=\"mail\"", "name=\"send\"")
	v.Post("/messages/preferences", words("mail", "not an address", "phone", "1")).Redirects(t, "/messages/preferences")
	if c, err := h.app.Identity.OwnContact(t.Context(), h.actor("resident1")); err != nil || c.Mail != "" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestPreferences(t *testing.T) {
	h := openWith(t, map[string]string{"smtp-addr": "127.0.0.1:1", "smtp-from": "no-reply@example.org", "sms-url": "http://127.0.0.1:1/"})
	v := h.as("resident1")
	page := v.Get("/messages/preferences").Wants(t, 200, "发到邮箱", "发短信到手机", "短信发到您登记的手机 1").Lacks(t, "本站没有开通", `name="phone"`)
	goldtest.HTML(t, "preferences", page.Body)
	bad := v.Post("/messages/preferences", words("mail", "ann@example", "send", "sms")).Wants(t, 422, "错误：", "name@example.com")
	if bad.Doc.Attr("input[name=mail]", "value") != "ann@example" {
		t.Error("what was typed is gone")
	}
	v.Post("/messages/preferences", words("mail", "Ann@example.org", "send", "sms")).Redirects(t, "/messages/preferences")
	page = v.Get("/messages/preferences").Wants(t, 200, "设置已保存")
	if page.Doc.Attr("input[name=mail]", "value") != "Ann@example.org" {
		t.Error("the address is not there again")
	}
	wants, err := h.app.Messages.Preference(t.Context(), h.actor("resident1"))
	if err != nil || wants.Mail || !wants.SMS {
		t.Errorf("%+v, %v", wants, err)
	}

	officer := h.as("scjg-officer")
	officer.Get("/messages/preferences").Wants(t, 200, "11 位数字")
	officer.Post("/messages/preferences", words("phone", "123", "mail", "")).Wants(t, 422, "手机号码应为11位数字")
	officer.Post("/messages/preferences", words("phone", "13000090003", "mail", "", "send", "mail")).Redirects(t, "/messages/preferences")
	officer.Get("/messages/preferences").Wants(t, 200, "130****0003，留空则不变").Lacks(t, "13000090003")
}
