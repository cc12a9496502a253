package joint

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Calling is what an officer calls other departments to. Cases are the others of
// the application that shall take part; Days what the applicant is told where this
// is a special procedure of the convener's own item.
type Calling struct {
	Kind    Kind
	Cases   []string
	At      now.Instant
	Place   string
	Purpose string
	Days    int64
}

func (in Calling) validate(today now.Instant) fault.Fields {
	var f fault.Fields
	if !slices.Contains(Kinds(), in.Kind) {
		f.Add("kind", "joint.kind_required")
	}
	if len(in.Cases) == 0 {
		f.Add("cases", "joint.cases_required")
	}
	ahead(&f, in.At, today)
	required(&f, "place", in.Place)
	limited(&f, "purpose", in.Purpose)
	return f
}

// Call calls the departments of other cases of the application to a joint step. The
// convener takes part; the others are asked. Any officer of a case that is handled
// may call, and nobody twice to the same.
func (s *Service) Call(ctx context.Context, actor gov.Actor, caseID string, seen int64, in Calling) (*Step, error) {
	in.Place, in.Purpose = strings.TrimSpace(in.Place), strings.TrimSpace(in.Purpose)
	in.Cases = slices.DeleteFunc(slices.Clone(in.Cases), func(other string) bool { return other == caseID })
	slices.Sort(in.Cases)
	in.Cases = slices.Compact(in.Cases)
	var made *Step
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		faults := in.validate(tx.Now())
		all, err := s.d.Cases.LockIn(ctx, tx, append([]string{caseID}, in.Cases...))
		if err != nil {
			return err
		}
		own := all[caseID]
		if err := mayCall(actor, own, seen); err != nil {
			return err
		}
		x := newStep(actor, own, in, tx.Now())
		for _, other := range append([]string{caseID}, in.Cases...) {
			c := all[other]
			if c == nil || c.Application != own.Application || !c.Handled() {
				faults.Add("cases", "joint.case_not_open")
				continue
			}
			p, err := s.newPart(ctx, c, in.Kind)
			if err != nil {
				return err
			}
			x.Parts = append(x.Parts, p)
		}
		if p := x.Parts[0]; p.Case == caseID {
			p.State = Accepted
			faults = append(faults, p.agree(in.Days)...)
		}
		if err := faults.Err(); err != nil {
			return err
		}
		made = x
		return s.call(ctx, &floor{Step: x, tx: tx, actor: actor, cases: all})
	})
	return made, err
}

// mayCall asks in the order in which the answers help.
func mayCall(actor gov.Actor, c *cases.Case, seen int64) error {
	switch {
	case c == nil || !cases.MaySee(actor, c):
		return fault.Missing("cases.missing")
	case seen != c.Version():
		return fault.Conflict("cases.stale", "number", c.Number.Grouped())
	case actor.Kind != gov.Staff || !actor.HasAt(gov.RoleOfficer, c.Body):
		return fault.Denied("cases.denied", "number", c.Number.Grouped())
	case c.Bundle == "":
		return fault.Conflict("joint.no_bundle")
	case !c.Handled():
		return fault.Conflict("joint.case_not_open")
	}
	return nil
}

// MayCall tells whether the actor may call other departments for a case now.
func MayCall(actor gov.Actor, c *cases.Case) bool { return mayCall(actor, c, c.Version()) == nil }

func newStep(actor gov.Actor, c *cases.Case, in Calling, at now.Instant) *Step {
	return &Step{ID: id.New(), Application: c.Application, BundleName: c.BundleName, ApplicantName: c.ApplicantName, Region: c.Region,
		Kind: in.Kind, State: Called, Case: c.ID, Body: c.Body, BodyName: c.BodyName, CalledBy: actor.Account, CalledName: actor.Name,
		CalledAt: at, Purpose: in.Purpose, Place: in.Place, At: in.At, Day: dayOf(in.At)}
}

func (s *Service) newPart(ctx context.Context, c *cases.Case, k Kind) (*Part, error) {
	rules, err := s.d.Cases.Rules(ctx, c)
	if err != nil {
		return nil, err
	}
	p := &Part{ID: id.New(), Case: c.ID, Number: c.Number, Item: c.Item, ItemName: c.ItemName, Body: c.Body, BodyName: c.BodyName,
		State: Invited, Visit: rules.SiteVisit && k != ExpertMeeting, Version: 1}
	if rule, ok := Suspends(k, rules); ok {
		p.Procedure, p.Most = rule.Name, int64(rule.Most())
	}
	return p, nil
}

// agree keeps the days that the applicant is told where the step stops the clock of
// this part's case (art. 45).
func (p *Part) agree(days int64) (f fault.Fields) {
	if p.Procedure == "" || p.Suspended { // he was told already
		return nil
	}
	if days < 1 || days > p.Most {
		f.Add("days", "joint.days", "procedure", p.Procedure, "most", p.Most)
	}
	p.Days = days
	return f
}

func (s *Service) call(ctx context.Context, f *floor) error {
	var ids []string
	for _, p := range f.Parts {
		ids = append(ids, p.Case)
	}
	var n int64
	err := f.tx.Row(ctx, `SELECT count(*) FROM joint_part p JOIN joint_step s ON s.id = p.joint WHERE p.cases in_list($1) AND p.open = TRUE
		AND p.state <> 'declined' AND p.state <> 'left' AND s.kind = $2`, db.List(ids), string(f.Kind)).Scan(&n)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault.Conflict("joint.already")
	}
	err = s.enterBook(ctx, f.tx, f.actor, f.Step, ActCall, said{Kind: f.Kind, Cases: ids, At: f.At, Place: f.Place, Words: f.Purpose, Days: f.Parts[0].Days})
	if err != nil {
		return err
	}
	if err := s.insert(ctx, f.tx, f.Step); err != nil {
		return err
	}
	if err := s.note(ctx, f, ActCall, f.Purpose, f.Parts...); err != nil {
		return err
	}
	if err := s.publish(ctx, f.tx, published[ActCall], f.Step); err != nil {
		return err
	}
	return s.d.Reactions.Joint(ctx, f.tx, f.actor, f.Step, ActCall, nil)
}
