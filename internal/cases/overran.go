package cases

import (
	"maps"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Overran is a stage of the department that an act leaves after its last day. The
// act itself tells it, because nobody might look at the case between the midnight
// after that day and the act: the program may have been down.
type Overran struct {
	Step Step
	Due  clock.Date
}

// leave notes the stage that an act leaves late, and forgets the one before.
func (c *Case) leave(to Step, on clock.Date) {
	c.Overran = nil
	if c.State == Accepted && c.Step != NoStep && to != c.Step && !c.StepDue.IsZero() && on.After(c.StepDue) {
		c.Overran = &Overran{Step: c.Step, Due: c.StepDue}
	}
}

// OverranProcedures lists the special procedures that are over and took longer than
// the applicant was told (art. 45), by the ledger alone.
func (c *Case) OverranProcedures(cal *clock.Calendar) ([]Procedure, error) {
	cal = cal.AssumingWeekdays()
	var out []Procedure
	since := map[string]clock.Event{}
	end := func(e clock.Event, on clock.Date) error {
		p := Procedure{Name: e.Procedure, Since: clock.DateOf(e.At)}
		if e.Planned != nil {
			p.Days = *e.Planned
		}
		var err error
		if p.Due, err = clock.Due(cal, p.Since, p.Days, clock.Working); err != nil {
			return fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
		}
		if on.After(p.Due) {
			out = append(out, p)
		}
		return nil
	}
	for _, e := range c.Ledger.Events {
		begun, open := since[e.Procedure]
		switch {
		case e.Do == clock.Suspend:
			since[e.Procedure] = e
		case e.Do == clock.Resume && open:
			delete(since, e.Procedure)
			if err := end(begun, clock.DateOf(e.At)); err != nil {
				return nil, err
			}
		case e.Do == clock.Withdraw:
			for _, name := range slices.Sorted(maps.Keys(since)) {
				if err := end(since[name], clock.DateOf(e.At)); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}
