package app_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/messages"
	"yimen/internal/rehearsal"
	"yimen/seed"
)

// works is a bundle of three departments side by side: one item has 专家评审 and one
// 水质检测 that are not counted, one only a site visit. No published bundle has them
// in one layer, so an installation of its own imports it.
var works = rehearsal.Choice{Bundle: "test-works", Region: village}

const worksFile = `- id: test-works
  name: 涉水建设（示例）“一件事”
  audience: 法人
  lead_department: zr
  policy_lists: []
  themes: [准营准办]
  questions: []
  members:
  - {item: project-plan-permit, optional: false, when: null, depends_on: [], bind: {}, waive_materials: [], require_materials: []}
  - {item: drainage-permit, optional: false, when: null, depends_on: [], bind: {}, waive_materials: [], require_materials: []}
  - {item: public-venue-fire, optional: false, when: null, depends_on: [], bind: {}, waive_materials: [], require_materials: []}
  order_groups:
  - [project-plan-permit, drainage-permit, public-venue-fire]
  departments: [zr, sw, xf]
  sources:
  - {about: members, kind: common_knowledge, ref: made for this test}
`

// eachWorks files the works on both databases.
func eachWorks(t *testing.T, f func(g *gathering)) {
	t.Helper()
	published, err := fs.ReadFile(seed.Catalogue(), "bundles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"bundles.yaml": {Data: append(published, worksFile...)}}
	eachTown(t, func(g *gathering) {
		_, err := g.a.Catalogue.Import(t.Context(), calendarKeeper, files, nil)
		g.must(err)
		g.file(works)
		if len(g.cases) != 3 {
			g.t.Fatalf("%d cases", len(g.cases))
		}
		f(g)
	})
}

// nth is the place of an item's case.
func (g *gathering) nth(item string) int {
	g.t.Helper()
	i := slices.IndexFunc(g.cases, func(c *cases.Case) bool { return c.Item == item })
	if i < 0 {
		g.t.Fatal("no case for ", item)
	}
	return i
}

// days are those that each department tells the applicant: for one item only.
func (g *gathering) days(item string, n int64) []int64 {
	out := make([]int64, len(g.cases))
	out[g.nth(item)] = n
	return out
}

// onlySuspended holds that the clock of this item's case stands still, and of no
// other; "" for none.
func (g *gathering) onlySuspended(item string) {
	g.t.Helper()
	for nth, c := range g.cases {
		want := cases.Accepted
		if c.Item == item {
			want = cases.Suspended
		}
		if got := g.again(nth).State; got != want {
			g.t.Errorf("%s is %s, not %s", c.ItemName, got, want)
		}
	}
}

// An expert meeting is the special procedure of one item: its clock stands still from
// the appointment to the last opinion (art. 45), the others run on, and for nobody is
// it a site visit.
func TestAnExpertMeetingStopsOnlyItsClock(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		x := g.appointed(joint.ExpertMeeting, g.days("project-plan-permit", 5)...)
		g.onlySuspended("project-plan-permit")
		x = g.held(x)
		for nth := range g.cases {
			var err error
			x, err = g.opine(x, nth, joint.Finding{Passed: true, Words: "同意专家组意见"})
			g.must(err)
		}
		if x.State != joint.Closed {
			g.t.Error(x.State)
		}
		g.onlySuspended("")
		fire := g.nth("public-venue-fire")
		if visits, err := g.a.Cases.Visits(g.t.Context(), g.of(fire, 0), g.cases[fire]); err != nil || len(visits) != 0 {
			g.t.Errorf("a meeting counts as a site visit: %v %v", visits, err)
		}
	})
}

// Joint acceptance, the whole way: who has a test that is not counted says how many
// days; a department asks for another time; two officials each where the item wants a
// site visit, of which this is one; the one that failed is no visit to grant on.
func TestAJointAcceptance(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		ctx := g.t.Context()
		drains, fire := g.nth("drainage-permit"), g.nth("public-venue-fire")
		x := g.call(joint.JointAcceptance, 0)
		p := g.part(x, drains)
		for _, days := range []int64{0, p.Most + 1} {
			_, err := g.a.Joint.Confirm(ctx, g.of(drains, 0), x.ID, p.ID, p.Version, days)
			g.faulty(err, "days")
		}
		p = g.part(x, fire)
		x, err := g.a.Joint.Propose(ctx, g.of(fire, 0), x.ID, p.ID, p.Version, g.tomorrow("15:30"), 0, "上午有演练")
		g.must(err)
		x, err = g.a.Joint.Move(ctx, g.of(0, 0), x.ID, x.Version(), joint.Moving{At: g.tomorrow("15:30"), Place: x.Place})
		g.must(err)
		x = g.confirm(x, drains, 4)
		g.onlySuspended("") // not before the applicant knows when
		x, err = g.a.Joint.Appoint(ctx, g.of(0, 0), x.ID, x.Version())
		g.must(err)
		g.onlySuspended("drainage-permit")
		if got := about(g.t, g.a, g.applicant, x.ID); !slices.Equal(got, []messages.Key{messages.JointAppointed}) {
			g.t.Error("told", got)
		}
		g.accepted(g.held(x), drains, fire)
	})
}

