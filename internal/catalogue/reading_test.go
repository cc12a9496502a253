package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

// What only reads is tried on one catalogue.
func TestReading(t *testing.T) {
	dbtest.Calm(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		for name, check := range map[string]func(*testing.T, *catalogue.Service){
			"guide": guideHoldsEverythingOfArticle30, "shelves": shelvesAndLists, "regions": regions, "search": searches, "calendar": calendar,
		} {
			t.Run(name, func(t *testing.T) { check(t, s) })
		}
	})
}

func guideHoldsEverythingOfArticle30(t *testing.T, s *catalogue.Service) {
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
}

func shelvesAndLists(t *testing.T, s *catalogue.Service) {
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
}

func second[T any](_ T, err error) error { return err }

func regions(t *testing.T, s *catalogue.Service) {
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
}

func searches(t *testing.T, s *catalogue.Service) {
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
}

func calendar(t *testing.T, s *catalogue.Service) {
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
}
