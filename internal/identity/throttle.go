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
			if a.who == "" || a.rate.Count <= 0 {
				continue
			}
			per := int64(a.rate.Per / time.Microsecond)
			ends := (int64(tx.Now())/per + 1) * per
			var count int64
			err := tx.Row(ctx, `INSERT INTO throttle (key, ends_at, count) VALUES ($1, $2, 1)
				ON CONFLICT (key, ends_at) DO UPDATE SET count = throttle.count + 1 RETURNING count`,
				s.Ring.Index("throttle", a.what+":"+a.who), ends).Scan(&count)
			if err != nil {
				return err
			}
			if count > a.rate.Count {
				refused = fault.Busy("identity.too_many", "minutes", minutes(now.Instant(ends).Sub(tx.Now())))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return refused
}

// minutes rounds up, so that nobody is told to come back too early.
func minutes(d time.Duration) int { return max(1, int((d+time.Minute-1)/time.Minute)) }
