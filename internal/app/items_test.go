package app_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

// TestEveryItem takes every item of the real catalogue from the first answer to
// the result in hand.
func TestEveryItem(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		w := newWorkforce(t, a)
		n := 0
		for _, id := range everyItem(t, a) {
			w.take(t, id)
			n++
		}
		if n != 188 {
			t.Errorf("%d items, the catalogue has 188", n)
		}
		holds(t, a)
	})
}

func everyItem(t *testing.T, a *app.App) []string {
	t.Helper()
	rows, err := a.DB.Query(t.Context(), `SELECT id FROM item ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// workforce is somebody for every role at every body of the town.
type workforce struct {
	a                 *app.App
	person, handler   gov.Actor
	clerks, outlets   []gov.Actor
	officers, seconds []gov.Actor
	reviewers         []gov.Actor
	approvers, duty   []gov.Actor
	serial            int
}

func newWorkforce(t *testing.T, a *app.App) *workforce {
	all := func(logins ...string) (out []gov.Actor) {
		for _, l := range logins {
			out = append(out, apptest.As(t, a, l, gov.Counter))
		}
		return out
	}
	return &workforce{a: a, person: apptest.As(t, a, "resident1", gov.Mobile), handler: apptest.Handler(t, a, "handler2"),
		clerks: all("clerk1", "city-clerk", "town-clerk"), outlets: all("outlet1", "city-clerk", "town-clerk"),
		officers: all("officer", "city-officer", "town-officer"), seconds: all("officer2", "city-officer2", "town-officer2"),
		reviewers: all("reviewer", "city-reviewer", "town-reviewer"), approvers: all("approver", "city-approver", "town-approver"),
		duty: all("duty")}
}

// who finds the one of them that may do the role at the case's body.
func who(t *testing.T, all []gov.Actor, can func(gov.Actor) bool) gov.Actor {
	t.Helper()
	for _, a := range all {
		if can(a) {
			return a
		}
	}
	t.Fatal("nobody may")
	return gov.Actor{}
}

func (w *workforce) take(t *testing.T, item string) {
	t.Helper()
	ctx, a := t.Context(), w.a
	g, err := a.Catalogue.GuideAt(ctx, item, "445103100200")
	if err != nil {
		t.Errorf("%s: %v", item, err)
		return
	}
	applicant := w.handler
	if g.ForPerson() || g.Founds() {
		applicant = w.person
	}
	x := apptest.Filed(t, a, applicant, item, "445103100200")
	c, err := a.Cases.ByApplication(ctx, applicant, x.ID)
	if err != nil {
		t.Fatal(item, err)
	}
	must := func(got *cases.Case, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s in %s/%s: %v", item, c.State, c.Step, err)
		}
		c = got
	}
	must(a.Cases.Accept(ctx, who(t, w.clerks, func(x gov.Actor) bool { return cases.MayDo(x, c, cases.ActAccept) }), c.ID, c.Version()))
	for c.State == cases.Accepted {
		w.step(t, c, must)
	}
	if c.State != cases.Granted && c.State != cases.Delivered {
		t.Fatalf("%s ended in %s", item, c.State)
	}
	if c.State == cases.Granted {
		must(a.Cases.Deliver(ctx, who(t, w.outlets, func(x gov.Actor) bool { return cases.MayDo(x, c, cases.ActDeliver) }), c.ID, c.Version(),
			cases.Handing{Way: cases.Handed, Recipient: "示例领取人"}))
	}
}

func (w *workforce) step(t *testing.T, c *cases.Case, must func(*cases.Case, error)) {
	t.Helper()
	ctx, a := t.Context(), w.a
	rules, err := a.Cases.Rules(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	may := func(act cases.Act) func(gov.Actor) bool {
		return func(x gov.Actor) bool { return cases.MayDo(x, c, act) }
	}
	switch c.Step {
	case cases.Handle:
		officer := who(t, w.officers, may(cases.ActAdvance))
		if rules.SiteVisit {
			second := who(t, w.seconds, may(cases.ActAdvance))
			must(a.Cases.RecordVisit(ctx, officer, c.ID, c.Version(), cases.Visit{On: apptest.Today(a), Second: second.Account, Passed: true, Record: "符合"}))
			if c, err = a.Cases.Case(ctx, officer, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		must(a.Cases.Advise(ctx, officer, c.ID, c.Version(), cases.AdviseGrant, ""))
	case cases.Review:
		must(a.Cases.Advise(ctx, who(t, w.reviewers, may(cases.ActAdvance)), c.ID, c.Version(), cases.AdviseGrant, ""))
	case cases.Approve:
		must(a.Cases.Decide(ctx, who(t, w.approvers, may(cases.ActGrant)), c.ID, c.Version(), cases.Decision{Grant: true}))
	case cases.Produce:
		w.produce(t, c, must)
	}
}

func (w *workforce) produce(t *testing.T, c *cases.Case, must func(*cases.Case, error)) {
	t.Helper()
	fields, dates, err := w.a.Cases.NeedsProduction(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	p := cases.Production{Face: form.Answers{}}
	for _, x := range fields {
		v := apptest.Sample(t, x)
		if x.Type == form.USCC {
			w.serial++
			code, err := gov.ComposeCreditCode("91990000YMU" + string([]byte{'0' + byte(w.serial/100%10), '0' + byte(w.serial/10%10), '0' + byte(w.serial%10)}) + "00")
			if err != nil {
				t.Fatal(err)
			}
			v = form.Plain(string(code))
		}
		p.Face[x.Key] = v
	}
	if dates {
		p.ValidTo = apptest.Today(w.a).AddDays(365)
	}
	officer := who(t, w.officers, func(x gov.Actor) bool { return cases.MayDo(x, c, cases.ActGrant) })
	must(w.a.Cases.Produce(t.Context(), officer, c.ID, c.Version(), p))
}

// TestTwoClerksAtOnce lets two clerks accept and decline the same case at the
// same moment: one wins, the other is told.
func TestTwoClerksAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		handler := apptest.Handler(t, a, "handler1")
		one, two := apptest.As(t, a, "clerk1", gov.Counter), apptest.As(t, a, "clerk2", gov.Counter)
		for range 10 {
			x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
			c, err := a.Cases.ByApplication(t.Context(), handler, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			var won, told atomic.Int32
			count := func(err error) {
				switch {
				case err == nil:
					won.Add(1)
				case fault.KindOf(err) == fault.KindConflict:
					told.Add(1)
				default:
					t.Error(err)
				}
			}
			var both sync.WaitGroup
			both.Go(func() { _, err := a.Cases.Accept(t.Context(), one, c.ID, c.Version()); count(err) })
			both.Go(func() {
				_, err := a.Cases.Decline(t.Context(), two, c.ID, c.Version(), cases.Decline{Reason: "不属于本机关", Article: "行政许可法第三十二条"})
				count(err)
			})
			both.Wait()
			if won.Load() != 1 || told.Load() != 1 {
				t.Fatalf("%d won, %d were told", won.Load(), told.Load())
			}
		}
		holds(t, a)
	})
}
