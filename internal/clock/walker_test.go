package clock_test

import (
	"maps"
	"math"
	"slices"
	"time"
)

// The walker is a second calculator, written from the rules of the statutory
// clock alone: it walks from date to date over plain lists, one small function a
// rule, and shares nothing with the first but the scenario. It is slow and
// meant to be read beside the rules.

// day counts the days since 1970-01-01; none is no date, never is after all.
type day int

const (
	none  day = 0
	never day = math.MaxInt32
)

func (d day) time() time.Time       { return time.Unix(int64(d)*24*60*60, 0).UTC() }
func (d day) year() int             { return d.time().Year() }
func (d day) weekday() time.Weekday { return (time.Thursday + time.Weekday(d)) % 7 } // day 0 was a Thursday

func (d day) String() string {
	if d == none {
		return ""
	}
	return d.time().Format(time.DateOnly)
}

// act is an event with its date and its time of day in Asia/Shanghai.
type act struct {
	index     int
	do        string
	date      day
	time      time.Duration
	procedure string
	planned   *int
	days      int
}

// budget is a limit of days.
type budget struct {
	Days int    `yaml:"days"`
	Unit string `yaml:"unit"`
}

// pause is a suspension of R7; to is none while it is open.
type pause struct {
	procedure string
	from, to  day
	planned   *int
}

// story is what the acts not refused have brought about.
type story struct {
	outcome  string
	last     day // date of the last act not refused (R11)
	received day // start of the last run of the accept clock (R5)
	answered day // its stop
	accepted day // start of the promised and the statutory clock (R6)
	deemed   bool
	pauses   []pause
	extended int
	extendOK bool // an extension was granted (R8)
	ended    day  // stop of the promised and the statutory clock
	decided  day
	sent     day
}

// walker answers one scenario.
type walker struct {
	almanac
	assume    bool
	cutoff    time.Duration
	extendMax int
	limits    map[string]budget
	acts      []act
	asof      day

	assumed map[string]bool // clocks for which a day of an unknown year was asked about (R12)
	unknown []int           // those years
	grounds map[string]int  // why acts were refused, for counting what a test has reached
}

// almanac is a calendar as plain lists.
type almanac struct {
	years  map[int]bool
	off    map[day]string // name of the holiday
	makeup map[day]bool
}

// works is the weekday rule of R3 with the days listed.
func (a almanac) works(d day) bool {
	if a.makeup[d] {
		return true
	}
	if _, off := a.off[d]; off {
		return false
	}
	return d.weekday() != time.Saturday && d.weekday() != time.Sunday
}

// ask is the question of R12: is d a working day, on behalf of a clock? In an
// unknown year Monday to Friday is assumed; whether that is an error is decided
// at the end, when the earliest year is known.
func (w *walker) ask(clock string, d day) bool {
	if !w.years[d.year()] {
		w.assumed[clock] = true
		w.unknown = append(w.unknown, d.year())
	}
	return w.works(d)
}

// effective is R1.
func (w *walker) effective(a act) day {
	if a.do != "submit" && a.do != "resubmit" {
		return a.date
	}
	if w.ask("accept", a.date) && a.time <= w.cutoff {
		return a.date
	}
	d := a.date + 1
	for !w.ask("accept", d) {
		d++
	}
	return d
}

// count is one run of one clock.
type count struct {
	clock  string
	start  day
	budget int
	unit   string
	pauses []pause
	until  day // the day on which the first open suspension began, never without one (R7)
}

// out tells whether R7 has taken d out of the count, and by which suspensions.
func (c count) out(d day) (procedures []string, out bool) {
	for _, p := range c.pauses {
		if d > p.from && (p.to == none || d <= p.to) {
			procedures = append(procedures, p.procedure)
		}
	}
	return procedures, len(procedures) > 0
}

// due is R3 and R4: the last budgeted date, and the due date to which it may
// move; each is never when it is not reached before the clock is suspended.
func (w *walker) due(c count) (last, due day) {
	last = c.start
	for left := c.budget; left > 0; {
		last++ // R2: the start is not counted
		if last > c.until {
			return never, never
		}
		if _, out := c.out(last); !out && (c.unit == "natural" || w.ask(c.clock, last)) {
			left--
		}
	}
	if c.unit == "working" && c.budget > 0 {
		return last, last
	}
	for due = last; due <= c.until; due++ {
		if _, out := c.out(due); !out && w.ask(c.clock, due) {
			return last, due
		}
	}
	return last, never
}

