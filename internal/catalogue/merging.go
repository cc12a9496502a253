package catalogue

import (
	"context"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Pick says which members of a bundle are meant.
type Pick = merge.Pick

// Merge merges the newest version of a bundle out of the newest versions of its
// items. Missing "catalogue.no_bundle"; Invalid as merge.Choose and merge.Merge.
func (s *Service) Merge(ctx context.Context, bundle string, pick Pick) (*merge.Merged, error) {
	b, err := s.Bundle(ctx, bundle)
	if err != nil {
		return nil, err
	}
	members, err := pick.Members(b)
	if err != nil {
		return nil, err
	}
	return s.MergeNewest(ctx, members)
}

// MergeNewest merges members in the newest versions of their items, published or
// withheld.
func (s *Service) MergeNewest(ctx context.Context, members []set.Member) (*merge.Merged, error) {
	versions, err := s.newest(ctx, s.DB, itemsOf(members))
	if err != nil {
		return nil, err
	}
	return s.MergeVersions(ctx, members, versions)
}

// MergeVersions merges members in the versions given, by item: a composition does
// it with what the place publishes. Missing "catalogue.no_item" for a member
// without a version.
func (s *Service) MergeVersions(ctx context.Context, members []set.Member, versions map[string]*Version) (*merge.Merged, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	d := c.dictionary(s.Layout)
	m := merger{dict: &d, versions: versions, paper: func(key string) (set.Material, bool, error) {
		return c.papers.Find(key, func(do func(set.Item) error) error { return eachItem(ctx, s.DB, do) })
	}}
	return m.merge(members)
}

// dictionary is what items are resolved with, as the snapshot has it.
func (c *snapshot) dictionary(layout *form.Layout) dictionary {
	d := dictionary{elements: c.elements, licences: c.licences, layout: layout}
	d.departments = make(map[string]set.Department, len(c.departments))
	for _, x := range c.departments {
		d.departments[x.ID] = set.Department{ID: x.ID, Code: x.Code, Name: x.Name, Short: x.Short}
	}
	return d
}

func itemsOf(members []set.Member) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = m.Item
	}
	return out
}

// newest gives the newest version of items in one query; unknown ones are left out.
func (s *Service) newest(ctx context.Context, r db.Reader, items []string) (map[string]*Version, error) {
	rows, err := r.Query(ctx, `SELECT v.id, v.version, v.document FROM item i JOIN item_version v ON v.id = i.item_version
		WHERE i.id in_list($1)`, db.List(items))
	out := make(map[string]*Version, len(items))
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var id, text string
		var number int64
		if err := sc.Scan(&id, &number, &text); err != nil {
			return struct{}{}, err
		}
		v, err := parse(id, number, text)
		if err == nil {
			out[v.Item.ID] = v
		}
		return struct{}{}, err
	})
	return out, err
}

// merger is what members are built with.
type merger struct {
	dict     *dictionary
	versions map[string]*Version
	// paper looks for a material outside the bundle, by key.
	paper func(key string) (set.Material, bool, error)
}

func (m merger) merge(members []set.Member) (*merge.Merged, error) {
	out := make([]merge.Member, len(members))
	for i, x := range members {
		v := m.versions[x.Item]
		if v == nil {
			return nil, fault.Missing("catalogue.no_item").With(fault.Invalid("set.unknown_items", "key", "item", "value", x.Item))
		}
		out[i] = m.member(x, v)
		if err := m.addPapers(&out[i], members); err != nil {
			return nil, err
		}
	}
	return merge.Merge(out)
}

func (m merger) member(x set.Member, v *Version) merge.Member {
	out := merge.Member{
		Item: x.Item, Name: v.Item.Name, Department: v.Item.Department, Form: v.Form, Materials: v.Item.Materials,
		Days: v.Item.CommitmentDays, Statutory: v.Item.StatutoryDays, Limit: v.Item.StatutoryLimit, Unit: v.Unit(),
		DependsOn: x.DependsOn, Bind: x.Bind, Waive: x.WaiveMaterials, Require: x.RequireMaterials,
	}
	if len(v.Results) > 0 && v.Results[0].Type != nil {
		out.Licence, out.Face = v.Results[0].Licence, v.Results[0].Type.Face.Keys()
	}
	for _, to := range x.Bind {
		if field, ok := m.dict.field(to); ok {
			if out.Bound == nil {
				out.Bound = make(map[string]form.Field, len(x.Bind))
			}
			out.Bound[to] = field
		}
	}
	return out
}

// addPapers describes what the bundle requires of a member beyond the item's own.
func (m merger) addPapers(x *merge.Member, members []set.Member) error {
	var others [][]set.Material
	for _, other := range members {
		if v := m.versions[other.Item]; v != nil {
			others = append(others, v.Item.Materials)
		}
	}
	return x.Describe(others, m.paper)
}

// field is an element as a field of its own, with its rules read.
func (d *dictionary) field(key string) (form.Field, bool) {
	if _, ok := d.elements[key]; !ok {
		return form.Field{}, false
	}
	doc := document{Elements: map[string]elementEntry{}}
	d.addElement(&doc, key)
	return form.New([]form.Field{doc.field(key)})[0], true
}
