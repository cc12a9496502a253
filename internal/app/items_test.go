package app_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/rehearsal"
)

// TestEveryItem takes every item of the real catalogue from the first answer to
// the result in hand.
func TestEveryItem(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		stage := a.Stage()
		person, handler := apptest.As(t, a, "resident1", gov.Mobile), apptest.Handler(t, a, "handler2")
		all := everyItem(t, a)
		if len(all) != 188 {
			t.Errorf("%d items, the catalogue has 188", len(all))
		}
		for _, item := range apptest.Sample(all, 8) {
			take(t, a, stage, item, person, handler)
		}
		holds(t, a)
	})
}

func take(t *testing.T, a *app.App, stage *rehearsal.Stage, item string, person, handler gov.Actor) {
	t.Helper()
	const village = "445103100200"
	g, err := a.Catalogue.GuideAt(t.Context(), item, village)
	if err != nil {
		t.Errorf("%s: %v", item, err)
		return
	}
	applicant := handler
	if g.ForPerson() || g.Founds() {
		applicant = person
	}
	x, err := stage.File(t.Context(), applicant, item, village)
	if err != nil {
		t.Errorf("%s: %v", item, err)
		return
	}
	c, err := a.Cases.ByApplication(t.Context(), applicant, x.ID)
	if err != nil {
		t.Fatal(item, err)
	}
	if _, err := stage.Bring(t.Context(), applicant, c, rehearsal.Goal{State: cases.Delivered}); err != nil {
		t.Errorf("%s: %v", item, err)
	}
}

func everyItem(t *testing.T, a *app.App) []string {
	t.Helper()
	rows, err := a.DB.Query(t.Context(), `SELECT id FROM item ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTwoClerksAtOnce lets two clerks accept and decline the same case at the
// same moment: one wins, the other is told.
func TestTwoClerksAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		handler := apptest.Handler(t, a, "handler1")
		one, two := apptest.As(t, a, "clerk1", gov.Counter), apptest.As(t, a, "clerk2", gov.Counter)
		for range 10 {
			x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
			c, err := a.Cases.ByApplication(t.Context(), handler, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			var won, told atomic.Int32
			count := func(err error) {
				switch {
				case err == nil:
					won.Add(1)
				case fault.KindOf(err) == fault.KindConflict:
					told.Add(1)
				default:
					t.Error(err)
				}
			}
			var both sync.WaitGroup
			both.Go(func() { _, err := a.Cases.Accept(t.Context(), one, c.ID, c.Version()); count(err) })
			both.Go(func() {
				_, err := a.Cases.Decline(t.Context(), two, c.ID, c.Version(), cases.Decline{Reason: "不属于本机关", Article: "行政许可法第三十二条"})
				count(err)
			})
			both.Wait()
			if won.Load() != 1 || told.Load() != 1 {
				t.Fatalf("%d won, %d were told", won.Load(), told.Load())
			}
		}
		holds(t, a)
	})
}
