package apptest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/config"
	"yimen/internal/platform/db"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/now"
	"yimen/internal/platform/pgtest"
)

// Each runs f on the demo town on SQLite and on PostgreSQL.
func Each(t *testing.T, f func(t *testing.T, a *app.App)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t, nil)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t, nil)) })
}

// SQLite opens a copy of the demo town in a directory of the test's own. A nil
// clock is the machine's.
func SQLite(t testing.TB, clock now.Clock) *app.App {
	t.Helper()
	return SQLiteWith(t, clock, nil)
}

// SQLiteWith is SQLite with further options of the installation.
func SQLiteWith(t testing.TB, clock now.Clock, more map[string]string) *app.App {
	t.Helper()
	return Open(t, with(Embedded(t, 0), more), clock)
}

// Embedded copies the demo town as it was made at that instant, 0 is the machine's time, and gives
// the options that open the copy.
func Embedded(t testing.TB, at now.Instant) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(townDir(t, at))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "keys.json"), 0o600); err != nil { // CopyFS does not keep the mode
		t.Fatal(err)
	}
	return map[string]string{"data": dir}
}

func with(options, more map[string]string) map[string]string {
	maps.Copy(options, more)
	return options
}

// Postgres opens a clone of the demo town in a database of the test's own.
func Postgres(t testing.TB, clock now.Clock) *app.App {
	t.Helper()
	return PostgresWith(t, clock, nil)
}

// PostgresWith is Postgres with further options of the installation.
func PostgresWith(t testing.TB, clock now.Clock, more map[string]string) *app.App {
	t.Helper()
	return Open(t, with(Served(t, 0), more), clock)
}

// Served is Embedded on a database server.
func Served(t testing.TB, at now.Instant) map[string]string {
	t.Helper()
	return map[string]string{"data": t.TempDir(), "keys": keyFile(t), "db": postgresURL(t, at)}
}

// PostgresURL clones the demo town and gives its address; its keys are in KeyFile.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return postgresURL(t, 0)
}

func postgresURL(t testing.TB, at now.Instant) string {
	t.Helper()
	program, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := os.ReadFile(keyFile(t))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", program, at, ring))
	return pgtest.Fresh(t, "town"+hex.EncodeToString(sum[:8]), func(ctx context.Context, url string) error {
		return build(ctx, map[string]string{"data": os.TempDir(), "keys": keyFile(t), "db": url}, at)
	})
}

// sources names the program as it is in this checkout: what another one made of the
// town may be stored differently. All packages whose tests need the town share it.
var sources = sync.OnceValues(func() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "..")
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	all := string(sums)
	for _, folder := range []string{"internal", "migrations", "seed"} {
		key, wrong := pgtest.Key(os.DirFS(filepath.Join(root, folder)))
		all, err = all+key, errors.Join(err, wrong)
	}
	return all, err
})

// Open opens an installation with these options; it is closed after the test.
func Open(t testing.TB, options map[string]string, clock now.Clock) *app.App {
	t.Helper()
	a, err := start(t.Context(), options, clock)
	if err != nil {
		t.Fatal(err)
	}
	a.Reached("https://yimen.example")
	t.Cleanup(func() { Close(t, a) })
	return a
}

// closed are the installations that a test has closed before its end.
var closed sync.Map

