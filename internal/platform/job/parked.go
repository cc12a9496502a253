package job

import (
	"context"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// ParkedJob is a job whose last attempt failed, with the reason of that one.
type ParkedJob struct {
	Job
	Reason  string
	EndedAt now.Instant
}

// ParkedOf lists parked jobs of some kinds, the oldest first, after a job's id.
func ParkedOf(ctx context.Context, r db.Reader, kinds []string, after string, limit int) ([]ParkedJob, error) {
	rows, err := r.Query(ctx, `SELECT id, kind, key, due, payload, attempt, reason, ended_at FROM job
		WHERE state = 'parked' AND kind in_list($1) AND id > $2 ORDER BY id LIMIT $3`, db.List(kinds), after, limit)
	return db.All(rows, err, scanParked)
}

func scanParked(s db.Scanner) (p ParkedJob, err error) {
	err = s.Scan(&p.ID, &p.Kind, &p.Key, &p.Due, &p.Payload, &p.Attempt, &p.Reason, &p.EndedAt)
	return p, err
}

// Again wakes parked jobs of these kinds for one more attempt, under their old id
// and so under the same idempotency key, and gives those it woke. Attempts go on
// counting: one more failure parks the job again at once.
func Again(ctx context.Context, tx *db.Tx, kinds, ids []string) ([]Job, error) {
	rows, err := tx.Query(ctx, `UPDATE job SET state = 'waiting', due = $3, ended_at = 0
		WHERE state = 'parked' AND kind in_list($1) AND id in_list($2)
		RETURNING id, kind, key, due, payload, attempt`, db.List(kinds), db.List(ids), int64(tx.Now()))
	woken, err := db.All(rows, err, func(s db.Scanner) (j Job, err error) {
		err = s.Scan(&j.ID, &j.Kind, &j.Key, &j.Due, &j.Payload, &j.Attempt)
		return j, err
	})
	if err != nil || len(woken) == 0 {
		return nil, err
	}
	return woken, tx.Notify(ctx, Channel)
}
