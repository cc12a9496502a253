package catalogue_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
)

func TestLocalItemsFollowBodiesAndLevels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		at := func(item string) string {
			list, err := s.LocalItems(ctx, item)
			if err != nil {
				t.Fatal(err)
			}
			var bodies []string
			for _, l := range list {
				bodies = append(bodies, l.Body)
			}
			return strings.Join(bodies, " ")
		}
		for item, want := range map[string]string{
			"company-register":   "body-city-scjg body-county-scjg",       // 市 县
			"residence-permit":   "body-county-ga body-town body-village", // 县 镇 村: the town has no 公安 body of its own
			"homestead-approval": "body-town body-village",                // 镇 村 of the town government
			"early-retire":       "body-city-rs",                          // 市
		} {
			if got := at(item); got != want {
				t.Errorf("%s is handled at %q, want %q", item, got, want)
			}
		}
		for place, want := range map[string]string{
			cataloguetest.Village: "body-village", cataloguetest.Town: "body-town", cataloguetest.County: "body-county-ga",
			"445103110000": "body-county-ga", cataloguetest.City: "body-county-ga",
		} {
			g, err := s.GuideAt(ctx, "residence-permit", place)
			if err != nil || g.Local.Body != want {
				t.Errorf("in %s: %s, want %s, %v", place, g.Local.Body, want, err)
			}
		}
		// a police station opens in the town and the county's body closes
		bodies := slices.DeleteFunc(cataloguetest.Bodies(), func(b catalogue.Body) bool { return b.ID == "body-county-ga" })
		bodies = append(bodies, catalogue.Body{ID: "body-station", Department: "ga", Region: cataloguetest.Town, Level: 5, Name: "古巷派出所"})
		before, err := s.Generation(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		done := localise(t, s, d, bodies)
		if got := at("residence-permit"); got != "body-station body-village" || done.Published == 0 || done.Superseded == 0 {
			t.Errorf("handled at %q after %+v", got, done)
		}
		after, err := s.Generation(ctx, d)
		if err != nil || after != before+1 {
			t.Errorf("generation %d → %d, %v", before, after, err)
		}
		if again := localise(t, s, d, bodies); again.Published+again.Superseded != 0 {
			t.Errorf("the same bodies change something: %+v", again)
		}
		if g, _ := s.Generation(ctx, d); g != after {
			t.Errorf("generation moved to %d without a change", g)
		}
	})
}

func localise(t *testing.T, s *catalogue.Service, d *db.DB, bodies []catalogue.Body) catalogue.Localised {
	t.Helper()
	var done catalogue.Localised
	err := d.Do(t.Context(), func(tx *db.Tx) error {
		var err error
		done, err = s.LocaliseIn(t.Context(), tx, cataloguetest.Editor(), bodies)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestOverridesMakeLocalVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		importLocal := func(text string) {
			t.Helper()
			regions, err := fs.ReadFile(cataloguetest.Set(), "regions.yaml")
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{"local_items.yaml": {Data: []byte("local_items:\n" + text)}, "regions.yaml": {Data: regions}}
			if r, err := s.Import(ctx, cataloguetest.Editor(), files, nil); err != nil {
				t.Fatal(err, r.Problems)
			}
		}
		importLocal("- {item: food-business-licence, region: '445103', commitment_days: 4, place: 2楼, fee: {charged: true, standard: 每证10元}}\n" +
			"- {item: company-register, region: '445100', place: 市中心}\n- {item: company-register, body: body-county-scjg, place: 区大厅}\n")
		g, err := s.GuideAt(ctx, "food-business-licence", cataloguetest.County)
		if err != nil {
			t.Fatal(err)
		}
		sum, steps := 0, 0
		for _, st := range g.Item.Stages {
			if st.Counted {
				sum += st.Days
			}
		}
		for _, st := range g.Steps {
			steps += st.Days
		}
		if g.Item.CommitmentDays != 4 || sum != 4 || steps != 4 || g.Item.Place != "2楼" || !g.Item.Fee.Charged || g.Local.Number != 2 || g.Number != 1 {
			t.Errorf("promise %d, stages %d, steps %d, place %q, local version %d of version %d", g.Item.CommitmentDays, sum, steps, g.Item.Place, g.Local.Number, g.Number)
		}
		base, err := s.Current(ctx, "food-business-licence")
		if err != nil || base.Item.CommitmentDays == 4 || base.Item.Place != "" {
			t.Errorf("the base item changed: %d days, place %q, %v", base.Item.CommitmentDays, base.Item.Place, err)
		}
		for region, want := range map[string]string{cataloguetest.City: "市中心", cataloguetest.County: "区大厅"} {
			g, err := s.GuideAt(ctx, "company-register", region)
			if err != nil || g.Item.Place != want {
				t.Errorf("in %s the place is %q, want %q, %v", region, g.Item.Place, want, err)
			}
		}
		importLocal("  []\n")
		g, err = s.GuideAt(ctx, "food-business-licence", cataloguetest.County)
		if err != nil || g.Item.Place != "" || g.Local.Number != 3 {
			t.Errorf("without the override: place %q, local version %d, %v", g.Item.Place, g.Local.Number, err)
		}
	})
}
