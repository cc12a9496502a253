package cases

import (
	"context"
	"time"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Recounting is how far the running cases have come in following one version of
// the calendar: all of them round by round, and a while later once more, for an
// act that was just being done by a process that still held the old calendar.
type Recounting struct {
	Calendar  int64 // version of the calendar
	Reason    string
	Since     clock.Date // the first day that differs
	Running   int64      // cases whose dates reached it when it was planted
	Looked    int64      // cases so far
	Moved     int64
	PlantedAt now.Instant
	EndedAt   now.Instant // 0 while the first pass goes on
	CheckedAt now.Instant // 0 until the second pass is through

	last string
}

// checkAfter is when the second pass begins: by then every process has heard of
// the new calendar.
const checkAfter = time.Minute

// Done tells whether every case has followed; what is left is the check.
func (r *Recounting) Done() bool { return r.EndedAt != 0 }

// Next tells when the next round is due, and false when there is none.
func (r *Recounting) Next(at now.Instant) (now.Instant, bool) {
	if r.Done() {
		return max(at, r.EndedAt.Add(checkAfter)), r.CheckedAt == 0
	}
	return at, true
}

// Running counts the running cases, and those of them whose dates are provisional
// because they run into a year that is not announced.
func (s *Service) Running(ctx context.Context) (all, provisional int64, err error) {
	rows, err := s.db.Query(ctx, `SELECT provisional, count(*) FROM cases WHERE awaits <> '' GROUP BY provisional`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var loose bool
		var n int64
		err := sc.Scan(&loose, &n)
		all += n
		if loose {
			provisional += n
		}
		return struct{}{}, err
	})
	return all, provisional, err
}

// BeginRecountIn notes that the running cases are to follow a version of the
// calendar, in the transaction that changes it; the caller plants the job that
// calls RecountRound. False when no running case reaches the first day that differs:
// there is nothing to do.
func (s *Service) BeginRecountIn(ctx context.Context, tx *db.Tx, calendar int64, since clock.Date, reason string) (bool, error) {
	var all int64
	if err := tx.Row(ctx, `SELECT count(*)`+reaching, since).Scan(&all); err != nil {
		return false, err
	}
	done := int64(0)
	if all == 0 {
		done = int64(tx.Now())
	}
	return all > 0, tx.Exec(ctx, `INSERT INTO recount (calendar, reason, since, running, planted_at, ended_at, checked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)`, calendar, reason, since, all, int64(tx.Now()), done)
}

const recountSelect = `SELECT calendar, reason, since, running, looked, moved, last, planted_at, ended_at, checked_at FROM recount `

func scanRecount(sc db.Scanner) (*Recounting, error) {
	r := &Recounting{}
	return r, sc.Scan(&r.Calendar, &r.Reason, &r.Since, &r.Running, &r.Looked, &r.Moved, &r.last, &r.PlantedAt, &r.EndedAt, &r.CheckedAt)
}

// RecountRound does one round for a version of the calendar and tells how far it
// has come. Two who do rounds at once take turns, and nothing is counted twice.
func (s *Service) RecountRound(ctx context.Context, tx *db.Tx, calendar int64) (*Recounting, error) {
	r, err := db.One(tx.Row(ctx, recountSelect+`WHERE calendar = $1 /*for update*/`, calendar), scanRecount)
	if db.NoRows(err) {
		return nil, fault.Missing("cases.no_recount")
	}
	if err != nil {
		return nil, err
	}
	if due, more := r.Next(tx.Now()); !more || due > tx.Now() {
		return r, nil
	}
	round, err := s.Recount(ctx, tx, r.Since, r.last, r.Reason)
	if err != nil {
		return nil, err
	}
	r.last, r.Moved = round.Last, r.Moved+int64(round.Moved)
	switch {
	case round.Last == "" && r.Done():
		r.CheckedAt = tx.Now()
	case round.Last == "":
		r.EndedAt = tx.Now()
	case !r.Done():
		r.Looked += int64(round.Looked)
	}
	return r, tx.Exec(ctx, `UPDATE recount SET looked = $2, moved = $3, last = $4, ended_at = $5, checked_at = $6 WHERE calendar = $1`,
		calendar, r.Looked, r.Moved, r.last, int64(r.EndedAt), int64(r.CheckedAt))
}

// RecountAll does the rounds of the first pass at once, for who waits at a
// terminal; the job that was planted finds them done. progress may be nil.
func (s *Service) RecountAll(ctx context.Context, calendar int64, progress func(done, all int)) (*Recounting, error) {
	for {
		var r *Recounting
		err := s.db.Do(ctx, func(tx *db.Tx) (err error) {
			r, err = s.RecountRound(ctx, tx, calendar)
			return err
		})
		if err != nil || r.Done() {
			return r, err
		}
		if progress != nil {
			progress(int(r.Looked), int(max(r.Running, r.Looked)))
		}
	}
}

// Recounts gives the newest ones, by version of the calendar.
func (s *Service) Recounts(ctx context.Context) (map[int64]*Recounting, error) {
	rows, err := s.db.Query(ctx, recountSelect+`ORDER BY calendar DESC LIMIT 100`)
	list, err := db.All(rows, err, scanRecount)
	out := make(map[int64]*Recounting, len(list))
	for _, r := range list {
		out[r.Calendar] = r
	}
	return out, err
}
