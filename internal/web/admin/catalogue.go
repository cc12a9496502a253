package admin

import (
	"slices"
	"strconv"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// catalogueView is the catalogue as a whole.
type catalogueView struct {
	Generation string
	Items      int
	Bundles    int
	Withheld   []catalogue.ItemInfo
	Acts       []catalogue.History
}

// shownActs is how many acts on the catalogue the front page lists.
const shownActs = 30

// catalogueHome shows where the catalogue stands and what was done to it.
func (s *Admin) catalogueHome(q *kit.Request) error {
	ctx := q.Context()
	var v catalogueView
	var err error
	if v.Generation, err = s.catalogue.Edition(ctx); err != nil {
		return err
	}
	shelves, err := s.catalogue.Shelves(ctx)
	if err != nil {
		return err
	}
	v.Items = shelves.Items
	bundles, err := s.catalogue.Bundles(ctx)
	if err != nil {
		return err
	}
	v.Bundles = len(bundles)
	if v.Acts, err = s.catalogue.Acts(ctx, q.Actor); err != nil {
		return err
	}
	v.Acts = v.Acts[:min(len(v.Acts), shownActs)]
	return q.Render(page(q, q.T("admin.catalogue"), areaCatalogue), catalogueHomePage(v))
}

// catalogueAct is the report of one import.
func (s *Admin) catalogueAct(q *kit.Request) error {
	n, err := strconv.ParseInt(q.PathValue("number"), 10, 64)
	if err != nil {
		return errMissing
	}
	acts, err := s.catalogue.Acts(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(acts, func(h catalogue.History) bool { return h.Number == n })
	if i < 0 {
		return errMissing
	}
	p := page(q, q.T("admin.report"), areaCatalogue)
	p.Back = areaCatalogue
	return q.Render(p, reportPage(acts[i]))
}

// tally is one kind of entry in a report.
type tally struct {
	Key string
	catalogue.Tally
}

// tallies are the kinds of a report, those first that editors look for.
func tallies(r *catalogue.Report) []tally {
	return []tally{{"items", r.Items}, {"bundles", r.Bundles}, {"elements", r.Elements}, {"licences", r.Licences},
		{"departments", r.Departments}, {"regions", r.Regions}, {"years", r.Years}, {"overrides", r.Overrides}}
}

// itemList is a page of base items.
type itemList struct {
	Form   ui.Form
	Fields []ui.Field
	List   []catalogue.ItemInfo
	Names  map[string]string // of departments
	Next   string
	Total  int
}

// items lists base items, withheld versions among them, by department or by the
// words of a search.
func (s *Admin) items(q *kit.Request) error {
	ctx := q.Context()
	departments, err := s.catalogue.Departments(ctx)
	if err != nil {
		return err
	}
	l := itemList{Names: map[string]string{}, Form: ui.Filled(map[string]string{"q": q.Param("q"), "department": q.Param("department"), "type": q.Param("type")})}
	department := ui.Field{Kind: ui.KindSelect, Name: "department", Label: q.T("admin.department")}
	for _, d := range departments {
		l.Names[d.ID] = d.Name
		department.Options = append(department.Options, ui.Option{Value: d.ID, Label: d.Name})
	}
	kind := ui.Field{Kind: ui.KindSelect, Name: "type", Label: q.T("admin.item_type")}
	for _, t := range slices.Sorted(keysOf(set.Types)) {
		kind.Options = append(kind.Options, ui.Option{Value: t, Label: t})
	}
	l.Fields = []ui.Field{{Name: "q", Label: q.T("admin.search_items"), Max: 100}, department, kind}
	if err := s.findItems(q, &l); err != nil {
		return err
	}
	return q.Render(page(q, q.T("admin.items"), areaCatalogue), itemsPage(l))
}

func (s *Admin) findItems(q *kit.Request, l *itemList) error {
	ctx := q.Context()
	query := "?q=" + escape(q.Param("q")) + "&department=" + escape(q.Param("department")) + "&type=" + escape(q.Param("type"))
	if text := q.Param("q"); text != "" {
		found, err := s.catalogue.Search(ctx, catalogue.SearchQuery{Text: text, Kind: "item", Department: q.Param("department"), Limit: 50, After: q.Param("after")})
		if err != nil {
			return err
		}
		for _, h := range found.Hits {
			if h.Item != nil {
				l.List = append(l.List, *h.Item)
			}
		}
		l.Total = found.Total
		if found.Next != "" {
			l.Next = areaCatalogue + "/items" + query + "&after=" + escape(found.Next)
		}
		return nil
	}
	list, next, err := s.catalogue.Items(ctx, catalogue.Filter{Department: q.Param("department"), Type: q.Param("type"), Withheld: true, After: q.Param("after")})
	l.List = list
	if next != "" {
		l.Next = areaCatalogue + "/items" + query + "&after=" + escape(next)
	}
	return err
}

// itemView is a base item with its history and the places that handle it.
type itemView struct {
	Info       catalogue.ItemInfo
	Version    *catalogue.Version
	Department string
	Versions   []catalogue.VersionInfo
	Locals     []localRow
}

type localRow struct {
	catalogue.LocalItem
	BodyName, Place string
}

// item shows an item: its newest version, all versions, all bodies.
func (s *Admin) item(q *kit.Request) error {
	ctx := q.Context()
	var v itemView
	var err error
	if v.Info, err = s.catalogue.Item(ctx, q.PathValue("id")); err != nil {
		return err
	}
	if v.Version, err = s.catalogue.Current(ctx, v.Info.ID); err != nil {
		return err
	}
	v.Department = v.Version.Department.Name
	if v.Versions, err = s.catalogue.Versions(ctx, v.Info.ID); err != nil {
		return err
	}
	slices.Reverse(v.Versions)
	locals, err := s.catalogue.LocalItems(ctx, v.Info.ID)
	if err != nil {
		return err
	}
	if v.Locals, err = s.named(q, locals); err != nil {
		return err
	}
	p := page(q, v.Info.Name, areaCatalogue)
	p.Back = areaCatalogue + "/items"
	return q.Render(p, itemPage(v))
}

// named gives local items the names of their bodies and places.
func (s *Admin) named(q *kit.Request, locals []catalogue.LocalItem) ([]localRow, error) {
	var bodies, regions []string
	for _, l := range locals {
		bodies, regions = append(bodies, l.Body), append(regions, l.Region)
	}
	names, err := s.identity.BodyNames(q.Context(), bodies)
	if err != nil {
		return nil, err
	}
	places, err := s.catalogue.RegionNames(q.Context(), regions)
	out := make([]localRow, len(locals))
	for i, l := range locals {
		out[i] = localRow{l, nameOr(names, l.Body), nameOr(places, l.Region)}
	}
	return out, err
}

// localItem shows an item at one body: what the place does differently, and every
// version that cases may stand on.
func (s *Admin) localItem(q *kit.Request) error {
	all, err := s.catalogue.AllLocalItems(q.Context(), q.PathValue("id"), q.PathValue("body"))
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errMissing
	}
	rows, err := s.named(q, all)
	if err != nil {
		return err
	}
	g, err := s.catalogue.Guide(q.Context(), all[0].ID)
	if err != nil {
		return err
	}
	p := page(q, g.Item.Name, areaCatalogue)
	p.Back = areaCatalogue + "/items/" + g.Item.ID
	return q.Render(p, localItemPage(g, rows))
}

// differenceView compares two versions of an item.
type differenceView struct {
	Info     catalogue.ItemInfo
	From, To int64
	Versions []catalogue.VersionInfo
	Rows     []catalogue.Difference
}

// difference compares two versions, the last two when none are named.
func (s *Admin) difference(q *kit.Request) error {
	ctx := q.Context()
	v := differenceView{}
	var err error
	if v.Info, err = s.catalogue.Item(ctx, q.PathValue("id")); err != nil {
		return err
	}
	if v.Versions, err = s.catalogue.Versions(ctx, v.Info.ID); err != nil {
		return err
	}
	v.To, v.From = number(q.Param("to"), v.Info.Version), number(q.Param("from"), max(1, v.Info.Version-1))
	if v.Rows, err = s.catalogue.Difference(ctx, v.Info.ID, v.From, v.To); err != nil {
		return err
	}
	p := page(q, q.T("admin.difference"), areaCatalogue)
	p.Back = areaCatalogue + "/items/" + v.Info.ID
	return q.Render(p, differencePage(v))
}

func number(text string, otherwise int64) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}
