package cases

import (
	"context"
	"errors"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
)

// errDue tells an act that silence or a lapse came before it.
var errDue = errors.New("cases: a date has passed that acts by itself")

// overdue tells whether silence or a lapse has to act first.
func overdue(c *Case, on clock.Date) bool { return !c.NextOn.IsZero() && !c.NextOn.After(on) }

// Settle does what a passed date does by itself to one case: nobody answered the
// filing in five working days, so it counts as accepted (art. 32); nobody
// answered the correction notice, so the case lapses. Nothing due is no error.
func (s *Service) Settle(ctx context.Context, caseID string) error {
	return s.db.Do(ctx, func(tx *db.Tx) error {
		c, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		return s.settleIn(ctx, tx, c)
	})
}

const settledAtOnce = 100 // cases in one transaction

// SettleDue settles what is due now, a round at a time, and tells how many cases
// that were; its cost follows their number and not that of the open cases.
func (s *Service) SettleDue(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM cases WHERE next_on <> '' AND next_on <= $1
		ORDER BY next_on, id LIMIT $2 /*skip locked*/`, today(tx.Now()), settledAtOnce)
	due, err := db.All(rows, err, scan)
	if err != nil {
		return 0, err
	}
	for _, c := range due {
		if err := s.settleIn(ctx, tx, c); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func (s *Service) settleIn(ctx context.Context, tx *db.Tx, c *Case) error {
	if !overdue(c, today(tx.Now())) {
		return nil
	}
	if err := s.ledger(ctx, c); err != nil {
		return err
	}
	rules, err := s.items.Rules(ctx, c.LocalItem)
	if err != nil {
		return err
	}
	do := s.deem
	if c.State == Correcting {
		do = s.lapse
	}
	if err := do(ctx, tx, c, rules); err != nil {
		return err
	}
	return save(ctx, tx, c)
}

// deem accepts by silence: the acceptance takes effect on the day on which the
// limit began, and 受理通知书 says so.
func (s *Service) deem(ctx context.Context, tx *db.Tx, c *Case, rules *Rules) error {
	return s.takeOn(ctx, tx, program, c, rules, ActDeem, Change{Deemed: true})
}

// lapse ends a case whose correction notice nobody answered.
func (s *Service) lapse(ctx context.Context, tx *db.Tx, c *Case, _ *Rules) (err error) {
	change := Change{Event: at(tx.Now(), clock.Withdraw)}
	change.Letter, err = s.issue(ctx, tx, c, Text{Kind: LapseLetter, Due: c.CorrectionDue, Provisional: c.Provisional, Remedies: true})
	if err != nil {
		return err
	}
	if err := s.act(ctx, tx, c, program, ActLapse, change); err != nil {
		return err
	}
	return s.closed(ctx, tx, program, c, "case.lapsed")
}
