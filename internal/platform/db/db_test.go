package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

var ctx = context.Background()

func put(tx *db.Tx, key, value string) error {
	return tx.Exec(ctx, `INSERT INTO setting (key, value) VALUES ($1, $2)`, key, value)
}

func get(t *testing.T, r db.Reader, key string) string {
	t.Helper()
	var v string
	if err := r.Row(ctx, `SELECT value FROM setting WHERE key = $1`, key).Scan(&v); err != nil && !db.NoRows(err) {
		t.Fatal(err)
	}
	return v
}

func TestDoCommitsOrLeavesNoTrace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		err := d.Do(ctx, func(tx *db.Tx) error {
			if err := put(tx, "a", "1"); err != nil {
				return err
			}
			if got := get(t, tx, "a"); got != "1" {
				t.Errorf("a transaction does not see its own write: %q", got)
			}
			return boom
		})
		if !errors.Is(err, boom) || get(t, d, "a") != "" {
			t.Fatalf("err %v, a %q", err, get(t, d, "a"))
		}
		if err := d.Do(ctx, func(tx *db.Tx) error { return put(tx, "a", "2") }); err != nil || get(t, d, "a") != "2" {
			t.Fatalf("err %v, a %q", err, get(t, d, "a"))
		}
	})
}

func TestExecOneRefusesAndNothingStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		stale := fault.Conflict("test.stale")
		err := d.Do(ctx, func(tx *db.Tx) error {
			if err := put(tx, "b", "1"); err != nil {
				return err
			}
			return tx.ExecOne(ctx, stale, `UPDATE setting SET value = $2 WHERE key = $1`, "nobody", "x")
		})
		if !fault.Is(err, "test.stale") || get(t, d, "b") != "" {
			t.Fatalf("err %v, b %q", err, get(t, d, "b"))
		}
	})
}

func TestPlaceholdersBindByNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var a, b string
		err := d.Row(ctx, `SELECT CAST($2 AS TEXT), CAST($1 AS TEXT)`, "one", "two").Scan(&a, &b)
		if err != nil || a != "two" || b != "one" {
			t.Fatalf("%v %q %q", err, a, b)
		}
	})
}

func TestInListAndUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Do(ctx, func(tx *db.Tx) error {
			return errors.Join(put(tx, "x", "1"), put(tx, "y", "2"), put(tx, "z", "3"))
		})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := d.Query(ctx, `SELECT value FROM setting WHERE key in_list($1) ORDER BY key`, db.List([]string{"z", "x", "'"}))
		got, err := db.All(rows, err, db.Text)
		if err != nil || len(got) != 2 || got[0] != "1" || got[1] != "3" {
			t.Fatalf("%v %v", got, err)
		}
		err = d.Do(ctx, func(tx *db.Tx) error { return put(tx, "x", "again") })
		if !db.IsUnique(err) {
			t.Fatalf("not seen as a taken key: %v", err)
		}
	})
}

func TestManyWritersAndAPanic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Do(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, `INSERT INTO serial VALUES ('n', 0)`) }); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = d.Do(ctx, func(tx *db.Tx) error {
				_ = get(t, tx, "n")
				panic("in the middle")
			})
		}()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 25 {
					err := d.Do(ctx, func(tx *db.Tx) error {
						return tx.ExecOne(ctx, fault.Missing("x"), `UPDATE serial SET next = next + 1 WHERE name = 'n'`)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		var n int64
		if err := d.Row(ctx, `SELECT next FROM serial WHERE name = 'n'`).Scan(&n); err != nil || n != 200 {
			t.Fatalf("%d %v", n, err)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	d := dbtest.SQLite(t, nil)
	rows, err := d.Query(ctx, `INSERT INTO setting (key, value) VALUES ('k', 'v') RETURNING key`)
	if err == nil {
		_, err = db.All(rows, nil, db.Text)
	}
	if err == nil {
		t.Fatal("a reader wrote")
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(ctx, db.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := db.Open(ctx, db.Options{Dir: dir}); !fault.Is(err, "db.locked") {
		t.Fatalf("second writer: %v", err)
	}
	r, err := db.Open(ctx, db.Options{Dir: dir, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Do(ctx, func(*db.Tx) error { return nil }); !fault.Is(err, "db.read_only") {
		t.Fatalf("read-only wrote: %v", err)
	}
}
