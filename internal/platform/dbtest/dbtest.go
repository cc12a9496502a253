// Package dbtest runs a test on both databases. There is no way to ask for one:
// what holds on SQLite only is not known to hold.
package dbtest

import (
	"context"
	"testing"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
	"yimen/internal/platform/pgtest"
	"yimen/migrations"
)

// Each runs f on a fresh, migrated SQLite database and on a fresh, migrated
// PostgreSQL one. Without PostgreSQL the test fails and says how to get it.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachAt(t, nil, f)
}

// EachAt is Each with the clock held by the test; nil means the machine's.
func EachAt(t *testing.T, clock now.Clock, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t, clock)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t, clock)) })
}

// SQLite opens a fresh, migrated embedded database; for tests of what only an
// embedded installation has.
func SQLite(t testing.TB, clock now.Clock) *db.DB {
	t.Helper()
	return open(t, db.Options{Dir: t.TempDir(), Now: clock})
}

// Postgres opens a fresh, migrated PostgreSQL database.
func Postgres(t testing.TB, clock now.Clock) *db.DB {
	t.Helper()
	return open(t, db.Options{URL: pgtest.URL(t), Now: clock, Conns: 8})
}

func open(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	d, err := db.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(ctx, migrations.Files); err != nil {
		t.Fatal(err)
	}
	return d
}
