package supervision

import (
	"errors"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Moment is the day at whose beginning a case reaches a rung of the ladder.
type Moment struct {
	Rung     string // unique in a case: the rule, and of which step or procedure
	Code     Code
	Severity Severity
	On       clock.Date
	Due      clock.Date // the day that is at stake
	Lit      bool       // its clock runs: it colours the case
	Facts    Facts      // of an at-once rule
}

// Ladder is every rung that a case has reached or will reach if nothing more
// happens, by the calculator alone: it asks nobody and changes nothing. A clock
// that is suspended has only the rungs it reached before (art. 45), one that has
// stopped only those before it stopped. cal must be willing to assume weekdays.
func Ladder(c *cases.Case, cal *clock.Calendar, on clock.Date, rules *Ruleset, itemType string) ([]Moment, error) {
	l := ladder{c: c, rules: rules, itemType: itemType, scenario: c.Scenario(cal, on)}
	a, err := l.scenario.Answer()
	if err != nil {
		return nil, l.fail(err)
	}
	if err := l.left(cal); err != nil {
		return nil, l.fail(err)
	}
	if a.Outcome != outcomes[c.State] {
		l.row()
		return l.moments, nil
	}
	for _, step := range []func() error{
		func() error { return l.remaining(&a, Blue) },
		func() error { return l.remaining(&a, Yellow) },
		func() error { return l.late(&a, clock.PromisedClock, Red) },
		func() error { return l.late(&a, clock.StatutoryClock, Serious) },
		func() error { return l.late(&a, clock.AcceptClock, Accept) },
		func() error { return l.late(&a, clock.DeliverClock, Deliver) },
		func() error { return l.step(cal, on) },
		func() error { return l.procedures(cal) },
	} {
		if err := step(); err != nil {
			return nil, l.fail(err)
		}
	}
	return l.moments, nil
}

// outcomes is where the calculator must find a case in each state.
var outcomes = map[cases.State]clock.Outcome{
	cases.Submitted: clock.OutcomeSubmitted, cases.Correcting: clock.OutcomeCorrecting, cases.Declined: clock.OutcomeDeclined,
	cases.Accepted: clock.OutcomeAccepted, cases.Suspended: clock.OutcomeAccepted, cases.Granted: clock.OutcomeDecided,
	cases.Refused: clock.OutcomeDecided, cases.Delivered: clock.OutcomeDelivered, cases.Withdrawn: clock.OutcomeWithdrawn,
	cases.Lapsed: clock.OutcomeWithdrawn, cases.Terminated: clock.OutcomeWithdrawn,
}

// row reads the ladder from the dates in the row, for a case that the calculator
// does not find where it stands: silence is about to speak, or a calendar came in
// force after what was done, and what is done stays.
func (l *ladder) row() {
	late := func(code Code, due clock.Date) { l.add(code, "", due.AddDays(1), due, true) }
	switch l.c.State {
	case cases.Submitted:
		late(Accept, l.c.AcceptDue)
	case cases.Accepted:
		late(Red, l.c.PromisedDue)
		late(Serious, l.c.StatutoryDue)
		l.add(StepLate, string(l.c.Step), l.c.StepDue.AddDays(1), l.c.StepDue, true)
	case cases.Granted, cases.Refused:
		late(Deliver, l.c.DeliverDue)
	}
}

type ladder struct {
	c        *cases.Case
	rules    *Ruleset
	itemType string
	scenario clock.Scenario
	moments  []Moment
}

func (l *ladder) fail(err error) error {
	return fault.Internal(err, "supervision.clock", "number", l.c.Number.Grouped())
}

func (l *ladder) rule(code Code) *Rule { return l.rules.Of(code, l.itemType, l.c.Item) }

func (l *ladder) add(code Code, part string, on, due clock.Date, lit bool) {
	r := l.rule(code)
	if on.IsZero() || !r.Active {
		return
	}
	l.moments = append(l.moments, Moment{Rung: rung(code, part), Code: code, Severity: r.Severity, On: on, Due: due, Lit: lit})
}

// rung is the key of a card inside its case; part is the step or the procedure.
func rung(code Code, part string) string {
	if part == "" {
		return string(code)
	}
	return string(code) + "/" + part
}

// runs tells that a clock has not stopped.
func runs(r clock.Reading) bool { return r.Stop.IsZero() }

// remaining is the day on which no more of the promise is left than the rule says.
func (l *ladder) remaining(a *clock.Answer, code Code) error {
	r, ok := a.Clock(clock.PromisedClock)
	rule := l.rule(code)
	if !ok || r.Start.IsZero() || l.c.Ledger.Limits.Promised.Days < rule.Least {
		return nil
	}
	on, err := l.scenario.ReachedOn(clock.PromisedClock, max(0, r.Budget-rule.left(r.Budget)))
	due := r.Due
	if due.IsZero() {
		due = r.ProjectedDue
	}
	l.add(code, "", on, due, runs(r))
	return err
}

// late is the day after the due date of a clock.
func (l *ladder) late(a *clock.Answer, name clock.Name, code Code) error {
	r, ok := a.Clock(name)
	if !ok {
		return nil
	}
	on, err := l.scenario.PassedOn(name)
	l.add(code, "", on, on.AddDays(-1), runs(r))
	return err
}

// step is the day after the last day of the step the case stands at.
func (l *ladder) step(cal *clock.Calendar, on clock.Date) error {
	sc, ok := l.c.StepScenario(cal, on)
	if !ok || (l.c.State != cases.Accepted && l.c.State != cases.Suspended) {
		return nil
	}
	day, err := sc.PassedOn(clock.PromisedClock)
	if errors.Is(err, clock.ErrNoClock) {
		return nil
	}
	l.add(StepLate, string(l.c.Step), day, day.AddDays(-1), true)
	return err
}

// procedures gives the open special procedures the day after the last one told to
// the applicant.
func (l *ladder) procedures(cal *clock.Calendar) error {
	open, err := l.c.Procedures(cal)
	if err != nil || l.c.State != cases.Suspended {
		return err
	}
	for _, p := range open {
		l.add(Procedure, p.Name, p.Due.AddDays(1), p.Due, true)
	}
	return nil
}

// left gives what the case has behind it and no midnight may have seen, because
// nobody was there to see it: the stage that the act at hand left late, and the
// special procedures that ended later than told.
func (l *ladder) left(cal *clock.Calendar) error {
	if o := l.c.Overran; o != nil {
		l.add(StepLate, string(o.Step), o.Due.AddDays(1), o.Due, false)
	}
	over, err := l.c.OverranProcedures(cal)
	for _, p := range over {
		l.add(Procedure, p.Name, p.Due.AddDays(1), p.Due, false)
	}
	return err
}

// severityOn is the gravest rung that colours the case on a day.
func severityOn(all []Moment, on clock.Date) (s Severity) {
	for _, m := range all {
		if m.Lit && !m.On.After(on) {
			s = graver(s, m.Severity)
		}
	}
	return s
}

// nextAfter is the first moment after a day, none for none.
func nextAfter(all []Moment, on clock.Date) (next clock.Date) {
	for _, m := range all {
		if m.On.After(on) && (next.IsZero() || m.On.Before(next)) {
			next = m.On
		}
	}
	return next
}
