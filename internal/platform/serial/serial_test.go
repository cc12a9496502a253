package serial_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/serial"
)

// taken runs hands at once, each taking many numbers of a series, and gives what each got.
func taken(t *testing.T, hands, many int, take func(hand int) (int64, error)) [][]int64 {
	t.Helper()
	out := make([][]int64, hands)
	var all sync.WaitGroup
	for hand := range hands {
		all.Go(func() {
			for range many {
				n, err := take(hand)
				if err != nil {
					t.Error(err)
					return
				}
				out[hand] = append(out[hand], n)
			}
		})
	}
	all.Wait()
	return out
}

// Several processes with many requests each never give one number twice, and one process gives its numbers in order.
func TestNoNumberTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		processes := []*serial.Lease{serial.NewLease(d), serial.NewLease(d), serial.NewLease(d)}
		const hands, many = 9, 120 // more than two blocks for each process
		got := taken(t, hands, many, func(hand int) (int64, error) { return processes[hand%3].Take(t.Context(), "case/445103") })
		all := slices.Concat(got...)
		slices.Sort(all)
		if len(slices.Compact(slices.Clone(all))) != hands*many || all[0] != 1 {
			t.Errorf("%d different numbers of %d, from %d", len(slices.Compact(all)), hands*many, all[0])
		}
		if last := all[len(all)-1]; last > hands*many+3*50 {
			t.Errorf("%d numbers went to %d: whole blocks are lost", hands*many, last)
		}
		for hand, numbers := range got {
			if !slices.IsSorted(numbers) {
				t.Errorf("hand %d was given %v", hand, numbers)
			}
		}
	})
}

// A process that stops loses the rest of its block: numbers skip, they do not repeat.
func TestAfterARestart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		last := int64(0)
		for range 4 {
			l := serial.NewLease(d)
			for range 3 {
				n, err := l.Take(t.Context(), "s")
				if err != nil || n <= last {
					t.Fatalf("%d after %d, %v", n, last, err)
				}
				last = n
			}
		}
	})
}

// A process remembers a limited number of series; one it has forgotten goes on with a new block.
func TestForgottenSeriesDoNotRepeat(t *testing.T) {
	d := dbtest.SQLite(t, nil)
	l := serial.NewLease(d)
	first, err := l.Take(t.Context(), "old")
	if err != nil || first != 1 {
		t.Fatal(first, err)
	}
	for i := range 1000 {
		if n, err := l.Take(t.Context(), fmt.Sprint("day ", i)); err != nil || n != 1 {
			t.Fatal(i, n, err)
		}
	}
	if n, err := l.Take(t.Context(), "old"); err != nil || n <= first {
		t.Errorf("the series began again with %d, %v", n, err)
	}
}

// A database that does not answer costs nothing but the error: the next one is in order.
func TestAFailedLeaseTakesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := serial.NewLease(d)
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		if n, err := l.Take(stopped, "s"); err == nil {
			t.Fatal("a number out of nothing", n)
		}
		if n, err := l.Take(t.Context(), "s"); err != nil || n != 1 {
			t.Error(n, err)
		}
		if n, err := l.Take(t.Context(), "another"); err != nil || n != 1 {
			t.Error("series count together", n, err)
		}
	})
}

// A series without gaps: whoever comes at once is counted one after the other, and a transaction that does not stand
// gives its number back.
func TestNextHasNoGaps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const hands, many = 6, 15
		changedMind := errors.New("changed my mind")
		got := taken(t, hands, many, func(hand int) (n int64, err error) {
			err = d.Do(t.Context(), func(tx *db.Tx) error {
				_, err := serial.Next(t.Context(), tx, "letter/b1/2026")
				return errors.Join(err, changedMind)
			})
			if !errors.Is(err, changedMind) {
				return 0, fmt.Errorf("hand %d: %w", hand, err)
			}
			err = d.Do(t.Context(), func(tx *db.Tx) (err error) {
				n, err = serial.Next(t.Context(), tx, "letter/b1/2026")
				return err
			})
			return n, err
		})
		all := slices.Concat(got...)
		slices.Sort(all)
		for i, n := range all {
			if n != int64(i+1) {
				t.Fatalf("the %d. of %d is %d: %v", i+1, len(all), n, all)
			}
		}
		if len(all) != hands*many {
			t.Errorf("%d numbers", len(all))
		}
		err := d.Do(t.Context(), func(tx *db.Tx) error {
			for want := int64(1); want <= 3; want++ { // several of one transaction
				if n, err := serial.Next(t.Context(), tx, "letter/b2/2026"); err != nil || n != want {
					return fmt.Errorf("%d, want %d: %w", n, want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