// Close takes an installation down, as its machine would; once.
func Close(t testing.TB, a *app.App) {
	t.Helper()
	if _, done := closed.LoadOrStore(a, true); done {
		return
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func start(ctx context.Context, options map[string]string, clock now.Clock) (*app.App, error) {
	v, err := config.Read(app.Options, app.Prefix, func(n string) (string, bool) { s, ok := options[n]; return s, ok },
		func(string) (string, bool) { return "", false })
	if err != nil {
		return nil, err
	}
	return app.New(ctx, v, app.Mode{Migrate: true, Now: clock, Log: slog.New(slog.DiscardHandler),
		Passwords: identity.CheapCost})
}

func build(ctx context.Context, options map[string]string, at now.Instant) error {
	clock := now.Clock(func() now.Instant { return at })
	if at == 0 {
		clock = now.System
	}
	a, err := start(ctx, options, clock)
	if err != nil {
		return err
	}
	_, err = a.Demo(ctx, nil)
	return errors.Join(err, a.Close())
}

// Founded opens an empty installation with these options and makes the demo town on
// it at the time of its clock, for tests of days that are named.
func Founded(t testing.TB, options map[string]string, clock now.Clock) *app.App {
	t.Helper()
	a := Open(t, options, clock)
	if _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return a
}

// KeyFile is the key file of every cloned town.
func KeyFile(t testing.TB) string { return keyFile(t) }

// keyFile is shared by the test processes of one user, because they share the
// PostgreSQL template that was sealed with it.
func keyFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(os.TempDir(), "yimen-apptest-keys.json")
	if _, err := keys.Load(path); err == nil {
		return path
	}
	dir, err := os.MkdirTemp("", "yimen-apptest")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	mine := filepath.Join(dir, "keys.json")
	if _, err := keys.Create(mine); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(mine, path); err != nil && !errors.Is(err, fs.ErrExist) { // the first process wins
		t.Fatal(err)
	}
	return path
}

// town is an embedded town that copies are taken of.
type town struct {
	once sync.Once
	dir  string
	err  error
}

// towns are the embedded towns that this process knows, by when they were made.
var towns sync.Map

// townDir is an embedded town, which all packages whose tests need it share as they share the
// template on the server: whoever needs it first makes it.
func townDir(t testing.TB, at now.Instant) string {
	t.Helper()
	kept, _ := towns.LoadOrStore(at, &town{})
	m := kept.(*town)
	m.once.Do(func() { m.dir, m.err = sharedTown(at) })
	if m.err != nil {
		t.Fatal(m.err)
	}
	return m.dir
}

// townPrefix begins the names of the embedded towns in the directory for temporary files.
const townPrefix = "yimen-apptest-town-"

// sharedTown finds what these sources made today, or makes it: the age of a town at the
// machine's time shows.
func sharedTown(at now.Instant) (string, error) {
	program, err := sources()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", program, at, clock.DateOf(now.System().Time())))
	path := filepath.Join(os.TempDir(), townPrefix+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	removeOldTowns()
	mine, err := os.MkdirTemp("", "yimen-apptest")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(mine)
	if err := build(context.Background(), map[string]string{"data": mine}, at); err != nil {
		return "", err
	}
	if err := os.Rename(mine, path); err != nil && !errors.Is(err, fs.ErrExist) { // the first process wins
		return "", err
	}
	return path, nil
}

// removeOldTowns removes what nobody uses any more: no test runs for a day.
func removeOldTowns() {
	all, _ := filepath.Glob(filepath.Join(os.TempDir(), townPrefix+"*"))
	for _, dir := range all {
		if f, err := os.Stat(dir); err == nil && time.Since(f.ModTime()) > 24*time.Hour {
			os.RemoveAll(dir)
		}
	}
}

// As signs somebody of the demo town in and gives the actor the pages would see.
func As(t testing.TB, a *app.App, login string, channel gov.Channel) gov.Actor {
	t.Helper()
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Identity.SignIn(t.Context(), login, town.Password, identity.Origin{Channel: channel})
	if err != nil {
		t.Fatalf("sign in %s: %v", login, err)
	}
	return in.Actor
}

// Handler signs a handler in and lets him act for his organisation.
func Handler(t testing.TB, a *app.App, login string) gov.Actor {
	t.Helper()
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Identity.SignIn(t.Context(), login, town.Password, identity.Origin{Channel: gov.Mobile})
	if err != nil {
		t.Fatal(err)
	}
	all, err := a.Identity.Principals(t.Context(), in.Actor)
	if err != nil || len(all) == 0 {
		t.Fatalf("%s acts for nobody: %v", login, err)
	}
	actor, err := a.Identity.ActAs(t.Context(), in.Actor, in.Session.ID, all[0].Principal)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// Rows counts a table, for tests that nothing was half done.
func Rows(t testing.TB, d *db.DB, table string) (n int) {
	t.Helper()
	if err := d.Row(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
