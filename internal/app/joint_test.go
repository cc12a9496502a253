package app_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
)

// catering is a shop of more than 300 m² that sells tobacco: three departments look
// at one place.
var catering = rehearsal.Choice{Bundle: "open-catering-shop", Region: village, Answers: map[string]string{"area300": "是", "tobacco": "是"}}

// gathering is a bundle whose cases are all accepted, with an officer of each body.
type gathering struct {
	t         *testing.T
	a         *app.App
	applicant gov.Actor
	cases     []*cases.Case
	passed    time.Duration // by which the test's clock is ahead
}

// eachGathering files a bundle on both databases, with a clock that the test moves,
// and runs f.
func eachGathering(t *testing.T, in rehearsal.Choice, f func(g *gathering)) {
	t.Helper()
	eachTown(t, func(g *gathering) {
		g.file(in)
		f(g)
	})
}

func eachTown(t *testing.T, f func(g *gathering)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, now.Clock) *app.App{"sqlite": apptest.SQLite, "postgres": apptest.Postgres} {
		t.Run(name, func(t *testing.T) {
			g := &gathering{t: t}
			g.a = open(t, func() now.Instant { return now.System().Add(g.passed) })
			f(g)
			holds(t, g.a)
		})
	}
}

func (g *gathering) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *gathering) file(in rehearsal.Choice) {
	g.t.Helper()
	g.applicant = apptest.Handler(g.t, g.a, "handler1")
	x, err := g.a.Stage().FileBundle(g.t.Context(), g.applicant, in)
	g.must(err)
	all, err := g.a.Cases.Together(g.t.Context(), g.applicant, x.ID)
	g.must(err)
	for _, c := range all {
		if c.State == cases.Waiting {
			continue
		}
		accepted, err := g.a.Stage().Bring(g.t.Context(), g.applicant, c.Case, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		g.must(err)
		g.cases = append(g.cases, accepted)
	}
}

// of is an officer at the body of the nth case.
func (g *gathering) of(nth, which int) gov.Actor {
	g.t.Helper()
	who, err := g.a.Stage().Staff(g.t.Context(), gov.RoleOfficer, g.cases[nth].Body, which)
	g.must(err)
	return who
}

// second is another member of that body's staff.
func (g *gathering) second(nth int) string {
	g.t.Helper()
	staff, err := g.a.Cases.Staff(g.t.Context(), g.of(nth, 0), g.cases[nth])
	g.must(err)
	for account := range staff {
		if account != g.of(nth, 0).Account {
			return account
		}
	}
	g.t.Fatal("nobody else works at", g.cases[nth].BodyName)
	return ""
}

func (g *gathering) again(nth int) *cases.Case {
	g.t.Helper()
	c, err := g.a.Cases.Case(g.t.Context(), gov.Actor{Kind: gov.System}, g.cases[nth].ID)
	g.must(err)
	return c
}

// tomorrow is an appointment on the next day.
func (g *gathering) tomorrow(hour string) now.Instant {
	return joint.When(clock.DateOf(g.a.Now().Time()).AddDays(1), hour)
}

func (g *gathering) call(kind joint.Kind, days int64) *joint.Step {
	g.t.Helper()
	in := joint.Calling{Kind: kind, At: g.tomorrow("09:30"), Place: "示例路1号", Purpose: "看后厨和疏散通道", Days: days}
	for _, c := range g.cases[1:] {
		in.Cases = append(in.Cases, c.ID)
	}
	x, err := g.a.Joint.Call(g.t.Context(), g.of(0, 0), g.cases[0].ID, g.again(0).Version(), in)
	g.must(err)
	return x
}

func (g *gathering) part(x *joint.Step, nth int) *joint.Part {
	g.t.Helper()
	p := x.Of(g.cases[nth].ID)
	if p == nil {
		g.t.Fatal("no part for", g.cases[nth].ItemName)
	}
	return p
}

func (g *gathering) confirm(x *joint.Step, nth int, days int64) *joint.Step {
	g.t.Helper()
	p := g.part(x, nth)
	x, err := g.a.Joint.Confirm(g.t.Context(), g.of(nth, 0), x.ID, p.ID, p.Version, days)
	g.must(err)
	return x
}

// appointed calls, has everybody confirm, and fixes the time.
func (g *gathering) appointed(kind joint.Kind, days ...int64) *joint.Step {
	g.t.Helper()
	days = append(days, make([]int64, len(g.cases))...)
	x := g.call(kind, days[0])
	for nth := 1; nth < len(g.cases); nth++ {
		x = g.confirm(x, nth, days[nth])
	}
	x, err := g.a.Joint.Appoint(g.t.Context(), g.of(0, 0), x.ID, x.Version())
	g.must(err)
	return x
}

// held lets the time come and keeps the record of those who came: all, when nobody is
// named.
func (g *gathering) held(x *joint.Step, came ...int) *joint.Step {
	g.t.Helper()
	g.passed += x.At.Sub(g.a.Now()) + time.Hour
	in := joint.Record{On: x.Day, Words: "三个部门一起看了现场"}
	for _, p := range x.Comers() {
		if len(came) == 0 || slices.ContainsFunc(came, func(nth int) bool { return p == g.part(x, nth) }) {
			in.Attended = append(in.Attended, p.ID)
		}
	}
	x, err := g.a.Joint.Hold(g.t.Context(), g.of(1, 0), x.ID, x.Version(), in)
	g.must(err)
	return x
}

func (g *gathering) opine(x *joint.Step, nth int, in joint.Finding) (*joint.Step, error) {
	p := g.part(x, nth)
	return g.a.Joint.Opine(g.t.Context(), g.of(nth, 0), x.ID, p.ID, p.Version, in)
}

func (g *gathering) refused(err error, code string) {
	g.t.Helper()
	if !fault.Is(err, code) {
		g.t.Errorf("%v, want %s", err, code)
	}
}

func (g *gathering) faulty(err error, path string) {
	g.t.Helper()
	if e, ok := fault.As(err); !ok || !e.Fields.Has(path) {
		g.t.Errorf("%v, want a fault at %s", err, path)
	}
}

// The whole way: one appointment of which the applicant is told once, one record,
// two opinions at the same moment, each the site visit of its own case.
func TestAJointSiteVisit(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		t, ctx := g.t, g.t.Context()
		if len(g.cases) != 3 {
			t.Fatalf("%d cases", len(g.cases))
		}
		x := g.call(joint.SiteVisit, 0)
		if _, err := g.a.Joint.Step(ctx, apptest.As(t, g.a, "ga-officer", gov.Web), x.ID); !fault.Is(err, "joint.missing") {
			t.Error("a department that was not asked sees it:", err)
		}
		_, err := g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
		g.refused(err, "joint.unanswered")
		_, err = g.a.Joint.Call(ctx, g.of(0, 0), g.cases[0].ID, g.again(0).Version(), joint.Calling{Kind: joint.SiteVisit, At: g.tomorrow("10:00"), Place: "x", Cases: []string{g.cases[1].ID}})
		g.refused(err, "joint.already")
		x = g.confirm(x, 1, 0)
		p := g.part(x, 2)
		_, err = g.a.Joint.Confirm(ctx, g.of(1, 0), x.ID, p.ID, p.Version, 0)
		g.refused(err, "joint.denied")
		x, err = g.a.Joint.Propose(ctx, g.of(2, 0), x.ID, p.ID, p.Version, g.tomorrow("14:00"), 0, "上午另有检查")
		g.must(err)
		if mine, err := g.a.Joint.Of(ctx, g.applicant, g.cases[0].ID); err != nil || len(mine) != 0 {
			t.Error("the applicant hears of a time that is not fixed:", mine, err)
		}
		x, err = g.a.Joint.Move(ctx, g.of(0, 0), x.ID, x.Version(), joint.Moving{At: g.tomorrow("14:00"), Place: x.Place})
		g.must(err)
		if g.part(x, 1).State != joint.Invited || g.part(x, 2).State != joint.Accepted {
			t.Errorf("%+v %+v", g.part(x, 1), g.part(x, 2))
		}
		x = g.confirm(x, 1, 0)
		x, err = g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
		g.must(err)
		if got := about(t, g.a, g.applicant, x.ID); !slices.Equal(got, []messages.Key{messages.JointAppointed}) {
			t.Error("told", got)
		}
		g.wishes(x)
		x, err = g.a.Joint.Step(ctx, g.of(0, 0), x.ID)
		g.must(err)
		_, err = g.a.Joint.Hold(ctx, g.of(0, 0), x.ID, x.Version(), joint.Record{On: x.Day, Words: "早了", Attended: []string{g.part(x, 0).ID}})
		g.refused(err, "joint.not_yet")
		x = g.held(x)
		g.opinions(x)
	})
}

