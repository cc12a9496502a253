package cases

import (
	"context"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// The limits that are the case's own: the law does not set them.
const (
	CorrectionLimit clock.Name = "correction" // the time to answer a correction notice
	StepLimit       clock.Name = "step"       // the published days of a stage of the department
)

// Explanation is why the dates of a case are what they are.
type Explanation struct {
	clock.Explanation        // the clocks of the law as the calculator answers, with their days
	Limits            []Told // every limit that has begun, in the order in which a case meets them
	Permit            bool   // the item is a 行政许可; others follow the act by analogy
	Kept              bool   // by the calendar in force something was done too late; what is done stays
}

// Told is one limit with every day of it. Its Reading carries the name.
type Told struct {
	clock.Reading
	Unit     clock.Unit
	Extended int // days of the budget that an extension added (art. 42)
	Days     []clock.DayRow
	Counts   bool // whoever is awaited works under it
	// Received is, of the time to answer a filing, when it came in: in the evening or
	// on a day of rest it counts from the next working day (clock R1). Else zero.
	Received now.Instant
}

// told finds a limit by its name.
func (x *Explanation) told(name clock.Name) (Told, bool) {
	i := slices.IndexFunc(x.Limits, func(t Told) bool { return t.Name == name })
	if i < 0 {
		return Told{}, false
	}
	return x.Limits[i], true
}

// because sums the days of the named limits up; ” is the time to answer a
// correction notice.
func (x *Explanation) because(names []clock.Name) []Because {
	var out []Because
	for _, name := range names {
		find := name
		if name == "" {
			find = CorrectionLimit
		}
		if t, ok := x.told(find); ok {
			out = append(out, Because{Name: name, Sum: clock.Summarise(t.Reading, t.Unit, t.Days)})
		}
	}
	return out
}

// Explain narrates the dates of a case to who may see it.
func (s *Service) Explain(ctx context.Context, actor gov.Actor, c *Case, on clock.Date) (Explanation, error) {
	if err := allow(actor, c, MaySee(actor, c)); err != nil {
		return Explanation{}, err
	}
	return s.explain(ctx, c, on)
}

// PublicDates narrates the dates of a case to whoever holds its token: as
// PublicStatus, no person and no answer.
func (s *Service) PublicDates(ctx context.Context, token string, on clock.Date) (PublicStatus, Explanation, error) {
	c, err := s.holding(ctx, token)
	if err != nil {
		return PublicStatus{}, Explanation{}, err
	}
	x, err := s.explain(ctx, c, on)
	return c.public(), x, err
}

func (s *Service) explain(ctx context.Context, c *Case, on clock.Date) (Explanation, error) {
	if err := s.ledger(ctx, c); err != nil {
		return Explanation{}, err
	}
	rules, err := s.items.Rules(ctx, c.LocalItem)
	if err != nil {
		return Explanation{}, err
	}
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return Explanation{}, err
	}
	x, err := c.Explain(cal, on)
	x.Permit = rules.Permit
	return x, err
}

// Explain is the narration with a calendar; it asks nobody.
func (c *Case) Explain(cal *clock.Calendar, on clock.Date) (x Explanation, err error) {
	if c.unbegun() {
		return x, nil
	}
	cal = cal.AssumingWeekdays()
	x.Kept = c.Contradicted(cal, on)
	if x.Explanation, err = c.Scenario(cal, on).Explain(); err != nil {
		return x, fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
	}
	if _, ok := x.Answer.Clock(clock.AcceptClock); !ok { // it was kept
		if err := c.tell(&x, CorrectionLimit, c.correctionScenario, cal, on); err != nil {
			return x, err
		}
	}
	for _, r := range x.Answer.Clocks {
		if limit := c.Ledger.Limits.Of(r.Name); !r.Start.IsZero() {
			x.Limits = append(x.Limits, Told{Reading: r, Unit: limit.Unit, Extended: r.Budget - limit.Days, Days: x.Days[r.Name]})
		}
		if r.Name == clock.AcceptClock {
			if err := c.tell(&x, CorrectionLimit, c.correctionScenario, cal, on); err != nil {
				return x, err
			}
		}
		if r.Name == clock.StatutoryClock || r.Name == clock.PromisedClock && !c.Ledger.Limits.Statutory.Exists() {
			if err := c.tell(&x, StepLimit, c.StepScenario, cal, on); err != nil {
				return x, err
			}
		}
	}
	for i := range x.Limits {
		t := &x.Limits[i]
		t.Counts = t.Name == c.counts()
		if t.Name == clock.AcceptClock {
			t.Received = c.received()
		}
	}
	return x, nil
}

