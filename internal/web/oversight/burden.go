package oversight

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/scores"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// areaBurden is what filings asked of applicants, beside separate handling.
const areaBurden = "/oversight/burden"

const (
	burdenMonths  = 24 // that the filter offers
	burdenDefault = 12 // months that are shown unless others are chosen
	burdenAtOnce  = 25 // bundles or items, until all are asked for
)

func (s *Oversight) burdenRoutes() []kit.Route {
	get := func(pattern string, h kit.Handler) kit.Route {
		return kit.Route{Method: "GET", Pattern: areaBurden + pattern, Access: supervisor, Handler: h}
	}
	return []kit.Route{
		get("", s.burdenList),
		get("/bundles/{bundle}", s.burdenOfBundle),
		get("/items/{item}", s.burdenOfItem),
	}
}

// burdenSearch is what the address narrows: a kind, months, a department.
type burdenSearch struct {
	Kind       applications.BurdenKind
	From, To   scores.Month
	Department string
}

// readBurden reads the address; without months it is the last year's.
func (s *Oversight) readBurden(q *kit.Request, f *ui.Form) burdenSearch {
	last := scores.MonthOf(s.now())
	b := burdenSearch{Kind: applications.BurdenOfBundles, From: last.Add(1 - burdenDefault), To: last, Department: q.Param("department")}
	if q.Param("kind") == string(applications.BurdenOfItems) {
		b.Kind = applications.BurdenOfItems
	}
	for name, m := range map[string]*scores.Month{"from": &b.From, "to": &b.To} {
		text := kit.Narrow(q.Param(name))
		if text == "" {
			continue
		}
		month, err := scores.ParseMonth(text)
		if err != nil {
			f.Faults.Add(name, "scores.month_wrong")
			continue
		}
		*m = month
	}
	if b.From > b.To {
		f.Faults.Add("to", "oversight.burden_backwards")
	}
	return b
}

func (b burdenSearch) filter(id string) applications.BurdenFilter {
	return applications.BurdenFilter{Kind: b.Kind, ID: id, Department: b.Department, From: b.From.First(), To: b.To.Add(1).First().AddDays(-1)}
}

func (b burdenSearch) href(path string, more ...string) string {
	return address(path, append([]string{"kind", string(b.Kind), "from", string(b.From), "to", string(b.To), "department", b.Department}, more...)...)
}

func (b burdenSearch) months(ctx context.Context) string {
	if b.From == b.To {
		return monthName(ctx, b.From)
	}
	return ui.T(ctx, "oversight.burden_span", "from", monthName(ctx, b.From), "to", monthName(ctx, b.To))
}

// burdenFields are the months and, of more than one, the department.
func (s *Oversight) burdenFields(q *kit.Request, b burdenSearch) ([]ui.Field, error) {
	var out []ui.Field
	last := scores.MonthOf(s.now())
	for _, x := range []struct {
		name string
		is   scores.Month
	}{{"from", b.From}, {"to", b.To}} {
		f := ui.Field{Kind: ui.KindSelect, Name: x.name, Label: q.T("oversight.burden_" + x.name)}
		listed := false
		for n := range burdenMonths {
			m := last.Add(-n)
			listed = listed || m == x.is
			f.Options = append(f.Options, ui.Option{Value: string(m), Label: lang.Month(q.Locale, m.First())})
		}
		if !listed {
			f.Options = append(f.Options, ui.Option{Value: string(x.is), Label: lang.Month(q.Locale, x.is.First())})
		}
		out = append(out, f)
	}
	department, err := s.departmentField(q)
	if err == nil && department != nil {
		out = append(out, *department)
	}
	return out, err
}

// burdenView is a list of bundles or items, or the versions of one.
type burdenView struct {
	burdenSearch
	Title  string
	Tabs   []ui.Link
	Form   ui.Form
	Fields []ui.Field
	Open   bool // something is narrowed
	Lines  []applications.BurdenOf
	All    int // lines there are
	Total  applications.BurdenOf
}

func (s *Oversight) burdenList(q *kit.Request) error {
	v, err := s.burdens(q, "")
	if err != nil {
		return err
	}
	v.Title = q.T("oversight.burden")
	for _, k := range []applications.BurdenKind{applications.BurdenOfBundles, applications.BurdenOfItems} {
		other := v.burdenSearch
		other.Kind = k
		v.Tabs = append(v.Tabs, ui.Link{Text: q.T("oversight.burden_" + string(k)), Current: k == v.Kind, Href: other.href(areaBurden)})
	}
	if v.All = len(v.Lines); q.Param("all") == "" && v.All > burdenAtOnce {
		v.Lines = v.Lines[:burdenAtOnce]
	}
	p := page(q, v.Title, areaBurden)
	p.Form = v.Form.Labelled(v.Fields...)
	return q.Render(p, burdenListPage(v))
}

func (s *Oversight) burdenOfBundle(q *kit.Request) error {
	name := func(ctx context.Context, id string) (string, error) {
		b, err := s.catalogue.Bundle(ctx, id)
		return b.Name, err
	}
	return s.burdenOf(q, applications.BurdenOfBundles, q.PathValue("bundle"), name)
}

func (s *Oversight) burdenOfItem(q *kit.Request) error {
	name := func(ctx context.Context, id string) (string, error) {
		all, err := s.catalogue.ItemsByID(ctx, []string{id})
		return all[id].Name, err
	}
	return s.burdenOf(q, applications.BurdenOfItems, q.PathValue("item"), name)
}

// burdenOf shows the versions of one bundle or item. One that nobody applied for in
// these months is told from one that does not exist by the catalogue.
func (s *Oversight) burdenOf(q *kit.Request, kind applications.BurdenKind, id string, name func(context.Context, string) (string, error)) error {
	v, err := s.burdens(q, id, kind)
	if err != nil {
		return err
	}
	if v.Title = v.Total.Name; v.Total.Filed == 0 {
		if v.Title, err = name(q.Context(), id); err != nil && fault.KindOf(err) != fault.KindMissing {
			return err
		}
		if v.Title == "" {
			return fault.Missing("faults.page")
		}
	}
	p := page(q, v.Title+" "+q.T("oversight.burden"), areaBurden)
	p.Back = v.href(areaBurden)
	p.Form = v.Form.Labelled(v.Fields...)
	return q.Render(p, burdenOfPage(v, areaBurden+"/"+string(kind)+"/"+id, id))
}

// burdens reads what the address asks for; of filters that are none, nothing.
func (s *Oversight) burdens(q *kit.Request, id string, kind ...applications.BurdenKind) (*burdenView, error) {
	v := &burdenView{}
	v.burdenSearch = s.readBurden(q, &v.Form)
	if len(kind) > 0 {
		v.Kind = kind[0]
	}
	faults := v.Form.Faults
	v.Form = ui.Filled(map[string]string{"from": string(v.From), "to": string(v.To), "department": v.Department})
	v.Form.Faults = faults
	v.Open = q.Param("from") != "" || q.Param("to") != "" || v.Department != ""
	var err error
	if v.Fields, err = s.burdenFields(q, v.burdenSearch); err != nil || len(faults) > 0 {
		return v, err
	}
	lines, err := s.applications.Burdens(q.Context(), q.Actor, v.filter(id))
	if err != nil {
		return nil, err
	}
	v.Lines = applications.ByMatter(lines)
	for _, l := range v.Lines {
		v.Total.Matter = l.Matter
		v.Total.Filed += l.Filed
		v.Total.Add(l.Load)
		v.Total.Versions = l.Versions
	}
	return v, nil
}
