package catalogue_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
)

func TestGuideHoldsEverythingOfArticle30(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		g, err := s.GuideAt(t.Context(), "food-business-licence", cataloguetest.Village)
		if err != nil {
			t.Fatal(err)
		}
		if g.Local.Body != "body-county-scjg" || g.Local.Region != cataloguetest.County || g.Local.Number != 1 || g.Local.Superseded {
			t.Errorf("local item %+v", g.Local)
		}
		i := g.Item
		if i.Name != "食品经营许可（新办）" || len(i.LegalBasis) == 0 || len(i.Conditions) == 0 || len(g.Materials) == 0 || len(i.Stages) == 0 ||
			i.Fee.Standard == "" || g.Department.Name != "市场监督管理局" {
			t.Errorf("guide %+v", i)
		}
		for _, m := range g.Materials {
			if m.Licence != "" && m.LicenceName == "" {
				t.Errorf("material %s can be replaced by a licence without a name", m.Key)
			}
		}
		if len(g.Asked()) != len(g.Materials)-1 {
			t.Errorf("asked %d of %d materials", len(g.Asked()), len(g.Materials))
		}
		licence := g.Results[0].Type
		if licence == nil || licence.Name != "食品经营许可证" || !licence.Face.Has("company_name") || g.Founds() {
			t.Errorf("result %+v", g.Results[0])
		}
		var roles []gov.Role
		days := 0
		for _, st := range g.Steps {
			roles = append(roles, st.Role)
			days += st.Days
		}
		if !slices.Equal(roles, []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover}) || days != i.CommitmentDays {
			t.Errorf("steps %v take %d days of %d", roles, days, i.CommitmentDays)
		}
		same, err := s.Guide(t.Context(), g.Local.ID)
		if err != nil || same != g {
			t.Errorf("the guide is not kept: %v", err)
		}
	})
}

