package messages

import (
	"context"
	"time"

	"yimen/internal/platform/db"
)

// Kept is how long a message lies in its inbox, read or not. It is a pointer to the
// case, where everything stays; what is pointed to that long after has its file and
// its letters (个人信息保护法 art. 19: no longer than needed).
const Kept = 2 * 365 * 24 * time.Hour

const expiredAtOnce = 500

// Expire deletes messages older than Kept, a round at a time, and tells how many.
func (s *Service) Expire(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM message WHERE at < $1 ORDER BY at LIMIT $2`, int64(tx.Now().Add(-Kept)), expiredAtOnce)
	old, err := db.All(rows, err, db.Text)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	if err := tx.Exec(ctx, `DELETE FROM message_sending WHERE message in_list($1)`, db.List(old)); err != nil {
		return 0, err
	}
	return len(old), tx.Exec(ctx, `DELETE FROM message WHERE id in_list($1)`, db.List(old))
}