// wishes: the applicant asks once for another time, and is told that it stands.
func (g *gathering) wishes(x *joint.Step) {
	g.t.Helper()
	ctx := g.t.Context()
	_, err := g.a.Joint.AskMove(ctx, apptest.As(g.t, g.a, "resident1", gov.Web), g.cases[1].ID, x.ID, x.Version(), "没空")
	g.refused(err, "cases.missing")
	x, err = g.a.Joint.AskMove(ctx, g.applicant, g.cases[1].ID, x.ID, x.Version(), "那天要进货")
	g.must(err)
	_, err = g.a.Joint.AskMove(ctx, g.applicant, g.cases[1].ID, x.ID, x.Version(), "再改")
	g.refused(err, "joint.wished")
	_, err = g.a.Joint.Keep(ctx, g.of(1, 0), x.ID, x.Version(), "不行")
	g.refused(err, "joint.denied")
	x, err = g.a.Joint.Keep(ctx, g.of(0, 0), x.ID, x.Version(), "专家只有这天有空")
	g.must(err)
	if got := about(g.t, g.a, g.applicant, x.ID); !slices.Equal(got, []messages.Key{messages.JointAppointed, messages.JointKept}) {
		g.t.Error("told", got)
	}
	mine, err := g.a.Joint.Of(ctx, g.applicant, g.cases[1].ID)
	g.must(err)
	if len(mine) != 1 || mine[0].Purpose != "" || mine[0].Place != "示例路1号" || len(mine[0].Parts) != 3 {
		g.t.Errorf("%+v", mine)
	}
}

