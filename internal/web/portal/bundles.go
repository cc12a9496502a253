package portal

import (
	"cmp"
	"context"
	"slices"

	"github.com/a-h/templ"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/situations"
	"yimen/internal/web/ui"
)

func (p *Portal) bundleRoutes() []kit.Route {
	anyone := kit.Public()
	return []kit.Route{
		{Method: "GET", Pattern: "/bundles", Access: anyone, Handler: p.bundles},
		{Method: "GET", Pattern: "/bundles/{bundle}", Access: anyone, Handler: p.bundleGuide},
		{Method: "GET", Pattern: "/bundles/{bundle}/print", Access: anyone, Handler: p.bundleGuidePrint},
		{Method: "GET", Pattern: "/bundles/{bundle}/start", Access: anyone, Handler: p.bundleStartPage},
		{Method: "POST", Pattern: "/bundles/{bundle}/start", Access: anyone, Handler: p.startBundle},
	}
}

// bundlePath is the guide of a bundle.
func bundlePath(id string) string { return "/bundles/" + escape(id) }

// bundles lists every bundle, or those of one audience.
func (p *Portal) bundles(q *kit.Request) error {
	all, err := p.shelved(q.Context())
	if err != nil {
		return err
	}
	audience := q.Param("audience")
	if audience != "" && audiences[audience] == "" {
		return fault.Missing("portal.no_shelf")
	}
	return q.Cached(q.CacheAddress("audience"), all.edition, func() (ui.Page, templ.Component, error) {
		title := q.T("bundles.title")
		v := shelfView{Title: title, Lead: q.T("bundles.lead"), Tabs: audienceTabs(q, "/bundles", ""),
			Bundles: all.bundleLines(reading(q), func(b catalogue.BundleInfo) bool { return bundleFor(b, audiences[audience]) })}
		return ui.Page{Title: title, Crumbs: []ui.Link{home(q), {Text: title}}, Index: true}, bundlesPage(v), nil
	})
}

// bundleFor tells whether a bundle stands on an audience's shelf; "" is everybody's.
func bundleFor(b catalogue.BundleInfo, audience string) bool {
	return audience == "" || b.Audience == set.ForBoth || b.Audience == audience
}

// bundleLines are the bundles that a list takes, those first that save most.
func (s *shelves) bundleLines(ctx context.Context, take func(catalogue.BundleInfo) bool) []itemLine {
	var out []itemLine
	for _, b := range s.Bundles {
		if take(b) {
			out = append(out, s.bundleLine(ctx, b))
		}
	}
	return out
}

func (s *shelves) bundleLine(ctx context.Context, b catalogue.BundleInfo) itemLine {
	m := s.Meters[b.ID]
	return itemLine{Href: bundlePath(b.ID), Name: b.Name, Facts: []string{
		ui.T(ctx, "bundles.items_departments", "items", m.Items, "departments", m.Departments), situations.Saves(ctx, m),
	}}
}

// tiles are the first bundles of the front page.
func (s *shelves) tiles(ctx context.Context) []ui.Tile {
	out := make([]ui.Tile, 0, mostTiles)
	for _, b := range s.Bundles[:min(len(s.Bundles), mostTiles)] {
		m := s.Meters[b.ID]
		out = append(out, ui.Tile{Title: b.Name, Href: bundlePath(b.ID), Text: ui.T(ctx, "bundles.items_departments", "items", m.Items, "departments", m.Departments),
			Foot: situations.Saves(ctx, m)})
	}
	return out
}

const mostTiles = 4

// rankBundles puts those first that spare people the most questions, with names
// for what is equal.
func rankBundles(all []catalogue.BundleInfo, meters map[string]catalogue.Meter) []catalogue.BundleInfo {
	spared := func(b catalogue.BundleInfo) int { return meters[b.ID].Separate.Fields - meters[b.ID].Together.Fields }
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b catalogue.BundleInfo) int {
		return cmp.Or(spared(b)-spared(a), cmp.Compare(a.Name, b.Name))
	})
	return out
}
