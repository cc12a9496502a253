package identity

import (
	"context"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Throttle counts one attempt at what, by who, and refuses the one that is more
// than the rate allows. The count stands in the database, so it holds over all
// nodes. who may be sensitive (an address, a typed name): only its keyed hash is
// kept. Fault: identity.too_many, with the minutes to wait.
func (s *Service) Throttle(ctx context.Context, what, who string, rate Rate) error {
	if who == "" || rate.Count <= 0 {
		return nil
	}
	var count, ends int64
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		per := int64(rate.Per / time.Microsecond)
		ends = (int64(tx.Now())/per + 1) * per
		return tx.Row(ctx, `INSERT INTO throttle (key, ends_at, count) VALUES ($1, $2, 1)
			ON CONFLICT (key, ends_at) DO UPDATE SET count = throttle.count + 1 RETURNING count`,
			s.Ring.Index("throttle", what+":"+who), ends).Scan(&count)
	})
	if err != nil {
		return err
	}
	if count > rate.Count {
		return fault.Busy("identity.too_many", "minutes", minutes(time.Duration(ends-int64(s.Now()))*time.Microsecond))
	}
	return nil
}

// minutes rounds up, so that nobody is told to come back too early.
func minutes(d time.Duration) int { return max(1, int((d+time.Minute-1)/time.Minute)) }
