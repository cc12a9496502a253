package once_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/platform/once"
)

// desk acts: each act is one journal entry of a thing of its own.
type desk struct {
	d    *db.DB
	book *journal.Book
	k    *once.Keeper
}

func newDesk(t *testing.T, d *db.DB) *desk {
	ring := keystest.Ring(t)
	return &desk{d, journal.New(ring), &once.Keeper{DB: d, Secrets: ring}}
}

func (x *desk) entry(ctx context.Context, tx *db.Tx, thing string) error {
	_, err := x.book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: "thing", ID: thing}, Act: "make",
		Actor: gov.Actor{Account: "system1", Name: "系统", Kind: gov.Service, Channel: gov.API}})
	return err
}

func said(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

// ask does one act on a new thing, unless refuse says why not.
func (x *desk) ask(ctx context.Context, key, text string, refuse error) (once.Answer, error) {
	thing := id.New()
	return x.k.Do(ctx, once.Ask{Caller: "system1", Key: key, Said: said(text)}, func(ctx context.Context) error {
		return x.d.Do(ctx, func(tx *db.Tx) error {
			return errors.Join(x.entry(ctx, tx, thing), refuse)
		})
	}, func(ctx context.Context, r db.Reader) (once.Answer, error) {
		var n int // inside the act's transaction its entry is there already
		err := r.Row(ctx, `SELECT count(*) FROM journal WHERE subject = $1`, thing).Scan(&n)
		return once.Answer{Status: 201, Body: fmt.Appendf(nil, "%s %d", thing, n)}, err
	})
}

func (x *desk) entries(t *testing.T) (n int) {
	t.Helper()
	if err := x.d.Row(t.Context(), `SELECT count(*) FROM journal`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAskedTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newDesk(t, d)
		first, err := x.ask(t.Context(), "key-1", "grant", nil)
		if err != nil || first.Replayed || first.Status != 201 || !strings.HasSuffix(string(first.Body), " 1") {
			t.Fatalf("%+v %v", first, err)
		}
		x.k = &once.Keeper{DB: d, Secrets: x.k.Secrets} // another process
		again, err := x.ask(t.Context(), "key-1", "grant", nil)
		if err != nil || !again.Replayed || string(again.Body) != string(first.Body) || again.Status != 201 {
			t.Fatalf("%+v %v", again, err)
		}
		if _, err := x.ask(t.Context(), "key-1", "refuse", nil); !fault.Is(err, "once.other_request") {
			t.Fatal(err)
		}
		if other, err := x.ask(t.Context(), "key-2", "grant", nil); err != nil || other.Replayed {
			t.Fatalf("%+v %v", other, err)
		}
		if n := x.entries(t); n != 2 {
			t.Errorf("%d entries, want 2", n)
		}
	})
}

func TestRefusedKeepsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newDesk(t, d)
		no := fault.Conflict("db.busy")
		if _, err := x.ask(t.Context(), "key", "grant", no); !fault.Is(err, "db.busy") {
			t.Fatal(err)
		}
		if n := x.entries(t); n != 0 {
			t.Fatalf("%d entries of a refused act", n)
		}
		if a, err := x.ask(t.Context(), "key", "grant", nil); err != nil || a.Replayed {
			t.Fatalf("%+v %v", a, err)
		}
	})
}

// TestAnswerFails: what cannot be answered is not done.
func TestAnswerFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newDesk(t, d)
		ask := once.Ask{Caller: "system1", Key: "key", Said: said("grant")}
		_, err := x.k.Do(t.Context(), ask, func(ctx context.Context) error {
			return x.d.Do(ctx, func(tx *db.Tx) error {
				return x.entry(ctx, tx, id.New())
			})
		}, func(context.Context, db.Reader) (once.Answer, error) { return once.Answer{}, errors.New("no answer") })
		if err == nil || x.entries(t) != 0 {
			t.Fatalf("%v, %d entries", err, x.entries(t))
		}
	})
}

func TestAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newDesk(t, d)
		var all sync.WaitGroup
		bodies := make([]string, 16)
		for i := range bodies {
			all.Go(func() {
				a, err := x.ask(t.Context(), "same", "grant", nil)
				if err != nil {
					t.Error(err)
				}
				bodies[i] = string(a.Body)
			})
		}
		all.Wait()
		slices.Sort(bodies)
		if bodies = slices.Compact(bodies); len(bodies) != 1 || x.entries(t) != 1 {
			t.Errorf("%d answers, %d acts", len(bodies), x.entries(t))
		}
	})
}

// TestNothingToDo: an act that finds everything done is answered and kept too.
func TestNothingToDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newDesk(t, d)
		n := 0
		do := func() (once.Answer, error) {
			return x.k.Do(t.Context(), once.Ask{Caller: "c", Key: "k", Said: said("s")}, func(context.Context) error { return nil },
				func(context.Context, db.Reader) (once.Answer, error) {
					n++
					return once.Answer{Status: 200, Body: fmt.Append(nil, n)}, nil
				})
		}
		first, err := do()
		if err != nil || string(first.Body) != "1" {
			t.Fatal(first, err)
		}
		if again, err := do(); err != nil || string(again.Body) != "1" || !again.Replayed {
			t.Fatal(again, err)
		}
	})
}

func TestSweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newDesk(t, d)
		if _, err := x.ask(t.Context(), "key", "grant", nil); err != nil {
			t.Fatal(err)
		}
		var at int64
		var row string
		if err := d.Row(t.Context(), `SELECT at, key || print || answer FROM once`).Scan(&at, &row); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(row, "key") || strings.Contains(row, "grant") {
			t.Error("a kept answer shows what was asked")
		}
		kept := now.Instant(at)
		if n, err := x.k.Sweep(t.Context(), kept.Add(once.Kept)); n != 0 || err != nil {
			t.Error(n, err)
		}
		if n, err := x.k.Sweep(t.Context(), kept.Add(once.Kept+time.Second)); n != 1 || err != nil {
			t.Error(n, err)
		}
	})
}
