package portal

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func escape(s string) string { return url.PathEscape(s) }

// shelfView is a list of items under one heading.
type shelfView struct {
	Title string
	Lead  string
	Tabs  []ui.Link
	// Bundles stand before the items, on the first page only.
	Bundles []itemLine
	Items   []itemLine
	Next    string
	First   string
}

// itemLine is an item as lists show it.
type itemLine struct {
	Href, Name string
	Marked     []piece // the name cut at what was searched for; nil shows Name
	Facts      []string
}

// piece is a stretch of a name; Hit is what was searched for.
type piece struct {
	Text string
	Hit  bool
}

// audiences are the two words of the catalogue under the names addresses use.
var audiences = map[string]string{"person": set.ForPersons, "organisation": set.ForOrganisations}

func (p *Portal) theme(q *kit.Request) error {
	theme := q.PathValue("theme")
	return p.shelf(q, catalogue.Filter{Theme: theme, Audience: audiences[q.Param("audience")]}, func(all *shelves) (string, bool) {
		for _, list := range [][]catalogue.Shelf{all.Persons, all.Organisations} {
			for _, s := range list {
				if s.Key == theme {
					return s.Name, true
				}
			}
		}
		return "", false
	})
}

func (p *Portal) department(q *kit.Request) error {
	id := q.PathValue("department")
	return p.shelf(q, catalogue.Filter{Department: id, Audience: audiences[q.Param("audience")]}, func(all *shelves) (string, bool) {
		for _, s := range all.Departments {
			if s.Key == id {
				return s.Name, true
			}
		}
		return "", false
	})
}

func (p *Portal) audience(q *kit.Request) error {
	word, ok := audiences[q.PathValue("audience")]
	return p.shelf(q, catalogue.Filter{Audience: word}, func(*shelves) (string, bool) {
		return q.T("portal.audience_" + q.PathValue("audience")), ok
	})
}

// onShelf tells whether a bundle stands on the shelf that a filter is.
func onShelf(b catalogue.BundleInfo, f catalogue.Filter) bool {
	if f.Theme == "" && f.Department == "" { // an audience has too many, they have a page
		return false
	}
	return bundleFor(b, f.Audience) && (f.Theme == "" || slices.Contains(b.Themes, f.Theme)) && (f.Department == "" || b.Department == f.Department)
}

// shelf shows a list that is the same for everybody. titled says what stands over
// it, and false when there is no such shelf.
func (p *Portal) shelf(q *kit.Request, f catalogue.Filter, titled func(*shelves) (string, bool)) error {
	all, err := p.shelved(q.Context())
	if err != nil {
		return err
	}
	title, ok := titled(all)
	if !ok {
		return fault.Missing("portal.no_shelf")
	}
	f.After = q.Param("after")
	return q.Cached(q.CacheAddress("audience", "after"), all.edition, func() (ui.Page, templ.Component, error) {
		v, err := p.shelfView(q, f, title)
		if f.After == "" {
			v.Bundles = all.bundleLines(reading(q), func(b catalogue.BundleInfo) bool { return onShelf(b, f) })
		}
		page := ui.Page{Title: title, Crumbs: []ui.Link{home(q), {Text: title}}, Index: true}
		return page, shelfPage(v), err
	})
}

func (p *Portal) shelfView(q *kit.Request, f catalogue.Filter, title string) (shelfView, error) {
	items, next, err := p.d.Catalogue.Items(q.Context(), f)
	if err != nil {
		return shelfView{}, err
	}
	v := shelfView{Title: title}
	if v.Items, err = p.itemLines(reading(q), items); err != nil {
		return v, err
	}
	if f.Theme != "" || f.Department != "" {
		v.Tabs = audienceTabs(q, q.URL.Path, "")
	}
	if next != "" {
		v.Next = shelfAddress(q, next)
	}
	if f.After != "" {
		v.First = shelfAddress(q, "")
	}
	return v, nil
}

func shelfAddress(q *kit.Request, after string) string {
	values := url.Values{}
	if a := q.Param("audience"); a != "" {
		values.Set("audience", a)
	}
	if after != "" {
		values.Set("after", after)
	}
	return address(q.URL.Path, values)
}

// address joins a path and a query; none leaves no question mark.
func address(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// audienceTabs narrow a list to persons or organisations; query is kept.
func audienceTabs(q *kit.Request, path, query string) []ui.Link {
	var out []ui.Link
	now := q.Param("audience")
	for _, a := range []string{"", "person", "organisation"} {
		values := url.Values{}
		if query != "" {
			values.Set("q", query)
		}
		text := q.T("portal.audience_all")
		if a != "" {
			values.Set("audience", a)
			text = q.T("portal.audience_" + a)
		}
		out = append(out, ui.Link{Text: text, Href: address(path, values), Current: a == now})
	}
	return out
}

// itemLines gives items the facts people choose by: who handles it, how long, how.
func (p *Portal) itemLines(ctx context.Context, items []catalogue.ItemInfo) ([]itemLine, error) {
	departments, err := p.d.Catalogue.Departments(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(departments))
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	out := make([]itemLine, len(items))
	for i, x := range items {
		out[i] = itemLine{Href: "/items/" + escape(x.ID), Name: x.Name, Facts: itemFacts(lang.From(ctx), x, names[x.Department])}
	}
	return out, nil
}

func itemFacts(l lang.Locale, x catalogue.ItemInfo, department string) []string {
	facts := []string{department}
	if x.Immediate() {
		facts = append(facts, lang.T(l, "portal.at_once"))
	} else {
		unit, err := clock.ParseUnit(x.DayUnit)
		if err != nil {
			unit = clock.Working
		}
		facts = append(facts, lang.T(l, "portal.promised", "days", dossier.Days(l, x.PromisedDays, unit)))
	}
	facts = append(facts, lang.T(l, "portal.visits_n", "n", x.Visits))
	if x.Charged {
		facts = append(facts, lang.T(l, "portal.charged"))
	}
	return facts
}

// themes and departments are the indexes of all shelves.
func (p *Portal) themes(q *kit.Request) error {
	return p.index(q, q.T("portal.by_theme"), func(all *shelves) templ.Component { return themesPage(all) })
}

func (p *Portal) departments(q *kit.Request) error {
	return p.index(q, q.T("portal.by_department"), func(all *shelves) templ.Component { return departmentsPage(all) })
}

func (p *Portal) index(q *kit.Request, title string, body func(*shelves) templ.Component) error {
	all, err := p.shelved(q.Context())
	if err != nil {
		return err
	}
	return q.Cached(q.URL.Path, all.edition, func() (ui.Page, templ.Component, error) {
		return ui.Page{Title: title, Crumbs: []ui.Link{home(q), {Text: title}}, Index: true}, body(all), nil
	})
}

// count is how many items an audience has.
func (s *shelves) count(audience string) int {
	for _, a := range s.Audiences {
		if a.Key == audience {
			return a.Count
		}
	}
	return 0
}
