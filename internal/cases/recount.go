package cases

import (
	"context"
	"iter"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Moved is a running case whose dates follow a changed calendar, before → after.
type Moved struct {
	ID       string
	Number   gov.CaseNumber
	ItemName string
	BodyName string
	State    State
	Before   Dates
	After    Dates
	// Stays: by the new calendar something would have been done too late that was
	// done in time (accepted, asked to correct, extended). What is done stays, with
	// its dates; only those still to come may move, see facts.
	Stays bool

	kept string // by which change it has stayed before
}

// DateMove is one date of a case, before → after; Name is that of its column.
type DateMove struct {
	Name          string
	Before, After clock.Date
}

// Moves lists the dates that differ, in the order in which a case meets them.
func (m Moved) Moves() []DateMove {
	b, a := &m.Before, &m.After
	all := [...]DateMove{
		{"submitted_on", b.SubmittedOn, a.SubmittedOn}, {"accept_due", b.AcceptDue, a.AcceptDue},
		{"correction_due", b.CorrectionDue, a.CorrectionDue}, {"accepted_on", b.AcceptedOn, a.AcceptedOn},
		{"step_due", b.StepDue, a.StepDue}, {"resume_due", b.ResumeDue, a.ResumeDue}, {"promised_due", b.PromisedDue, a.PromisedDue},
		{"statutory_due", b.StatutoryDue, a.StatutoryDue}, {"deliver_due", b.DeliverDue, a.DeliverDue},
	}
	var out []DateMove
	for _, m := range all {
		if m.Before != m.After {
			out = append(out, m)
		}
	}
	return out
}

// Toll sums an effect up. Every case that moves is later, earlier or, when only
// the word that its dates are provisional changes, neither.
type Toll struct {
	Moved   int `json:"moved"`
	Later   int `json:"later"`
	Earlier int `json:"earlier"`
	Firm    int `json:"firm"`  // no longer provisional
	Loose   int `json:"loose"` // provisional now
	Stays   int `json:"stays"` // something of them was done too late by it, and stays
}

// Add counts one case of the effect.
func (t *Toll) Add(m Moved) {
	if m.Stays {
		t.Stays++
	}
	if m.After == m.Before {
		return
	}
	t.Moved++
	if moves := m.Moves(); len(moves) > 0 {
		if last := moves[len(moves)-1]; last.After.After(last.Before) {
			t.Later++
		} else {
			t.Earlier++
		}
	}
	if m.Before.Provisional != m.After.Provisional {
		if m.After.Provisional {
			t.Loose++
		} else {
			t.Firm++
		}
	}
}

const countedAtOnce = 500 // cases read, or recounted in one transaction

// reaching are the running cases that a calendar can move which differs from a day
// on, $1, or everywhere when that is none: the calculator asks about no day after
// the dates it gives, so those whose dates all lie before the day stay as they are.
const reaching = ` FROM cases WHERE awaits <> '' AND ($1 = '' OR provisional OR submitted_on >= $1 OR accepted_on >= $1
	OR accept_due >= $1 OR promised_due >= $1 OR statutory_due >= $1 OR deliver_due >= $1 OR correction_due >= $1
	OR step_due >= $1 OR resume_due >= $1)`

const runningPage = `SELECT ` + columns + ` FROM cases WHERE awaits <> '' AND id > $1 ORDER BY id LIMIT $2`

const reachingPage = `SELECT ` + columns + reaching + ` AND id > $2 ORDER BY id LIMIT $3`

// Effect tells what a calendar would move, before it is in force: every running
// case whose dates differ or that cannot follow, in the order of ids. since is the
// first day on which it differs from the one in force, none for unknown. It reads
// in pages and keeps nothing (clock R13).
func (s *Service) Effect(ctx context.Context, cal *clock.Calendar, since, on clock.Date) iter.Seq2[Moved, error] {
	return func(yield func(Moved, error) bool) {
		for after := ""; ; {
			rows, err := s.db.Query(ctx, reachingPage, since, after, countedAtOnce)
			page, err := db.All(rows, err, scan)
			if err != nil {
				yield(Moved{}, err)
				return
			}
			for _, c := range page {
				m, differs, err := s.moved(ctx, c, cal, on)
				if (err != nil || differs) && !yield(m, err) || err != nil {
					return
				}
			}
			if len(page) < countedAtOnce {
				return
			}
			after = page[len(page)-1].ID
		}
	}
}

// moved compares a case's dates with those a calendar gives.
func (s *Service) moved(ctx context.Context, c *Case, cal *clock.Calendar, on clock.Date) (Moved, bool, error) {
	if err := s.ledger(ctx, c); err != nil {
		return Moved{}, false, err
	}
	m := Moved{ID: c.ID, Number: c.Number, ItemName: c.ItemName, BodyName: c.BodyName, State: c.State, Before: c.Dates()}
	var err error
	if m.After, m.Stays, err = c.follow(cal, on); err != nil {
		return Moved{}, false, err
	}
	m.kept = c.Ledger.Kept
	return m, m.Stays || m.After != m.Before, nil
}

// follow gives the dates of a case with another calendar. They are those of the
// day on which something last happened to it, as they stand in its row, so that
// only the calendar moves them and not the time that has passed. What the calendar
// contradicts stays as it was done; a case that the calculator does not find where
// it stands keeps all its dates.
func (c *Case) follow(cal *clock.Calendar, on clock.Date) (d Dates, stays bool, err error) {
	cal = cal.AssumingWeekdays()
	for _, asof := range [...]clock.Date{c.lastOn(), on} {
		a, err := c.Scenario(cal, asof).Answer()
		if err != nil {
			return d, false, fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
		}
		if a.Outcome == outcomes[c.State] {
			d, err = c.dated(cal, &a, asof)
			return d, c.Contradicted(cal, asof), err
		}
	}
	return c.Dates(), true, nil
}

// lastOn is the day on which something last happened that the dates follow from.
func (c *Case) lastOn() clock.Date {
	last := c.StepOn
	if n := len(c.Ledger.Events); n > 0 {
		last = later(last, clock.DateOf(c.Ledger.Events[n-1].At))
	}
	if c.Deemed { // silence is no event: it spoke on the day after the limit
		last = later(last, c.AcceptDue.AddDays(1))
	}
	return last
}

func later(a, b clock.Date) clock.Date {
	if b.After(a) {
		return b
	}
	return a
}

// outcomes is where the calculator must find a running case.
var outcomes = map[State]clock.Outcome{
	Submitted: clock.OutcomeSubmitted, Correcting: clock.OutcomeCorrecting, Accepted: clock.OutcomeAccepted,
	Suspended: clock.OutcomeAccepted, Granted: clock.OutcomeDecided, Refused: clock.OutcomeDecided,
}

// Round is what one round of counting again did. Last is where the next one goes
// on; ” when no running case is left.
type Round struct {
	Last          string
	Looked, Moved int
}

// Recount brings running cases after one id in step with the calendar in force,
// each with its entry in the journal; since as for Effect. Doing it twice changes
// nothing.
func (s *Service) Recount(ctx context.Context, tx *db.Tx, since clock.Date, after, reason string) (Round, error) {
	cal, err := s.calendar.CalendarIn(ctx, tx)
	if err != nil {
		return Round{}, err
	}
	rows, err := tx.Query(ctx, reachingPage+` /*for update*/`, since, after, countedAtOnce)
	page, err := db.All(rows, err, scan)
	if err != nil || len(page) == 0 {
		return Round{}, err
	}
	r := Round{Last: page[len(page)-1].ID, Looked: len(page)}
	for _, c := range page {
		m, _, err := s.moved(ctx, c, cal, today(tx.Now()))
		if err != nil {
			return r, err
		}
		change, needed := m.change(c.Step, reason)
		if !needed {
			continue
		}
		if err := s.act(ctx, tx, c, program, ActRecount, change); err != nil {
			return r, err
		}
		if err := save(ctx, tx, c); err != nil {
			return r, err
		}
		if m.After != m.Before {
			r.Moved++
		}
	}
	return r, nil
}

// change is what a recount does to the case: dates that move, and, once for each
// change of the calendar, that what was done stays against it.
func (m *Moved) change(step Step, reason string) (ch Change, needed bool) {
	ch = Change{Step: step, Reason: reason}
	if m.After != m.Before {
		ch.Dates, ch.Former = &m.After, &m.Before
	}
	switch {
	case m.Stays && m.kept != reason:
		ch.Kept = &reason
	case !m.Stays && m.kept != "":
		ch.Kept = new(string)
	}
	return ch, ch.Dates != nil || ch.Kept != nil
}

// ledger gives a case of before the ledger one, from its row: the days on which
// its limits began are known, and no special procedure was possible then.
func (s *Service) ledger(ctx context.Context, c *Case) error {
	if len(c.Ledger.Events) > 0 || c.SubmittedOn.IsZero() { // it has one, or has not begun
		return nil
	}
	rules, err := s.items.Rules(ctx, c.LocalItem)
	if err != nil {
		return err
	}
	c.Ledger = Ledger{Limits: rules.limits(), ExtendMax: clock.DefaultExtendMax}
	add := func(on clock.Date, do clock.Do) {
		if !on.IsZero() {
			c.Ledger.Events = append(c.Ledger.Events, clock.Event{At: on.Time(), Do: do})
		}
	}
	add(c.SubmittedOn, clock.Submit)
	if c.State == Correcting {
		add(c.ServedOn, clock.NotifyCorrection)
	}
	add(c.AcceptedOn, clock.Accept)
	add(c.DecidedOn, clock.Decide)
	add(c.DeliveredOn, clock.Deliver)
	if len(c.Ledger.Events) == 0 {
		return fault.Internal(nil, "cases.clock", "number", c.Number.Grouped())
	}
	return nil
}