// actedFor holds that a case's journal says of these acts that another body did them.
func (g *gathering) actedFor(nth int, body string, acts ...cases.Act) {
	g.t.Helper()
	lines, err := g.a.Cases.Trace(g.t.Context(), g.applicant, g.again(nth))
	g.must(err)
	for _, act := range acts {
		is := func(l cases.Line) bool {
			return l.Act == string(act) && l.Change.Joint != nil && l.Change.Joint.Body == body
		}
		if !slices.ContainsFunc(lines, is) {
			g.t.Errorf("%s does not stand under %s", act, body)
		}
	}
}

// accepted gives the three opinions, one against, and looks at what they mean.
func (g *gathering) accepted(x *joint.Step, drains, fire int) {
	g.t.Helper()
	ctx := g.t.Context()
	_, err := g.opine(x, fire, joint.Finding{Words: "疏散通道堵塞"})
	g.faulty(err, "second")
	x, err = g.opine(x, fire, joint.Finding{Words: "疏散通道堵塞", Second: g.second(fire)})
	g.must(err)
	x, err = g.opine(x, drains, joint.Finding{Passed: true, Words: "水质达标", Second: g.second(drains)})
	g.must(err)
	g.onlySuspended("drainage-permit") // one opinion is awaited
	_, err = g.a.Joint.Close(ctx, g.of(0, 0), x.ID, x.Version())
	g.refused(err, "joint.opinions_missing")
	x, err = g.opine(x, 0, joint.Finding{Passed: true, Words: "与批准的图纸一致", Second: g.second(0)})
	g.must(err)
	if x.State != joint.Closed {
		g.t.Error(x.State)
	}
	g.onlySuspended("")
	for nth, passed := range map[int]bool{drains: true, fire: false} {
		visits, err := g.a.Cases.Visits(ctx, g.of(nth, 0), g.cases[nth])
		if err != nil || len(visits) != 1 || visits[0].Passed != passed || visits[0].SecondName == "" || visits[0].On != x.HeldOn {
			g.t.Errorf("%s: %+v %v", g.cases[nth].ItemName, visits, err)
		}
	}
	c := g.again(fire)
	_, err = g.a.Cases.Advise(ctx, g.of(fire, 0), c.ID, c.Version(), cases.AdviseGrant, "同意")
	g.refused(err, "cases.visit_required")
	c = g.again(drains)
	_, err = g.a.Cases.Advise(ctx, g.of(drains, 0), c.ID, c.Version(), cases.AdviseGrant, "同意")
	g.must(err)
	trace, err := g.a.Cases.Trace(ctx, g.applicant, g.again(fire))
	g.must(err)
	for _, l := range trace {
		if strings.Contains(l.Change.Words, "堵塞") && l.Change.Joint != nil {
			g.t.Error("the applicant reads an inner opinion")
		}
	}
}

// Called off after it was appointed, the clock that it stopped runs on, the applicant
// is told, and it can be called anew; a case taken back while its clock stands still
// leaves, and the others go on.
func TestAJointAcceptanceIsCalledOff(t *testing.T) {
	t.Parallel()
	eachWorks(t, func(g *gathering) {
		ctx, drains := g.t.Context(), g.nth("drainage-permit")
		x := g.appointed(joint.JointAcceptance, g.days("drainage-permit", 3)...)
		_, err := g.a.Joint.Cancel(ctx, g.of(1, 0), x.ID, x.Version(), "不去了")
		g.refused(err, "joint.denied")
		x, err = g.a.Joint.Cancel(ctx, g.of(0, 0), x.ID, x.Version(), "工程未完")
		g.must(err)
		g.onlySuspended("")
		g.actedFor(drains, g.cases[0].BodyName, cases.ActSuspend, cases.ActLift)
		if got := about(g.t, g.a, g.applicant, x.ID); !slices.Equal(got, []messages.Key{messages.JointAppointed, messages.JointCancelled}) {
			g.t.Error("told", got)
		}
		x = g.appointed(joint.JointAcceptance, g.days("drainage-permit", 3)...)
		g.onlySuspended("drainage-permit")
		c := g.again(drains)
		_, err = g.a.Cases.Withdraw(ctx, g.applicant, c.ID, c.Version(), "不办了")
		g.must(err)
		x, err = g.a.Joint.Step(ctx, g.of(0, 0), x.ID)
		g.must(err)
		if x.State != joint.Appointed || g.part(x, drains).State != joint.Left || len(x.Comers()) != 2 {
			g.t.Errorf("%+v", x)
		}
	})
}
