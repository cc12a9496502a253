package clock

// stops are the suspensions of a case (R7; 行政许可法 art. 45). Acts come in the
// order of their dates, so while any procedure is open every date is taken out:
// the union of all suspensions is a list of pauses that only grows at its end.
type stops struct {
	pauses []pause        // apart and in order; while a procedure is open, the last one has no end …
	all    []suspension   // as they were begun
	opened map[string]int // procedure → its place in all
	// … unless it is projected, to the day on which all are to end as planned.
	projected bool
}

// pause takes the dates after one date up to and including another out of the
// count: the day on which it begins counts, the day on which it ends does not.
type pause struct{ after, through Date }

// suspension is one procedure; through is none while it is open, expected is set
// instead when all that are open have a plan.
type suspension struct {
	pause
	expected  Date
	procedure string
	planned   int // working days told; -1: not told
}

func (s *stops) open() bool                { return len(s.opened) > 0 }
func (s *stops) has(procedure string) bool { _, ok := s.opened[procedure]; return ok }

// since is the day on which dates began to be taken out without an end, none when
// they all have one. It still counts.
func (s *stops) since() Date {
	if !s.open() || s.projected {
		return Date{}
	}
	return s.pauses[len(s.pauses)-1].after
}

// closed are the pauses that have an end.
func (s *stops) closed() []pause {
	if !s.since().IsZero() {
		return s.pauses[:len(s.pauses)-1]
	}
	return s.pauses
}

func (s *stops) begin(e *Event, d Date) {
	planned := -1
	if e.Planned != nil {
		planned = *e.Planned
	}
	switch n := len(s.pauses); {
	case s.open():
	case n > 0 && s.pauses[n-1].through == d:
		s.pauses[n-1].through = Date{}
	default:
		s.pauses = append(s.pauses, pause{after: d})
	}
	if s.opened == nil {
		s.opened = make(map[string]int)
	}
	s.opened[e.Procedure] = len(s.all)
	s.all = append(s.all, suspension{pause: pause{after: d}, procedure: e.Procedure, planned: planned})
}

func (s *stops) end(procedure string, d Date) {
	s.all[s.opened[procedure]].through = d
	delete(s.opened, procedure)
	if s.open() {
		return
	}
	tail := &s.pauses[len(s.pauses)-1]
	tail.through = d
	if tail.after == d {
		s.pauses = s.pauses[:len(s.pauses)-1]
	}
}

func (s *stops) endAll(d Date) {
	for procedure := range s.opened {
		s.end(procedure, d)
	}
}

// planned tells that every open procedure was begun with the time it takes.
func (s *stops) planned() bool {
	for _, i := range s.opened {
		if s.all[i].planned < 0 {
			return false
		}
	}
	return true
}

// project gives the last span an end, for the due date to be expected.
func (s *stops) project(end Date) {
	s.pauses[len(s.pauses)-1].through, s.projected = end, true
}

// mark is how far the days of a clock have been counted: pauses before next are
// behind, and spent days of the budget with them. It makes the due date at each
// of many extensions cost what is new since the one before.
type mark struct {
	at    Date
	next  int
	spent int
}

// seek finds the date of the last budgeted day of a clock and its due date (R3,
// R4, R7), looking no further than until, none for no bound; both are none when
// they are not reached by then. The error is ErrRange.
func (c *course) seek(r *run, until Date) (last, due Date, err error) {
	last, err = c.budgeted(r, until)
	if err != nil || last.IsZero() || !r.moves() {
		return last, last, err
	}
	due, err = c.move(r, last, until)
	return last, due, err
}

// moves tells that the due date moves off a day on which nobody works (R3, R4;
// 民法典 art. 203): a natural clock, and a budget of 0 in either unit.
func (r *run) moves() bool { return r.limit.Unit == Natural || r.limit.Days == 0 }

// suspends tells whether suspensions concern a clock: only those of R6.
func (c *course) suspends(r *run) bool {
	return r == &c.runs[promisedRun] || r == &c.runs[statutoryRun]
}

// out are the pauses taken out of the count of a clock.
func (c *course) out(r *run) []pause {
	if c.suspends(r) {
		return c.stops.closed()
	}
	return nil
}

// budgeted is the date of the last budgeted day, by differences of counts.
func (c *course) budgeted(r *run, until Date) (Date, error) {
	if r.limit.Days == 0 {
		return r.start, nil
	}
	pauses, m := c.out(r), r.counted
	if m.at.IsZero() {
		m.at = r.start
	}
	for ; m.next < len(pauses); m.next++ {
		x := pauses[m.next]
		n, d := c.within(r, m.at, x.after, r.limit.Days-m.spent)
		if !d.IsZero() {
			return d, nil
		}
		m.spent += n
		m.at = x.through
		if m.next < len(c.stops.pauses)-1 { // only the last one can still change
			r.counted = mark{m.at, m.next + 1, m.spent}
		}
	}
	if !until.IsZero() {
		_, d := c.within(r, m.at, until, r.limit.Days-m.spent)
		return d, nil
	}
	d, unknown := c.nth(r, m.at, r.limit.Days-m.spent)
	c.ask(r, unknown)
	if d.IsZero() {
		return d, ErrRange
	}
	return d, nil
}

// within finds the date of the budgeted day that is left between two dates where
// nothing is taken out, or else how many days they use up. It asks about no date
// after the one that it finds.
func (c *course) within(r *run, after, through Date, left int) (n int, found Date) {
	n, unknown := c.countable(r, after, through)
	if n >= left {
		found, unknown = c.nth(r, after, left)
	}
	c.ask(r, unknown)
	return n, found
}

// nth is the n-th countable day after a date where nothing is taken out.
func (c *course) nth(r *run, after Date, n int) (found Date, unknown int) {
	if r.limit.Unit == Natural {
		return after.AddDays(n), 0
	}
	return c.cal.ahead(after.AddDays(1), n)
}

// countable is how many countable days lie after one date up to another where
// nothing is taken out; a natural clock asks the calendar nothing.
func (c *course) countable(r *run, after, through Date) (n, unknown int) {
	switch {
	case !through.After(after):
		return 0, 0
	case r.limit.Unit == Natural:
		return through.Sub(after), 0
	}
	return c.cal.tally(after, through)
}

// count is countable, and asks.
func (c *course) count(r *run, after, through Date) int {
	n, unknown := c.countable(r, after, through)
	c.ask(r, unknown)
	return n
}

// move is the first working day from p on that is not taken out, none when there
// is none up to until. The calendar is asked about the dates in between (R12).
func (c *course) move(r *run, p, until Date) (Date, error) {
	for _, x := range c.out(r)[r.counted.next:] {
		if x.after.Before(p) {
			if !x.through.Before(p) {
				p = x.through.AddDays(1)
			}
			continue
		}
		if d, ok := c.workday(r, p, x.after); ok {
			return d, nil
		}
		p = x.through.AddDays(1)
	}
	d, ok := c.workday(r, p, until)
	if !ok && until.IsZero() {
		return Date{}, ErrRange
	}
	return d, nil
}

// workday is the first working day from p to until.
func (c *course) workday(r *run, p, until Date) (Date, bool) {
	if p.IsZero() || !until.IsZero() && until.Before(p) {
		return Date{}, false
	}
	d, unknown := c.cal.ahead(p, 1)
	switch {
	case until.IsZero(), !d.IsZero() && !d.After(until):
		c.ask(r, unknown)
		return d, !d.IsZero()
	}
	c.ask(r, c.cal.unknown(p, until))
	return Date{}, false
}
