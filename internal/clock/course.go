package clock

import "fmt"

// course is a case on its way through its acts: what has been heard of it up to
// now, and nothing that can be counted from that.
type course struct {
	cal *Calendar
	s   *Scenario

	runs     [len(Names)]run // in the order of Names
	outcome  Outcome
	last     Date // of the last act that was not refused (R11)
	accepted Date
	deemed   bool
	extended bool // R8: once per case
	stops    stops
	refused  []Refusal
	unknown  int // the earliest year without a notice that was asked about, 0 for none (R12)
}

// run is one run of a clock. The clocks of R6 keep count, the others do not need
// to.
type run struct {
	limit       Limit // with the extension
	start, stop Date
	last, due   Date // the last budgeted day and the due date; while suspended, as far as they are known
	used        int
	provisional bool // R12
	counted     mark
}

// The runs by their place in Names.
const (
	acceptRun = iota
	promisedRun
	statutoryRun
	deliverRun
)

// play hears the acts up to the date asked about and leaves the case as it
// stands at the end of that date. The error is InputError or UnknownYear.
func (c *course) play() error {
	for i, name := range Names {
		c.runs[i].limit = c.s.Limits.Of(name)
	}
	for i := range c.s.Events {
		e := &c.s.Events[i]
		d := DateOf(e.At)
		if err := e.check(i, d); err != nil {
			return err
		}
		if d.After(c.s.AsOf) {
			continue // R10: by the date of the act, not by its effective date
		}
		if err := c.hear(i, e, d); err != nil {
			return err
		}
	}
	if c.silent(c.s.AsOf) {
		c.deem()
	}
	return nil
}

// hear takes one act or refuses it (R11). Deemed acceptance comes about by the
// date alone, so it is seen by every act after the due date; a refused act leaves
// no trace, not even that one, because an act dated earlier may still follow it
// in the list.
func (c *course) hear(i int, e *Event, d Date) error {
	if d.Before(c.last) {
		c.refused = append(c.refused, Refusal{i, RuleOrder})
		return nil
	}
	lapsed := c.silent(d)
	if lapsed {
		c.deem()
	}
	rule, err := c.judge(e, d)
	switch {
	case err != nil:
		return err
	case rule != "":
		c.refused = append(c.refused, Refusal{i, rule})
		if lapsed {
			c.undeem()
		}
		return nil
	}
	c.last = d
	return c.take(i, e, d)
}

// judge names the rule that refuses an act, the first that applies (R11).
func (c *course) judge(e *Event, d Date) (Rule, error) {
	switch {
	case c.deemed && (e.Do == Accept || e.Do == Decline || e.Do == NotifyCorrection):
		return RuleDeemed, nil
	case !c.inOrder(e):
		return RuleOrder, nil
	case e.Do == Extend:
		return c.judgeExtension(e, d)
	}
	return "", nil
}

// inOrder is the lifecycle of acts, and R11 for the procedures of art. 45.
func (c *course) inOrder(e *Event) bool {
	switch e.Do {
	case Submit:
		return c.outcome == ""
	case NotifyCorrection, Accept, Decline:
		return c.outcome == OutcomeSubmitted
	case Resubmit:
		return c.outcome == OutcomeCorrecting
	case Suspend:
		return c.outcome == OutcomeAccepted && !c.stops.has(e.Procedure)
	case Resume:
		return c.outcome == OutcomeAccepted && c.stops.has(e.Procedure)
	case Extend:
		return c.outcome == OutcomeAccepted
	case Decide:
		return c.outcome == OutcomeAccepted && !c.stops.open()
	case Deliver:
		return c.outcome == OutcomeDecided
	case Withdraw:
		return c.outcome == OutcomeSubmitted || c.outcome == OutcomeCorrecting || c.outcome == OutcomeAccepted
	}
	return false
}

// judgeExtension is R8 (行政许可法 art. 42): one extension per case, of 1 to
// ExtendMax days, not after the due date then in force. That date is sought at
// every extension, also at one that is refused for another reason (R12).
func (c *course) judgeExtension(e *Event, d Date) (Rule, error) {
	in := statutoryRun
	if !c.runs[in].limit.Exists() {
		in = promisedRun
	}
	late := false
	if r := &c.runs[in]; r.limit.Exists() {
		_, due, err := c.seek(r, c.stops.since())
		if err != nil {
			return "", c.beyond(budgetOf(in))
		}
		late = !due.IsZero() && d.After(due)
	}
	if late || c.extended || e.Days < 1 || e.Days > c.s.ExtendMax {
		return RuleExtension, nil
	}
	return "", nil
}

