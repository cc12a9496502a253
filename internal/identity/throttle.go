package identity

import (
	"context"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Throttle counts one attempt at what, by who, and refuses the one that is more
// than the rate allows. The count stands in the database, so it holds over all
// nodes. who may be sensitive (an address, a typed name): only its keyed hash is
// kept. Fault: identity.too_many, with the minutes to wait.
func (s *Service) Throttle(ctx context.Context, what, who string, rate Rate) error {
	return s.throttle(ctx, attempt{what, who, rate})
}

// attempt is one try at what, by who; "" is not counted.
type attempt struct {
	what, who string
	rate      Rate
}

// throttle counts several attempts in one transaction, all of them even when the
// first is refused.
func (s *Service) throttle(ctx context.Context, attempts ...attempt) error {
	var refused error
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		refused = nil
		for _, a := range attempts {
			over, err := s.count(ctx, tx, a)
			if err != nil {
				return err
			}
			if over != nil {
				refused = over
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return refused
}

// count counts one attempt and tells in over that it is one too many.
func (s *Service) count(ctx context.Context, tx *db.Tx, a attempt) (over, err error) {
	if a.who == "" || a.rate.Count <= 0 {
		return nil, nil
	}
	key, ends := s.window(tx, a)
	var count int64
	err = tx.Row(ctx, `INSERT INTO throttle (key, ends_at, count) VALUES ($1, $2, 1)
		ON CONFLICT (key, ends_at) DO UPDATE SET count = throttle.count + 1 RETURNING count`, key, ends).Scan(&count)
	if err == nil && count > a.rate.Count {
		over = fault.Busy("identity.too_many", "minutes", minutes(now.Instant(ends).Sub(tx.Now())))
	}
	return over, err
}

// window is where the attempts of one time are counted, and when that time ends.
func (s *Service) window(tx *db.Tx, a attempt) (key string, ends int64) {
	per := int64(a.rate.Per / time.Microsecond)
	return s.Ring.Index("throttle", a.what+":"+a.who), (int64(tx.Now())/per + 1) * per
}

// ThrottleIn is Throttle in the transaction of what is tried. Nobody else counts the
// same until that ends, so tries made at one moment are looked at one after the other;
// one that was in order is taken off the count again with ForgiveIn.
func (s *Service) ThrottleIn(ctx context.Context, tx *db.Tx, what, who string, rate Rate) error {
	over, err := s.count(ctx, tx, attempt{what, who, rate})
	if err != nil {
		return err
	}
	return over
}

// ForgiveIn takes back what ThrottleIn counted in this transaction.
func (s *Service) ForgiveIn(ctx context.Context, tx *db.Tx, what, who string, rate Rate) error {
	key, ends := s.window(tx, attempt{what, who, rate})
	return tx.Exec(ctx, `UPDATE throttle SET count = count - 1 WHERE key = $1 AND ends_at = $2`, key, ends)
}

// minutes rounds up, so that nobody is told to come back too early.
func minutes(d time.Duration) int { return max(1, int((d+time.Minute-1)/time.Minute)) }
