package clock

// Answer reads every clock of the case at s.AsOf (R10). It walks no days: a count
// between two dates costs a step per year and per suspension. The errors are
// UnknownYear, which names the earliest year over everything that was asked
// (R12), and InputError for what is no scenario.
func (s Scenario) Answer() (Answer, error) {
	c := course{s: &s}
	if err := c.run(); err != nil {
		return Answer{}, err
	}
	return c.answer(), nil
}

func (c *course) answer() Answer {
	a := Answer{AcceptedOn: c.accepted, Deemed: c.deemed, Outcome: c.outcome, Refused: c.refused}
	if a.Refused == nil {
		a.Refused = []Refusal{}
	}
	a.Clocks = make([]Reading, 0, len(Names))
	for i := range c.runs {
		if r := &c.runs[i]; r.limit.Exists() {
			a.Clocks = append(a.Clocks, c.reading(i))
		}
	}
	return a
}

// run plays the acts and counts what follows from them.
func (c *course) run() error {
	if err := c.s.check(); err != nil {
		return err
	}
	c.cal = c.s.Calendar
	if err := c.play(); err != nil {
		return err
	}
	for i := range c.runs {
		if r := &c.runs[i]; r.begun() && c.settle(r) != nil {
			return c.beyond(budgetOf(i))
		}
	}
	if c.deemed && c.runs[acceptRun].provisional { // R12; also by the day on which it stopped
		c.runs[promisedRun].provisional, c.runs[statutoryRun].provisional = true, true
	}
	if err := c.expect(); err != nil {
		return err
	}
	return c.unannounced()
}

// begun tells a clock that has started from one that has not or does not exist.
func (r *run) begun() bool { return !r.start.IsZero() && r.limit.Exists() }

func budgetOf(i int) string { return "limits." + string(Names[i]) + ".days" }

// settle finds the due date of a clock and what it has used up. The error is
// ErrRange.
func (c *course) settle(r *run) error {
	if since := c.stops.since(); !since.IsZero() && c.suspends(r) {
		return c.settleHeld(r, since)
	}
	var err error
	if r.last, r.due, err = c.seek(r, Date{}); err != nil {
		return err
	}
	r.used = c.used(r, r.until(c.s.AsOf))
	return nil
}

// settleHeld finds what a suspended clock has used up: nothing counts after the
// day on which the suspension began (R7). Its due date is not sought. Only when a
// natural clock ran out before, whether its due date moved matters for the dates
// that follow, and the calendar is asked about those before them (R12).
func (c *course) settleHeld(r *run, since Date) error {
	r.last, r.due = Date{}, Date{}
	if r.moves() {
		var err error
		if r.last, err = c.budgeted(r, since); err != nil {
			return err
		}
		if !r.last.IsZero() && r.last.Before(since) {
			if r.due, err = c.move(r, r.last, since.AddDays(-1)); err != nil {
				return err
			}
		}
	}
	r.used = c.used(r, since)
	return nil
}

// expect finds the due dates for the case that every open procedure ends on its
// planned day, or on the date asked about if that is later (R7). Without a plan
// for every one of them there are none, and nothing is asked of the calendar.
func (c *course) expect() error {
	r6 := [...]int{promisedRun, statutoryRun}
	if !c.stops.open() || !c.runs[r6[0]].begun() && !c.runs[r6[1]].begun() || !c.stops.planned() {
		return nil
	}
	end := c.s.AsOf
	for _, i := range c.stops.opened {
		p := &c.stops.all[i]
		if !c.plannedEnd(p) {
			return c.beyond("events")
		}
		if p.expected.After(end) {
			end = p.expected
		}
	}
	c.stops.project(end)
	for _, i := range r6 {
		r := &c.runs[i]
		if !r.begun() {
			continue
		}
		var err error
		if r.last, r.due, err = c.seek(r, Date{}); err != nil {
			return c.beyond(budgetOf(i))
		}
	}
	return nil
}

// plannedEnd counts the planned working days from the day after the suspension
// began; false past the year 9999.
func (c *course) plannedEnd(p *suspension) bool {
	p.expected = p.after
	if p.planned > 0 {
		end, unknown := c.cal.ahead(p.after.AddDays(1), p.planned)
		c.ask(&c.runs[promisedRun], unknown)
		c.ask(&c.runs[statutoryRun], unknown)
		if end.IsZero() {
			return false
		}
		p.expected = end
	}
	if p.expected.Before(c.s.AsOf) {
		p.expected = c.s.AsOf
	}
	return true
}

// until is the last date that can have used up a day.
func (r *run) until(asof Date) Date {
	if !r.stop.IsZero() && r.stop.Before(asof) {
		return r.stop
	}
	return asof
}

// used counts the countable days after the start up to a date, those on which a
// due date moved left out (R3, R10).
func (c *course) used(r *run, until Date) int {
	n := c.spent(r, r.start, until)
	if !r.moves() || r.last.IsZero() || !until.After(r.last) {
		return n
	}
	end := r.due
	if end.IsZero() || end.After(until) {
		end = until
	}
	return n - c.spent(r, r.last, end)
}

// spent counts the countable days after one date up to another.
func (c *course) spent(r *run, after, through Date) int {
	n := 0
	for _, x := range c.out(r) {
		if !x.after.Before(through) {
			break
		}
		n += c.count(r, after, x.after)
		if after.Before(x.through) {
			after = x.through
		}
	}
	return n + c.count(r, after, through)
}

// reading is one clock as the answer shows it (R10).
func (c *course) reading(i int) Reading {
	r := &c.runs[i]
	out := Reading{
		Name: Names[i], Start: r.start, Due: r.due, Stop: r.stop, State: c.state(r),
		Budget: r.limit.Days, Used: r.used, Remaining: r.limit.Days - r.used, Provisional: r.provisional,
	}
	if out.State == Suspended {
		out.Due = Date{}
		if c.stops.projected {
			out.ProjectedDue = r.due
		}
	}
	return out
}

func (c *course) state(r *run) State {
	switch {
	case r.start.IsZero():
		return NotStarted
	case c.stops.open() && c.suspends(r):
		return Suspended
	case !r.stop.IsZero() && r.stop.After(r.due):
		return Late
	case !r.stop.IsZero():
		return Met
	case c.s.AsOf.After(r.due):
		return Overdue
	}
	return Running
}
