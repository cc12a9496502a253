package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/job"
	"yimen/internal/platform/now"
)

// hand is a clock that moves when a test says so.
type hand struct{ at atomic.Int64 }

func (h *hand) now() now.Instant     { return now.Instant(h.at.Load()) }
func (h *hand) pass(d time.Duration) { h.at.Add(int64(d / time.Microsecond)) }

func each(t *testing.T, f func(t *testing.T, d *db.DB, h *hand)) {
	h := &hand{}
	dbtest.EachAt(t, h.now, func(t *testing.T, d *db.DB) {
		h.at.Store(int64(now.FromTime(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))))
		f(t, d, h)
	})
}

func add(t *testing.T, d *db.DB, jobs ...job.Job) {
	t.Helper()
	err := d.Do(t.Context(), func(tx *db.Tx) error {
		for _, j := range jobs {
			if err := job.Add(t.Context(), tx, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func once(t *testing.T, w *job.Worker) int {
	t.Helper()
	n, err := w.Once(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A gateway that does not answer keeps nothing else waiting.
func TestTwoWorkersDivideTheKinds(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, h *hand) {
		var mu sync.Mutex
		done := map[string]string{}
		by := func(who string) job.Outside {
			return func(_ context.Context, j job.Job) error {
				mu.Lock()
				defer mu.Unlock()
				done[j.Kind] += who
				return nil
			}
		}
		log := slog.New(slog.DiscardHandler)
		main := &job.Worker{DB: d, Now: h.now, Log: log, Except: []string{"letter", "call"}}
		apart := &job.Worker{DB: d, Now: h.now, Log: log, Only: []string{"letter", "call"}}
		for _, kind := range []string{"letter", "call", "tick"} {
			main.HandleOutside(kind, by("main"))
			apart.HandleOutside(kind, by("apart"))
		}
		add(t, d, job.Job{Kind: "letter", Key: "1"}, job.Job{Kind: "tick", Key: "1"}, job.Job{Kind: "call", Key: "1"})
		if n := once(t, main); n != 1 {
			t.Errorf("the first took %d", n)
		}
		if n := once(t, apart); n != 2 {
			t.Errorf("the other took %d", n)
		}
		if done["letter"] != "apart" || done["call"] != "apart" || done["tick"] != "main" {
			t.Errorf("%v", done)
		}
	})
}

func TestAParkedJobIsTriedAgainUnderItsOldName(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, h *hand) {
		ctx := t.Context()
		var names []string
		broken := true
		w := &job.Worker{DB: d, Now: h.now, Log: slog.New(slog.DiscardHandler)}
		w.HandleOutside("letter", func(_ context.Context, j job.Job) error {
			names = append(names, j.ID)
			if broken {
				return errors.New("nobody answers")
			}
			return nil
		})
		add(t, d, job.Job{Kind: "letter", Key: "1"})
		for range 20 {
			once(t, w)
			h.pass(2 * time.Hour)
		}
		kinds := []string{"letter"}
		all, err := job.ParkedOf(ctx, d, kinds, "", 10)
		if err != nil || len(all) != 1 || all[0].Attempt != 8 || all[0].Reason != "nobody answers" || all[0].Key != "1" {
			t.Fatalf("%+v, %v", all, err)
		}
		if other, err := job.ParkedOf(ctx, d, []string{"tick"}, "", 10); err != nil || len(other) != 0 {
			t.Errorf("another kind: %v, %v", other, err)
		}
		again := func(kinds ...string) (n int) {
			err := d.Do(ctx, func(tx *db.Tx) error {
				woken, err := job.Again(ctx, tx, kinds, []string{all[0].ID, "no such job"})
				n = len(woken)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if again("tick") != 0 || again("letter") != 1 || again("letter") != 0 {
			t.Error("only a parked job of a kind that is named is woken, and once")
		}
		once(t, w)
		if all, err = job.ParkedOf(ctx, d, kinds, "", 10); err != nil || len(all) != 1 || all[0].Attempt != 9 {
			t.Fatalf("one failure more parks it at once: %+v, %v", all, err)
		}
		broken = false
		again("letter")
		once(t, w)
		if n, err := job.Parked(ctx, d); n != 0 || err != nil {
			t.Errorf("%d still parked, %v", n, err)
		}
		if len(names) != 10 {
			t.Errorf("%d attempts", len(names))
		}
		for _, name := range names {
			if name != names[0] {
				t.Errorf("the idempotency key changed: %v", names)
			}
		}
	})
}
