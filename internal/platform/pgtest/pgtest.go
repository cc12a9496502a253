package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// busy is PostgreSQL's code for "somebody is connected to that database".
const busy = "55006"

// Build fills a new, empty database; every connection it opened is closed when it returns,
// because PostgreSQL clones only what nobody is connected to.
type Build func(ctx context.Context, url string) error

// URL returns an administrator's URL of the shared server, which it starts when need be.
func URL(t testing.TB) string {
	t.Helper()
	url, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// Empty makes a database with nothing in it and returns its URL; it is dropped after the test.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

// Fresh clones the template that belongs to key and returns the clone's URL; the clone is dropped
// after the test. The template is built by the first process that asks for it, the others wait.
// The key must change whenever build would make something else: see Key.
func Fresh(t testing.TB, key string, build Build) string {
	t.Helper()
	admin := URL(t)
	name, err := template(t.Context(), admin, key, build)
	if err != nil {
		t.Fatalf("pgtest: template %s: %v", key, err)
	}
	return create(t, name)
}

// Key is a template key for everything that is in a file tree: the migrations, for example.
func Key(tree fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%d %s %d ", len(path), path, len(text))
		sum.Write(text)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)[:10]), err
}

func create(t testing.TB, from string) string {
	t.Helper()
	admin := URL(t)
	name := unique("t")
	err := command(t.Context(), admin, "CREATE DATABASE "+name+" TEMPLATE "+from)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		// The test's own context is over by now.
		if err := command(context.Background(), admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return within(admin, name)
}

// template makes sure the template exists. It is built under a passing name and renamed when it
// is whole, so a build that failed or was killed is never taken for a template; the advisory lock
// lets one process of all build it.
func template(ctx context.Context, admin, key string, build Build) (string, error) {
	sum := sha256.Sum256([]byte(key))
	name := "template_" + hex.EncodeToString(sum[:10])
	c, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if there, err := exists(ctx, c, name); err != nil || there {
		return name, err
	}
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	if there, err := exists(ctx, c, name); err != nil || there {
		return name, err
	}
	raw := unique("build")
	if err := command(ctx, admin, "CREATE DATABASE "+raw+" TEMPLATE template0"); err != nil {
		return "", err
	}
	if err := build(ctx, within(admin, raw)); err != nil {
		return "", errors.Join(err, command(ctx, admin, "DROP DATABASE "+raw+" WITH (FORCE)"))
	}
	return name, command(ctx, admin, "ALTER DATABASE "+raw+" RENAME TO "+name)
}

func exists(ctx context.Context, c *pgx.Conn, name string) (bool, error) {
	var n int
	err := c.QueryRow(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n)
	return n > 0, err
}

// command runs one statement on a connection of its own, and again for a while when a connection
// that was just closed still counts as open on the server's side. Names in it are made here, of
// letters and digits only.
func command(ctx context.Context, admin, sql string) error {
	c, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	for range 50 {
		_, err = c.Exec(ctx, sql)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != busy {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// within is the same server, another database.
func within(admin, database string) string {
	u, err := url.Parse(admin)
	if err != nil {
		panic("pgtest: the server's own address is no URL: " + err.Error()) // foreign has refused others
	}
	u.Path = "/" + database
	return u.String()
}

// unique is a database name that no other process or test has.
func unique(kind string) string { return kind + "_" + strings.ToLower(rand.Text()) }
