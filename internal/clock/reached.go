package clock

import "slices"

// ReachedOn is the date on which a clock uses up the used-th day of its budget
// (R10): the first on which at least so many are used, and so the first on which
// no more than budget − used remain. 0 days are used on the day the clock starts.
// It is none when the clock has not started or stops before; when used is more
// than the budget; and while the clock is suspended, unless the day was reached
// before (R7: nobody knows yet). Errors as Answer; ErrNoClock.
func (s Scenario) ReachedOn(name Name, used int) (Date, error) {
	return s.moment(name, func(c *course, r *run, until Date) (Date, error) {
		if used > r.limit.Days || used < 0 {
			return Date{}, nil
		}
		r.limit.Days, r.counted = used, mark{}
		return c.budgeted(r, until)
	})
}

// PassedOn is the day after the due date of a clock: from its first moment on the
// duty is late (R4). None when there is no such day, as in ReachedOn.
func (s Scenario) PassedOn(name Name) (Date, error) {
	return s.moment(name, func(c *course, r *run, until Date) (Date, error) {
		if !until.IsZero() {
			until = until.AddDays(-1)
		}
		_, due, err := c.seek(r, until)
		return due.AddDays(1), err
	})
}

// moment plays the case and finds a date on the way of one clock; find is given
// the last date that matters, none for no bound.
func (s Scenario) moment(name Name, find func(c *course, r *run, until Date) (Date, error)) (Date, error) {
	c := course{s: &s}
	if err := s.check(); err != nil {
		return Date{}, err
	}
	c.cal = s.Calendar
	if err := c.play(); err != nil {
		return Date{}, err
	}
	i := slices.Index(Names[:], name)
	if i < 0 || !c.runs[i].limit.Exists() {
		return Date{}, ErrNoClock
	}
	r := &c.runs[i]
	if r.start.IsZero() {
		return Date{}, nil
	}
	until := r.stop
	if since := c.stops.since(); !since.IsZero() && c.suspends(r) {
		until = since
	}
	d, err := find(&c, r, until)
	if err != nil {
		return Date{}, c.beyond("limits." + string(name) + ".days")
	}
	if !until.IsZero() && d.After(until) {
		d = Date{}
	}
	return d, c.unannounced()
}
