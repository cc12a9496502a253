package app

import (
	"context"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// begun is what applications ask of the cases of a bundle, which are built later.
type begun struct{ *App }

func (a begun) BegunIn(ctx context.Context, r db.Reader, application, localItem string) (bool, error) {
	return a.Cases.BegunIn(ctx, r, application, localItem)
}

// composed is the definition of an application for a bundle: one form and one set
// of slots, and each member's own behind them.
func (a applicationItems) composed(ctx context.Context, c *catalogue.Composition) (*applications.Definition, error) {
	def := &applications.Definition{
		Item: c.Bundle, ItemName: c.Name, LocalItem: c.ID, Audience: bundleAudience(c), Form: c.Asked,
		Groups: c.Groups, Slots: slots(mergedMaterials(c), c.Asked), Online: true,
	}
	ids := make([]string, len(c.Members))
	for i, x := range c.Members {
		ids[i] = x.Local.Body
	}
	bodies, err := a.Identity.BodiesByID(ctx, a.DB, ids)
	if err != nil {
		return nil, err
	}
	for _, x := range c.Members {
		own := a.local(x.Guide, bodies[x.Local.Body])
		def.Online = def.Online && own.Online
		if gov.Region(own.Region).Level() > def.Region.Level() || def.Region == "" {
			def.Region = own.Region // the applicant's own place is the smallest
		}
		m := applications.Member{Definition: own, Merged: c.Merged, After: c.Merged.After(own.Item)}
		m.Slots, m.Papers = memberSlots(c.Merged, own, def.Slots)
		if _, renamed := x.Bind["applicant_name"]; renamed {
			somebodyElses(def.Slots, m.Papers)
		}
		m.FieldsFrom, m.PapersFrom = inside(c.Merged.FieldsInside, own.Item), inside(c.Merged.MaterialsInside, own.Item)
		m.Fields = map[string]string{}
		for _, key := range own.Form.Keys() {
			if merged, ok := c.Merged.Key(own.Item, key); ok && c.Asked.Has(merged) {
				m.Fields[key] = merged
			}
		}
		def.Members = append(def.Members, m)
	}
	def.Body, def.BodyName = def.Members[0].Body, def.Members[0].BodyName
	return def, nil
}

// somebodyElses marks the papers of a member whose applicant is, in the bundle,
// somebody other than who files it (a newborn, a guardian): no licence of the one
// who files stands for them.
func somebodyElses(slots []applications.Slot, papers map[string]string) {
	for i := range slots {
		for _, key := range papers {
			if key == slots[i].Key {
				slots[i].Holder = applications.HeldByNobody
			}
		}
	}
}

// bundleAudience says who may apply.
func bundleAudience(c *catalogue.Composition) []string {
	var out []string
	if c.ForPerson() {
		out = append(out, "person")
	}
	if c.ForOrganisation() {
		out = append(out, "organisation")
	}
	return out
}

func inside(all []merge.Inside, item string) map[string][]string {
	out := map[string][]string{}
	for _, x := range all {
		if x.Item == item {
			out[x.Own] = x.From
		}
	}
	return out
}

// mergedMaterials are the bundle's, each once, with the names of the licences that
// stand for them.
func mergedMaterials(c *catalogue.Composition) []catalogue.Material {
	names := map[string]string{}
	for _, x := range c.Members {
		for _, m := range x.Materials {
			names[m.Licence] = m.LicenceName
		}
	}
	out := make([]catalogue.Material, len(c.Merged.Materials))
	for i, m := range c.Merged.Materials {
		out[i] = catalogue.Material{Material: m.Material, LicenceName: names[m.Licence]}
	}
	return out
}

// memberSlots are a member's own slots in the bundle and where each of them lies
// in the whole. What is waived is gone; what a predecessor supplies has no slot.
func memberSlots(m *merge.Merged, own *applications.Definition, whole []applications.Slot) ([]applications.Slot, map[string]string) {
	fates := map[string]merge.Fate{}
	for _, p := range m.Papers(own.Item) {
		fates[p.Key] = p.Fate
	}
	var slots []applications.Slot
	at := map[string]string{}
	for _, s := range own.Slots {
		fate, material := fates[s.Key]
		if material {
			if fate == merge.HandedIn {
				slots, at[s.Key] = append(slots, s), s.Key
			}
			delete(fates, s.Key)
			continue
		}
		key, _ := m.Key(own.Item, s.Key)
		for _, w := range whole {
			if slices.Contains(w.Fields, key) {
				slots, at[s.Key] = append(slots, s), w.Key
			}
		}
	}
	for _, w := range whole { // what the bundle requires beyond the item's own list
		if fates[w.Key] == merge.HandedIn {
			slots, at[w.Key] = append(slots, w), w.Key
		}
	}
	return slots, at
}
