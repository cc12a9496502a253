package cases

import (
	"slices"

	"yimen/internal/clock"
)

// What is done stays. A calendar may be corrected after the fact (a make-up workday
// announced late), and then the calculator finds that something was done too late
// that was in time when it was done: an acceptance, a correction notice, an
// extension, or a silence that had spoken. The applicant and the department have
// relied on it, so a case that the calendar contradicts keeps what was done as facts
// with their dates; what is still to come is counted from the facts by the calendar
// in force. Each contradiction is journaled once (Ledger.Kept) and shown with the
// dates.

// telling tells the calculator a ledger, with nothing taken for granted.
func (c *Case) telling(cal *clock.Calendar, on clock.Date, l Ledger) clock.Scenario {
	return clock.Scenario{Calendar: cal, Cutoff: cutoff, ExtendMax: l.ExtendMax, Limits: l.Limits, Events: l.Events, AsOf: on}
}

// Scenario is the ledger as the calculator takes it, asked at a date: its facts,
// where the calendar contradicts them.
func (c *Case) Scenario(cal *clock.Calendar, on clock.Date) clock.Scenario {
	return c.scenario(cal, on, len(c.Ledger.Events))
}

// scenario takes the first events as done; those after them are still judged.
func (c *Case) scenario(cal *clock.Calendar, on clock.Date, done int) clock.Scenario {
	sc := c.telling(cal, on, c.Ledger)
	if !c.contradicts(cal, on, done) {
		return sc
	}
	facts := c.facts(done)
	sc.Limits, sc.Events = facts.Limits, facts.Events
	return sc
}

// Contradicted tells whether a calendar would not have let everything happen that
// was done.
func (c *Case) Contradicted(cal *clock.Calendar, on clock.Date) bool {
	return c.contradicts(cal.AssumingWeekdays(), on, len(c.Ledger.Events))
}

func (c *Case) contradicts(cal *clock.Calendar, on clock.Date, done int) bool {
	before := c.Ledger
	before.Events = before.Events[:done]
	a, err := c.telling(cal, on, before).Answer()
	if err != nil {
		return false // the caller asks again and hears of it
	}
	return len(a.Refused) > 0 || c.Deemed && c.silent(done) && a.AcceptedOn.IsZero() && !c.AcceptedOn.IsZero()
}

// silent tells that no event accepts: silence did.
func (c *Case) silent(done int) bool {
	return !slices.ContainsFunc(c.Ledger.Events[:done], func(e clock.Event) bool { return e.Do == clock.Accept })
}

// facts is the ledger with its first events told so that no calendar can refuse
// them: from the last time the case came in, without a limit that had been kept,
// silence as the acceptance it was, a granted extension as part of the budgets.
func (c *Case) facts(done int) Ledger {
	l := c.Ledger
	begin := max(0, lastOf(l.Events, clock.Submit, clock.Resubmit))
	l.Events = nil
	for i, e := range c.Ledger.Events[begin:] {
		past := begin+i < done
		switch {
		case i == 0:
			e.Do = clock.Submit
		case past && e.Do == clock.Extend:
			l.Limits.Promised.Days += e.Days
			if l.Limits.Statutory.Exists() {
				l.Limits.Statutory.Days += e.Days
			}
			continue
		case past:
			l.Limits.Accept = clock.Limit{} // it was answered
		}
		l.Events = append(l.Events, e)
		if i == 0 && c.Deemed && c.silent(done) && !c.AcceptedOn.IsZero() {
			l.Limits.Accept = clock.Limit{}
			l.Events = append(l.Events, clock.Event{At: c.AcceptedOn.Time(), Do: clock.Accept})
		}
	}
	return l
}

// lastOf is the place of the last event of a kind, -1 for none.
func lastOf(events []clock.Event, kinds ...clock.Do) int {
	for i := len(events) - 1; i >= 0; i-- {
		if slices.Contains(kinds, events[i].Do) {
			return i
		}
	}
	return -1
}
