package app_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/rehearsal"
)

// TestWhatAFilingAsked: every filing is counted, in its transaction; a bundle beside
// what its items ask one by one; what was added up is what the rows say, what the
// documented statement says, and what a supervisor of the place sees.
func TestWhatAFilingAsked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, system := t.Context(), gov.Actor{Kind: gov.System}
		before := burdens(t, a, system, applications.BurdenFilter{})
		handler, person := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "resident1", gov.Web)
		single := apptest.Filed(t, a, handler, food, "445103")
		bundle, err := a.Stage().FileBundle(ctx, person, rehearsal.Choice{Bundle: "newborn", Region: village})
		if err != nil {
			t.Fatal(err)
		}
		rows := burdens(t, a, system, applications.BurdenFilter{})
		if len(rows) != len(before)+2 || len(rows) != filings(t, a) {
			t.Fatalf("%d rows after %d, %d applications filed", len(rows), len(before), filings(t, a))
		}
		countedItem(t, a, single, rowOf(t, rows, single.ID))
		countedBundle(t, a, bundle, rowOf(t, rows, bundle.ID))

		lines, err := a.Applications.Burdens(ctx, system, applications.BurdenFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(addedUp(rows), lines); diff != "" {
			t.Errorf("the rows added up and the sums (-rows +sums):\n%s", diff)
		}
		documented, err := a.DB.Query(ctx, documentedBurden(t), clock.MustDate("1900-01-01"), apptest.Today(a))
		found, err := db.All(documented, err, applications.ScanBurdenLine)
		applications.SortBurdens(found)
		if err != nil || !cmp.Equal(found, lines) {
			t.Errorf("%v\n%s", err, cmp.Diff(found, lines))
		}
		seenBy(t, a, rows, bundle)
		holds(t, a)
	})
}

// A filing that fails counts nothing.
func TestAFilingThatFailsIsNotCounted(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		handler := apptest.Handler(t, a, "handler1")
		x := apptest.Filed(t, a, handler, food, "445103")
		if _, err := a.Applications.File(t.Context(), handler, x.ID, x.Version(), true); err != nil {
			t.Fatal(err) // a second click gives the same receipt
		}
		if err := a.DB.Do(t.Context(), func(tx *db.Tx) error {
			return a.Applications.MeasureIn(t.Context(), tx, applications.Burden{Application: x.ID})
		}); err == nil {
			t.Error("an application was counted twice")
		}
		if n := apptest.Rows(t, a.DB, "burden"); n != filings(t, a) {
			t.Errorf("%d rows, %d applications filed", n, filings(t, a))
		}
	})
}

func burdens(t *testing.T, a *app.App, actor gov.Actor, f applications.BurdenFilter) (out []applications.Burden) {
	t.Helper()
	for page, err := range a.Applications.BurdenPages(t.Context(), actor, f) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page...)
	}
	return out
}