// The rules of the whole real set, once, on one engine: they do not depend on it.
func TestRealSetIsUsable(t *testing.T) {
	s := cataloguetest.Loaded(t, dbtest.SQLite(t, nil))
	ctx := t.Context()
	layout := cataloguetest.Layout(t)
	var founding []string
	sensitive := map[string]bool{}
	for after := ""; ; {
		items, next, err := s.Items(ctx, catalogue.Filter{After: after, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range items {
			v, err := s.Current(ctx, info.ID)
			if err != nil {
				t.Fatal(err)
			}
			if v.Founds() {
				founding = append(founding, info.ID)
			}
			days := 0
			for _, st := range v.Steps {
				days += st.Days
			}
			last := v.Steps[len(v.Steps)-1]
			if days != info.PromisedDays || last.Role != gov.RoleApprover || (info.Immediate() && !last.Together) {
				t.Errorf("%s: steps %+v for a promise of %d", info.ID, v.Steps, info.PromisedDays)
			}
			placed := 0
			for _, g := range layout.Arrange(v.Form) {
				for _, p := range g.Pages {
					placed += len(p.Fields)
				}
			}
			if placed != len(v.Form) {
				t.Errorf("%s: %d of %d fields are on a page", info.ID, placed, len(v.Form))
			}
			for _, f := range v.Form {
				if f.Class == form.Sensitive {
					sensitive[f.Key] = true
				}
				if !f.Class.Valid() || !f.Type.Valid() || f.Label == "" || (f.Type == form.Enum && len(f.Options) == 0) {
					t.Errorf("%s: field %+v", info.ID, f)
				}
			}
		}
		if next == "" {
			break
		}
		after = next
	}
	slices.Sort(founding)
	want := []string{"association-register", "company-register", "individual-register", "private-nonent-register"}
	if diff := cmp.Diff(want, founding); diff != "" {
		t.Errorf("items that found an organisation:\n%s", diff)
	}
	for key, want := range map[string]bool{
		"id_number": true, "phone": true, "bank_account": true, "shareholder_list": true, "household_members": true, "photo": true,
		"disability_card_no": true, "committee_list": true, "uscc": false, "company_name": false, "applicant_name": false, "food_equipment": false,
	} {
		if sensitive[key] != want {
			t.Errorf("%s is 敏感: %v", key, sensitive[key])
		}
	}
	g, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
	if err != nil || g.Form.Has("uscc") {
		t.Fatal(err)
	}
	if e, err := s.Element(ctx, "uscc"); err != nil || e.Class != form.Public {
		t.Errorf("统一社会信用代码 is %s, %v", e.Class, err)
	}
}

func TestLocalItemsFollowBodiesAndLevels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
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
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		importLocal := func(text string) {
			t.Helper()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "local_items.yaml"), []byte("local_items:\n"+text), 0o600); err != nil {
				t.Fatal(err)
			}
			regions, err := os.ReadFile("../../seed/catalogue/regions.yaml")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "regions.yaml"), regions, 0o600); err != nil {
				t.Fatal(err)
			}
			if r, err := s.Import(ctx, cataloguetest.Editor(), os.DirFS(dir), nil); err != nil {
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

func TestShelvesAndLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		shelves, err := s.Shelves(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if shelves.Items != 188 || len(shelves.Themes) != 42 || len(shelves.Departments) != 40 {
			t.Errorf("%d items, %d themes, %d departments", shelves.Items, len(shelves.Themes), len(shelves.Departments))
		}
		if a := shelves.Audiences; len(a) != 2 || a[0].Count != 77+27 || a[1].Count != 84+27 {
			t.Errorf("audiences %+v", a)
		}
		for _, shelf := range []struct {
			filter catalogue.Filter
			count  int
		}{
			{catalogue.Filter{Theme: shelves.Themes[0].Key}, shelves.Themes[0].Count},
			{catalogue.Filter{Department: "rs"}, 25},
			{catalogue.Filter{Audience: "自然人"}, 104},
			{catalogue.Filter{Audience: "法人", Department: "scjg", Theme: "设立变更"}, 2},
			{catalogue.Filter{Type: "行政奖励"}, 1},
			{catalogue.Filter{Body: "body-county-scjg"}, 14},
			{catalogue.Filter{Theme: "没有"}, 0},
		} {
			n, pages := 0, 0
			shelf.filter.Limit = 7
			codes := []string{}
			for {
				items, next, err := s.Items(ctx, shelf.filter)
				if err != nil {
					t.Fatal(err)
				}
				n += len(items)
				pages++
				for _, i := range items {
					codes = append(codes, i.Code)
				}
				if next == "" {
					break
				}
				shelf.filter.After = next
			}
			if n != shelf.count || !slices.IsSorted(codes) || pages != max(1, (n+6)/7) {
				t.Errorf("%+v: %d items on %d pages, want %d", shelf.filter, n, pages, shelf.count)
			}
		}
		bundles, err := s.Bundles(ctx)
		if err != nil || len(bundles) != 46 {
			t.Fatalf("%d bundles, %v", len(bundles), err)
		}
		b, err := s.Bundle(ctx, "newborn")
		if err != nil || b.Name != "新生儿出生“一件事”" || len(b.Members) == 0 {
			t.Errorf("bundle %+v, %v", b, err)
		}
		for _, err := range []error{second(s.Bundle(ctx, "x")), second(s.Item(ctx, "x")), second(s.Department(ctx, "x")),
			second(s.Guide(ctx, "x")), second(s.GuideAt(ctx, "x", cataloguetest.County)), second(s.Version(ctx, "x")), second(s.Region(ctx, "x")),
			second(s.Region(ctx, "999999")), second(s.Path(ctx, "999999")), second(s.Element(ctx, "x")), second(s.LicenceType(ctx, "x")), second(s.Current(ctx, "x"))} {
			if fault.KindOf(err) != fault.KindMissing {
				t.Errorf("what is not there: %v", err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestRegions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		names := func(list []catalogue.Region, err error) string {
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range list {
				out = append(out, r.Name)
			}
			return strings.Join(out, " ")
		}
		if got := names(s.Path(ctx, cataloguetest.Village)); !strings.HasPrefix(got, "广东省 潮州市 潮安区 古巷镇 ") {
			t.Errorf("path %q", got)
		}
		if got := names(s.Children(ctx, "445100")); got != "湘桥区 潮安区 饶平县" {
			t.Errorf("children %q", got)
		}
		provinces, err := s.Children(ctx, "")
		if err != nil || len(provinces) != 34 {
			t.Errorf("%d provinces, %v", len(provinces), err)
		}
		r, err := s.Region(ctx, "445103")
		if err != nil || r.Code != cataloguetest.County || r.Short != "445103" || r.Parent != cataloguetest.City || r.Level != "县" {
			t.Errorf("region %+v, %v", r, err)
		}
		f := form.New([]form.Field{{Key: "here", Type: form.Region}, {Key: "there", Type: form.Region}, {Key: "nowhere", Type: form.Region}})
		a := form.Answers{"here": form.Plain("445103"), "there": form.Plain("440000"), "nowhere": form.Plain("445999")}
		check, err := s.RegionCheck(ctx, f, a)
		if err != nil {
			t.Fatal(err)
		}
		found := f.Validate(a, form.Facts{Region: check})
		if len(found) != 1 || found[0].Path != "nowhere" || found[0].Code != "form.region_unknown" {
			t.Errorf("%v", found)
		}
	})
}

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		first := func(q catalogue.SearchQuery, n int) []string {
			t.Helper()
			found, err := s.Search(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, h := range found.Hits[:min(n, len(found.Hits))] {
				if h.Item != nil {
					out = append(out, h.Item.ID)
				} else {
					out = append(out, h.Bundle.ID)
				}
			}
			return out
		}
		for text, want := range map[string]string{
			"食品经营许可": "food-business-licence", "spjyxk": "food-business-licence", "shipinjingying": "food-business-licence",
			"开饭馆": "food-business-licence", "我要开饭馆怎么办": "food-business-licence", "办身份证": "id-card-issue", "上户口": "hukou-birth",
			"领老年证": "elder-allowance", "公积金提取": "gjj-buy-withdraw", "社保卡": "si-card-issue", "落户": "hukou-migrate-spouse",
			"居住证": "residence-permit", "开公司": "company-register", "房产过户": "realestate-transfer", "失业金": "unemployment-benefit",
		} {
			if got := first(catalogue.SearchQuery{Text: text}, 6); !slices.Contains(got, want) {
				t.Errorf("%s finds %v, not %s", text, got, want)
			}
		}
		for _, i := range first(catalogue.SearchQuery{Text: "登记", Kind: "item", Department: "ga", Audience: "自然人"}, 20) {
			info, err := s.Item(ctx, i)
			if err != nil || info.Department != "ga" || info.Audience == "法人" {
				t.Errorf("filtered: %+v, %v", info, err)
			}
		}
		if got := first(catalogue.SearchQuery{Text: "退休", Region: "431000000000", Kind: "item"}, 5); len(got) != 0 {
			t.Errorf("in a region without bodies: %v", got)
		}
		if got := first(catalogue.SearchQuery{Text: "提前退休", Region: cataloguetest.Village, Kind: "item"}, 3); !slices.Contains(got, "early-retire") {
			t.Errorf("the city's item is not found from the village: %v", got)
		}
	})
}

