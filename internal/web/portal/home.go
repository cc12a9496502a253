package portal

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// homeView is the front door: one search box, what I have to do, and the shelves.
type homeView struct {
	Things   []thing // the first few
	All      int     // how many there are
	Mine     bool    // the visitor has affairs of his own, perhaps none open
	Shelves  *shelves
	Examples []string
}

// shelves are the ways into the catalogue that home and the indexes show, kept
// for one edition of the catalogue.
type shelves struct {
	edition       string
	Items         int
	Persons       []catalogue.Shelf
	Organisations []catalogue.Shelf
	Audiences     []catalogue.Shelf
	Departments   []catalogue.Shelf
	Bundles       []catalogue.BundleInfo // those first that save most
	Meters        map[string]catalogue.Meter
}

// mostShelves is how many lines a shelf of the front page has; the rest stands on
// its own page.
const mostShelves = 8

// mostHomeThings is how many of my things stand on the front page.
const mostHomeThings = 5

// shelved gives the shelves of the present edition. Two visitors at once may both
// read them; the later one stands.
func (p *Portal) shelved(ctx context.Context) (*shelves, error) {
	edition, err := p.d.Catalogue.Edition(ctx)
	if err != nil {
		return nil, err
	}
	if s := p.shelves.Load(); s != nil && s.edition == edition {
		return s, nil
	}
	all, err := p.d.Catalogue.Shelves(ctx)
	if err != nil {
		return nil, err
	}
	s := &shelves{edition: edition, Items: all.Items, Audiences: all.Audiences, Departments: all.Departments}
	if s.Persons, err = p.d.Catalogue.ThemesFor(ctx, set.ForPersons); err != nil {
		return nil, err
	}
	if s.Organisations, err = p.d.Catalogue.ThemesFor(ctx, set.ForOrganisations); err != nil {
		return nil, err
	}
	if s.Meters, err = p.d.Catalogue.Meters(ctx); err != nil {
		return nil, err
	}
	bundles, err := p.d.Catalogue.Bundles(ctx)
	if err != nil {
		return nil, err
	}
	s.Bundles = rankBundles(bundles, s.Meters)
	p.shelves.Store(s)
	return s, nil
}

// home is the same page for everybody who has nothing of his own on it, and is
// kept rendered for them; a person's own things are drawn for him alone.
func (p *Portal) home(q *kit.Request) error {
	s, err := p.shelved(q.Context())
	if err != nil {
		return err
	}
	if q.Actor.Kind == gov.Person {
		things, err := p.things(q)
		if err != nil {
			return err
		}
		v := homeView{Things: things[:min(len(things), mostHomeThings)], All: len(things), Mine: true, Shelves: s}
		page, body := homePage(q, v)
		return q.Render(page, body)
	}
	return q.Cached("/", s.edition, func() (ui.Page, templ.Component, error) {
		page, body := homePage(q, homeView{Shelves: s})
		return page, body, nil
	})
}

func homePage(q *kit.Request, v homeView) (ui.Page, templ.Component) {
	v.Examples = strings.Split(q.T("portal.home_examples"), ",")
	return ui.Page{Title: q.T("common.home"), Band: homeBand(v), Index: true}, homeBody(v)
}

func themeHref(theme string) string           { return "/themes/" + escape(theme) }
func departmentHref(department string) string { return "/departments/" + escape(department) }

// shelfLinks are the first n shelves as links with their counts; n 0 is all.
func shelfLinks(ctx context.Context, list []catalogue.Shelf, href func(string) string, n int) []ui.Link {
	if n > 0 && len(list) > n {
		list = list[:n]
	}
	out := make([]ui.Link, len(list))
	for i, s := range list {
		out[i] = ui.Link{Text: s.Name, Href: href(s.Key), Count: ui.T(ctx, "portal.items_n", "n", s.Count)}
	}
	return out
}
