package identity_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// What is in order counts for nothing; of guesses made at one moment no more are looked
// at than the rate allows.
func TestGuessesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		rate := identity.Rate{Count: 2, Per: time.Hour}
		try := func(right bool) error {
			return k.DB.Do(ctx, func(tx *db.Tx) error {
				err := k.ThrottleIn(ctx, tx, "guess", "somebody", rate)
				if err == nil && right {
					err = k.ForgiveIn(ctx, tx, "guess", "somebody", rate)
				}
				return err
			})
		}
		for range 3 {
			noErr(t, try(true))
		}
		var all sync.WaitGroup
		var looked atomic.Int64
		for range 6 {
			all.Go(func() {
				if err := try(false); err == nil {
					looked.Add(1)
				} else if !fault.Is(err, "identity.too_many") {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := looked.Load(); n != rate.Count {
			t.Errorf("%d guesses were looked at", n)
		}
	})
}
