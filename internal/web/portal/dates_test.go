package portal_test

import (
	"strings"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// later is the demo town with a clock that a stage moves on.
func later(t *testing.T) (*town, *rehearsal.Stage) {
	t.Helper()
	at := now.System()
	h := before(t, apptest.SQLite(t, func() now.Instant { return at }))
	stage := h.app.Stage()
	stage.Until = func(d clock.Date) { at = now.FromTime(d.Time().Add(9 * time.Hour)) }
	return h, stage
}

const (
	drainage = "drainage-permit" // 水质检测 is not counted, 现场核查 is
	why      = "为什么是这一天"
)

// Beside every date of a case stands the way to its reason, and the reason is told
// to nobody but those it concerns.
func TestWhyThisDate(t *testing.T) {
	h := open(t)
	v := h.as("handler1")
	c := h.bring("handler1", food, cases.Correcting, cases.NoStep)
	path := "/cases/" + c.ID + "/dates"
	for _, page := range []string{"/", "/cases", "/cases/" + c.ID, "/cases/" + c.ID + "/correction", "/applications/" + c.Application + "/receipt"} {
		if v.Get(page).Wants(t, 200, why).Doc.Count("main a[href="+path+"]") == 0 {
			t.Error("no way to the reason on", page)
		}
	}
	v.Get(path).Wants(t, 200, why, "补正期限", "告知补正起算", "30 日", "受理期限", "民法典第二百零一条", c.Number.Grouped())
	h.as("handler1").Cookie("yimen_lang", "en").Get(path).Wants(t, 200, "Why this date", "Correction due", "Civil Code, art. 201")
	h.as("handler1").Cookie("yimen_size", "large").Get(path).Wants(t, 200)
	for _, other := range []*kittest.Visitor{h.as("resident1"), h.as("handler2")} {
		other.Get(path).Wants(t, 404).Lacks(t, c.Number.Grouped())
	}
	done := h.bring("handler1", food, cases.Delivered, cases.NoStep)
	v.Get("/cases/"+done.ID+"/dates").Wants(t, 200, "承诺办结", "法定办结", "送达期限", "按时")
	if v.Get("/licences/"+done.Licence).Doc.Count("main a[href=/cases/"+done.ID+"/dates]") == 0 {
		t.Error("no way to the dates from the licence")
	}
}

// Whoever holds a receipt reads the same reasons, and no person.
func TestPublicDates(t *testing.T) {
	h := open(t)
	c := h.play("handler1", drainage, rehearsal.Goal{State: cases.Suspended, Step: cases.Handle}, h.app.Stage())
	anyone := h.site.Anyone()
	page := anyone.Get("/s/"+c.Token).Wants(t, 200, "特别程序中", why)
	if page.Doc.Count("main a[href=/s/"+c.Token+"/dates]") != 1 {
		t.Error("no way to the reasons")
	}
	anyone.Get("/s/"+c.Token+"/dates").Wants(t, 200, "承诺办结", "水质检测", "暂停计算", c.Number.Grouped()).
		Lacks(t, "小满面馆", c.ApplicantName, c.ID, c.Application, "依法需要进行")
	anyone.Get("/s/none/dates").Wants(t, 404)
	anyone.Get("/s/"+strings.ToUpper(c.Token)+"/dates").Wants(t, 404)
}

// What takes time is told with its reason and the new date.
func TestMoreTimeIsTold(t *testing.T) {
	h := open(t)
	v := h.as("handler1")
	c := h.play("handler1", drainage, rehearsal.Goal{State: cases.Suspended, Step: cases.Handle}, h.app.Stage())
	v.Get("/cases/"+c.ID).Wants(t, 200, "特别程序中", "正在进行水质检测", "不计入办理期限", "特别程序开始", "需要 10 个工作日", "理由：依法需要进行水质检测",
		"特别程序告知书", "进行中")
	v.Get("/cases").Wants(t, 200, "特别程序中")

	x := h.play("handler1", food, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle, Extension: cases.ExtensionAsked}, h.app.Stage())
	v.Get("/cases/"+x.ID).Wants(t, 200).Lacks(t, "补充核实", "申请延长") // between the department and its head
	x = h.play("handler1", food, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle, Extension: cases.Extended}, h.app.Stage())
	page := v.Get("/cases/"+x.ID).Wants(t, 200, "批准延长期限", "延长 5 天，承诺办结调整为", "理由：情况复杂，需要补充核实", "延长办理期限告知书")
	page.Lacks(t, "请抓紧办理") // the head's words are not for the applicant
	v.Get("/cases/"+x.ID+"/dates").Wants(t, 200, "数满 10 个工作日", "其中 5 个工作日是经批准延长的")
}

