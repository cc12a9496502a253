package dbtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
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

// Calm leaves a test out under -short, which stands for the race detector: nothing in it
// happens at once, and it is run in full without.
func Calm(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("calm: run in full without the race detector")
	}
}

// SQLite opens a fresh, migrated embedded database; for tests of what only an
// embedded installation has.
func SQLite(t testing.TB, clock now.Clock) *db.DB {
	t.Helper()
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	return Copy(t, clock, file)
}

// Copy opens an embedded database that starts as a copy of that file.
func Copy(t testing.TB, clock now.Clock, file []byte) *db.DB {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, db.FileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Options{Dir: dir, Now: clock})
}

// migrated is a migrated embedded database as one file, made once a process: every
// test starts from a copy, because migrating costs more than most tests do.
var migrated = sync.OnceValues(func() ([]byte, error) { return Filled(nil) })

// Filled makes a migrated embedded database, lets fill put into it what tests start
// with, and gives it as one file, for Copy.
func Filled(fill func(d *db.DB) error) (file []byte, err error) {
	dir, err := os.MkdirTemp("", "yimen-dbtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	err = d.Migrate(ctx, migrations.Files)
	if err == nil && fill != nil {
		err = fill(d)
	}
	if err := errors.Join(err, d.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, db.FileName))
}

// key names the schema, so that a changed one has a PostgreSQL template of its own.
var key = sync.OnceValues(func() (string, error) { return pgtest.Key(migrations.Files) })

// Postgres opens a fresh, migrated PostgreSQL database, cloned from a template.
func Postgres(t testing.TB, clock now.Clock) *db.DB {
	t.Helper()
	name, err := key()
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.Fresh(t, name, func(ctx context.Context, url string) error {
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
	return d
}
