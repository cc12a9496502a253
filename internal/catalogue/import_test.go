package catalogue_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

// edited is the small set with one of its files edited.
func edited(t *testing.T, name string, edit func(string) string) fstest.MapFS {
	t.Helper()
	files := cataloguetest.Few(t)
	files[name] = &fstest.MapFile{Data: []byte(edit(string(files[name].Data)))}
	return files
}

// swap is an edit that must find what it replaces, once.
func swap(t *testing.T, old, with string) func(string) string {
	return func(text string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("the set has no %q", old)
		}
		return strings.Replace(text, old, with, 1)
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	dbtest.Calm(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.New(t, d)
		first, err := s.Import(t.Context(), cataloguetest.Editor(), cataloguetest.Set(), nil)
		if err != nil {
			t.Fatal(err, first.Problems)
		}
		if len(first.Items.Added) != 188 || len(first.Bundles.Added) != 46 || len(first.Elements.Added) != 446 ||
			len(first.Licences.Added) != 96 || len(first.Departments.Added) != 43 || len(first.Years.Added) != 9 {
			t.Errorf("added %d items, %d bundles, %d elements, %d licences, %d departments, %d years", len(first.Items.Added),
				len(first.Bundles.Added), len(first.Elements.Added), len(first.Licences.Added), len(first.Departments.Added), len(first.Years.Added))
		}
		if !first.Changed || first.Generation != 1 || len(first.Withheld) != 0 {
			t.Errorf("changed %v, generation %d, withheld %v", first.Changed, first.Generation, first.Withheld)
		}
		again, err := s.Import(t.Context(), cataloguetest.Editor(), cataloguetest.Set(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if again.Changed || again.Generation != 1 || again.Items.Unchanged != 188 {
			t.Errorf("the second import: changed %v, generation %d, %d unchanged", again.Changed, again.Generation, again.Items.Unchanged)
		}
	})
}

func TestChangedItemBecomesNewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		before, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
		if err != nil {
			t.Fatal(err)
		}
		files := edited(t, "items.yaml", swap(t, "name: 企业设立登记\n", "name: 企业设立登记（试行）\n"))
		report, err := s.Import(ctx, cataloguetest.Editor(), files, nil)
		if err != nil {
			t.Fatal(err, report.Problems)
		}
		if !slices.Equal(report.Items.Changed, []string{"company-register"}) || report.Items.Unchanged != 7 || len(report.Items.Added) != 0 {
			t.Errorf("report %+v", report.Items)
		}
		old, err := s.Guide(ctx, before.Local.ID)
		if err != nil {
			t.Fatal(err)
		}
		if old.Item.Name != "企业设立登记" || !old.Local.Superseded || old.Number != 1 {
			t.Errorf("the version a case stands on: %q, superseded %v, version %d", old.Item.Name, old.Local.Superseded, old.Number)
		}
		now, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
		if err != nil {
			t.Fatal(err)
		}
		if now.Item.Name != "企业设立登记（试行）" || now.Local.Number != 2 || now.Number != 2 || now.Local.Body != before.Local.Body {
			t.Errorf("the new one: %q, local version %d, version %d", now.Item.Name, now.Local.Number, now.Number)
		}
		other, err := s.GuideAt(ctx, "company-change", cataloguetest.County)
		if err != nil || other.Local.Number != 1 {
			t.Errorf("an unchanged item has local version %d, %v", other.Local.Number, err)
		}
	})
}

func TestChangedElementChangesTheItemsThatUseIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		// only the dictionary comes: the items that use the element get a version, the others do not
		all := edited(t, "data_elements.yaml", swap(t, "name: 民族, type: enum", "name: 民族成份, type: enum"))
		files := fstest.MapFS{"data_elements.yaml": all["data_elements.yaml"]}
		report, err := s.Import(ctx, cataloguetest.Editor(), files, nil)
		if err != nil {
			t.Fatal(err, report.Problems)
		}
		changed := report.Items.Changed
		slices.Sort(changed)
		if !slices.Contains(changed, "id-card-issue") || slices.Contains(changed, "company-register") || len(report.Elements.Changed) != 1 {
			t.Errorf("changed items %v, elements %v", changed, report.Elements.Changed)
		}
		g, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
		if err != nil || g.Number != 1 {
			t.Errorf("an item without the element has version %d, %v", g.Number, err)
		}
	})
}

func TestAbsentItemStaysAndIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		files := edited(t, "items.yaml", func(text string) string {
			i := strings.Index(text, "- id: gas-transfer\n")
			if i < 0 {
				t.Fatal("no gas-transfer")
			}
			return text[:i]
		})
		report, err := s.Import(ctx, cataloguetest.Editor(), files, nil)
		if err != nil {
			t.Fatal(err, report.Problems)
		}
		if !slices.Equal(report.Items.Absent, []string{"gas-transfer"}) || report.Changed {
			t.Errorf("absent %v, changed %v", report.Items.Absent, report.Changed)
		}
		if _, err := s.GuideAt(ctx, "gas-transfer", cataloguetest.County); err != nil {
			t.Errorf("the absent item is gone: %v", err)
		}
	})
}

func TestRefusedSetImportsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		before, err := s.Generation(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		files := edited(t, "items.yaml", swap(t, "statutory_days: 3", "statutory_days: -3"))
		departments := string(files["departments.yaml"].Data)
		files["departments.yaml"].Data = []byte(swap(t, "name: 公安局", "name: 公安分局")(departments))
		report, err := s.Import(ctx, cataloguetest.Editor(), files, nil)
		if !fault.Is(err, "catalogue.set_refused") || len(report.Problems) == 0 {
			t.Fatalf("err %v, %d problems", err, len(report.Problems))
		}
		if p := report.Problems[0]; p.File != "items.yaml" || p.Code != "set.out_of_range" || p.Line == 0 {
			t.Errorf("problem %v", p)
		}
		after, err := s.Generation(ctx, d)
		if err != nil || after != before {
			t.Errorf("generation %d → %d, %v", before, after, err)
		}
		dep, err := s.Department(ctx, "ga")
		if err != nil || dep.Name != "公安局" {
			t.Errorf("department %+v, %v", dep, err)
		}
	})
}

func TestItemThatLacksWhatArt30WantsIsWithheld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx := t.Context()
		files := edited(t, "items.yaml", func(text string) string {
			from := strings.Index(text, "  conditions:\n")
			to := strings.Index(text, "  materials:\n")
			return text[:from] + "  conditions: []\n" + text[to:]
		})
		report, err := s.Import(ctx, cataloguetest.Editor(), files, nil)
		if err != nil {
			t.Fatal(err, report.Problems)
		}
		if len(report.Withheld) != 1 || report.Withheld[0].Item != "company-register" ||
			!slices.Equal(report.Withheld[0].Lacks, []string{"catalogue.lacks_conditions"}) {
			t.Errorf("withheld %+v", report.Withheld)
		}
		g, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
		if err != nil || g.Number != 1 || len(g.Item.Conditions) == 0 {
			t.Errorf("the published version is %d with %d conditions, %v", g.Number, len(g.Item.Conditions), err)
		}
		items, _, err := s.Items(ctx, catalogue.Filter{Theme: "设立变更", Limit: 200})
		if err != nil || slices.ContainsFunc(items, func(i catalogue.ItemInfo) bool { return i.ID == "company-register" }) {
			t.Errorf("a withheld version stands on a shelf, %v", err)
		}
	})
}

func TestOnlyEditorsImport(t *testing.T) {
	d := dbtest.SQLite(t, nil)
	s := cataloguetest.New(t, d)
	for _, role := range gov.Roles() {
		actor := gov.Actor{Account: "a", Kind: gov.Staff, Posts: []gov.Post{{Role: role, Region: cataloguetest.County}}, Channel: gov.Web}
		_, err := s.Import(t.Context(), actor, fstest.MapFS{}, nil)
		if denied := fault.KindOf(err) == fault.KindDenied; denied == (role == gov.RoleEditor) {
			t.Errorf("%s: %v", role, err)
		}
	}
}
