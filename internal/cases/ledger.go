package cases

import (
	"context"
	"encoding/json"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Ledger is what the dates of a case follow from: budgets and events, never a
// target date. It lies in the case's row, so that every date can be counted
// again when the calendar changes (clock R13) and be explained day by day.
type Ledger struct {
	Limits    clock.Limits  `json:"limits"`
	ExtendMax int           `json:"extend_max"`
	Events    []clock.Event `json:"events"`
	Kept      string        `json:"kept,omitempty"` // which change of the calendar contradicts what was done, see facts
}

// Value writes the ledger as JSON text, Scan reads it.
func (l Ledger) text() string {
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings, numbers and instants of this century always marshal
	}
	return string(b)
}

// Scan reads the column; it implements sql.Scanner.
func (l *Ledger) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), l)
	case []byte:
		return json.Unmarshal(v, l)
	}
	return fault.Internal(nil, "cases.unreadable", "where", "ledger")
}

// StepScenario is the limit of the step the case stands at (each counted stage of
// the guide has days), told to the same calculator: the step begins as an
// acceptance does, and the special procedures since then are not counted.
// False where the step has no days of its own.
func (c *Case) StepScenario(cal *clock.Calendar, on clock.Date) (clock.Scenario, bool) {
	if c.Step == NoStep || c.StepDays == 0 || c.StepOn.IsZero() {
		return clock.Scenario{}, false
	}
	begin := c.StepOn.Time()
	events := []clock.Event{{At: begin, Do: clock.Submit}, {At: begin, Do: clock.Accept}}
	for _, e := range c.Ledger.Events {
		if (e.Do == clock.Suspend || e.Do == clock.Resume) && !clock.DateOf(e.At).Before(c.StepOn) {
			events = append(events, e)
		}
	}
	return clock.Scenario{Calendar: cal, Cutoff: cutoff, AsOf: on, Events: events,
		Limits: clock.Limits{Promised: clock.Limit{Days: int(c.StepDays), Unit: c.Ledger.Limits.Promised.Unit}}}, true
}

// limits are those of the item's version with the two of the law.
func (r *Rules) limits() clock.Limits {
	l := clock.Limits{
		Accept:   clock.Limit{Days: AcceptDays, Unit: clock.Working},
		Promised: clock.Limit(r.Promised),
		Deliver:  clock.Limit{Days: DeliverDays, Unit: clock.Working},
	}
	if r.Statutory != nil {
		l.Statutory = clock.Limit(*r.Statutory)
	}
	return l
}

// Dates are the legal dates of a case as the calculator gives them; all of them
// are set together whenever one may have moved.
type Dates struct {
	SubmittedOn   clock.Date `json:"submitted_on,omitzero"` // effective date (R1)
	AcceptedOn    clock.Date `json:"accepted_on,omitzero"`
	AcceptDue     clock.Date `json:"accept_due,omitzero"`
	PromisedDue   clock.Date `json:"promised_due,omitzero"` // while suspended: if every procedure ends as planned
	StatutoryDue  clock.Date `json:"statutory_due,omitzero"`
	DeliverDue    clock.Date `json:"deliver_due,omitzero"`
	CorrectionDue clock.Date `json:"correction_due,omitzero"`
	StepDue       clock.Date `json:"step_due,omitzero"`
	ResumeDue     clock.Date `json:"resume_due,omitzero"` // while suspended: the last planned day of the procedures
	Provisional   bool       `json:"provisional,omitempty"`
}

// Dates gives those of the row.
func (c *Case) Dates() Dates {
	return Dates{SubmittedOn: c.SubmittedOn, AcceptedOn: c.AcceptedOn, AcceptDue: c.AcceptDue, PromisedDue: c.PromisedDue,
		StatutoryDue: c.StatutoryDue, DeliverDue: c.DeliverDue, CorrectionDue: c.CorrectionDue, StepDue: c.StepDue,
		ResumeDue: c.ResumeDue, Provisional: c.Provisional}
}

func (c *Case) setDates(d Dates) {
	c.SubmittedOn, c.AcceptedOn, c.AcceptDue, c.PromisedDue = d.SubmittedOn, d.AcceptedOn, d.AcceptDue, d.PromisedDue
	c.StatutoryDue, c.DeliverDue, c.CorrectionDue = d.StatutoryDue, d.DeliverDue, d.CorrectionDue
	c.StepDue, c.ResumeDue, c.Provisional = d.StepDue, d.ResumeDue, d.Provisional
}

// at is an event of the clock at the transaction's instant.
func at(i now.Instant, do clock.Do) *clock.Event { return &clock.Event{At: i.Time(), Do: do} }

// foresee gives the dates the case would have after a change, for the letter that
// tells them, and where those of the named clocks come from; it changes nothing.
func (s *Service) foresee(ctx context.Context, c *Case, change Change, on clock.Date, names ...clock.Name) (*Dates, []Because, error) {
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return nil, nil, err
	}
	then := *c
	then.Ledger.Events = slices.Clone(c.Ledger.Events)
	then.Step = change.Step
	then.apply(change)
	d, err := then.reckon(cal, on, then.done(change))
	if err != nil || len(names) == 0 {
		return &d, nil, err
	}
	x, err := then.Explain(cal, on)
	return &d, x.because(names), err
}