// What silence does is said in the words of the law, with what to do next.
func TestSilenceIsTold(t *testing.T) {
	h, stage := later(t)
	deemed := h.play("resident1", residence, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle, Deemed: true}, stage)
	v := h.as("resident1")
	v.Get("/cases/"+deemed.ID).Wants(t, 200, "视为受理，承办中", "没有在 5 个工作日内答复", "受理通知书", "收到申请后 5 个工作日内没有答复")
	v.Get("/cases/"+deemed.ID+"/dates").Wants(t, 200, "依法自", "起视为受理")
	h.site.Anyone().Get("/s/"+deemed.Token).Wants(t, 200, "视为受理")

	lapsed := h.play("resident1", residence, rehearsal.Goal{State: cases.Lapsed}, stage)
	v = h.as("resident1")
	page := v.Get("/cases/"+lapsed.ID).Wants(t, 200, "逾期未补正", "视为放弃申请", "随时重新申请", "逾期未补正告知书")
	if page.Doc.Count("main a.btn[href=/items/"+residence+"]") != 1 {
		t.Error("no way to apply again")
	}
	v.Get("/cases/"+lapsed.ID+"/dates").Wants(t, 200, "补正期限", "已经超过期限 1 日")
	v.Get("/cases/"+lapsed.ID+"/correction").Redirects(t, "/cases/"+lapsed.ID)
}

// An answer that comes after the last day, and before the midnight's work, finds
// the case lapsed.
func TestAnswerAfterTheLastDay(t *testing.T) {
	h, stage := later(t)
	c := h.play("resident1", residence, rehearsal.Goal{State: cases.Correcting}, stage)
	stage.Until(c.CorrectionDue.AddDays(1))
	v := h.as("resident1")
	v.Post("/cases/"+c.ID+"/correction", sent(h.now(c.Application).Version(), "unchanged", "true")).Wants(t, 409, "补正期限已过", "可以重新提出申请")
	if got := h.again(c); got.State == cases.Submitted {
		t.Error("a late answer was taken")
	}
}

// served is a correction notice to a walk-in without an account: the time to
// answer waits for its delivery.
func TestCorrectionOfAWalkInHasNoDateYet(t *testing.T) {
	h := open(t)
	c := filedAtCounter(t, h.app)
	if c.State != cases.Correcting || !c.CorrectionDue.IsZero() {
		t.Fatal(c.State, c.CorrectionDue)
	}
	h.site.Anyone().Get("/s/"+c.Token+"/dates").Wants(t, 200, "受理期限").Lacks(t, "补正期限")
}

// filedAtCounter is a case of somebody without an account, found wanting by the
// department's own officer.
func filedAtCounter(t *testing.T, a *app.App) *cases.Case {
	t.Helper()
	ctx := t.Context()
	x := apptest.WalkIn(t, a, residence, county)
	c, err := a.Cases.ByApplication(ctx, gov.Actor{Kind: gov.System}, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := a.Cases.Rules(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	officer := apptest.As(t, a, "ga-officer", gov.Web)
	c, err = a.Cases.NotifyCorrection(ctx, officer, c.ID, c.Version(), []cases.Defect{{Kind: cases.FieldDefect, Key: rules.Form[0].Key, Reason: "看不清楚"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
