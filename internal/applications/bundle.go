package applications

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Member is one item of a bundle's application. What the merged form asks once is
// asked of several members under keys of their own.
type Member struct {
	*Definition                     // the member's own form and slots, without what the bundle waives
	Merged      *merge.Merged       // of all members
	After       []string            // items of the bundle that have to be granted first
	Fields      map[string]string   // own key → key of the merged form
	Papers      map[string]string   // own slot → slot of the merged application; none for what a predecessor supplies
	FieldsFrom  map[string][]string // own key → items whose licence supplies it (domain.md §5)
	PapersFrom  map[string][]string // own material → items whose licence it is
}

// Bundle tells whether the definition is of several items.
func (d *Definition) Bundle() bool { return len(d.Members) > 0 }

// Member finds a member by its local item.
func (d *Definition) Member(localItem string) (*Member, bool) {
	i := slices.IndexFunc(d.Members, func(m Member) bool { return m.LocalItem == localItem })
	if i < 0 {
		return nil, false
	}
	return &d.Members[i], true
}

// validate finds what is wrong with answers; those of a bundle are judged by every
// member's own rules.
func (d *Definition) validate(a form.Answers, facts form.Facts, keys ...string) fault.Fields {
	if d.Bundle() {
		return d.Members[0].Merged.Validate(a, facts, keys...)
	}
	return d.Form.Validate(a, facts, keys...)
}

// Supply is what the licence of a granted member gives to the others.
type Supply struct {
	Item       string   // of the member that was granted
	To         []string // local items of the members it is for; none for every one that it supplies
	Type       string   // of the licence
	Licence    string
	Number     string // on the licence
	Name       string // of its type
	On         clock.Date
	Face       form.Answers
	Identifier string
}

// Supplied is what one member has received of its predecessors.
type Supplied struct {
	Fields map[string]SuppliedField `json:"fields,omitempty"` // by own key
	Papers map[string]SuppliedPaper `json:"papers,omitempty"` // by own material
}

// SuppliedField is a value from a licence's face.
type SuppliedField struct {
	Value  form.Value `json:"value"`
	Number string     `json:"number"`
	On     clock.Date `json:"on,omitzero"`
}

// SuppliedPaper is a licence that stands for a material.
type SuppliedPaper struct {
	Licence    string     `json:"licence"`
	Identifier string     `json:"identifier"`
	Number     string     `json:"number"`
	Name       string     `json:"name"`
	On         clock.Date `json:"on,omitzero"`
}

// split takes the name of a dossier apart: an application, and of a bundle's the
// local item whose part is meant.
func split(dossier string) (application, localItem string) {
	application, localItem, _ = strings.Cut(dossier, "/")
	return application, localItem
}

// Begun tells about the case of a bundle's member; cases is behind it.
type Begun interface {
	// BegunIn tells whether the member's department has the case, or had it: until then
	// the part is none of its business.
	BegunIn(ctx context.Context, r db.Reader, application, localItem string) (bool, error)
}

// partOf is the application as one member's department holds it: its own form,
// its own materials, and no more. It is a copy that is only read.
func (s *Service) partOf(ctx context.Context, r db.Reader, a *Application, localItem string) (*Application, error) {
	if localItem == "" || a.part != nil {
		return a, nil
	}
	def, err := s.d.Items.Definition(ctx, a.LocalItem)
	if err != nil {
		return nil, err
	}
	m, ok := def.Member(localItem)
	if !ok {
		return nil, fault.Missing("applications.missing")
	}
	p := *a
	if p.begun, err = s.d.Begun.BegunIn(ctx, r, a.ID, localItem); err != nil {
		return nil, err
	}
	p.part = m
	p.Item, p.ItemName, p.LocalItem, p.Body, p.Region = m.Item, m.ItemName, m.LocalItem, m.Body, m.Region
	p.Answers = a.own(m, a.Answers)
	p.Sources = map[string]Source{}
	for own, key := range m.Fields {
		if src, ok := a.Sources[key]; ok {
			p.Sources[own] = src
		}
	}
	for own, f := range a.Supplied[m.LocalItem].Fields {
		p.Sources[own] = Source{Source: "licence", Detail: f.Number, On: f.On}
	}
	p.Defects = m.defects(a.Defects)
	return &p, nil
}