// received is when the filing, or the last answer to a correction, came in.
func (c *Case) received() now.Instant {
	for i := len(c.Ledger.Events) - 1; i >= 0; i-- {
		if e := c.Ledger.Events[i]; e.Do == clock.Submit || e.Do == clock.Resubmit {
			return now.FromTime(e.At)
		}
	}
	return 0
}

// tell adds a limit of the case's own, which the same calculator counts.
func (c *Case) tell(x *Explanation, name clock.Name, scenario func(*clock.Calendar, clock.Date) (clock.Scenario, bool),
	cal *clock.Calendar, on clock.Date) error {
	sc, ok := scenario(cal, on)
	if !ok {
		return nil
	}
	own, err := sc.Explain()
	if err != nil {
		return fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
	}
	if r, ok := own.Clock(clock.PromisedClock); ok {
		r.Name = name
		x.Limits = append(x.Limits, Told{Reading: r, Unit: sc.Limits.Promised.Unit, Days: own.Days[clock.PromisedClock]})
	}
	return nil
}

// correctionScenario is the time to answer the last correction notice, told to the
// calculator as a limit that begins when the notice was delivered. A lapse is no
// answer: the limit stands as it ran out.
func (c *Case) correctionScenario(cal *clock.Calendar, on clock.Date) (clock.Scenario, bool) {
	if c.ServedOn.IsZero() {
		return clock.Scenario{}, false
	}
	begin := c.ServedOn.Time()
	sc := clock.Scenario{Calendar: cal, Cutoff: cutoff, AsOf: on,
		Events: []clock.Event{{At: begin, Do: clock.Submit}, {At: begin, Do: clock.Accept}},
		Limits: clock.Limits{Promised: clock.Limit{Days: CorrectionDays, Unit: clock.Natural}}}
	if i := c.answered(); i >= 0 {
		end := c.Ledger.Events[i].At
		if c.State == Lapsed {
			sc.AsOf = clock.DateOf(end)
		} else {
			sc.Events = append(sc.Events, clock.Event{At: end, Do: clock.Decide})
		}
	}
	return sc, true
}

// answered is the place of the event that followed the last correction notice, -1
// for none.
func (c *Case) answered() int {
	for i := len(c.Ledger.Events) - 1; i >= 0; i-- {
		switch {
		case c.Ledger.Events[i].Do != clock.NotifyCorrection:
		case i+1 < len(c.Ledger.Events):
			return i + 1
		default:
			return -1
		}
	}
	return -1
}

// Assumed tells whether a date of the case rests on a year whose holidays are not
// announced: of a provisional case, the dates of the last year it runs into.
func (c *Case) Assumed(d clock.Date) bool {
	if !c.Provisional || d.IsZero() {
		return false
	}
	last := 0
	for _, due := range []clock.Date{c.AcceptDue, c.PromisedDue, c.StatutoryDue, c.DeliverDue, c.CorrectionDue, c.StepDue, c.ResumeDue} {
		if !due.IsZero() {
			last = max(last, due.Year())
		}
	}
	return d.Year() == last
}

// counts names the limit under which whoever is awaited works.
func (c *Case) counts() clock.Name {
	switch c.Awaits {
	case Clerk:
		return clock.AcceptClock
	case Applicant:
		return CorrectionLimit
	case Outlet:
		return clock.DeliverClock
	case Nobody:
		return ""
	}
	return clock.PromisedClock
}
