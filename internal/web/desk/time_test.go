package desk_test

import (
	"strings"
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
)

const water = "water-intake" // 专家评审 and 听证, neither of them counted

// Special procedures begin and end, several at once, and only published ones.
func TestSpecialProcedures(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", water, cases.Accepted, cases.Handle)
	officer := h.as("officer")
	officer.Get(path(c)).Wants(t, 200, "开始特别程序", "申请延长期限")
	officer.Get(path(c, "suspension")).Wants(t, 200, "专家评审", "听证", "最长 20 个工作日", "第四十五条")
	officer.Get(path(c, "resumption")).Redirects(t, path(c)+"?tab=mine")

	officer.Post(path(c, "suspension"), form(c)).Wants(t, 422, "请从本事项公布的特别程序中选择")
	officer.Post(path(c, "suspension"), form(c, "procedure", "拍卖", "days", "5")).Wants(t, 422, "没有公布的不能进行")
	for _, days := range []string{"", "0", "21", "-1", "很久", "9999999999999999999999"} {
		page := officer.Post(path(c, "suspension"), form(c, "procedure", "听证", "days", days, "reason", "涉及第三人重大利益")).Wants(t, 422, "涉及第三人重大利益")
		if page.Doc.Attr("#f-days", "aria-invalid") != "true" {
			t.Errorf("%q: the fault is not beside the days", days)
		}
	}
	officer.Post(path(c, "suspension"), form(c, "procedure", "听证", "days", "15", "reason", strings.Repeat("长", 2001))).Wants(t, 422, "2000")
	officer.Post(path(c, "suspension"), form(c, "procedure", "听证", "days", "１５", "reason", "涉及第三人重大利益")).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "特别程序已开始，告知书已生成", "特别程序中", "暂停计算", "听证", "15 个工作日", "结束特别程序", "期限暂停计算，最迟")

	c = h.again(c)
	officer.Post(path(c, "suspension"), form(c, "procedure", "听证", "days", "3")).Wants(t, 409, "“听证”正在进行")
	officer.Post(path(c, "suspension"), form(c, "procedure", "专家评审", "days", "20")).Redirects(t, path(c))
	officer.Get(path(c, "suspension")).Redirects(t, path(c)+"?tab=mine") // both go on
	officer.Get(path(c, "letters")).Wants(t, 200, "特别程序告知书")
	officer.Get("/desk/cases").Wants(t, 200, "特别程序中", "暂停计算，剩 10 个工作日", "承办环节")
	officer.Get(path(c, "dates")).Wants(t, 200, "特别程序还在进行，按计划结束的话", "听证、专家评审", "暂停")

	c = h.again(c)
	officer.Get(path(c, "resumption")).Wants(t, 200, "听证", "专家评审", "哪一项结束了")
	officer.Post(path(c, "resumption"), form(c)).Wants(t, 422, "请选择正在进行的特别程序")
	officer.Post(path(c, "resumption"), form(c, "procedure", "听证", "result", "各方同意")).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "还有其他特别程序在进行", "特别程序中")
	c = h.again(c)
	officer.Get(path(c, "resumption")).Wants(t, 200, "专家评审").Lacks(t, `value="听证"`)
	officer.Post(path(c, "resumption"), form(c, "procedure", "专家评审", "result", "通过")).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "期限从明天起继续计算", "承办意见").Lacks(t, "特别程序中")
	officer.Get(path(c, "trace")).Wants(t, 200, "特别程序开始", "各方同意", "特别程序结束，期限继续计算", "通过")

	c = h.again(c)
	for _, below := range []string{"suspension", "resumption", "extension", "service"} {
		h.as("scjg-officer").Get(path(c, below)).Wants(t, 404)
		h.as("scjg-officer").Post(path(c, below), form(c, "procedure", "听证", "days", "3", "reason", "x")).Wants(t, 404)
	}
}

// What counts in the limit is a step of the work: it is said, and cannot suspend.
func TestCountedProceduresAreSteps(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", "drainage-permit", cases.Accepted, cases.Handle)
	officer := h.as("officer")
	officer.Get(path(c)).Wants(t, 200, "现场核查（最长 5 个工作日）计入办理期限")
	officer.Get(path(c, "suspension")).Wants(t, 200, "水质检测").Lacks(t, `value="现场核查"`)
	officer.Post(path(c, "suspension"), form(c, "procedure", "现场核查", "days", "1")).Wants(t, 422, "没有公布的不能进行")
	plain := h.bring("handler1", food, cases.Accepted, cases.Handle)
	h.as("scjg-officer").Get(path(plain)).Wants(t, 200, "申请延长期限").Lacks(t, "开始特别程序")
	h.as("scjg-officer").Get(path(plain, "suspension")).Redirects(t, path(plain)+"?body="+plain.Body+"&tab=mine")
}

