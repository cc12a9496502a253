package dbtest

import (
	"context"
	"errors"
	"testing"

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

// Postgres opens a fresh, migrated PostgreSQL database, cloned from a template.
func Postgres(t testing.TB, clock now.Clock) *db.DB {
	t.Helper()
	key, err := pgtest.Key(migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.Fresh(t, key, func(ctx context.Context, url string) error {
		d, err := db.Open(ctx, db.Options{URL: url})
		if err != nil {
			return err
		}
		return errors.Join(d.Migrate(ctx, migrations.Files), d.Close())
	})
	return open(t, db.Options{URL: url, Now: clock, Conns: 8})
}

func open(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if o.URL == "" {
		if err := d.Migrate(t.Context(), migrations.Files); err != nil {
			t.Fatal(err)
		}
	}
	return d
}
