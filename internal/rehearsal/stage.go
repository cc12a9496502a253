package rehearsal

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
)

// Stage is an installation to play on. Every field but Until is needed.
type Stage struct {
	DB           db.Reader
	Now          now.Clock
	Identity     *identity.Service
	Catalogue    *catalogue.Service
	Applications *applications.Service
	Cases        *cases.Service
	Ratings      *ratings.Service
	// Until moves the stage's time to a date; nil where it is real time.
	Until func(clock.Date)

	nth atomic.Int64
}

// Complete answers every required question that is open and puts a picture in
// every required slot.
func (s *Stage) Complete(ctx context.Context, actor gov.Actor, x *applications.Application) (*applications.Application, error) {
	def, err := s.Applications.Definition(ctx, x)
	if err != nil {
		return nil, err
	}
	for _, g := range def.Groups {
		for _, p := range g.Pages {
			answers := s.page(def, x, p)
			if len(answers) == 0 {
				continue
			}
			next, err := s.Applications.Save(ctx, actor, x.ID, x.Version(), p.ID, answers, false)
			if err != nil {
				return nil, fmt.Errorf("%s, page %s: %w", def.Item, p.ID, err)
			}
			x = next
		}
	}
	for _, slot := range def.Slots {
		if !slot.Required {
			continue
		}
		next, err := s.Applications.Attach(ctx, actor, x.ID, x.Version(), slot.Key, "照片.png", bytes.NewReader(Picture()))
		if err != nil {
			return nil, fmt.Errorf("%s, slot %s: %w", def.Item, slot.Key, err)
		}
		x = next
	}
	return x, nil
}

