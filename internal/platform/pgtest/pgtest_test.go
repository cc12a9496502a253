package pgtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
)

// one makes a table with one row, as a migration would.
func one(ctx context.Context, url string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, "CREATE TABLE thing (name TEXT NOT NULL); INSERT INTO thing VALUES ('b'), ('A'), ('a'), ('阿')")
	return err
}

func open(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// database is the name in a URL.
func database(url string) string {
	return url[strings.LastIndex(url, "/")+1 : strings.Index(url, "?")]
}

func count(t *testing.T, url, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := open(t, url).QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	key := unique("own")
	a, b := Fresh(t, key, one), Fresh(t, key, one)
	if _, err := open(t, a).Exec(t.Context(), "DELETE FROM thing"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, a, "SELECT count(*) FROM thing"); n != 0 {
		t.Errorf("the first database has %d rows after all were deleted", n)
	}
	if n := count(t, b, "SELECT count(*) FROM thing"); n != 4 {
		t.Errorf("the second database has %d rows, want the template's 4: databases are not apart", n)
	}
}

func TestTextIsOrderedByBytes(t *testing.T) {
	c := open(t, Fresh(t, "bytes", one))
	var got string
	if err := c.QueryRow(t.Context(), "SELECT string_agg(name, '' ORDER BY name) FROM thing").Scan(&got); err != nil {
		t.Fatal(err)
	}
	if got != "Aab阿" {
		t.Errorf("ordered as %q, want %q: SQLite orders by bytes", got, "Aab阿")
	}
}

func TestTheTemplateIsBuiltOnce(t *testing.T) {
	key := unique("once")
	var built atomic.Int32
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			_, err := template(t.Context(), URL(t), key, func(ctx context.Context, url string) error {
				built.Add(1)
				return one(ctx, url)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if built.Load() != 1 {
		t.Errorf("built %d times, want once for all that asked at the same time", built.Load())
	}
}

func TestAFailedBuildIsNoTemplate(t *testing.T) {
	key, broken := unique("broken"), errors.New("migration 7 is wrong")
	var half string
	_, err := template(t.Context(), URL(t), key, func(_ context.Context, url string) error {
		half = database(url)
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatalf("got %v, want the builder's own error", err)
	}
	if n := count(t, URL(t), "SELECT count(*) FROM pg_database WHERE datname = $1", half); n != 0 {
		t.Errorf("the half-built database %s was left", half)
	}
	if n := count(t, Fresh(t, key, one), "SELECT count(*) FROM thing"); n != 4 {
		t.Errorf("%d rows after the build was put right, want 4", n)
	}
}

func TestADatabaseIsDroppedAfterItsTest(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) {
		url = Empty(t)
		open(t, url) // a connection that is open when the test ends must not keep it
	})
	if n := count(t, URL(t), "SELECT count(*) FROM pg_database WHERE datname = $1", database(url)); n != 0 {
		t.Errorf("database %s is still there", database(url))
	}
}

func TestKeyChangesWithAnyFile(t *testing.T) {
	base := fstest.MapFS{"0001_a.sql": {Data: []byte("CREATE TABLE a")}, "0002_b.sql": {Data: []byte("x")}}
	first, err := Key(base)
	if err != nil {
		t.Fatal(err)
	}
	for name, tree := range map[string]fstest.MapFS{
		"text":  {"0001_a.sql": {Data: []byte("CREATE TABLE b")}, "0002_b.sql": {Data: []byte("x")}},
		"name":  {"0001_c.sql": {Data: []byte("CREATE TABLE a")}, "0002_b.sql": {Data: []byte("x")}},
		"added": {"0001_a.sql": {Data: []byte("CREATE TABLE a")}, "0002_b.sql": {Data: []byte("x")}, "0003.sql": {}},
		"moved": {"0001_a.sql": {Data: []byte("CREATE TABLE ax")}, "0002_b.sql": {}},
	} {
		if other, err := Key(tree); err != nil || other == first {
			t.Errorf("%s: key %s, error %v; want another key than the first tree's", name, other, err)
		}
	}
}

// The keeper below is played in this process, on a state directory of its own, so that the shared
// server of a real run is left alone.
func TestTheKeeperEndsWhenNobodyIsLeft(t *testing.T) {
	s := state{t.TempDir()}
	user, err := lockFile(s.file("users"), syscall.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- keep(s, 300*time.Millisecond) }()
	url := awaitServer(t, s, done)
	select {
	case err := <-done:
		t.Fatalf("the keeper ended (%v) while somebody used its server", err)
	case <-time.After(time.Second):
	}
	data, err := os.ReadFile(s.file("data"))
	if err != nil {
		t.Fatal(err)
	}
	user.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatal("the keeper goes on although nobody is left")
	}
	if ping(t.Context(), url) == nil {
		t.Error("the server still answers")
	}
	if _, err := os.Stat(string(data)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its files are still in %s (%v)", data, err)
	}
	if _, err := s.read(); err == nil {
		t.Error("its address is still published")
	}
}

func TestASecondServerIsFoundNotStarted(t *testing.T) {
	s := state{t.TempDir()}
	user, err := lockFile(s.file("users"), syscall.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- keep(s, 200*time.Millisecond) }()
	url := awaitServer(t, s, done)
	again, err := s.ensure()
	if err != nil || again != url {
		t.Errorf("a second user got %q, %v; want the address of the running server", again, err)
	}
	user.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func awaitServer(t *testing.T, s state, done <-chan error) string {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if url, err := s.read(); err == nil {
			return url
		}
		select {
		case err := <-done:
			t.Fatalf("the keeper ended at once: %v", err)
		default:
		}
	}
	t.Fatal("no server in time")
	return ""
}

// What a killed keeper left is removed by the next one, and nothing else is, whatever the file says.
func TestSweep(t *testing.T) {
	s, old := state{t.TempDir()}, filepath.Join(t.TempDir(), dataPrefix+"1")
	if err := os.MkdirAll(filepath.Join(old, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.file("data"), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there (%v)", old, err)
	}
	precious := t.TempDir()
	if err := os.WriteFile(s.file("data"), []byte(precious), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.sweep(); err == nil {
		t.Error("a directory that is not ours was not refused")
	}
	if _, err := os.Stat(precious); err != nil {
		t.Errorf("a directory that is not ours was removed: %v", err)
	}
}

func TestADurableServerIsDurable(t *testing.T) {
	s, err := Launch(t.Context(), Config{Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}()
	c := open(t, s.URL)
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := c.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&value); err != nil || value != "on" {
			t.Errorf("%s is %q (%v), want on: a benchmark would measure something else", name, value, err)
		}
	}
	if strings.HasPrefix(s.dir, memory) {
		t.Errorf("its files are in memory: %s", s.dir)
	}
}

func TestAForeignServer(t *testing.T) {
	if got, err := foreign(URL(t)); err != nil || got != URL(t) {
		t.Errorf("a server that answers gave %q, %v", got, err)
	}
	for _, given := range []string{"host=localhost dbname=postgres", "mysql://localhost/x", "postgres://nobody@127.0.0.1:1/x"} {
		if _, err := foreign(given); err == nil || !strings.Contains(err.Error(), serverEnv) {
			t.Errorf("%s: error %v, want one that names %s", given, err, serverEnv)
		}
	}
}

func TestWithoutPostgreSQLTheRemedyIsNamed(t *testing.T) {
	half := t.TempDir() // an installation with one of the two programs is none
	if err := os.WriteFile(filepath.Join(half, "postgres"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dirs := range [][]string{nil, {half}, {filepath.Join(half, "missing")}} {
		if _, err := find(dirs); err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("%v: error %v, want one that says what to do", dirs, err)
		}
	}
}