// countable is R2, R3 and R7 for one date.
func (w *walker) countable(c count, last, due, d day) bool {
	if d <= c.start {
		return false
	}
	if _, out := c.out(d); out {
		return false
	}
	if d > last && d <= due { // the due date has moved past it
		return false
	}
	return c.unit == "natural" || w.ask(c.clock, d)
}

// passed is the story on a date when nothing more has happened until then: R5
// deems it accepted on the day after the due date.
func (w *walker) passed(s story, on day) story {
	limit, ok := w.limits["accept"]
	if !ok || s.outcome != "submitted" {
		return s
	}
	_, due := w.due(count{"accept", s.received, limit.Days, limit.Unit, nil, never})
	if on > due {
		s.outcome, s.answered, s.accepted, s.deemed = "accepted", due+1, s.received, true
	}
	return s
}

// open lists the suspensions that have not ended.
func (s story) open() []pause {
	var open []pause
	for _, p := range s.pauses {
		if p.to == none {
			open = append(open, p)
		}
	}
	return open
}

func (s story) suspended(procedure string) bool {
	return slices.ContainsFunc(s.open(), func(p pause) bool { return p.procedure == procedure })
}

// firstOpen is the day on which the first open suspension began.
func firstOpen(pauses []pause) day {
	first := never
	for _, p := range pauses {
		if p.to == none {
			first = min(first, p.from)
		}
	}
	return first
}

// refuse is R11: the rule that refuses an act, "" for none, and on what ground.
func (w *walker) refuse(s story, a act) (rule, ground string) {
	if a.date < s.last {
		return "R11", "earlier than the last act"
	}
	if late := a.do == "accept" || a.do == "decline" || a.do == "notify_correction"; late && s.deemed {
		return "R5", a.do + " after deemed acceptance"
	}
	if !lifecycle(s, a) {
		return "R11", a.do + " when " + s.outcome
	}
	switch {
	case a.do == "resume" && !s.suspended(a.procedure):
		return "R11", "resume of a procedure not suspended"
	case a.do == "suspend" && s.suspended(a.procedure):
		return "R11", "suspension of a procedure suspended already"
	case a.do == "decide" && len(s.open()) > 0:
		return "R11", "decide with a suspension open"
	case a.do == "extend":
		return w.refuseExtension(s, a)
	}
	return "", ""
}

// lifecycle is the order of acts.
func lifecycle(s story, a act) bool {
	switch a.do {
	case "submit":
		return s.outcome == ""
	case "notify_correction", "accept", "decline":
		return s.outcome == "submitted"
	case "resubmit":
		return s.outcome == "correcting"
	case "suspend", "resume", "extend", "decide":
		return s.outcome == "accepted"
	case "deliver":
		return s.outcome == "decided"
	case "withdraw":
		return s.outcome == "submitted" || s.outcome == "correcting" || s.outcome == "accepted"
	}
	return false
}

// refuseExtension is R8. The due date is sought at each extend that comes so far.
func (w *walker) refuseExtension(s story, a act) (rule, ground string) {
	late := false
	for _, name := range []string{"statutory", "promised"} {
		if _, ok := w.limits[name]; ok {
			_, due := w.due(w.counting(name, s))
			late = a.date > due
			break
		}
	}
	switch {
	case s.extendOK:
		return "R8", "second extension"
	case late && len(s.open()) > 0:
		return "R8", "extension after the due date, while suspended"
	case late:
		return "R8", "extension after the due date"
	case a.days < 1:
		return "R8", "extension of no days"
	case a.days > w.extendMax:
		return "R8", "extension too long"
	}
	return "", ""
}

// apply is the story after an act that is not refused.
func (w *walker) apply(s story, a act) story {
	s.last = a.date
	s.pauses = slices.Clone(s.pauses)
	switch a.do {
	case "submit", "resubmit": // R5: with the full budget
		s.outcome, s.received, s.answered = "submitted", w.effective(a), none
	case "notify_correction":
		s.outcome, s.answered = "correcting", a.date
	case "decline":
		s.outcome, s.answered = "declined", a.date
	case "accept": // R6
		s.outcome, s.answered, s.accepted = "accepted", a.date, a.date
	case "suspend":
		s.pauses = append(s.pauses, pause{a.procedure, a.date, none, a.planned})
	case "resume":
		s.end(a.date, func(p pause) bool { return p.procedure == a.procedure })
	case "extend":
		s.extended, s.extendOK = a.days, true
	case "decide": // R9
		s.outcome, s.ended, s.decided = "decided", a.date, a.date
	case "deliver":
		s.outcome, s.sent = "delivered", a.date
	case "withdraw":
		s.end(a.date, func(pause) bool { return true })
		if s.outcome == "submitted" {
			s.answered = a.date
		}
		if s.outcome == "accepted" {
			s.ended = a.date
		}
		s.outcome = "withdrawn"
	}
	return s
}