// opinions: two departments at one instant, then the third; the cases have their visits.
func (g *gathering) opinions(x *joint.Step) {
	g.t.Helper()
	t, ctx := g.t, g.t.Context()
	_, err := g.opine(x, 0, joint.Finding{Passed: true, Words: "符合"})
	g.faulty(err, "second")
	_, err = g.opine(x, 0, joint.Finding{Passed: true, Words: "符合", Second: g.of(0, 0).Account})
	g.faulty(err, "second")
	var both sync.WaitGroup
	errs := make([]error, 2)
	findings := []joint.Finding{{Passed: true, Words: "布局符合要求", Second: g.second(0)}, {Words: "疏散通道堵塞", Second: g.second(1)}}
	for nth := range 2 {
		both.Go(func() { _, errs[nth] = g.opine(x, nth, findings[nth]) })
	}
	both.Wait()
	g.must(errs[0])
	g.must(errs[1])
	x, err = g.a.Joint.Step(ctx, g.of(0, 0), x.ID)
	g.must(err)
	if x.State != joint.Held || g.part(x, 0).Opinion != joint.Passed || g.part(x, 1).Opinion != joint.Failed || g.part(x, 1).Said != "疏散通道堵塞" {
		t.Errorf("%+v", x)
	}
	_, err = g.opine(x, 0, joint.Finding{Passed: true, Words: "再说一次", Second: g.second(0)})
	g.refused(err, "joint.not_now")
	_, err = g.a.Joint.Close(ctx, g.of(0, 0), x.ID, x.Version())
	g.refused(err, "joint.opinions_missing")
	x, err = g.opine(x, 2, joint.Finding{Passed: true, Words: "合理布局", Second: g.second(2)})
	g.must(err)
	if x.State != joint.Closed {
		t.Errorf("the last opinion did not end it: %s", x.State)
	}
	for nth, passed := range []bool{true, false, true} {
		visits, err := g.a.Cases.Visits(ctx, g.of(nth, 0), g.cases[nth])
		g.must(err)
		if !g.part(x, nth).Visit {
			continue
		}
		if len(visits) != 1 || visits[0].Passed != passed || visits[0].SecondName == "" || visits[0].On != x.HeldOn {
			t.Errorf("%s: %+v", g.cases[nth].ItemName, visits)
		}
	}
	c := g.again(0)
	if _, err := g.a.Cases.Advise(ctx, g.of(0, 0), c.ID, c.Version(), cases.AdviseGrant, "同意"); err != nil {
		t.Error("the joint visit is no visit:", err)
	}
	c = g.again(1)
	if _, err := g.a.Cases.Advise(ctx, g.of(1, 0), c.ID, c.Version(), cases.AdviseGrant, "同意"); g.part(x, 1).Visit && !fault.Is(err, "cases.visit_required") {
		t.Error("a visit that failed counts:", err)
	}
	trace, err := g.a.Cases.Trace(ctx, g.applicant, c)
	g.must(err)
	for _, l := range trace {
		if l.Change.Joint != nil && strings.Contains(l.Change.Words, "疏散") {
			t.Error("the applicant reads an inner opinion")
		}
	}
}

