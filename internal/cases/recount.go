package cases

import (
	"context"

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
}

const countedAtOnce = 500 // cases read, or recounted in one transaction

// Effect tells what a calendar would move, before it is in force: every running
// case whose dates differ, in the order of ids. It reads in pages and keeps
// nothing (clock R13).
func (s *Service) Effect(ctx context.Context, r db.Reader, cal *clock.Calendar, on clock.Date, each func(Moved) error) error {
	for after := ""; ; {
		page, err := runningAfter(ctx, r, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			m, moved, err := s.moved(ctx, c, cal, on)
			if err != nil {
				return err
			}
			if !moved {
				continue
			}
			if err := each(m); err != nil {
				return err
			}
		}
		after = page[len(page)-1].ID
	}
}

func runningAfter(ctx context.Context, r db.Reader, after string) ([]*Case, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM cases WHERE awaits <> '' AND id > $1 ORDER BY id LIMIT $2`, after, countedAtOnce)
	return db.All(rows, err, scan)
}

func (s *Service) moved(ctx context.Context, c *Case, cal *clock.Calendar, on clock.Date) (Moved, bool, error) {
	if err := s.ledger(ctx, c); err != nil {
		return Moved{}, false, err
	}
	before := c.Dates()
	after, err := c.Reckon(cal, on)
	if err != nil || after == before {
		return Moved{}, false, err
	}
	return Moved{ID: c.ID, Number: c.Number, ItemName: c.ItemName, BodyName: c.BodyName, State: c.State, Before: before, After: after}, true, nil
}

// Recount brings the running cases after one id in step with the calendar in
// force, each with its entry in the journal, and gives the last id it looked at;
// '' when there is none after it. Doing it twice changes nothing.
func (s *Service) Recount(ctx context.Context, tx *db.Tx, after string, reason string) (last string, moved int, err error) {
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return "", 0, err
	}
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM cases WHERE awaits <> '' AND id > $1 ORDER BY id LIMIT $2 /*for update*/`,
		after, countedAtOnce)
	page, err := db.All(rows, err, scan)
	if err != nil || len(page) == 0 {
		return "", 0, err
	}
	for _, c := range page {
		m, differs, err := s.moved(ctx, c, cal, today(tx.Now()))
		if err != nil {
			return "", moved, err
		}
		if !differs {
			continue
		}
		if err := s.act(ctx, tx, c, program, ActRecount, Change{Step: c.Step, Dates: &m.After, Reason: reason}); err != nil {
			return "", moved, err
		}
		if err := save(ctx, tx, c); err != nil {
			return "", moved, err
		}
		moved++
	}
	return page[len(page)-1].ID, moved, nil
}

// ledger gives a case of before the ledger one, from its row: the days on which
// its limits began are known, and no special procedure was possible then.
func (s *Service) ledger(ctx context.Context, c *Case) error {
	if len(c.Ledger.Events) > 0 {
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
	if n := len(c.Ledger.Events); n == 0 {
		return fault.Internal(nil, "cases.clock", "number", c.Number.Grouped())
	}
	return nil
}
