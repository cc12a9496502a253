package portal

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/situations"
	"yimen/internal/web/ui"
)

// bundleView is the guide of a bundle with all its members, as a place handles them.
type bundleView struct {
	set.Bundle
	*catalogue.Composition
	Lead      string // name of the lead department
	Meter     catalogue.Meter
	Lines     []situations.Line
	Nowhere   []string // names of members that nobody handles here
	Materials []bundleMaterial
	Inside    []insideLine
	Promise   merge.Promise
	Flow      ui.Flow
	Region    string
	Places    []ui.Option // between which one may choose; one or none needs no choice
	Print     bool
}

// bundleMaterial is a material of the bundle with the members that use it.
type bundleMaterial struct {
	catalogue.Material
	UsedBy []string // names of members
}

// insideLine is something a member gets from another's licence, asked of nobody.
type insideLine struct{ Name, For, From string }

func (p *Portal) bundleGuide(q *kit.Request) error      { return p.showBundle(q, false) }
func (p *Portal) bundleGuidePrint(q *kit.Request) error { return p.showBundle(q, true) }

func (p *Portal) showBundle(q *kit.Request, print bool) error {
	ctx := reading(q)
	tag, cal, err := p.guideTag(ctx)
	if err != nil {
		return err
	}
	return q.Cached(q.CacheAddress(situations.Place), tag, func() (ui.Page, templ.Component, error) {
		v, err := p.bundleView(ctx, q.PathValue("bundle"), q.Param(situations.Place), cal)
		if err != nil {
			return ui.Page{}, nil, err
		}
		v.Print = print
		page := ui.Page{Title: v.Bundle.Name, Index: !print, Crumbs: []ui.Link{home(q), {Text: q.T("bundles.title"), Href: "/bundles"}, {Text: v.Bundle.Name}}}
		if print {
			page.Layout, page.Crumbs = ui.LayoutLetter, nil
		}
		return page, bundleGuidePage(v), nil
	})
}