// One department does not come, one case ends meanwhile: the others go on, and the
// next department convenes. A process that ends in between loses nothing.
func TestADepartmentDeclinesAndACaseEnds(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		t, ctx := g.t, g.t.Context()
		x := g.call(joint.SiteVisit, 0)
		p := g.part(x, 2)
		_, err := g.a.Joint.Decline(ctx, g.of(2, 0), x.ID, p.ID, p.Version, " ")
		g.faulty(err, "words")
		x, err = g.a.Joint.Decline(ctx, g.of(2, 0), x.ID, p.ID, p.Version, "本事项已经单独核查")
		g.must(err)
		x = g.confirm(x, 1, 0)
		x, err = g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
		g.must(err)
		if comers := x.Comers(); len(comers) != 2 {
			t.Errorf("%d come", len(comers))
		}
		c := g.again(0)
		_, err = g.a.Cases.Withdraw(ctx, g.applicant, c.ID, c.Version(), "不办了")
		g.must(err)
		x, err = g.a.Joint.Step(ctx, g.of(1, 0), x.ID)
		g.must(err)
		if g.part(x, 0).State != joint.Left || x.Case != g.cases[1].ID || x.State != joint.Appointed {
			t.Errorf("%+v", x)
		}
		c = g.again(1)
		_, err = g.a.Cases.Terminate(ctx, g.of(1, 0), c.ID, c.Version(), "申请人已终止")
		g.must(err)
		if x, err = g.a.Joint.Step(ctx, g.of(1, 0), x.ID); err != nil || x.State != joint.Cancelled {
			t.Error("nobody is left and it goes on:", x, err)
		}
		if n, err := g.a.Joint.Count(ctx, g.of(1, 0), joint.Filter{}); err != nil || n != 0 {
			t.Error(n, err)
		}
		if old, err := g.a.Joint.List(ctx, g.of(1, 0), joint.Filter{Ended: true}, joint.Place{}, 10); err != nil || len(old) != 1 {
			t.Error(old, err)
		}
	})
}

// A joint step survives the end of the process between any two acts.
func TestAJointStepOverARestart(t *testing.T) {
	t.Parallel()
	url := map[string]map[string]string{"sqlite": {"data": t.TempDir()}, "postgres": {"data": t.TempDir(), "keys": apptest.KeyFile(t), "db": apptest.PostgresURL(t)}}
	for name, options := range url {
		t.Run(name, func(t *testing.T) {
			g := &gathering{t: t}
			tick := func() now.Instant { return now.System().Add(g.passed) }
			if name == "sqlite" {
				g.a = apptest.Founded(t, options, tick)
			} else {
				g.a = apptest.Open(t, options, tick)
			}
			again := func() {
				apptest.Close(t, g.a)
				g.a = apptest.Open(t, options, tick)
			}
			g.file(catering)
			x := g.call(joint.SiteVisit, 0)
			again()
			x = g.confirm(x, 1, 0)
			again()
			x = g.confirm(x, 2, 0)
			x, err := g.a.Joint.Appoint(t.Context(), g.of(0, 0), x.ID, x.Version())
			g.must(err)
			again()
			x = g.held(x)
			again()
			for nth := range g.cases {
				x, err = g.opine(x, nth, joint.Finding{Passed: true, Words: "符合", Second: g.second(nth)})
				g.must(err)
			}
			if x.State != joint.Closed {
				t.Error(x.State)
			}
			holds(t, g.a)
		})
	}
}