// FetchedBy answers how the result should come, where the form asks and offers that
// way, before the rest is filled in.
func (s *Stage) FetchedBy(ctx context.Context, actor gov.Actor, x *applications.Application, way string) (*applications.Application, error) {
	def, err := s.Applications.Definition(ctx, x)
	if err != nil {
		return nil, err
	}
	for _, g := range def.Groups {
		for _, p := range g.Pages {
			asks := func(f form.Field) bool { return f.Key == "delivery_way" && slices.Contains(f.Options, way) }
			if !slices.ContainsFunc(p.Fields, asks) {
				continue
			}
			answers := form.Answers{"delivery_way": form.Plain(way), "delivery_address": form.Plain("潮安区示例路9号")}
			if x, err = s.Applications.Save(ctx, actor, x.ID, x.Version(), p.ID, answers, true); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

func (s *Stage) page(def *applications.Definition, x *applications.Application, p form.Page) form.Answers {
	answers := form.Answers{}
	for _, f := range p.Fields {
		if f.Type == form.File {
			continue
		}
		answers[f.Key] = x.Answers[f.Key]
		if answers[f.Key].IsZero() && def.Form.RequiredNow(f, x.Answers) {
			answers[f.Key] = Sample(f, int(s.nth.Add(1)))
		}
	}
	return answers
}

// File starts, completes and files an application for the item at the region.
func (s *Stage) File(ctx context.Context, actor gov.Actor, item, region string) (*applications.Application, error) {
	g, err := s.Catalogue.GuideAt(ctx, item, region)
	if err != nil {
		return nil, err
	}
	x, err := s.Applications.Start(ctx, actor, g.Local.ID, true)
	if err != nil {
		return nil, err
	}
	if x, err = s.Complete(ctx, actor, x); err != nil {
		return nil, err
	}
	return s.Applications.File(ctx, actor, x.ID, x.Version(), true)
}

// Staff gives an actor who holds the role at the body today, or at a body whose
// region holds it (counter and outlet serve a region). nth picks another one.
func (s *Stage) Staff(ctx context.Context, role gov.Role, body string, nth int) (gov.Actor, error) {
	b, err := s.Identity.Body(ctx, s.DB, body)
	if err != nil {
		return gov.Actor{}, err
	}
	candidates := []identity.Body{b}
	if role == gov.RoleClerk || role == gov.RoleOutlet {
		all, err := s.Identity.Bodies(ctx, s.DB)
		if err != nil {
			return gov.Actor{}, err
		}
		candidates = append(candidates, all...)
	}
	for _, at := range candidates {
		if !gov.Region(at.Region).Contains(gov.Region(b.Region)) {
			continue
		}
		holders, err := s.Identity.Holders(ctx, s.DB, at.ID, role)
		if err != nil {
			return gov.Actor{}, err
		}
		if nth < len(holders) {
			h := holders[nth]
			return gov.Actor{Account: h.Account, Name: h.Name, Kind: gov.Staff, Channel: gov.Web, Window: h.Window,
				Posts: []gov.Post{{ID: h.Post, Body: at.ID, Department: at.Department, Region: at.Region, Role: role}}}, nil
		}
	}
	return gov.Actor{}, fmt.Errorf("rehearsal: nobody holds %s for %s", role, b.Name)
}

// Goal is a state to bring a case to, with the step where it is accepted or
// suspended. Extension asks for an extension on the way and answers it so; Deemed
// has silence accept it.
type Goal struct {
	State     cases.State
	Step      cases.Step
	Extension cases.Extension
	Deemed    bool
}

// Goals are those that acts alone reach, in the order of a life.
func Goals() []Goal {
	accepted := func(step cases.Step) Goal { return Goal{State: cases.Accepted, Step: step} }
	return []Goal{{State: cases.Submitted}, {State: cases.Correcting}, {State: cases.Declined},
		accepted(cases.Handle), accepted(cases.Review), accepted(cases.Approve), accepted(cases.Produce),
		{State: cases.Suspended, Step: cases.Handle},
		{State: cases.Accepted, Step: cases.Handle, Extension: cases.ExtensionAsked},
		{State: cases.Accepted, Step: cases.Handle, Extension: cases.Extended},
		{State: cases.Accepted, Step: cases.Handle, Extension: cases.ExtensionRefused},
		{State: cases.Granted}, {State: cases.Refused}, {State: cases.Delivered}, {State: cases.Withdrawn}, {State: cases.Terminated}}
}

// TimedGoals are those that a date brings: a stage without Until cannot play them.
func TimedGoals() []Goal {
	return []Goal{{State: cases.Accepted, Step: cases.Handle, Deemed: true}, {State: cases.Lapsed}}
}

// String names a goal: "accepted/handle", "accepted/handle/granted", "lapsed".
func (g Goal) String() string {
	out := string(g.State)
	for _, part := range []string{string(g.Step), string(g.Extension)} {
		if part != "" {
			out += "/" + part
		}
	}
	if g.Deemed {
		out += "/deemed"
	}
	return out
}

func (g Goal) reached(c *cases.Case) bool {
	return c.State == g.State && c.Step == g.Step && (g.Extension == "" || c.Extension == g.Extension) && (!g.Deemed || c.Deemed)
}

// mostActs bounds a play: an item without the step asked for never reaches it.
const mostActs = 12

// Bring plays the case's acts until it stands at the goal. It says so when the
// item's steps do not lead there.
func (s *Stage) Bring(ctx context.Context, applicant gov.Actor, c *cases.Case, goal Goal) (*cases.Case, error) {
	for range mostActs {
		if goal.reached(c) {
			return c, nil
		}
		next, err := s.act(ctx, applicant, c, goal)
		if err != nil {
			return c, err
		}
		if next == nil {
			break
		}
		c = next
	}
	return c, fmt.Errorf("rehearsal: %s does not come to %s, it stands at %s %s", c.Item, goal, c.State, c.Step)
}

func (s *Stage) act(ctx context.Context, applicant gov.Actor, c *cases.Case, goal Goal) (*cases.Case, error) {
	switch {
	case goal.State == cases.Withdrawn && (c.State == cases.Submitted || c.State == cases.Accepted):
		return s.Cases.Withdraw(ctx, applicant, c.ID, c.Version(), "不再办理")
	case goal.State == cases.Terminated && (c.State == cases.Submitted || c.State == cases.Accepted):
		officer, err := s.Staff(ctx, gov.RoleOfficer, c.Body, 0)
		if err != nil {
			return nil, err
		}
		return s.Cases.Terminate(ctx, officer, c.ID, c.Version(), "申请人已依法终止")
	case c.State == cases.Submitted && goal.Deemed:
		return s.await(ctx, c, c.AcceptDue)
	case c.State == cases.Correcting && goal.State == cases.Lapsed:
		return s.await(ctx, c, c.CorrectionDue)
	case c.State == cases.Submitted:
		return s.receive(ctx, c, goal)
	case c.State == cases.Accepted && c.Step == goal.Step && (goal.State == cases.Suspended || goal.Extension != ""):
		return s.prolong(ctx, c, goal)
	case c.State == cases.Accepted:
		return s.Step(ctx, c, goal.State == cases.Refused)
	case (c.State == cases.Granted || c.State == cases.Refused) && goal.State == cases.Delivered:
		outlet, err := s.Staff(ctx, gov.RoleOutlet, c.Body, 0)
		if err != nil {
			return nil, err
		}
		return s.Cases.Deliver(ctx, outlet, c.ID, c.Version(), cases.Handing{Way: cases.Handed, Recipient: c.ApplicantName})
	}
	return nil, nil
}

func (s *Stage) receive(ctx context.Context, c *cases.Case, goal Goal) (*cases.Case, error) {
	clerk, err := s.Staff(ctx, gov.RoleClerk, c.Body, 0)
	if err != nil {
		return nil, err
	}
	rules, err := s.Cases.Rules(ctx, c)
	if err != nil {
		return nil, err
	}
	switch goal.State {
	case cases.Declined:
		return s.Cases.Decline(ctx, clerk, c.ID, c.Version(), cases.Decline{Reason: "不属于本机关职权范围",
			Article: "行政许可法第三十二条第一款第二项", WhereToGo: "请向有权机关申请"})
	case cases.Correcting, cases.Lapsed:
		first := rules.Form[0]
		return s.Cases.NotifyCorrection(ctx, clerk, c.ID, c.Version(), []cases.Defect{{Kind: cases.FieldDefect, Key: first.Key, Reason: "与证件不一致，请核对后更正"}})
	}
	return s.Cases.Accept(ctx, clerk, c.ID, c.Version())
}

// await lets a date pass on which nobody did anything, and what follows by itself.
func (s *Stage) await(ctx context.Context, c *cases.Case, last clock.Date) (*cases.Case, error) {
	if s.Until == nil || last.IsZero() {
		return nil, nil
	}
	s.Until(last.AddDays(1))
	if err := s.Cases.Settle(ctx, c.ID); err != nil {
		return nil, err
	}
	return s.Cases.Case(ctx, gov.Actor{Kind: gov.System}, c.ID)
}

// prolong takes more time for a case, at the step of the goal.
func (s *Stage) prolong(ctx context.Context, c *cases.Case, goal Goal) (*cases.Case, error) {
	officer, err := s.Staff(ctx, gov.RoleOfficer, c.Body, 0)
	if err != nil {
		return nil, err
	}
	if goal.State == cases.Suspended {
		rules, err := s.Cases.Rules(ctx, c)
		if err != nil || len(rules.Suspending()) == 0 {
			return nil, err
		}
		p := rules.Suspending()[0]
		return s.Cases.Suspend(ctx, officer, c.ID, c.Version(), cases.Suspension{Procedure: p.Name, Days: p.Most(), Reason: "依法需要进行" + p.Name})
	}
	if c.Extension == cases.NotExtended {
		return s.Cases.AskExtension(ctx, officer, c.ID, c.Version(), 5, "情况复杂，需要补充核实")
	}
	approver, err := s.Staff(ctx, gov.RoleApprover, c.Body, 0)
	if err != nil {
		return nil, err
	}
	return s.Cases.DecideExtension(ctx, approver, c.ID, c.Version(), goal.Extension == cases.Extended, "请抓紧办理")
}

// roles of the department's steps.
var roles = map[cases.Step]gov.Role{cases.Handle: gov.RoleOfficer, cases.Review: gov.RoleReviewer,
	cases.Approve: gov.RoleApprover, cases.Produce: gov.RoleOfficer}

// Step does the department's step at which the case stands.
func (s *Stage) Step(ctx context.Context, c *cases.Case, refuse bool) (*cases.Case, error) {
	actor, err := s.Staff(ctx, roles[c.Step], c.Body, 0)
	if err != nil {
		return nil, err
	}
	if c.Step == cases.Review && actor.Account == c.Officer {
		if actor, err = s.Staff(ctx, gov.RoleReviewer, c.Body, 1); err != nil {
			return nil, err
		}
	}
	switch c.Step {
	case cases.Handle:
		return s.handle(ctx, actor, c, refuse)
	case cases.Review:
		return s.Cases.Advise(ctx, actor, c.ID, c.Version(), advice(refuse), "同意承办意见")
	case cases.Approve:
		return s.Cases.Decide(ctx, actor, c.ID, c.Version(), cases.Decision{Grant: !refuse, Words: "同意", Reason: "不符合许可条件", Article: "行政许可法第三十八条"})
	}
	return s.produce(ctx, actor, c)
}

func advice(refuse bool) cases.Verdict {
	if refuse {
		return cases.AdviseRefuse
	}
	return cases.AdviseGrant
}

func (s *Stage) handle(ctx context.Context, actor gov.Actor, c *cases.Case, refuse bool) (*cases.Case, error) {
	rules, err := s.Cases.Rules(ctx, c)
	if err != nil {
		return nil, err
	}
	if rules.SiteVisit && !refuse {
		second, err := s.Staff(ctx, gov.RoleOfficer, c.Body, 1)
		if err != nil {
			return nil, err
		}
		c, err = s.Cases.RecordVisit(ctx, actor, c.ID, c.Version(), cases.Visit{On: clock.DateOf(s.Now().Time()),
			Second: second.Account, Passed: true, Record: "现场与申请材料一致"})
		if err != nil {
			return nil, err
		}
	}
	return s.Cases.Advise(ctx, actor, c.ID, c.Version(), advice(refuse), "材料齐全，符合法定形式")
}

func (s *Stage) produce(ctx context.Context, actor gov.Actor, c *cases.Case) (*cases.Case, error) {
	fields, dates, err := s.Cases.NeedsProduction(ctx, c)
	if err != nil {
		return nil, err
	}
	p := cases.Production{Face: form.Answers{}}
	for _, x := range fields {
		p.Face[x.Key] = Sample(x, int(s.nth.Add(1)))
	}
	if dates {
		p.ValidTo = clock.DateOf(s.Now().Time()).AddDays(365)
	}
	return s.Cases.Produce(ctx, actor, c.ID, c.Version(), p)
}
