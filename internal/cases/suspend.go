package cases

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// ProcedureRule is a published special procedure of the item. One that counts in
// the limit is a step and suspends nothing (art. 45).
type ProcedureRule struct {
	Name    string
	Kind    string
	MaxDays int
	Unit    clock.Unit
	Counted bool
}

// Most is the longest time, in working days, that the applicant may be told of.
func (p ProcedureRule) Most() int {
	if p.Unit == clock.Natural {
		return (p.MaxDays*5 + 6) / 7 // five working days in a week, the broken week in full
	}
	return p.MaxDays
}

// Suspending lists the item's procedures whose time is not counted.
func (r *Rules) Suspending() []ProcedureRule {
	var out []ProcedureRule
	for _, p := range r.Procedures {
		if !p.Counted {
			out = append(out, p)
		}
	}
	return out
}

// Suspension begins a special procedure: which, how many working days it takes,
// why it is needed.
type Suspension struct {
	Procedure string
	Days      int
	Reason    string
	Joint     *Joint // the step of several departments that it is, nil for the department's own
}

func (in Suspension) validate(rules *Rules) error {
	var f fault.Fields
	limited(&f, "reason", in.Reason)
	for _, p := range rules.Suspending() {
		if p.Name != in.Procedure {
			continue
		}
		if in.Days < 1 || in.Days > p.Most() {
			f.Add("days", "cases.procedure_days", "most", p.Most())
		}
		return f.Err()
	}
	f.Add("procedure", "cases.procedure_unpublished")
	return f.Err()
}

// Suspend takes the time of a special procedure out of the limits. The applicant
// is told in writing how long it takes (art. 45); several may go on at once.
func (s *Service) Suspend(ctx context.Context, actor gov.Actor, caseID string, seen int64, in Suspension) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActSuspend, func(tx *db.Tx, c *Case, rules *Rules) error {
		return s.suspendIn(ctx, tx, actor, c, rules, in)
	})
}

func (s *Service) suspendIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, rules *Rules, in Suspension) error {
	if err := in.validate(rules); err != nil {
		return err
	}
	if c.during(in.Procedure) {
		return fault.Conflict("cases.procedure_open", "procedure", in.Procedure)
	}
	event := at(tx.Now(), clock.Suspend)
	event.Procedure, event.Planned = in.Procedure, &in.Days
	change := Change{Step: c.Step, Event: event, Reason: in.Reason, Joint: in.Joint}
	d, because, err := s.foresee(ctx, c, change, today(tx.Now()), clock.PromisedClock, clock.StatutoryClock)
	if err != nil {
		return err
	}
	change.Dates = d
	change.Letter, err = s.issue(ctx, tx, c, Text{Kind: SuspensionLetter, Procedure: in.Procedure, Days: in.Days,
		Unit: clock.Working, Reason: in.Reason, Due: d.PromisedDue, Statutory: d.StatutoryDue,
		Provisional: d.Provisional, Because: because})
	if err != nil {
		return err
	}
	if err := s.act(ctx, tx, c, actor, ActSuspend, change); err != nil {
		return err
	}
	return s.publish(ctx, tx, "case.suspended", c)
}

// during tells whether a special procedure of that name is open.
func (c *Case) during(procedure string) bool {
	open := false
	for _, e := range c.Ledger.Events {
		if e.Procedure == procedure {
			open = e.Do == clock.Suspend
		}
	}
	return open
}

// openProcedures counts those that are going on.
func (c *Case) openProcedures() int {
	open := map[string]bool{}
	for _, e := range c.Ledger.Events {
		switch e.Do {
		case clock.Suspend:
			open[e.Procedure] = true
		case clock.Resume:
			delete(open, e.Procedure)
		}
	}
	return len(open)
}

// Resume ends a special procedure with its result. When it was the last one, the
// limits run on from the next day.
func (s *Service) Resume(ctx context.Context, actor gov.Actor, caseID string, seen int64, procedure, result string) (*Case, error) {
	var f fault.Fields
	limited(&f, "result", result)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActResume, func(tx *db.Tx, c *Case, _ *Rules) error {
		return s.resumeIn(ctx, tx, actor, c, procedure, result, nil)
	})
}

func (s *Service) resumeIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, procedure, result string, j *Joint) error {
	if !c.during(procedure) {
		var f fault.Fields
		f.Add("procedure", "cases.procedure_not_open")
		return f.Err()
	}
	act, event := ActResume, at(tx.Now(), clock.Resume)
	if c.openProcedures() == 1 {
		act = ActLift
	}
	event.Procedure = procedure
	if err := s.act(ctx, tx, c, actor, act, Change{Step: c.Step, Event: event, Words: result, Joint: j}); err != nil {
		return err
	}
	return s.publish(ctx, tx, "case.resumed", c)
}
