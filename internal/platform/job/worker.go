package job

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Inside is a handler whose whole effect is in tx: it happens exactly once.
type Inside func(ctx context.Context, tx *db.Tx, j Job) error

// Outside is a handler that reaches beyond the database; it may run again after
// a crash and must use j.ID as its idempotency key.
type Outside func(ctx context.Context, j Job) error

// Worker runs jobs. Handlers are registered before Run.
type Worker struct {
	DB      *db.DB
	Now     now.Clock
	Log     *slog.Logger
	Workers int // jobs at a time; 0 means 2

	// Only and Except divide the kinds between two workers of a process, at most one
	// of them set in each: what waits for somebody else's server must not keep what
	// is due at a midnight waiting behind it. Neither: every kind.
	Only, Except []string

	inside  map[string]Inside
	outside map[string]Outside
}

// HandleInside registers kind.
func (w *Worker) HandleInside(kind string, h Inside) {
	if w.inside == nil {
		w.inside = map[string]Inside{}
	}
	w.inside[kind] = h
}

// HandleOutside registers kind.
func (w *Worker) HandleOutside(kind string, h Outside) {
	if w.outside == nil {
		w.outside = map[string]Outside{}
	}
	w.outside[kind] = h
}

// Run works until ctx ends; jobs in hand are finished first.
func (w *Worker) Run(ctx context.Context) {
	wake := make(chan struct{}, 1)
	go w.listen(ctx, wake)
	for ctx.Err() == nil {
		n, err := w.Once(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Error("jobs", "error", err)
		}
		if n == claimMany {
			continue
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-time.After(w.untilNext(ctx)):
		}
	}
}

// listen keeps the bell wired; a lost connection only makes us look by the clock.
func (w *Worker) listen(ctx context.Context, wake chan<- struct{}) {
	for ctx.Err() == nil {
		err := w.DB.Listen(ctx, Channel, func() {
			select {
			case wake <- struct{}{}:
			default:
			}
		})
		if ctx.Err() == nil {
			w.Log.Warn("job bell", "error", err)
			time.Sleep(time.Second)
		}
	}
}

// untilNext is the exact time to the next due job, so that a moment is met and
// not polled for.
func (w *Worker) untilNext(ctx context.Context) time.Duration {
	var due now.Instant
	mine, kinds := w.mine("$1")
	err := w.DB.Row(ctx, `SELECT due FROM job WHERE state = 'waiting'`+mine+` ORDER BY due, id LIMIT 1`, kinds...).Scan(&due)
	if err != nil {
		return longestWait
	}
	return min(longestWait, max(time.Millisecond, due.Sub(w.Now())))
}

// Once claims and runs what is due now and tells how many jobs that were.
func (w *Worker) Once(ctx context.Context) (int, error) {
	jobs, err := w.claim(ctx)
	if err != nil {
		return 0, err
	}
	slots := make(chan struct{}, max(2, w.Workers))
	var all sync.WaitGroup
	for _, j := range jobs {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			w.run(ctx, j)
		})
	}
	all.Wait()
	return len(jobs), nil
}

// mine narrows a statement to the worker's kinds, which is then its last argument.
func (w *Worker) mine(place string) (where string, kinds []any) {
	switch {
	case len(w.Only) > 0:
		return ` AND kind in_list(` + place + `)`, []any{db.List(w.Only)}
	case len(w.Except) > 0:
		return ` AND NOT kind in_list(` + place + `)`, []any{db.List(w.Except)}
	}
	return "", nil
}

func (w *Worker) claim(ctx context.Context) ([]Job, error) {
	at := w.Now()
	var ready string
	mine, kinds := w.mine("$2")
	err := w.DB.Row(ctx, `SELECT id FROM job WHERE ((state = 'waiting' AND due <= $1)
		OR (state = 'running' AND lease_until <= $1))`+mine+` LIMIT 1`, append([]any{int64(at)}, kinds...)...).Scan(&ready)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var jobs []Job
	err = w.DB.Do(ctx, func(tx *db.Tx) error {
		err := tx.Exec(ctx, `UPDATE job SET state = 'waiting' WHERE state = 'running' AND lease_until <= $1`, int64(at))
		if err != nil {
			return err
		}
		mine, kinds := w.mine("$4")
		rows, err := tx.Query(ctx, `UPDATE job SET state = 'running', attempt = attempt + 1, lease_until = $2
			WHERE id IN (SELECT id FROM job WHERE state = 'waiting' AND due <= $1`+mine+` ORDER BY due, id LIMIT $3 /*skip locked*/)
			RETURNING id, kind, key, due, payload, attempt`, append([]any{int64(at), int64(at.Add(lease)), claimMany}, kinds...)...)
		jobs, err = db.All(rows, err, func(s db.Scanner) (j Job, err error) {
			err = s.Scan(&j.ID, &j.Kind, &j.Key, &j.Due, &j.Payload, &j.Attempt)
			return j, err
		})
		return err
	})
	return jobs, err
}

var errFenced = fault.Conflict("job.fenced")

func (w *Worker) run(ctx context.Context, j Job) {
	// a job in hand is finished even when the process is asked to stop
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease-30*time.Second)
	defer cancel()
	err := w.attempt(ctx, j)
	if err == nil || fault.Is(err, errFenced.Code) {
		return
	}
	w.Log.Warn("job failed", "kind", j.Kind, "key", j.Key, "attempt", j.Attempt, "error", err)
	if err := w.failed(ctx, j, err); err != nil {
		w.Log.Error("job failure not kept", "kind", j.Kind, "key", j.Key, "error", err)
	}
}

func (w *Worker) attempt(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if h := w.inside[j.Kind]; h != nil {
		return w.DB.Do(ctx, func(tx *db.Tx) error {
			if err := h(ctx, tx, j); err != nil {
				return err
			}
			return done(ctx, tx, j)
		})
	}
	h := w.outside[j.Kind]
	if h == nil {
		return fmt.Errorf("nobody handles jobs of kind %q", j.Kind)
	}
	if err := h(ctx, j); err != nil {
		return err
	}
	return w.DB.Do(ctx, func(tx *db.Tx) error { return done(ctx, tx, j) })
}

func done(ctx context.Context, tx *db.Tx, j Job) error {
	return tx.ExecOne(ctx, errFenced, `UPDATE job SET state = 'done', ended_at = $3, reason = ''
		WHERE id = $1 AND attempt = $2 AND state = 'running'`, j.ID, j.Attempt, int64(tx.Now()))
}

func (w *Worker) failed(ctx context.Context, j Job, cause error) error {
	return w.DB.Do(ctx, func(tx *db.Tx) error {
		err := tx.Exec(ctx, `INSERT INTO job_attempt (job, attempt, at, error) VALUES ($1, $2, $3, $4)
			ON CONFLICT (job, attempt) DO NOTHING`, j.ID, j.Attempt, int64(tx.Now()), cause.Error())
		if err != nil {
			return err
		}
		state, ended := "waiting", int64(0)
		if j.Attempt >= maxAttempts {
			state, ended = "parked", int64(tx.Now())
		}
		return tx.Exec(ctx, `UPDATE job SET state = $3, due = $4, reason = $5, ended_at = $6
			WHERE id = $1 AND attempt = $2 AND state = 'running'`,
			j.ID, j.Attempt, state, int64(tx.Now().Add(backoff(j.Attempt))), cause.Error(), ended)
	})
}
