// Package now is the program's only clock on the wall.
//
// An instant is a count of microseconds since 1970 in UTC: the same number in
// SQLite, in PostgreSQL and in a hash, without a time zone to lose. Legal dates
// are another thing and live in internal/clock.
package now

import "time"

// Instant is microseconds since 1970-01-01T00:00:00Z; zero means "not yet".
type Instant int64

// Clock tells the instant. It is a field set by app, so that a test can hold
// the hands still.
type Clock func() Instant

// System reads the machine's clock.
func System() Instant { return FromTime(time.Now()) }

// FromTime drops what is finer than a microsecond, because PostgreSQL would.
func FromTime(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the instant in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add moves the instant by d.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d/time.Microsecond) }

// Sub gives the time from u to i.
func (i Instant) Sub(u Instant) time.Duration { return time.Duration(i-u) * time.Microsecond }

// IsZero tells whether the instant has not come yet.
func (i Instant) IsZero() bool { return i == 0 }
