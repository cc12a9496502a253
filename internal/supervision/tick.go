package supervision

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
)

// tickMany is how many cases one round takes: a transaction that is neither long
// nor small.
const tickMany = 500

// Tick does one round of a midnight: the cases that reach a rung today, or reached
// one while no program ran, get their cards, and the row its next day. It tells how
// many cases that were; call it, each time in a transaction of its own, until it is
// none. What it costs follows their number, not that of the open cases. Any number
// of programs may tick at once: each takes what no other holds, and the last one
// waits for the rest.
func (s *Service) Tick(ctx context.Context, tx *db.Tx) (int, error) {
	on := today(tx.Now())
	due, err := dueOn(ctx, tx, on)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return 0, err
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return 0, err
	}
	reached := make([]reaching, len(due))
	for i, w := range due {
		all := w.moments(rules)
		reached[i] = reaching{w, reachedOn(all, on)}
		w.Severity = graver(w.Severity, severityOn(all, on))
		w.NextOn = nextAfter(all, on)
	}
	if err := s.raiseReached(ctx, tx, cal.AssumingWeekdays(), rules, reached); err != nil {
		return 0, err
	}
	for _, w := range due { // queued on PostgreSQL: they travel together with the commit
		err := tx.Exec(ctx, `UPDATE watch SET severity = $2, next_on = $3, turn = turn + 1 WHERE cases = $1`,
			w.Case, string(w.Severity), w.NextOn)
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// dueOn takes cases whose next rung has come. Those that acts hold are passed over
// first; when only such are left they are waited for, because an act that comes to
// nothing leaves its case due.
func dueOn(ctx context.Context, tx *db.Tx, on clock.Date) ([]*Watched, error) {
	const due = `SELECT ` + watchColumns + ` FROM watch WHERE next_on <> '' AND next_on <= $1 ORDER BY next_on, cases LIMIT $2`
	rows, err := tx.Query(ctx, due+` /*skip locked*/`, on, tickMany)
	all, err := db.All(rows, err, scanWatched)
	if err != nil || len(all) > 0 {
		return all, err
	}
	rows, err = tx.Query(ctx, due+` /*for update*/`, on, tickMany)
	return db.All(rows, err, scanWatched)
}