// sealedJoint leaves a value in every sealed column of joint steps: a meeting that
// takes place three seconds from now.
func sealedJoint(t *testing.T, a *app.App) {
	t.Helper()
	ctx, g := t.Context(), &gathering{t: t, a: a}
	g.file(catering)
	in := joint.Calling{Kind: joint.SiteVisit, At: a.Now().Add(3 * time.Second), Place: "示例路1号", Purpose: "看后厨", Cases: []string{g.cases[1].ID, g.cases[2].ID}}
	x, err := a.Joint.Call(ctx, g.of(0, 0), g.cases[0].ID, g.again(0).Version(), in)
	g.must(err)
	x = g.confirm(x, 1, 0)
	p := g.part(x, 2)
	x, err = a.Joint.Decline(ctx, g.of(2, 0), x.ID, p.ID, p.Version, "已经核查")
	g.must(err)
	x, err = a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
	g.must(err)
	x, err = a.Joint.AskMove(ctx, g.applicant, g.cases[0].ID, x.ID, x.Version(), "没空")
	g.must(err)
	x, err = a.Joint.Keep(ctx, g.of(0, 0), x.ID, x.Version(), "只有这时")
	g.must(err)
	time.Sleep(max(0, x.At.Sub(a.Now())) + 10*time.Millisecond)
	x, err = a.Joint.Hold(ctx, g.of(0, 0), x.ID, x.Version(), joint.Record{On: x.Day, Words: "看了", Attended: []string{g.part(x, 0).ID, g.part(x, 1).ID}})
	g.must(err)
	_, err = g.opine(x, 0, joint.Finding{Passed: true, Words: "符合", Second: g.second(0)})
	g.must(err)
}

// A day that passes without a record is told to every department that would come, one
// line in an inbox however many mornings pass, and to nobody once it is recorded.
func TestAJointStepNobodyRecorded(t *testing.T) {
	t.Parallel()
	g := &gathering{t: t}
	g.a = apptest.SQLite(t, func() now.Instant { return now.System().Add(g.passed) })
	g.file(catering)
	x := g.appointed(joint.SiteVisit)
	morning := func() (told []now.Instant) { // when each department was told last
		t.Helper()
		g.must(g.a.DB.Do(t.Context(), func(tx *db.Tx) error { return g.a.RemindJoint(t.Context(), tx) }))
		for nth, c := range g.cases {
			inbox, err := g.a.Messages.Inbox(t.Context(), g.of(nth, 0), messages.Page{Limit: 50})
			g.must(err)
			for _, m := range inbox {
				if m.Key == messages.JointUnrecorded && m.Args["number"] == c.Number.Grouped() && m.Link == "/desk/joint/"+x.ID {
					told = append(told, m.At)
				}
			}
		}
		return told
	}
	g.passed += x.At.Sub(g.a.Now()) + time.Hour // its own day
	if told := morning(); len(told) != 0 {
		t.Errorf("told on the day itself: %+v", told)
	}
	for range 2 {
		g.passed += 24 * time.Hour
		if told := morning(); len(told) != len(g.cases) || told[0] < g.a.Now().Add(-time.Minute) {
			t.Fatalf("%d told of %d departments: %+v", len(told), len(g.cases), told)
		}
	}
	record := joint.Record{On: x.Day, Words: "看过现场"}
	for _, p := range x.Comers() {
		record.Attended = append(record.Attended, p.ID)
	}
	if _, err := g.a.Joint.Hold(t.Context(), g.of(1, 0), x.ID, x.Version(), record); err != nil {
		t.Fatal(err)
	}
	before := morning()[0]
	g.passed += 24 * time.Hour
	if told := morning(); told[0] != before {
		t.Error("told again after it was recorded")
	}
}
