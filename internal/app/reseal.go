package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/messages"
	"yimen/internal/platform/blob"
	"yimen/internal/platform/db"
	"yimen/internal/platform/job"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/once"
	"yimen/internal/platform/reseal"
	"yimen/internal/ratings"
	"yimen/internal/registers"
	"yimen/internal/supervision"
)

// Sealed are all columns that lie under the ring.
func Sealed() []reseal.Column {
	return slices.Concat(identity.Sealed(), applications.Sealed(), cases.Sealed(), joint.Sealed(), licences.Sealed(), ratings.Sealed(),
		messages.Sealed(), registers.Sealed(), supervision.Sealed(), blob.Sealed(), once.Sealed(), journal.Sealed())
}

// Stale counts the values that still lie under an older key; step is told how many of the columns are read.
func (a *App) Stale(ctx context.Context, step func(done, all int)) (n int64, err error) {
	all := Sealed()
	for i, c := range all {
		k, err := c.Stale(ctx, a.DB, a.Ring)
		if err != nil {
			return n, err
		}
		n += k
		step(i+1, len(all))
	}
	return n, nil
}

// keysReseal is the kind of the job that follows a rotation.
const keysReseal = "keys.reseal"

const (
	keysWatched = 5 * time.Second // how often a running process looks at its key file
	resealFor   = 2 * time.Minute // of one job, well within its lease; the next goes on
	resealAgain = time.Hour       // until a pass finds nothing: a process may have sealed under the old key for a moment
)

// resealing is where a walk stands: its payload. A job that is done again after a crash only looks again at rows that
// are fresh by then.
type resealing struct {
	KID     string      `json:"kid"` // the key everything shall lie under
	Pass    int         `json:"pass"`
	Part    int         `json:"part"` // jobs of this pass
	Changed int         `json:"changed"`
	At      reseal.Mark `json:"at"`
}

func (r resealing) add(ctx context.Context, tx *db.Tx, later time.Duration) error {
	payload, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return job.Add(ctx, tx, job.Job{Kind: keysReseal, Key: fmt.Sprintf("%s/%d/%d", r.KID, r.Pass, r.Part),
		Due: tx.Now().Add(later), Payload: string(payload)})
}

// watchKeys takes up a rotation while the program runs, and plants the walk that follows it.
func (a *App) watchKeys(ctx context.Context) {
	tick := time.NewTicker(keysWatched)
	defer tick.Stop()
	said, planted := "", a.Ring.Current() // every start plants its walk
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := a.Ring.Refresh()
		if kid := a.Ring.Current(); err == nil && kid != planted {
			a.Log.Info("new key taken up", "key", kid)
			if err = a.DB.Do(ctx, a.plantReseal(ctx)); err == nil {
				planted = kid
			}
		}
		switch {
		case err == nil:
			said = ""
		case err.Error() != said && ctx.Err() == nil:
			said = err.Error()
			a.Log.Error("keys", "error", err)
		}
	}
}

// plantReseal adds the walk to the current key; it stands once a key.
func (a *App) plantReseal(ctx context.Context) func(*db.Tx) error {
	return func(tx *db.Tx) error { return resealing{KID: a.Ring.Current(), Pass: 1, Part: 1}.add(ctx, tx, 0) }
}

// reseal works through the sealed columns until its time is over, and plants the job that goes on.
func (a *App) reseal(ctx context.Context, j job.Job) error {
	var r resealing
	if err := json.Unmarshal([]byte(j.Payload), &r); err != nil {
		return err
	}
	if _, err := a.Ring.Refresh(); err != nil {
		return err
	}
	if !a.Ring.Knows(r.KID) {
		return fmt.Errorf("key %s is not in the key file of this machine: copy the file that `yimen keys rotate` wrote", r.KID)
	}
	if a.Ring.Current() != r.KID {
		return nil // rotated again: the walk to that key does all
	}
	end := false
	for until := time.Now().Add(resealFor); !end && time.Now().Before(until); {
		next, done, err := reseal.Round(ctx, a.DB, a.Ring, Sealed(), r.At)
		if err != nil {
			return err
		}
		for _, x := range done.Unreadable {
			a.Log.Error("sealed value cannot be opened", "column", x.Column, "row", x.Key, "error", x.Err)
		}
		r.At, end = next, done.End
		r.Changed += done.Changed
	}
	return a.DB.Do(ctx, func(tx *db.Tx) error {
		switch {
		case !end:
			r.Part++
			return r.add(ctx, tx, 0)
		case r.Changed > 0:
			a.Log.Info("sealed anew", "key", r.KID, "values", r.Changed)
			return resealing{KID: r.KID, Pass: r.Pass + 1, Part: 1}.add(ctx, tx, resealAgain)
		}
		return nil
	})
}
