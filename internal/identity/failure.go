package identity

import (
	"context"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// failures is how often a sign-in has gone wrong lately.
type failures struct {
	count       int64
	lastAt      now.Instant
	lockedUntil now.Instant
}

// failureKey is the account, or what was typed when no account has that name.
// Both are counted and locked alike: the answer never tells whether a name exists.
func (s *Service) failureKey(a *Account, typed string) string {
	if a != nil {
		return s.Ring.Index("sign_in", "account:"+a.ID)
	}
	return s.Ring.Index("sign_in", "typed:"+typed)
}

// readFailures gives the zero value for a key that never failed. lock is the
// marker that holds the row inside a transaction, or empty.
func readFailures(ctx context.Context, r db.Reader, key, lock string) (f failures, err error) {
	err = r.Row(ctx, `SELECT count, last_at, locked_until FROM sign_in_failure WHERE key = $1 `+lock, key).
		Scan(&f.count, &f.lastAt, &f.lockedUntil)
	if db.NoRows(err) {
		return failures{}, nil
	}
	return f, err
}

// locked is the fault while the lock lasts, else nil.
func (f failures) locked(at now.Instant) error {
	if f.lockedUntil <= at {
		return nil
	}
	return fault.Busy("identity.locked", "minutes", minutes(f.lockedUntil.Sub(at)))
}

// fail counts a wrong password and locks at the limit. It tells whether this one
// began a lock. The row is upserted before it is read, so that two wrong
// passwords at once are two.
func (s *Service) fail(ctx context.Context, tx *db.Tx, key string) (f failures, began bool, err error) {
	at := tx.Now()
	err = tx.Exec(ctx, `INSERT INTO sign_in_failure (key, count, last_at, locked_until) VALUES ($1, 0, $2, 0)
		ON CONFLICT (key) DO NOTHING`, key, int64(at))
	if err != nil {
		return f, false, err
	}
	if f, err = readFailures(ctx, tx, key, "/*for update*/"); err != nil {
		return f, false, err
	}
	if f.lockedUntil > at { // locked by another while this password was hashed
		return f, false, nil
	}
	if f.lockedUntil != 0 || at.Sub(f.lastAt) > s.Limits.LockFor {
		f = failures{} // an old story: the lock has passed, or the last mistake is long ago
	}
	f.count, f.lastAt = f.count+1, at
	if f.count >= s.Limits.Failures {
		f.lockedUntil, began = at.Add(s.Limits.LockFor), true
	}
	return f, began, tx.Exec(ctx, `UPDATE sign_in_failure SET count=$2, last_at=$3, locked_until=$4 WHERE key=$1`,
		key, f.count, int64(f.lastAt), int64(f.lockedUntil))
}

// forgive forgets the mistakes: after the right password, an unlock, a reset.
func forgive(ctx context.Context, tx *db.Tx, key string) error {
	return tx.Exec(ctx, `DELETE FROM sign_in_failure WHERE key = $1`, key)
}
