package clock

import (
	"slices"
	"strings"
)

// maxRows bounds a narration; a case of a thousand years is nobody's.
const maxRows = 1000 * 366

// Days tells, date by date, what used up a day of a clock and what did not: one
// row for each date from the start to the later of its due date (while suspended:
// its projected one) and its stop (s.AsOf if it has none); none for a clock that
// has not started. Errors: as Answer; ErrNoClock; ErrLong beyond a thousand years.
func (s Scenario) Days(name Name) ([]DayRow, error) {
	e, err := s.explain(name)
	return e.Days[name], err
}

// Explanation is an answer with the days of each of its clocks, and the limits
// that say in which unit each of them counts.
type Explanation struct {
	Answer
	Limits Limits
	Days   map[Name][]DayRow
}

// Explain is Answer and the Days of every clock of the case.
func (s Scenario) Explain() (Explanation, error) {
	var names []Name
	for _, name := range Names {
		if s.Limits.Of(name).Exists() {
			names = append(names, name)
		}
	}
	return s.explain(names...)
}

func (s Scenario) explain(names ...Name) (Explanation, error) {
	c := course{s: &s}
	if err := c.run(); err != nil {
		return Explanation{}, err
	}
	e := Explanation{c.answer(), s.Limits, make(map[Name][]DayRow, len(names))}
	for _, name := range names {
		r, err := c.runOf(name)
		if err != nil {
			return Explanation{}, err
		}
		if e.Days[name], err = c.rows(r); err != nil {
			return Explanation{}, err
		}
	}
	return e, nil
}

func (c *course) runOf(name Name) (*run, error) {
	for i := range Names {
		if Names[i] == name && c.runs[i].limit.Exists() {
			return &c.runs[i], nil
		}
	}
	return nil, ErrNoClock
}

// rows narrates one clock after everything has been counted.
func (c *course) rows(r *run) ([]DayRow, error) {
	if !r.begun() {
		return nil, nil
	}
	end := r.until(c.s.AsOf)
	if r.due.After(end) {
		end = r.due
	}
	n := end.Sub(r.start) + 1
	if n > maxRows {
		return nil, ErrLong
	}
	rows := make([]DayRow, n)
	held := procedures{}
	if c.suspends(r) {
		held.ahead = c.stops.all
	}
	for i := range rows {
		rows[i] = c.row(r, r.start.AddDays(i), &held)
	}
	return rows, nil
}

// row names the first reason that applies.
func (c *course) row(r *run, d Date, held *procedures) DayRow {
	procedure, suspended := held.on(d)
	known := c.cal.Known(d.Year())
	switch {
	case d == r.start:
		return DayRow{Date: d, Why: WhyFirstDay}
	case suspended:
		return DayRow{Date: d, Why: WhySuspended, Procedure: procedure}
	case r.moved(d):
		return DayRow{Date: d, Why: WhyMoved, Assumed: !known}
	case r.limit.Unit == Natural:
		return DayRow{Date: d, Why: WhyCounted, Counted: true}
	}
	day := c.cal.Day(d)
	row := DayRow{Date: d, Counted: day.Workday, Assumed: !known}
	switch day.Kind {
	case DayOff:
		row.Why, row.Holiday = WhyHoliday, day.Holiday
	case PlainWeekend:
		row.Why = WhyWeekend
	case MakeupDay:
		row.Why = WhyMakeup
	default:
		row.Why = WhyCounted
	}
	return row
}

// moved tells that d lies after the last budgeted day and not after the due date;
// a suspension may leave only the former known (R7).
func (r *run) moved(d Date) bool {
	return r.moves() && !r.last.IsZero() && d.After(r.last) && (r.due.IsZero() || !d.After(r.due))
}

// procedures are the suspensions of a case, met in the order of their dates.
type procedures struct {
	ahead []suspension // not begun yet
	held  []suspension // begun and not ended
	names string       // of those that take out the date at hand
}

// on names the procedures that take a date out, in the order in which they began;
// dates are asked about in their order.
func (p *procedures) on(d Date) (names string, suspended bool) {
	before := len(p.held)
	p.held = slices.DeleteFunc(p.held, func(s suspension) bool { return !s.takes(d) })
	changed := len(p.held) != before
	for len(p.ahead) > 0 && p.ahead[0].after.Before(d) {
		if p.ahead[0].takes(d) {
			p.held, changed = append(p.held, p.ahead[0]), true
		}
		p.ahead = p.ahead[1:]
	}
	if changed {
		p.names = named(p.held)
	}
	return p.names, len(p.held) > 0
}

// takes tells whether d, which is after the beginning, lies within the suspension;
// one without an end, expected or come, goes on.
func (s *suspension) takes(d Date) bool {
	end := s.through
	if end.IsZero() {
		end = s.expected
	}
	return end.IsZero() || !d.After(end)
}

// namedAtMost is how many procedures a row names; nobody runs more at once.
const namedAtMost = 4

func named(all []suspension) string {
	names := make([]string, 0, namedAtMost)
	for _, s := range all[:min(len(all), namedAtMost)] {
		names = append(names, s.procedure)
	}
	text := strings.Join(names, "、")
	if len(all) > namedAtMost {
		text += "等"
	}
	return text
}
