package e2e

import (
	"net/http/httptest"
	"testing"
	"time"

	"yimen/e2e/harness"
	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/platform/db"
	"yimen/internal/platform/httpd"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
)

// wound is an installation inside this process, whose clock the test winds: no
// product lets anybody do that.
type wound struct {
	t   *testing.T
	app *app.App
	at  now.Instant
	*harness.Server
}

func wind(t *testing.T) *wound {
	t.Helper()
	w := &wound{t: t, at: now.System()}
	w.app = apptest.SQLite(t, func() now.Instant { return w.at })
	site := httptest.NewServer(httpd.Wrap(httpd.Options{Handler: w.app.Router(), Log: w.app.Log}))
	t.Cleanup(site.Close)
	w.Server = &harness.Server{Kind: harness.SQLite, URL: site.URL}
	return w
}

// pass lets a day go by, with its midnight.
func (w *wound) pass(days int) {
	w.t.Helper()
	for range days {
		w.at = w.at.Add(24 * time.Hour)
		for n := 1; n > 0; {
			err := w.app.DB.Do(w.t.Context(), func(tx *db.Tx) (err error) {
				n, err = w.app.Supervision.Tick(w.t.Context(), tx)
				return err
			})
			if err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// waiting brings a case to the officer of the market department.
func (w *wound) waiting() *cases.Case {
	w.t.Helper()
	stage, applicant := w.app.Stage(), apptest.Handler(w.t, w.app, "handler1")
	x, err := stage.File(w.t.Context(), applicant, "food-business-licence", "445103")
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := w.app.Cases.ByApplication(w.t.Context(), applicant, x.ID)
	if err == nil {
		c, err = stage.Bring(w.t.Context(), applicant, c, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// TestCardFromBirthToClosedAppeal: a case runs out of time, a red card is raised by
// itself, the officer answers and appeals, the supervisor looks at the whole case and
// takes the card back.
func TestCardFromBirthToClosedAppeal(t *testing.T) {
	t.Parallel()
	w := wind(t)
	c := w.waiting()
	w.pass(40)
	officer := come(t, w.Server, "scjg-officer", harness.Phone)
	officer.Open("/desk")
	officer.MustSee("红黄牌")
	officer.Follow("红黄牌")
	officer.MustSee("超过承诺期限", c.Number.Grouped())
	officer.look("cards-01-asked")
	officer.Open("/oversight/cards?tab=asked&severity=red")
	officer.Follow("食品经营许可")
	officer.MustSee("为什么发这张牌", "优化营商环境条例")
	officer.Press("提交答复")
	officer.MustSee("请写明答复")
	officer.look("cards-02-empty-answer")
	officer.Fill("原因和整改措施", "现场核查排期冲突，本周办结")
	officer.Press("提交答复")
	officer.MustSee("答复已提交")
	officer.MustNotSee("申诉理由") // forty days later the time to appeal is over
	w.pass(0)

	appealed(t, w)
}

// appealed is the same of a card that is still young.
func appealed(t *testing.T, w *wound) {
	c := w.waiting()
	for {
		w.pass(1)
		again, err := w.app.Cases.Case(t.Context(), apptest.As(t, w.app, "scjg-officer", "web"), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again.PromisedDue.Before(apptest.Today(w.app)) {
			break
		}
	}
	officer := come(t, w.Server, "scjg-officer", harness.Desk)
	officer.Open("/oversight/cards?severity=red&state=raised&case=" + c.ID)
	officer.Follow("食品经营许可")
	officer.look("cards-03-card")
	officer.Fill("原因和整改措施", "系统升级停机两天，已恢复")
	officer.Press("提交答复")
	officer.Fill("申诉理由", "停机有公告，请撤销")
	officer.look("cards-04-appeal")
	officer.Press("提交申诉")
	officer.MustSee("申诉已提交")

	supervisor := come(t, w.Server, "supervisor", harness.Desk)
	supervisor.MustSee("今天的效能", "各部门", "待答复的红黄牌")
	supervisor.look("cards-10-board")
	supervisor.Open("/oversight/cases?column=red")
	supervisor.look("cards-11-list")
	supervisor.Open("/oversight/cards?tab=appealed")
	supervisor.Follow("食品经营许可")
	supervisor.Follow("办件的全过程")
	supervisor.MustSee("时间线", "发牌", "申诉", "承诺办结")
	supervisor.look("cards-12-replay")
	supervisor.Open("/oversight/cards?tab=appealed")
	supervisor.look("cards-13-appeals")
	supervisor.Follow("食品经营许可")
	supervisor.Fill("理由", "停机公告属实")
	supervisor.look("cards-14-decision")
	supervisor.Press("撤销这张牌")
	supervisor.MustSee("已撤销这张牌", "停机公告属实")
	supervisor.look("cards-15-withdrawn")
	ordered(supervisor, c)

	officer.Reload()
	officer.MustSee("已撤销", "停机公告属实")
}

// ordered gives an order about the case, and looks at it.
func ordered(p *person, c *cases.Case) {
	p.Open("/oversight/cases/" + c.ID)
	p.Follow("下达督办")
	p.look("cards-20-issue")
	p.Press("下达")
	p.MustSee("请写明要督办什么")
	p.Fill("督办内容", "请说明为何超过承诺期限")
	p.Press("下达")
	p.MustSee("已下达", "请说明为何超过承诺期限")
	p.look("cards-21-order")
	p.Open("/oversight/orders")
	p.look("cards-22-orders")
	p.Open("/oversight/orders/new")
	p.look("cards-23-which-body")
}
