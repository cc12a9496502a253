package app_test

import (
	"slices"
	"testing"
	"time"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/messages"
)

// The case of a department that does not come shows its applicant nothing of the step.
func TestACaseWhoseDepartmentDoesNotCome(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		ctx := g.t.Context()
		x := g.call(joint.SiteVisit, 0)
		g.declines(x, 2)
		x = g.confirm(g.stepOf(x), 1, 0)
		_, err := g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
		g.must(err)
		for nth, want := range []int{1, 1, 0} {
			mine, err := g.a.Joint.Of(ctx, g.applicant, g.cases[nth].ID)
			if err != nil || len(mine) != want {
				g.t.Errorf("%s: %d steps, %v", g.cases[nth].ItemName, len(mine), err)
			}
		}
	})
}

func (g *gathering) declines(x *joint.Step, nth int) {
	g.t.Helper()
	p := g.part(x, nth)
	_, err := g.a.Joint.Decline(g.t.Context(), g.of(nth, 0), x.ID, p.ID, p.Version, "已经核查")
	g.must(err)
}

// A step whose cases have all ended is called off by itself, for no reason that somebody
// gave before; the applicant hears that it is needless, at a page that is there.
func TestAStepIsCalledOffByItself(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		ctx := g.t.Context()
		x := g.appointed(joint.SiteVisit)
		x, err := g.a.Joint.AskMove(ctx, g.applicant, g.cases[1].ID, x.ID, x.Version(), "那天要进货")
		g.must(err)
		x, err = g.a.Joint.Keep(ctx, g.of(0, 0), x.ID, x.Version(), "只有这天能来")
		g.must(err)
		for nth := range g.cases {
			c := g.again(nth)
			_, err := g.a.Cases.Withdraw(ctx, g.applicant, c.ID, c.Version(), "不办了")
			g.must(err)
		}
		if x = g.stepOf(x); x.State != joint.Cancelled || x.Reason != "" {
			g.t.Errorf("%s for %q", x.State, x.Reason)
		}
		inbox, err := g.a.Messages.Inbox(ctx, g.applicant, messages.Page{Limit: 50})
		g.must(err)
		i := slices.IndexFunc(inbox, func(m messages.Received) bool { return m.Key == messages.JointNeedless })
		if i < 0 || inbox[i].Link != "/applications/"+x.Application+"/progress" {
			g.t.Errorf("told %+v", inbox)
		}
		if slices.ContainsFunc(inbox, func(m messages.Received) bool { return m.Key == messages.JointCancelled }) {
			g.t.Error("told of a reason that nobody gave")
		}
	})
}

// Another place at the same time is not the other time that the applicant asked for.
func TestAnotherPlaceIsNotAnotherTime(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		ctx := g.t.Context()
		x := g.appointed(joint.SiteVisit)
		x, err := g.a.Joint.AskMove(ctx, g.applicant, g.cases[1].ID, x.ID, x.Version(), "那天要进货")
		g.must(err)
		g.owes(0, 1)
		for _, to := range []struct {
			move joint.Moving
			want joint.Wish
		}{{joint.Moving{At: x.At, Place: "示例路2号", Reason: "换到店里"}, joint.Asked}, {joint.Moving{At: g.tomorrow("16:00"), Place: "示例路2号"}, joint.Moved}} {
			x, err = g.a.Joint.Move(ctx, g.of(0, 0), x.ID, x.Version(), to.move)
			g.must(err)
			g.owes(0, 0)
			mine, err := g.a.Joint.Of(ctx, g.applicant, g.cases[1].ID)
			g.must(err)
			if mine[0].At != 0 || mine[0].Place != "" {
				g.t.Error("the applicant is shown what the departments settle:", mine[0].At, mine[0].Place)
			}
			for nth := 1; nth < len(g.cases); nth++ {
				x = g.confirm(x, nth, 0)
			}
			g.owes(0, 1)
			x, err = g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
			g.must(err)
			if x.WishState != to.want {
				g.t.Errorf("to %+v: the wish is %s", to.move, x.WishState)
			}
		}
		g.owes(0, 0)
		g.passed += x.At.Sub(g.a.Now()) + time.Hour
		for nth := range g.cases {
			g.owes(nth, 1)
		}
	})
}

// owes holds how many steps a department has something to do in.
func (g *gathering) owes(nth int, want int64) {
	g.t.Helper()
	n, err := g.a.Joint.Count(g.t.Context(), g.of(nth, 0), joint.Filter{Asked: true})
	g.must(err)
	found, err := g.a.Joint.List(g.t.Context(), g.of(nth, 0), joint.Filter{Asked: true}, joint.Place{}, 0)
	g.must(err)
	if n != want || int64(len(found)) != want {
		g.t.Errorf("%s owes %d, lists %d, not %d", g.cases[nth].BodyName, n, len(found), want)
	}
}

// Who convenes alone cannot fix a time, and is told so instead.
func TestAConvenerLeftAlone(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		ctx := g.t.Context()
		x := g.call(joint.SiteVisit, 0)
		for nth := 1; nth < len(g.cases); nth++ {
			c := g.again(nth)
			_, err := g.a.Cases.Withdraw(ctx, g.applicant, c.ID, c.Version(), "不办了")
			g.must(err)
		}
		g.heard(x, 0, messages.JointAlone)
		g.owes(0, 1)
	})
}

// What the applicant is told of a special procedure reaches the appointment at which it
// takes place (art. 45): a shorter time is told as long as that, one that was told too
// short is told anew, and more than is published is not told at all.
func TestTheDaysToldReachTheAppointment(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		ctx, wet := g.t.Context(), g.nth(drains)
		today := clock.DateOf(g.a.Now().Time())
		onDay := func(n int) clock.Date { return g.workday(today, n) }
		x := g.call(joint.JointAcceptance, 0)
		most := int(g.part(x, wet).Most)
		to := func(n int) (err error) {
			x, err = g.a.Joint.Move(ctx, g.of(0, 0), x.ID, x.Version(), joint.Moving{At: joint.When(onDay(n), "09:30"), Place: x.Place})
			g.must(err)
			for nth := 1; nth < len(g.cases); nth++ {
				days := int64(0)
				if nth == wet {
					days = 1
				}
				x = g.confirm(x, nth, days)
			}
			fixed, err := g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
			if err == nil {
				x = fixed
			}
			return err
		}
		told := func(n int) {
			g.t.Helper()
			p, c := g.part(x, wet), g.again(wet)
			if p.Days != int64(n) || c.ResumeDue != onDay(n) || !p.Suspended {
				g.t.Errorf("told %d days until %s, not %d until %s", p.Days, c.ResumeDue, n, onDay(n))
			}
		}
		letters := func(want int) {
			g.t.Helper()
			all, err := g.a.Cases.Letters(ctx, g.applicant, g.cases[wet].ID)
			g.must(err)
			n := 0
			for _, l := range all {
				if l.Kind == cases.SuspensionLetter {
					n++
				}
			}
			if n != want {
				g.t.Errorf("%d letters, not %d", n, want)
			}
		}
		g.refused(to(most+1), "joint.too_far")
		letters(0)
		g.must(to(3))
		told(3)
		g.must(to(2)) // within what was told
		told(3)
		letters(1)
		g.must(to(5))
		told(5)
		letters(2)
	})
}

// workday is the nth working day after a date.
func (g *gathering) workday(after clock.Date, n int) clock.Date {
	g.t.Helper()
	calendar, err := g.a.Catalogue.Calendar(g.t.Context())
	g.must(err)
	on, err := clock.Due(calendar.AssumingWeekdays(), after, n, clock.Working)
	g.must(err)
	return on
}