// end ends open suspensions on a date.
func (s *story) end(on day, which func(pause) bool) {
	for i, p := range s.pauses {
		if p.to == none && which(p) {
			s.pauses[i].to = on
		}
	}
}

// tell goes through the acts in order.
func (w *walker) tell() (s story, refused []refusal) {
	for _, a := range w.acts {
		if a.date > w.asof { // R10
			continue
		}
		now := w.passed(s, a.date)
		if rule, ground := w.refuse(now, a); rule != "" {
			w.grounds[ground]++
			refused = append(refused, refusal{a.index, rule})
			continue // R11: s stays as it was
		}
		s = w.apply(now, a)
	}
	return w.passed(s, w.asof), refused
}

// counting is the run of a clock as the story has it.
func (w *walker) counting(clock string, s story) count {
	limit := w.limits[clock]
	c := count{clock: clock, budget: limit.Days, unit: limit.Unit, until: never}
	switch clock {
	case "accept":
		c.start = s.received
	case "promised", "statutory":
		c.start, c.pauses, c.until = s.accepted, s.pauses, firstOpen(s.pauses)
		c.budget += s.extended // R8
	case "deliver":
		c.start = s.decided // R9
	}
	return c
}

// stop is the date on which a clock stopped, none while it has not.
func (s story) stop(clock string) day {
	switch clock {
	case "accept":
		return s.answered
	case "promised", "statutory":
		return s.ended
	}
	return s.sent
}

// projected is the run if every open suspension ends as planned (R7); false if
// one of them has no plan.
func (w *walker) projected(c count) (count, bool) {
	for _, p := range c.pauses {
		if p.to == none && p.planned == nil {
			return c, false
		}
	}
	c.pauses = slices.Clone(c.pauses)
	for i, p := range c.pauses {
		if p.to != none {
			continue
		}
		planned := p.from
		for left := *p.planned; left > 0; {
			planned++
			if w.ask(c.clock, planned) {
				left--
			}
		}
		c.pauses[i].to = max(planned, w.asof)
	}
	c.until = never
	return c, true
}

// usable is the run as far as its used days need it while suspended: then the
// due date is not sought for its own sake (R12), and whether it is the last day
// that could count decides about no later day.
func (c count) usable() count {
	if c.until == never {
		return c
	}
	for _, out := c.out(c.until); out; _, out = c.out(c.until) {
		c.until--
	}
	c.until--
	return c
}

// read is R10.
func (w *walker) read(clock string, s story) reading {
	c := w.counting(clock, s)
	r := reading{State: "not_started", Budget: c.budget, Remaining: c.budget}
	if c.start == none {
		return r
	}
	stop := s.stop(clock)
	last, due := w.due(c.usable())
	upTo := w.asof
	if stop != none {
		upTo = min(stop, w.asof)
	}
	for d := c.start; d <= upTo; d++ {
		if w.countable(c, last, due, d) {
			r.Used++
		}
	}
	r.Start, r.Stop, r.Remaining = c.start.String(), stop.String(), c.budget-r.Used
	if c.until != never {
		r.State = "suspended"
		if planned, ok := w.projected(c); ok {
			_, due := w.due(planned)
			r.Projected = due.String()
		}
		return r
	}
	r.Due = due.String()
	switch {
	case stop == none && w.asof > due:
		r.State = "overdue"
	case stop == none:
		r.State = "running"
	case stop <= due:
		r.State = "met"
	default:
		r.State = "late"
	}
	return r
}

// answer is the whole answer, or the error of R12.
func (w *walker) answer() reply {
	s, refused := w.tell()
	a := reply{AcceptedOn: s.accepted.String(), Deemed: s.deemed, Outcome: s.outcome, Refused: refused, Clocks: map[string]reading{}}
	for _, clock := range slices.Sorted(maps.Keys(w.limits)) {
		a.Clocks[clock] = w.read(clock, s)
	}
	if len(w.unknown) > 0 && !w.assume {
		return reply{Year: slices.Min(w.unknown)}
	}
	for clock, r := range a.Clocks {
		r.Provisional = w.assumed[clock]
		if clock == "promised" || clock == "statutory" {
			r.Provisional = r.Provisional || s.deemed && w.assumed["accept"]
		}
		a.Clocks[clock] = r
	}
	return a
}