// take lets an act have its effect.
func (c *course) take(i int, e *Event, d Date) error {
	accept, deliver := &c.runs[acceptRun], &c.runs[deliverRun]
	switch e.Do {
	case Submit, Resubmit:
		c.outcome = OutcomeSubmitted
		return c.receive(i, e)
	case NotifyCorrection:
		c.outcome, accept.stop = OutcomeCorrecting, d
	case Decline:
		c.outcome, accept.stop = OutcomeDeclined, d
	case Accept: // R6: on its own date
		c.outcome, accept.stop = OutcomeAccepted, d
		c.begin(d)
	case Suspend:
		c.stops.begin(e, d)
	case Resume:
		c.stops.end(e.Procedure, d)
	case Extend:
		return c.extend(i, e.Days)
	case Decide: // R9
		c.outcome, deliver.start = OutcomeDecided, d
		c.runs[promisedRun].stop, c.runs[statutoryRun].stop = d, d
	case Deliver:
		c.outcome, deliver.stop = OutcomeDelivered, d
	case Withdraw:
		c.withdraw(d)
	}
	return nil
}

// receive starts the accept clock, anew with every resubmission (R1, R5;
// 行政许可法 art. 32 (4)). Without a limit it only has a date.
func (c *course) receive(i int, e *Event) error {
	r := &c.runs[acceptRun]
	start, unknown := effective(c.cal, e.At, c.s.Cutoff)
	c.ask(r, unknown)
	if start.IsZero() {
		return c.beyond(fmt.Sprintf("events[%d].at", i))
	}
	r.start, r.stop, r.last, r.due = start, Date{}, Date{}, Date{}
	if !r.limit.Exists() {
		return nil
	}
	var err error
	if r.last, r.due, err = c.seek(r, Date{}); err != nil {
		return c.beyond(budgetOf(acceptRun))
	}
	return nil
}

// begin starts the clocks of R6.
func (c *course) begin(d Date) {
	c.accepted = d
	c.runs[promisedRun].start, c.runs[statutoryRun].start = d, d
}

// extend lengthens both clocks of R6, each in its own unit (R8).
func (c *course) extend(i, days int) error {
	c.extended = true
	for _, run := range [...]int{promisedRun, statutoryRun} {
		l := &c.runs[run].limit
		if days > maxDay-l.Days {
			return c.beyond(fmt.Sprintf("events[%d].days", i))
		}
		l.Days += days
	}
	return nil
}

// withdraw ends the case and every suspension with it.
func (c *course) withdraw(d Date) {
	switch c.outcome {
	case OutcomeSubmitted:
		c.runs[acceptRun].stop = d
	case OutcomeAccepted:
		c.stops.endAll(d)
		c.runs[promisedRun].stop, c.runs[statutoryRun].stop = d, d
	}
	c.outcome = OutcomeWithdrawn
}

// silent tells that the accept clock has run out by d and nobody has said a word
// (R5; 行政许可法 art. 32 (4)).
func (c *course) silent(d Date) bool {
	r := &c.runs[acceptRun]
	return c.outcome == OutcomeSubmitted && r.limit.Exists() && d.After(r.due)
}

// deem accepts the case by silence, from the date on which the papers came in.
func (c *course) deem() {
	r := &c.runs[acceptRun]
	c.outcome, c.deemed, r.stop = OutcomeAccepted, true, r.due.AddDays(1)
	c.begin(r.start)
}

// undeem takes back what deem did.
func (c *course) undeem() {
	c.outcome, c.deemed, c.runs[acceptRun].stop = OutcomeSubmitted, false, Date{}
	c.begin(Date{})
}

// ask notes that a clock rests on a year without a notice (R12).
func (c *course) ask(r *run, unknown int) {
	if unknown != 0 {
		r.provisional = true
		c.unknown = earlier(c.unknown, unknown)
	}
}

// beyond is the error for a count that ran past the year 9999: on its way there
// it has asked about every year, and one without a notice says more.
func (c *course) beyond(path string) error {
	if err := c.unannounced(); err != nil {
		return err
	}
	return InputError{path, ErrRange}
}

// unannounced is R12: an error that names the earliest year without a notice that
// was asked about, unless Monday to Friday may be assumed there.
func (c *course) unannounced() error {
	if c.unknown != 0 && !c.cal.assume {
		return UnknownYear{Year: c.unknown}
	}
	return nil
}