// The index follows the catalogue in the background, and says which generation
// it stands for.
func TestWatchRenewsIndexAndSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Watch(ctx) }()
		defer func() {
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("Watch ended with %v", err)
			}
		}()
		g, err := s.Generation(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		await(t, "first index", func() bool { return s.IndexGeneration() == g })
		// another process, which shares nothing with s but the database
		other := cataloguetest.New(t, d)
		other.React(cataloguetest.At{Service: other, Bodies: cataloguetest.Bodies()})
		dir := copySet(t, map[string]func(string) string{"items.yaml": swap(t, "name: 企业设立登记\n", "name: 企业诞生登记\n")})
		if r, err := other.Import(ctx, cataloguetest.Editor(), os.DirFS(dir), nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		await(t, "renewed index", func() bool { return s.IndexGeneration() > g })
		found, err := s.Search(ctx, catalogue.SearchQuery{Text: "企业诞生"})
		if err != nil || len(found.Hits) == 0 || found.Hits[0].Name != "企业诞生登记" {
			t.Errorf("%+v, %v", found, err)
		}
		await(t, "snapshot", func() bool {
			gd, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
			return err == nil && gd.Item.Name == "企业诞生登记"
		})
	})
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s does not come", what)
}

func TestSynonyms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		again, err := s.ImportSynonyms(ctx, cataloguetest.Editor(), cataloguetest.Words())
		if err != nil || again.Changed || len(again.Unknown) != 0 || again.Words < 150 {
			t.Errorf("the same words again: %+v, %v", again, err)
		}
		dir := t.TempDir()
		write := func(text string) {
			if err := os.WriteFile(filepath.Join(dir, "synonyms.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("synonyms:\n- {words: [哈哈], items: [no-such-item]}\n- {words: [呵呵]}\nreadings: {重庆: Chong}\n")
		r, err := s.ImportSynonyms(ctx, cataloguetest.Editor(), os.DirFS(dir))
		var got []string
		for _, p := range r.Problems {
			got = append(got, fmt.Sprint(p.File, ":", p.Line, " ", p.Code))
		}
		if !fault.Is(err, "catalogue.set_refused") || !slices.Equal(got, []string{"synonyms.yaml:3 set.synonym_of_nothing", "synonyms.yaml:4 set.not_pinyin"}) {
			t.Errorf("%v, %v", got, err)
		}
		write("synonyms:\n- {words: [哈哈], items: [no-such-item, id-card-issue]}\n")
		r, err = s.ImportSynonyms(ctx, cataloguetest.Editor(), os.DirFS(dir))
		if err != nil || !r.Changed || r.Words != 1 || !slices.Equal(r.Unknown, []string{"item:no-such-item"}) {
			t.Errorf("%+v, %v", r, err)
		}
		found, err := s.Search(ctx, catalogue.SearchQuery{Text: "哈哈"})
		if err != nil || len(found.Hits) == 0 || found.Hits[0].Item.ID != "id-card-issue" {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// Every item of the set can be found by an everyday word.
func TestEveryItemHasAnEverydayWord(t *testing.T) {
	s := cataloguetest.Loaded(t, dbtest.SQLite(t, nil))
	data, err := os.ReadFile("../../seed/synonyms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var without []string
	for after := ""; ; {
		items, next, err := s.Items(t.Context(), catalogue.Filter{After: after, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			if !strings.Contains(string(data), "["+i.ID) && !strings.Contains(string(data), " "+i.ID) {
				without = append(without, i.ID+" "+i.Name)
			}
		}
		if after = next; next == "" {
			break
		}
	}
	if len(without) > 0 {
		t.Errorf("items without an everyday word:\n%s", strings.Join(without, "\n"))
	}
}

func TestExportIsTheSameSet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		local := t.TempDir()
		text := "local_items:\n- {item: company-register, region: '445100', commitment_days: 2, place: 市中心}\n"
		if err := os.WriteFile(filepath.Join(local, "local_items.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Import(ctx, cataloguetest.Editor(), os.DirFS(local), nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		dir := filepath.Join(t.TempDir(), "out")
		if err := s.Export(ctx, dir); err != nil {
			t.Fatal(err)
		}
		r, err := s.Import(ctx, cataloguetest.Editor(), os.DirFS(dir), nil)
		if err != nil {
			t.Fatal(err, r.Problems)
		}
		if r.Changed || r.Items.Unchanged != 188 || r.Bundles.Unchanged != 46 || r.Elements.Unchanged != 446 || r.Regions.Unchanged != 566 ||
			r.Overrides.Unchanged != 1 || len(r.Items.Absent) != 0 {
			t.Errorf("the exported set differs: %+v", r)
		}
		fresh := cataloguetest.New(t, dbtest.SQLite(t, nil))
		if r, err := fresh.Import(ctx, cataloguetest.Editor(), os.DirFS(dir), nil); err != nil || len(r.Items.Added) != 188 {
			t.Errorf("the exported set into an empty installation: %v %v", err, r.Problems)
		}
		if err := s.Export(ctx, dir); !fault.Is(err, "catalogue.export_not_empty") {
			t.Errorf("a second export into the same folder: %v", err)
		}
	})
}

func TestCalendar(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		cal, err := s.Calendar(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for date, want := range map[string]bool{"2026-02-06": true, "2026-10-01": false, "2018-02-11": true, "2026-02-07": false} {
			if got, known := cal.IsWorkday(clock.MustDate(date)); got != want || !known {
				t.Errorf("%s is a working day: %v, known %v", date, got, known)
			}
		}
		if same, err := s.Calendar(t.Context()); err != nil || same != cal {
			t.Errorf("the calendar is not kept: %v", err)
		}
	})
}

// The journal tells every change, and the row stands where its chain ends.
func TestJournalOfTheCatalogue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := journal.New(keystest.Ring(t))
		s := catalogue.New(catalogue.Deps{DB: d, Book: book, Events: "test", Layout: cataloguetest.Layout(t)})
		s.React(cataloguetest.At{Service: s, Bodies: cataloguetest.Bodies()})
		ctx := t.Context()
		if r, err := s.Import(ctx, cataloguetest.Editor(), cataloguetest.Set(), nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		lines, err := book.Of(ctx, d, journal.Subject{Kind: catalogue.KindCatalogue, ID: "catalogue"})
		if err != nil || len(lines) != 2 || lines[0].Act != "import" || lines[1].Act != "localise" {
			t.Fatalf("%+v, %v", lines, err)
		}
		if !strings.Contains(string(lines[0].Payload), `"company-register"`) {
			t.Errorf("payload %.200s", lines[0].Payload)
		}
		report, err := book.Verify(ctx, d, catalogue.Nouns(), func() {})
		if err != nil || len(report.Breaks) != 0 || report.Entries != 2 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// Two imports at once: both tell the truth, and the second sees the first.
func TestImportsQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.New(t, d)
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := s.Import(t.Context(), cataloguetest.Editor(), cataloguetest.Set(), nil)
				errs <- err
			}()
		}
		ok := 0
		for range 2 {
			if err := <-errs; err == nil {
				ok++
			} else if !fault.Is(err, "catalogue.changed_meanwhile") {
				t.Error(err)
			}
		}
		g, err := s.Generation(t.Context(), d)
		if ok == 0 || err != nil || g != 1 {
			t.Errorf("%d imports stood, generation %d, %v", ok, g, err)
		}
	})
}
