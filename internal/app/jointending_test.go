package app_test

import (
	"slices"
	"testing"
	"time"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// drains is the item of the works whose joint acceptance is not counted (art. 45).
const drains = "drainage-permit"

// opined gives the opinion of these departments, which is in favour.
func (g *gathering) opined(x *joint.Step, each ...int) *joint.Step {
	g.t.Helper()
	for _, nth := range each {
		var err error
		x, err = g.opine(x, nth, joint.Finding{Passed: true, Words: "符合", Second: g.second(nth)})
		g.must(err)
	}
	return x
}

// withdrawn takes a case back, and gives the step as it stands then.
func (g *gathering) withdrawn(x *joint.Step, nth int) *joint.Step {
	g.t.Helper()
	c := g.again(nth)
	_, err := g.a.Cases.Withdraw(g.t.Context(), g.applicant, c.ID, c.Version(), "不办了")
	g.must(err)
	return g.stepOf(x)
}

func (g *gathering) stepOf(x *joint.Step) *joint.Step {
	g.t.Helper()
	x, err := g.a.Joint.Step(g.t.Context(), g.of(0, 0), x.ID)
	g.must(err)
	return x
}

// convener is which case's department convenes.
func (g *gathering) convener(x *joint.Step) int {
	return slices.IndexFunc(g.cases, func(c *cases.Case) bool { return c.ID == x.Case })
}

// toConvener is what the department of a case was told as convener of the step, oldest
// first. One officer may work at several departments: the case tells which is meant.
func (g *gathering) toConvener(x *joint.Step, nth int) (told []messages.Received) {
	g.t.Helper()
	keys := []messages.Key{messages.JointAlone, messages.JointComplete, messages.JointInherited, messages.JointPassedOn}
	inbox, err := g.a.Messages.Inbox(g.t.Context(), g.of(nth, 0), messages.Page{Limit: messages.MostOnPage})
	g.must(err)
	for _, m := range slices.Backward(inbox) {
		if slices.Contains(keys, m.Key) && m.Link == "/desk/joint/"+x.ID && m.Args["number"] == g.cases[nth].Number.Grouped() {
			told = append(told, m)
		}
	}
	return told
}

// heard holds what the department of a case was told as convener.
func (g *gathering) heard(x *joint.Step, nth int, want ...messages.Key) {
	g.t.Helper()
	var got []messages.Key
	for _, m := range g.toConvener(x, nth) {
		got = append(got, m.Key)
		if m.Key != messages.JointComplete && m.Args["body"] == g.cases[nth].BodyName {
			g.t.Errorf("%s: the former convener is named as %s", m.Key, m.Args["body"])
		}
	}
	if !slices.Equal(got, want) {
		g.t.Errorf("%s was told %v, not %v", g.cases[nth].BodyName, got, want)
	}
}

// reminded lets a day pass, and gives when the convener was told last.
func (g *gathering) reminded(x *joint.Step) now.Instant {
	g.t.Helper()
	g.passed += 24 * time.Hour
	g.must(g.a.DB.Do(g.t.Context(), func(tx *db.Tx) error { return g.a.RemindJoint(g.t.Context(), tx) }))
	told := g.toConvener(x, g.convener(x))
	if len(told) == 0 {
		g.t.Fatal("the convener was told nothing")
	}
	return told[len(told)-1].At
}

// awaitsClose holds that a department, and no other, is asked to close the step.
func (g *gathering) awaitsClose(x *joint.Step, convener int) {
	g.t.Helper()
	if x.State != joint.Held || !x.Closable() || g.convener(x) != convener {
		g.t.Fatalf("%s, convened by %s", x.State, x.BodyName)
	}
	for nth, c := range g.cases {
		n, err := g.a.Joint.Count(g.t.Context(), g.of(nth, 0), joint.Filter{Asked: true})
		g.must(err)
		if (n == 1) != (nth == convener) {
			g.t.Errorf("%s is asked for %d", c.BodyName, n)
		}
	}
}

// The last department that owes its opinion leaves while another's clock stands still
// for the step: the convener hears of it at once, and every morning, one line in his
// inbox, until he closes it and the clock runs on.
func TestTheConvenerHearsThatItIsComplete(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		fire := g.nth("public-venue-fire")
		x := g.held(g.appointed(joint.JointAcceptance, g.days(drains, 3)...))
		x = g.opined(x, g.nth(drains), 0)
		g.heard(x, 0)
		x = g.withdrawn(x, fire)
		g.awaitsClose(x, 0)
		g.heard(x, 0, messages.JointComplete)
		for range 2 {
			if at := g.reminded(x); at < g.a.Now().Add(-time.Minute) {
				g.t.Error("not reminded this morning")
			}
			g.heard(x, 0, messages.JointComplete)
		}
		x, err := g.a.Joint.Close(g.t.Context(), g.of(0, 0), x.ID, x.Version())
		g.must(err)
		if c := g.again(g.nth(drains)); x.State != joint.Closed || c.State != cases.Accepted {
			g.t.Errorf("%s, %s", x.State, c.State)
		}
		if at := g.reminded(x); at > g.a.Now().Add(-23*time.Hour) {
			g.t.Error("reminded after it was closed")
		}
	})
}

