package scores_test

import (
	"testing"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/scores"
)

// publish brings a month to the public page.
func (w *world) publish(t *testing.T, m scores.Month, rows ...scores.Counted) {
	t.Helper()
	ctx, boss := t.Context(), supervisor(region)
	w.source.rows[m] = rows
	if _, err := w.Compute(ctx, program, m); err != nil {
		t.Fatal(err)
	}
	all, err := w.Months(ctx, boss, m.Add(1), 1)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	x, err := w.Sign(ctx, boss, m, all[0].Version())
	if err == nil {
		_, err = w.Publish(ctx, boss, m, x.Version())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestThePromiseKeptIsOfPublishedMonths(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), open(t, d)
		before, err := w.PublishedEdition(ctx)
		if err != nil {
			t.Fatal(err)
		}
		w.publish(t, "2025-08", row("old", "x", 50, 0)) // longer ago than a year
		w.publish(t, "2026-08", row("a", "x", 10, 9), row("b", "y", 20, 20))
		w.publish(t, "2026-10", row("a", "x", 10, 8), row("a", "z", 6, 6))
		w.source.rows["2026-09"] = []scores.Counted{row("a", "x", 99, 0)}
		if _, err := w.Compute(ctx, program, "2026-09"); err != nil { // stays unpublished
			t.Fatal(err)
		}
		if after, err := w.PublishedEdition(ctx); err != nil || after == before {
			t.Error("the public pages do not know that something was published", after, err)
		}
		k, err := w.KeptBodies(ctx)
		if err != nil || len(k.Months) != 12 || k.Months[0].Month != "2025-11" || k.Target != 9800 {
			t.Fatalf("%+v, %v", k, err)
		}
		if v, ok := k.Whole.Value(); !ok || k.Whole.Decided != 46 || k.Whole.InTime != 43 || v != scores.Ratio(43, 46) {
			t.Errorf("%+v", k.Whole)
		}
		if m := k.Months[10]; m.Month != "2026-09" || m.Published || m.Decided != 0 {
			t.Errorf("%+v", m)
		}
		if len(k.Lines) != 2 || k.Lines[0].Name != "某某区a" || k.Lines[0].Decided != 26 || !k.Lines[0].Scored || k.Lines[1].Scored {
			t.Errorf("%+v", k.Lines)
		}
		items, err := w.KeptItems(ctx)
		if err != nil || len(items.Lines) != 3 || items.Lines[0].Name != "事项x" || items.Lines[0].Decided != 20 {
			t.Errorf("%+v, %v", items, err)
		}
		one, err := w.KeptBody(ctx, "a")
		if err != nil || one.Name != "某某区a" || len(one.Lines) != 2 || one.Whole.Decided != 26 {
			t.Errorf("%+v, %v", one, err)
		}
		for _, nobody := range []string{"old", "nobody", ""} {
			if _, err := w.KeptBody(ctx, nobody); !fault.Is(err, "scores.missing") {
				t.Error(nobody, err)
			}
		}
	})
}

// Small numbers do not show, and cannot be found by subtracting either.
func TestSmallNumbersAreHidden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), open(t, d)
		w.publish(t, october, row("a", "x", 40, 40), row("b", "x", 4, 0), row("c", "x", 9, 9))
		k, err := w.KeptBodies(ctx)
		if err != nil || len(k.Lines) != 3 {
			t.Fatalf("%+v, %v", k, err)
		}
		for _, l := range k.Lines {
			hidden := l.Body != "a" // c goes with b, else 53 − 40 − 9 would be b
			if _, shown := l.Value(); shown == hidden || hidden && (l.Decided != 0 || l.InTime != 0 || !l.Few) {
				t.Errorf("%+v", l)
			}
		}
		if k.Lines[1].Scored {
			t.Error("the score of four cases shows")
		}
		one, err := w.KeptBody(ctx, "b")
		if err != nil || !one.Whole.Few || one.Whole.Decided != 0 || !one.Months[11].Few || one.Lines[0].Decided != 0 {
			t.Errorf("%+v, %v", one, err)
		}
	})
}