func filings(t *testing.T, a *app.App) (n int) {
	t.Helper()
	if err := a.DB.Row(t.Context(), `SELECT count(*) FROM application WHERE number <> ''`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func rowOf(t *testing.T, rows []applications.Burden, application string) applications.Burden {
	t.Helper()
	i := slices.IndexFunc(rows, func(b applications.Burden) bool { return b.Application == application })
	if i < 0 {
		t.Fatalf("%s is not counted", application)
	}
	return rows[i]
}

// addedUp is what the statement counts, counted here.
func addedUp(rows []applications.Burden) []applications.BurdenLine {
	sums := map[string]*applications.BurdenLine{}
	for _, b := range rows {
		l := sums[b.Version]
		if l == nil {
			l = &applications.BurdenLine{Matter: b.Matter}
			sums[b.Version] = l
		}
		l.Filed++
		l.Add(b.Load)
		l.Name = max(l.Name, b.Name)
	}
	var out []applications.BurdenLine
	for _, l := range sums {
		out = append(out, *l)
	}
	applications.SortBurdens(out)
	return out
}

// countedItem: an item by itself asks what its guide lists; saved is what was known.
func countedItem(t *testing.T, a *app.App, x *applications.Application, b applications.Burden) {
	t.Helper()
	g, err := a.Catalogue.Guide(t.Context(), x.LocalItem)
	if err != nil {
		t.Fatal(err)
	}
	papers := 0
	for _, m := range g.Materials {
		if !m.Generated {
			papers++
		}
	}
	if b.Item != food || b.Bundle != "" || b.Version != g.Version.ID || b.Number != g.Number || b.Members != 1 || b.Region != x.Region ||
		b.Department != "scjg" || b.FiledOn != apptest.Today(a) || b.Channel != x.Channel {
		t.Errorf("%+v", b)
	}
	if b.Fields != int64(len(g.Form)) || b.SeparateFields != b.Fields || b.Materials != int64(papers) || b.SeparateMaterials != b.Materials ||
		b.Days != int64(g.Item.CommitmentDays) || b.Visits != int64(g.Item.Visits) || b.Copies > b.SeparateCopies {
		t.Errorf("%+v, not what the guide asks: %d fields, %d papers", b, len(g.Form), papers)
	}
	if b.Typed >= b.Fields || b.Typed == 0 { // the company's name and code are known
		t.Errorf("%d of %d fields typed", b.Typed, b.Fields)
	}
}

// countedBundle: what is separate is the sum of the items by themselves.
func countedBundle(t *testing.T, a *app.App, x *applications.Application, b applications.Burden) {
	t.Helper()
	c, err := a.Catalogue.Composition(t.Context(), x.LocalItem)
	if err != nil {
		t.Fatal(err)
	}
	var apart catalogue.Burden
	for _, m := range c.Members {
		own := m.Burden()
		apart.Fields, apart.Materials, apart.Copies = apart.Fields+own.Fields, apart.Materials+own.Materials, apart.Copies+own.Copies
		apart.Visits, apart.Days = apart.Visits+own.Visits, apart.Days+own.Days
	}
	if b.Item != "" || b.Bundle != "newborn" || b.Version != c.BundleVersion || b.Number != 1 || b.Members != int64(len(c.Members)) || b.Region != x.Region {
		t.Errorf("%+v", b)
	}
	got := catalogue.Burden{Fields: int(b.SeparateFields), Materials: int(b.SeparateMaterials), Copies: int(b.SeparateCopies),
		Visits: int(b.SeparateVisits), Days: int(b.SeparateDays)}
	if got != apart {
		t.Errorf("separate handling is %+v, the items ask %+v", got, apart)
	}
	if int(b.Fields) != len(c.Merged.Asked()) || int(b.Materials) != len(c.Merged.Materials) || b.Fields >= b.SeparateFields || b.Materials >= b.SeparateMaterials {
		t.Errorf("%+v", b)
	}
}

// seenBy: who supervises the place sees the row, and nobody else.
func seenBy(t *testing.T, a *app.App, rows []applications.Burden, bundle *applications.Application) {
	t.Helper()
	supervisor := func(region gov.Region) gov.Actor {
		return gov.Actor{Account: "s", Kind: gov.Staff, Posts: []gov.Post{{ID: "p", Region: string(region), Role: gov.RoleSupervisor}}}
	}
	f := applications.BurdenFilter{Kind: applications.BurdenOfBundles, ID: "newborn", From: apptest.Today(a), To: apptest.Today(a)}
	for name, x := range map[string]struct {
		actor gov.Actor
		sees  bool
	}{
		"of the county":      {supervisor(gov.Region(bundle.Region.County() + "000000")), true},
		"of the village":     {supervisor(bundle.Region), true},
		"of another county":  {supervisor("445102000000"), false},
		"of nowhere":         {supervisor(""), false},
		"an officer":         {apptest.As(t, a, "scjg-officer", gov.Web), false},
		"the applicant":      {apptest.As(t, a, "resident1", gov.Web), false},
		"nobody":             {gov.Nobody(gov.Web), false},
		"the town's own one": {apptest.As(t, a, "supervisor", gov.Web), true},
	} {
		some := burdens(t, a, x.actor, f)
		if got := slices.ContainsFunc(some, func(b applications.Burden) bool { return b.Application == bundle.ID }); got != x.sees {
			t.Errorf("%s sees it: %v", name, got)
		}
		lines, err := a.Applications.Burdens(t.Context(), x.actor, f)
		if err != nil || !cmp.Equal(addedUp(some), lines) {
			t.Errorf("%s: %v %s", name, err, cmp.Diff(addedUp(some), lines))
		}
	}
	late := f
	late.From = apptest.Today(a).AddDays(1)
	late.To = late.From
	if some := burdens(t, a, gov.Actor{Kind: gov.System}, late); len(some) > 0 {
		t.Errorf("filed tomorrow: %+v", some)
	}
	elsewhere := burdens(t, a, gov.Actor{Kind: gov.System}, applications.BurdenFilter{Department: "scjg"})
	for _, b := range elsewhere {
		if b.Department != "scjg" {
			t.Errorf("%+v", b)
		}
	}
	if len(elsewhere) == 0 || len(elsewhere) >= len(rows) {
		t.Errorf("%d of %d rows are of one department", len(elsewhere), len(rows))
	}
}