func (p *Portal) bundleView(ctx context.Context, id, region string, cal *clock.Calendar) (*bundleView, error) {
	v := &bundleView{Region: region}
	var err error
	if v.Bundle, err = p.d.Catalogue.Bundle(ctx, id); err != nil {
		return nil, err
	}
	if err := p.bundlePlaces(ctx, v); err != nil {
		return nil, err
	}
	var nowhere []string
	if v.Composition, nowhere, err = p.d.Catalogue.Whole(ctx, id, first(v.Region, p.d.Region)); err != nil {
		return nil, err
	}
	missing, err := p.d.Catalogue.ItemsByID(ctx, nowhere)
	if err != nil {
		return nil, err
	}
	for _, item := range nowhere {
		v.Nowhere = append(v.Nowhere, first(missing[item].Name, item))
	}
	departments, err := p.d.Catalogue.Departments(ctx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(departments, func(d catalogue.Department) bool { return d.ID == v.LeadDepartment }); i >= 0 {
		v.Lead = departments[i].Name
	}
	v.Meter = v.Composition.Meter()
	v.Lines = situations.Lines(ctx, v.Composition, v.Bundle, func(item string) string { return "/items/" + escape(item) })
	v.Materials, v.Inside = bundleMaterials(v.Composition), insideLines(v.Composition)
	v.Flow = situations.Flow(ctx, v.Composition)
	v.Flow.Wide = true
	v.Promise, err = v.Composition.Promise(cal, p.d.Now().Time())
	return v, err
}

// bundlePlaces are the places between which the members are handled differently.
// A place that is none of them is no address.
func (p *Portal) bundlePlaces(ctx context.Context, v *bundleView) error {
	items := make([]string, len(v.Bundle.Members))
	for i, m := range v.Bundle.Members {
		items[i] = m.Item
	}
	regions, err := p.d.Catalogue.Regions(ctx, items)
	if err != nil {
		return err
	}
	var parents []string
	for _, r := range regions {
		parents = append(parents, r.Parent)
	}
	names, err := p.d.Catalogue.RegionNames(ctx, parents)
	if err != nil {
		return err
	}
	for _, r := range regions {
		v.Places = append(v.Places, ui.Option{Value: r.Code, Label: names[r.Parent] + r.Name})
	}
	if v.Region != "" && !slices.ContainsFunc(v.Places, func(o ui.Option) bool { return o.Value == v.Region }) {
		return fault.Missing("portal.not_there")
	}
	return nil
}

func bundleMaterials(c *catalogue.Composition) []bundleMaterial {
	licences := map[string]string{}
	for _, x := range c.Members {
		for _, m := range x.Materials {
			licences[m.Licence] = m.LicenceName
		}
	}
	out := make([]bundleMaterial, len(c.Merged.Materials))
	for i, m := range c.Merged.Materials {
		out[i].Material = catalogue.Material{Material: m.Material, LicenceName: licences[m.Licence]}
		for _, use := range m.Sources {
			if x, ok := c.Member(use.Item); ok {
				out[i].UsedBy = append(out[i].UsedBy, x.Version.Item.Name)
			}
		}
	}
	return out
}

// insideLines are the materials, then the fields that members give each other;
// what several members get of one is one line.
func insideLines(c *catalogue.Composition) []insideLine {
	var out []insideLine
	add := func(name string, in merge.Inside) {
		var from []string
		for _, item := range in.From {
			if x, ok := c.Member(item); ok {
				from = append(from, x.Version.Item.Name)
			}
		}
		x, _ := c.Member(in.Item)
		out = append(out, insideLine{Name: name, For: x.Version.Item.Name, From: strings.Join(from, "、")})
	}
	for _, in := range c.Merged.MaterialsInside {
		if x, ok := c.Member(in.Item); ok {
			m, _ := x.Material(in.Own)
			add(first(m.Name, in.Key), in)
		}
	}
	for _, in := range c.Merged.FieldsInside {
		if f, ok := c.Merged.Field(in.Key); ok {
			add(f.Label, in)
		}
	}
	return joinInside(out)
}

func joinInside(lines []insideLine) (out []insideLine) {
	for _, x := range lines {
		i := slices.IndexFunc(out, func(y insideLine) bool { return y.Name == x.Name && y.From == x.From })
		switch {
		case i < 0:
			out = append(out, x)
		case !slices.Contains(strings.Split(out[i].For, "、"), x.For):
			out[i].For += "、" + x.For
		}
	}
	return out
}

// who says for whom the bundle is.
func (v *bundleView) who() string {
	switch {
	case v.ForPerson() && v.ForOrganisation():
		return "portal.for_both"
	case v.ForOrganisation():
		return "portal.for_organisations"
	case v.Bundle.Audience == set.ForOrganisations:
		return "portal.for_founders"
	default:
		return "portal.for_persons"
	}
}

// choices counts the members one may leave out, and those that an answer decides.
func (v *bundleView) choices() (optional, situational int) {
	for _, x := range v.Lines {
		if x.Optional {
			optional++
		}
		if x.When != "" {
			situational++
		}
	}
	return optional, situational
}

func (v *bundleView) startHref() string {
	href := bundlePath(v.Bundle.ID) + "/start"
	if v.Region != "" {
		href += "?" + situations.Place + "=" + v.Region
	}
	return href
}

func (v *bundleView) printHref() string {
	href := bundlePath(v.Bundle.ID) + "/print"
	if v.Region != "" {
		href += "?" + situations.Place + "=" + v.Region
	}
	return href
}

// startHint says how many questions come before the form.
func startHint(ctx context.Context, v *bundleView) string {
	if n := len(v.Questions); n > 0 {
		return ui.T(ctx, "bundles.start_hint", "n", n)
	}
	return ui.T(ctx, "portal.save_any_time")
}