// own are a member's answers with what its predecessors supplied.
func (a *Application) own(m *Member, merged form.Answers) form.Answers {
	out := m.Merged.Project(m.Item, merged)
	for key, f := range a.Supplied[m.LocalItem].Fields {
		out[key] = f.Value
	}
	return out
}

// defects are those of a member, under its own keys.
func (m *Member) defects(all []Defect) (out []Defect) {
	for _, d := range all {
		if d.Member != m.LocalItem {
			continue
		}
		names := m.Fields
		if d.Kind == "material" {
			names = m.Papers
		}
		for own, key := range names {
			if key == d.Key {
				d.Key = own
				break
			}
		}
		out = append(out, d)
	}
	return out
}

// merged states defects of a member's own form in the terms of the whole, where
// the applicant answers them. What a predecessor supplies nobody else can correct.
func (m *Member) merged(own []Defect) ([]Defect, error) {
	out := slices.Clone(own)
	var f fault.Fields
	for i, d := range own {
		names, from := m.Fields, m.FieldsFrom
		if d.Kind == "material" {
			names, from = m.Papers, m.PapersFrom
		}
		key, asked := names[d.Key]
		if len(from[d.Key]) > 0 || !asked {
			f.Add(d.Kind+"."+d.Key, "applications.supplied_inside", "label", d.Label)
			continue
		}
		out[i].Key, out[i].Member = key, m.LocalItem
	}
	return out, f.Err()
}

// SupplyIn fills in what a granted member's licence supplies to the others, in the
// grant's transaction. From the filing on the application of a bundle is held here
// by whoever changes more than his own case, so that this is safe beside him.
func (s *Service) SupplyIn(ctx context.Context, tx *db.Tx, actor gov.Actor, appID string, in Supply) error {
	a, err := s.lock(ctx, tx, appID)
	if err != nil {
		return err
	}
	def, err := s.d.Items.Definition(ctx, a.LocalItem)
	if err != nil {
		return err
	}
	if !a.supply(def, in) {
		return nil
	}
	if err := s.act(ctx, tx, a, actor, ActSupply, edit{Supplied: a.Supplied}); err != nil {
		return err
	}
	return s.save(ctx, tx, a)
}

// LockedIn gives the application and keeps others from changing it until the
// transaction ends.
func (s *Service) LockedIn(ctx context.Context, tx *db.Tx, appID string) (*Application, error) {
	return s.lock(ctx, tx, appID)
}

// EndedIn tells the outside that every case of a bundle's application is decided or
// ended.
func (s *Service) EndedIn(ctx context.Context, tx *db.Tx, a *Application) error {
	return s.publish(ctx, tx, "application.ended", a)
}

func (a *Application) supply(def *Definition, in Supply) (any bool) {
	if a.Supplied == nil {
		a.Supplied = map[string]Supplied{}
	}
	for i := range def.Members {
		m := &def.Members[i]
		if len(in.To) > 0 && !slices.Contains(in.To, m.LocalItem) {
			continue
		}
		got := a.Supplied[m.LocalItem]
		for key, from := range m.FieldsFrom {
			if v := in.Face[key]; slices.Contains(from, in.Item) && !v.IsZero() {
				if got.Fields == nil {
					got.Fields = map[string]SuppliedField{}
				}
				got.Fields[key], any = SuppliedField{Value: v, Number: in.Number, On: in.On}, true
			}
		}
		for key, from := range m.PapersFrom {
			if slices.Contains(from, in.Item) {
				if got.Papers == nil {
					got.Papers = map[string]SuppliedPaper{}
				}
				got.Papers[key], any = SuppliedPaper{Licence: in.Licence, Identifier: in.Identifier, Number: in.Number, Name: in.Name, On: in.On}, true
			}
		}
		a.Supplied[m.LocalItem] = got
	}
	return any
}

// definition is what the application, or the part of it, was started under.
func (s *Service) definition(ctx context.Context, a *Application) (*Definition, error) {
	if a.part != nil {
		return a.part.Definition, nil
	}
	return s.d.Items.Definition(ctx, a.LocalItem)
}

// Received is what the part has received of its predecessors; nothing for an
// application that is no part of a bundle.
func (a *Application) Received() Supplied {
	if a.part == nil {
		return Supplied{}
	}
	return a.Supplied[a.part.LocalItem]
}
