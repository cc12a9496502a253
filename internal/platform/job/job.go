package job

import (
	"context"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Channel is what Add rings so that due work starts at once.
const Channel = "job"

// Job is work to be done once Due has come. Key makes it unique within its kind:
// adding the same key again does nothing, also after it was done.
type Job struct {
	ID      string
	Kind    string
	Key     string
	Due     now.Instant // zero means at once
	Payload string
	Attempt int64
}

// Add puts jobs into the caller's transaction, many with few statements.
func Add(ctx context.Context, tx *db.Tx, jobs ...Job) error {
	rows, ring := make([][]any, len(jobs)), false
	for i, j := range jobs {
		if j.Due == 0 {
			j.Due = tx.Now()
		}
		ring = ring || j.Due <= tx.Now()
		rows[i] = []any{id.New(), j.Kind, j.Key, int64(j.Due), j.Payload, "waiting", int64(tx.Now())}
	}
	err := tx.Many(ctx, `INSERT INTO job (id, kind, key, due, payload, state, created_at)`, `ON CONFLICT (kind, key) DO NOTHING`, rows)
	if err != nil || !ring {
		return err
	}
	return tx.Notify(ctx, Channel)
}

// Cancel takes a job back that has not begun; it is no error if it is gone.
func Cancel(ctx context.Context, tx *db.Tx, kind, key string) error {
	return tx.Exec(ctx, `UPDATE job SET state = 'done', reason = 'cancelled', ended_at = $3
		WHERE kind = $1 AND key = $2 AND state = 'waiting'`, kind, key, int64(tx.Now()))
}

const (
	lease       = 5 * time.Minute
	maxAttempts = 8
	claimMany   = 50
	longestWait = 30 * time.Second // between looks, also when nobody rings
)

// backoff spaces attempts: 2 s, 8 s, 32 s, … at most an hour.
func backoff(attempt int64) time.Duration {
	d := time.Second
	for range attempt {
		if d *= 4; d > time.Hour {
			return time.Hour
		}
	}
	return d / 2
}

// Parked counts the jobs whose last attempt failed, which wait for a person.
func Parked(ctx context.Context, r db.Reader) (int, error) {
	var n int
	err := r.Row(ctx, `SELECT count(*) FROM job WHERE state = 'parked'`).Scan(&n)
	return n, err
}
