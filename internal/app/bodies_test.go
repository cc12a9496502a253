package app_test

import (
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// A body that is added when the catalogue already stands handles the items of
// its department and level from then on; nobody has to import anything again.
func TestBodyGetsItsItems(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		admin := apptest.As(t, a, "admin", gov.Web)
		b, err := a.Identity.AddBody(t.Context(), admin, identity.BodyInput{Department: "zjj", Region: "445103101000", Name: "示例镇人民政府"})
		if err != nil {
			t.Fatal(err)
		}
		g, err := a.Catalogue.GuideAt(t.Context(), "residence-permit", "445103101000")
		if err != nil || g.Local.Body != b.ID {
			t.Fatalf("%v: the guide for the town is that of body %s, not of the new one", err, g.Local.Body)
		}
		old := g.Local.ID
		if _, err := a.Identity.EditBody(t.Context(), admin, b.ID, identity.BodyInput{Name: "示例镇人民政府", CreditCode: "11990000YM00004973"}); err != nil {
			t.Fatal(err)
		}
		if g, err = a.Catalogue.GuideAt(t.Context(), "residence-permit", "445103101000"); err != nil || g.Local.ID == old {
			t.Fatalf("%v: a new credit code makes a new 实施编码, and so a new version", err)
		}
		holds(t, a)
	})
}

// A body ends, and another begins, on a day to come: nobody does anything on that
// day, and its items have changed hands.
func TestBodiesTurnOnTheirDay(t *testing.T) {
	t.Parallel()
	at := now.System()
	clock := func() now.Instant { return at }
	for name, open := range map[string]func() *app.App{
		"sqlite": func() *app.App { return apptest.SQLite(t, clock) }, "postgres": func() *app.App { return apptest.Postgres(t, clock) },
	} {
		t.Run(name, func(t *testing.T) {
			at = now.System()
			a := open()
			ctx, town := t.Context(), "445103101000"
			admin := apptest.As(t, a, "admin", gov.Web)
			begin := func(name string, in identity.BodyInput) identity.Body {
				in.Department, in.Region, in.Name = "zjj", town, name
				b, err := a.Identity.AddBody(ctx, admin, in)
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			today := apptest.Today(a)
			first := begin("示例镇人民政府", identity.BodyInput{})
			if err := a.Identity.EndBody(ctx, admin, first.ID, today.AddDays(2), "撤并"); err != nil {
				t.Fatal(err)
			}
			second := begin("示例街道办事处", identity.BodyInput{ValidFrom: today.AddDays(5)})
			if err := a.Plant(ctx); err != nil {
				t.Fatal(err)
			}
			for day, want := range []string{first.ID, first.ID, first.ID, "", "", second.ID, second.ID} {
				work(t, a)
				g, err := a.Catalogue.GuideAt(ctx, "residence-permit", town)
				if err != nil && !fault.Is(err, "catalogue.no_item") {
					t.Fatal(err)
				}
				got := ""
				if err == nil && g.Local.Region == town {
					got = g.Local.Body
				}
				if got != want {
					t.Errorf("day %d: %q handles the item, want %q", day, got, want)
				}
				at = at.Add(24 * time.Hour)
			}
			before := generation(t, a)
			work(t, a)
			if after := generation(t, a); after != before {
				t.Errorf("a day on which no body turns made generation %d of %d", after, before)
			}
			holds(t, a)
		})
	}
}

func generation(t *testing.T, a *app.App) int64 {
	t.Helper()
	g, err := a.Catalogue.Generation(t.Context(), a.DB)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