// When it is the convener who leaves, whoever convenes now is told so, and why; a step
// that can end by itself asks for nothing.
func TestTheConvenerLeaves(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		wet, fire := g.nth(drains), g.nth("public-venue-fire")
		x := g.held(g.appointed(joint.JointAcceptance, g.days(drains, 3)...))
		x = g.withdrawn(g.opined(x, wet, fire), 0)
		next := g.convener(x)
		if next != wet && next != fire {
			g.t.Fatal("nobody convenes")
		}
		g.awaitsClose(x, next)
		g.heard(x, next, messages.JointInherited, messages.JointComplete)
		g.heard(x, 3-next)
		x = g.withdrawn(x, wet) // its opinion stays, no clock stands still any more
		if x.State != joint.Closed || g.part(x, wet).Opinion != joint.Passed || g.part(x, wet).State != joint.Attended {
			g.t.Errorf("%s %+v", x.State, g.part(x, wet))
		}
	})
}

// Before the day too: who inherits a step hears of it, who declines passes it on with
// his reason, and the last answer that is awaited may be that of a case that ended.
func TestAnInheritedStepIsPassedOn(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		x := g.withdrawn(g.call(joint.ExpertMeeting, 5), 0)
		next := g.convener(x)
		last := 3 - next // of the cases 1 and 2
		g.heard(x, next, messages.JointInherited)
		x = g.confirm(x, last, 0)
		p := g.part(x, next)
		x, err := g.a.Joint.Decline(g.t.Context(), g.of(next, 1), x.ID, p.ID, p.Version, "已经核查") // the other officer hears
		g.must(err)
		if g.convener(x) != last {
			g.t.Fatal(x.BodyName)
		}
		g.heard(x, last, messages.JointPassedOn)
	})
}

// The clock of a department that comes no more, or did not come, runs on from the next
// day (art. 45), while the step goes on: its promised date moves by the working days on
// which it stood still, not by those that were planned.
func TestTheClockOfWhoDoesNotComeRunsOn(t *testing.T) {
	t.Parallel()
	for name, goes := range map[string]func(g *gathering, x *joint.Step, wet, fire int) *joint.Step{
		"declines": func(g *gathering, x *joint.Step, wet, _ int) *joint.Step {
			x, err := g.a.Joint.Move(g.t.Context(), g.of(0, 0), x.ID, x.Version(), joint.Moving{At: x.At.Add(time.Hour), Place: x.Place})
			g.must(err)
			g.onlySuspended(drains) // it goes on standing over the move
			g.passed += 24 * time.Hour
			p := g.part(x, wet)
			x, err = g.a.Joint.Decline(g.t.Context(), g.of(wet, 0), x.ID, p.ID, p.Version, "已经检测")
			g.must(err)
			return x
		},
		"does not come": func(g *gathering, x *joint.Step, _, fire int) *joint.Step { return g.held(x, 0, fire) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWorks(t, func(g *gathering) {
				wet, fire := g.nth(drains), g.nth("public-venue-fire")
				before, from := g.again(wet), clock.DateOf(g.a.Now().Time())
				x := g.appointed(joint.JointAcceptance, g.days(drains, 9)...)
				planned := g.again(wet)
				x = goes(g, x, wet, fire)
				c := g.again(wet)
				if c.State != cases.Accepted || !x.Open() || g.part(x, wet).Suspended || !c.ResumeDue.IsZero() {
					g.t.Errorf("%s, %s, %+v", c.State, x.State, g.part(x, wet))
				}
				stood := g.workdays(from, clock.DateOf(g.a.Now().Time()))
				if got := g.workdays(before.PromisedDue, c.PromisedDue); got != stood || !c.PromisedDue.Before(planned.PromisedDue) {
					g.t.Errorf("promised for %s, planned for %s, now %s: %d working days later, it stood still for %d",
						before.PromisedDue, planned.PromisedDue, c.PromisedDue, got, stood)
				}
			})
		})
	}
}

// workdays counts the working days after a date, through another.
func (g *gathering) workdays(after, through clock.Date) int {
	g.t.Helper()
	calendar, err := g.a.Catalogue.Calendar(g.t.Context())
	g.must(err)
	n, err := calendar.AssumingWeekdays().Workdays(after, through)
	g.must(err)
	return n
}

// A time that was to stand and is moved after all is the other time the applicant asked
// for, once it is fixed; what was said on the way stays in the trace, each with its act.
func TestAKeptTimeIsMovedAfterAll(t *testing.T) {
	t.Parallel()
	eachGathering(t, catering, func(g *gathering) {
		ctx := g.t.Context()
		x := g.appointed(joint.SiteVisit)
		x, err := g.a.Joint.AskMove(ctx, g.applicant, g.cases[1].ID, x.ID, x.Version(), "那天要进货")
		g.must(err)
		x, err = g.a.Joint.Keep(ctx, g.of(0, 0), x.ID, x.Version(), "只有这天能来")
		g.must(err)
		x, err = g.a.Joint.Move(ctx, g.of(0, 0), x.ID, x.Version(), joint.Moving{At: g.tomorrow("15:30"), Place: x.Place, Reason: "场所还在装修"})
		g.must(err)
		if x.WishState != joint.Asked {
			g.t.Error("the wish is", x.WishState)
		}
		for nth := 1; nth < len(g.cases); nth++ {
			x = g.confirm(x, nth, 0)
		}
		x, err = g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
		g.must(err)
		if x.WishState != joint.Moved || joint.MayDo(g.of(0, 0), x, nil, joint.ActKeep) || x.MayWish(g.a.Now()) {
			g.t.Error("the wish is", x.WishState)
		}
		lines, err := g.a.Joint.Trace(ctx, g.of(1, 0), x)
		g.must(err)
		words := map[string]string{}
		for _, l := range lines {
			words[l.Act] = l.Words
		}
		if words["wish"] != "那天要进货" || words["keep"] != "只有这天能来" || words["move"] != "场所还在装修" || words["appoint"] != "" {
			g.t.Errorf("%q", words)
		}
	})
}
