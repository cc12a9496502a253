package reseal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/keys"
)

// drawer is a sealed column with a key of two columns and an aad of all three.
var drawer = Column{Table: "drawer", Name: "sealed", Key: []string{"a", "b"}, Bound: []string{"owner"},
	Aad: func(v []string) string { return v[0] + "/" + v[1] + "/" + v[2] }}

const many = 2*rows + 7

// fill makes a table of many rows sealed under ring, one empty.
func fill(t *testing.T, d *db.DB, ring *keys.Ring) {
	t.Helper()
	ctx := t.Context()
	err := d.Do(ctx, func(tx *db.Tx) error { // apart: statements of one transaction may travel together
		return tx.Exec(ctx, `CREATE TABLE drawer (a TEXT NOT NULL, b TEXT NOT NULL, owner TEXT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (a, b))`)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Do(ctx, func(tx *db.Tx) error {
		for i := range many {
			a, b := fmt.Sprint(i%10), fmt.Sprintf("%04d", i)
			sealed := ring.Seal([]byte("paper "+b), a+"/"+b+"/o")
			if i == 3 {
				sealed = ""
			}
			if err := tx.Exec(ctx, `INSERT INTO drawer (a, b, owner, sealed) VALUES ($1, $2, 'o', $3)`, a, b, sealed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func rotated(t *testing.T) (before, after *keys.Ring) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	before, err := keys.Create(path)
	if err == nil {
		after, err = keys.Rotate(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return before, after
}

// papers reads every row through the ring, by key.
func papers(t *testing.T, d *db.DB, ring *keys.Ring) map[string]string {
	t.Helper()
	q, err := d.Query(t.Context(), `SELECT a, b, owner, sealed FROM drawer WHERE sealed <> ''`)
	out := map[string]string{}
	_, err = db.All(q, err, func(s db.Scanner) (x struct{}, err error) {
		v, sealed := make([]string, 3), ""
		if err = s.Scan(&v[0], &v[1], &v[2], &sealed); err != nil {
			return x, err
		}
		plain, err := ring.Open(sealed, drawer.Aad(v))
		out[v[0]+"/"+v[1]] = string(plain)
		return x, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func set(t *testing.T, d *db.DB, a, b, sealed string) {
	t.Helper()
	err := d.Do(t.Context(), func(tx *db.Tx) error {
		return tx.ExecOne(t.Context(), errors.New("no row"), `UPDATE drawer SET sealed = $3 WHERE a = $1 AND b = $2`, a, b, sealed)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// walk goes to the end and counts.
func walk(t *testing.T, d *db.DB, ring *keys.Ring) (rounds int, sum Done) {
	t.Helper()
	for at := (Mark{}); !sum.End; rounds++ {
		next, done, err := Round(t.Context(), d, ring, []Column{drawer}, at)
		if err != nil || rounds > many {
			t.Fatal(rounds, err)
		}
		at, sum = next, Done{sum.Changed + done.Changed, append(sum.Unreadable, done.Unreadable...), done.End}
	}
	return rounds, sum
}

// A walk reaches every row once, in pages, leaves a damaged value for a person to see, and a second walk finds nothing.
func TestWalk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before, after := rotated(t)
		fill(t, d, before)
		set(t, d, "5", "0005", before.Seal([]byte("moved here"), "elsewhere"))
		if n, err := drawer.Stale(t.Context(), d, after); err != nil || n != many-1 {
			t.Fatal(n, err)
		}
		if n, err := drawer.Stale(t.Context(), d, before); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		rounds, done := walk(t, d, after)
		if rounds != 3 || done.Changed != many-2 || len(done.Unreadable) != 1 {
			t.Fatal(rounds, done.Changed, done.Unreadable)
		}
		if u := done.Unreadable[0]; u.Column != "drawer.sealed" || fmt.Sprint(u.Key) != "[5 0005]" || !errors.Is(u.Err, keys.ErrForged) {
			t.Error(u)
		}
		if n, err := drawer.Stale(t.Context(), d, after); err != nil || n != 1 {
			t.Error(n, err)
		}
		set(t, d, "5", "0005", after.Seal([]byte("paper 0005"), "5/0005/o"))
		if _, done := walk(t, d, after); done.Changed != 0 || len(done.Unreadable) != 0 {
			t.Error("a second walk changes", done)
		}
		got := papers(t, d, after)
		for i := range many {
			a, b := fmt.Sprint(i%10), fmt.Sprintf("%04d", i)
			want := "paper " + b
			if i == 3 {
				want = ""
			}
			if got[a+"/"+b] != want {
				t.Errorf("%s/%s says %q", a, b, got[a+"/"+b])
			}
		}
	})
}

// What is written between the reading and the writing of a round is newer, and stays.
func TestARoundUndoesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before, after := rotated(t)
		fill(t, d, before)
		page, err := drawer.page(t.Context(), d, after.Prefix(), nil, rows)
		if err != nil || len(page) != rows {
			t.Fatal(len(page), err)
		}
		x := page[7]
		set(t, d, x.key[0], x.key[1], before.Seal([]byte("newer"), drawer.Aad(x.values)))
		if _, err := drawer.change(t.Context(), d, after, page); err != nil {
			t.Fatal(err)
		}
		if got := papers(t, d, after)[x.key[0]+"/"+x.key[1]]; got != "newer" {
			t.Errorf("it says %q again", got)
		}
		walk(t, d, after)
		if n, err := drawer.Stale(t.Context(), d, after); err != nil || n != 0 {
			t.Error("the next walk leaves it", n, err)
		}
	})
}

// A mark of a column that the program no longer has begins anew, and no column at all is an end.
func TestMarks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before, after := rotated(t)
		fill(t, d, before)
		next, done, err := Round(t.Context(), d, after, []Column{drawer}, Mark{Column: "gone.column", After: []string{"x"}})
		if err != nil || done.Changed == 0 || next.Column != "drawer.sealed" {
			t.Error(next, done, err)
		}
		if _, done, err := Round(t.Context(), d, after, nil, Mark{}); err != nil || !done.End {
			t.Error(done, err)
		}
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		if at, done, err := Round(stopped, d, after, []Column{drawer}, next); err == nil || done.End || at.Column != next.Column {
			t.Error("a round that failed moves on", at, done)
		}
	})
}