// The one extension: asked with reasons, decided by the head, told with new dates.
func TestTheOneExtension(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Handle)
	officer, approver := h.as("scjg-officer"), h.as("scjg-approver")
	officer.Get(path(c, "extension")).Wants(t, 200, "第四十二条", "最多 10")
	approver.Get(path(c, "approval")).Redirects(t, path(c)+"?body="+c.Body+"&tab=mine")
	officer.Post(path(c, "extension"), form(c)).Wants(t, 422, "有 2 处", "请写明理由", "1 至 10")
	officer.Post(path(c, "extension"), form(c, "days", "11", "reason", "情况复杂")).Wants(t, 422, "1 至 10", "情况复杂")
	officer.Post(path(c, "extension"), form(c, "days", "3", "reason", "情况复杂")).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "已报负责人批准", "延期待批", "申请延长 3 个工作日", "情况复杂")
	officer.Get(path(c, "extension")).Redirects(t, path(c)+"?body="+c.Body+"&tab=mine")

	approver.Get("/desk/cases").Wants(t, 200, "延期待批 1")
	approver.Get("/desk/cases?tab=extensions").Wants(t, 200, c.ApplicantName, "延期待批")
	officer.Get("/desk/cases").Wants(t, 200).Lacks(t, "延期待批 1")
	c = h.again(c)
	approver.Get(path(c)).Wants(t, 200, "承办人申请延长办理期限", "审批延期")
	approver.Get(path(c, "approval")).Wants(t, 200, "情况复杂", "3 个工作日", "孙承办", "批准后：")
	approver.Post(path(c, "approval"), form(c)).Wants(t, 422, "请选择批准或者不同意")
	approver.Post(path(c, "approval"), form(c, "grant", "false")).Wants(t, 422, "不同意或者建议不准予的，请写明理由")
	approver.Post(path(c, "approval"), form(c, "grant", "false", "words", "请按期办结")).Redirects(t, path(c))
	if got := h.again(c); got.Extension != cases.ExtensionRefused || got.PromisedDue != c.PromisedDue {
		t.Fatal(got.Extension, got.PromisedDue)
	}
	officer.Get(path(c)).Wants(t, 200, "延期未获批准", "请按期办结")

	c = h.again(c)
	officer.Post(path(c, "extension"), form(c, "days", "10", "reason", "需要补充检测")).Redirects(t, path(c)) // a refused one does not use the right up
	before := h.again(c)
	approver.Post(path(c, "approval"), form(before, "grant", "true")).Redirects(t, path(c))
	after := h.again(c)
	if after.Extension != cases.Extended || !after.PromisedDue.After(before.PromisedDue) || !after.StatutoryDue.After(before.StatutoryDue) {
		t.Fatal(after.Extension, before.PromisedDue, after.PromisedDue)
	}
	officer.Get(path(c)).Wants(t, 200, "已批准延期")
	officer.Get(path(c, "letters")).Wants(t, 200, "延长办理期限告知书")
	officer.Get(path(c, "dates")).Wants(t, 200, "数满 15 个工作日", "其中 10 个工作日是经批准延长的")
	officer.Post(path(c, "extension"), form(after, "days", "1", "reason", "再延长")).Wants(t, 409, "期限只能延长一次")
	approver.Post(path(c, "approval"), form(after, "grant", "true")).Wants(t, 403)
	approver.Get("/desk/cases").Wants(t, 200).Lacks(t, "延期待批")
}

// After the statutory date nothing is extended, and a list says what is late.
func TestLateIsSaid(t *testing.T) {
	at := now.System()
	h := before(t, apptest.SQLite(t, func() now.Instant { return at }))
	c := h.bring("handler1", food, cases.Accepted, cases.Handle)
	at = now.FromTime(c.StepDue.AddDays(1).Time().Add(10 * time.Hour))
	officer := h.as("scjg-officer")
	officer.Get("/desk/cases").Wants(t, 200, "本环节已超期")
	officer.Get(path(c)).Wants(t, 200, "本环节已超期")
	officer.Get(path(c, "dates")).Wants(t, 200, "本环节期限", "已超期")
	at = now.FromTime(c.StatutoryDue.AddDays(1).Time().Add(10 * time.Hour))
	officer = h.as("scjg-officer")
	officer.Post(path(c, "extension"), form(c, "days", "5", "reason", "太忙")).Wants(t, 422, "不能延长", "太忙")
	officer.Get(path(c)).Wants(t, 200, "超 ")
}

// A walk-in without an account has the time to correct from the proof of delivery.
func TestServiceOfANotice(t *testing.T) {
	h := open(t)
	x := apptest.WalkIn(t, h.app, "residence-permit", "445103")
	c, err := h.app.Cases.ByApplication(t.Context(), gov.Actor{Kind: gov.System}, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	officer := h.as("ga-officer")
	rules, err := h.app.Cases.Rules(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	key := "field." + rules.Form[0].Key
	officer.Post(path(c, "correction"), form(c, "defect", key, key, "看不清楚")).Redirects(t, path(c))
	c = h.again(c)
	officer.Get(path(c)).Wants(t, 200, "补正告知书还没有登记送达", "登记告知书送达")
	officer.Get(path(c, "letters")).Wants(t, 200, "没有登记送达")
	officer.Get(path(c, "service")).Wants(t, 200, "送达日期", "怎样送达")
	officer.Post(path(c, "service"), form(c)).Wants(t, 422, "有 2 处")
	officer.Post(path(c, "service"), form(c, "on", "2099-01-01", "how", "邮寄")).Wants(t, 422, "送达日期应在")
	today := apptest.Today(h.app)
	officer.Post(path(c, "service"), form(c, "on", today.String(), "how", "邮寄，邮件号 EX0000000001")).Redirects(t, path(c))
	c = h.again(c)
	due, err := h.app.Catalogue.Calendar(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want, err := clock.Due(due.AssumingWeekdays(), today, 30, clock.Natural); err != nil || c.CorrectionDue != want {
		t.Error(c.CorrectionDue, want, err)
	}
	officer.Get(path(c)).Wants(t, 200, "补正期限").Lacks(t, "没有登记送达")
	officer.Post(path(c, "service"), form(c, "on", today.String(), "how", "再次")).Wants(t, 409, "不能再登记")
}