// Reckon computes every date of the case with a calendar, its last event being the
// one that is judged; it changes nothing. Years that are not announced are assumed
// and marked, never silently (R12).
func (c *Case) Reckon(cal *clock.Calendar, on clock.Date) (Dates, error) {
	return c.reckon(cal, on, len(c.Ledger.Events)-1)
}

// done is how many events of the ledger stand: all but the one a change brings.
func (c *Case) done(change Change) int {
	if change.Event != nil {
		return len(c.Ledger.Events) - 1
	}
	return len(c.Ledger.Events)
}

func (c *Case) reckon(cal *clock.Calendar, on clock.Date, done int) (Dates, error) {
	cal = cal.AssumingWeekdays()
	sc := c.scenario(cal, on, done)
	a, err := sc.Answer()
	if err != nil {
		return Dates{}, fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
	}
	if n := len(a.Refused); n > 0 && done < len(c.Ledger.Events) && a.Refused[n-1].Index == len(sc.Events)-1 {
		return Dates{}, refusedBy(a.Refused[n-1].Reason, c)
	}
	return c.dated(cal, &a, on)
}

// dated gives the dates that an answer means, with those of the case's own limits.
func (c *Case) dated(cal *clock.Calendar, a *clock.Answer, on clock.Date) (d Dates, err error) {
	d.AcceptedOn = a.AcceptedOn
	if _, ok := a.Clock(clock.AcceptClock); !ok { // it was kept, see facts
		d.SubmittedOn, d.AcceptDue = c.SubmittedOn, c.AcceptDue
	}
	for _, r := range a.Clocks {
		d.take(r)
	}
	if err := c.correctionDue(cal, &d); err != nil {
		return Dates{}, err
	}
	if d.ResumeDue, err = c.resumeDue(cal); err != nil {
		return Dates{}, err
	}
	return d, c.stepDue(cal, on, &d)
}

func (d *Dates) take(r clock.Reading) {
	due := r.Due
	if r.State == clock.Suspended {
		due = r.ProjectedDue
	}
	switch r.Name {
	case clock.AcceptClock:
		d.SubmittedOn, d.AcceptDue = r.Start, due
	case clock.PromisedClock:
		d.PromisedDue = due
	case clock.StatutoryClock:
		d.StatutoryDue = due
	case clock.DeliverClock:
		d.DeliverDue = due
	}
	d.Provisional = d.Provisional || r.Provisional
}

// correctionDue counts the 30 natural days in which the applicant answers, from
// the proof that the notice was delivered (domain.md §4); afterwards the date of
// the last notice stays.
func (c *Case) correctionDue(cal *clock.Calendar, d *Dates) error {
	if c.ServedOn.IsZero() {
		return nil
	}
	r, err := clock.Reckon(cal, c.ServedOn, CorrectionDays, clock.Natural)
	d.CorrectionDue, d.Provisional = r.Due, d.Provisional || r.Provisional
	return err
}

// stepDue is the last day of the step inside the department.
func (c *Case) stepDue(cal *clock.Calendar, on clock.Date, d *Dates) error {
	sc, ok := c.StepScenario(cal, on)
	if !ok {
		return nil
	}
	a, err := sc.Answer()
	if err != nil {
		return fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
	}
	if r, ok := a.Clock(clock.PromisedClock); ok {
		if d.StepDue = r.Due; r.State == clock.Suspended {
			d.StepDue = r.ProjectedDue
		}
	}
	return nil
}

// Procedure is a special procedure that is going on (art. 45).
type Procedure struct {
	Name  string
	Since clock.Date
	Due   clock.Date // its last planned day
	Days  int        // as told to the applicant, working days
}

// Procedures lists the special procedures that are open, in the order in which
// they began.
func (c *Case) Procedures(cal *clock.Calendar) ([]Procedure, error) {
	var open []Procedure
	for _, e := range c.Ledger.Events {
		switch e.Do {
		case clock.Suspend:
			p := Procedure{Name: e.Procedure, Since: clock.DateOf(e.At)}
			if e.Planned != nil {
				p.Days = *e.Planned
			}
			due, err := clock.Due(cal.AssumingWeekdays(), p.Since, p.Days, clock.Working)
			if err != nil {
				return nil, fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
			}
			p.Due = due
			open = append(open, p)
		case clock.Resume:
			open = without(open, e.Procedure)
		case clock.Withdraw:
			open = nil
		}
	}
	return open, nil
}

func without(open []Procedure, name string) []Procedure {
	kept := open[:0]
	for _, p := range open {
		if p.Name != name {
			kept = append(kept, p)
		}
	}
	return kept
}

// resumeDue is the day on which the last open procedure should end.
func (c *Case) resumeDue(cal *clock.Calendar) (clock.Date, error) {
	open, err := c.Procedures(cal)
	var last clock.Date
	for _, p := range open {
		if p.Due.After(last) {
			last = p.Due
		}
	}
	return last, err
}

// refusedBy says in the product's words what the calculator refused.
func refusedBy(rule clock.Rule, c *Case) error {
	switch rule {
	case clock.RuleDeemed:
		return fault.Conflict("cases.deemed", "number", c.Number.Grouped())
	case clock.RuleExtension:
		return fault.Invalid("cases.extension_rule", "most", c.Ledger.ExtendMax)
	}
	return fault.Conflict("cases.clock_order", "number", c.Number.Grouped())
}
