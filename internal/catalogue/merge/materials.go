package merge

import (
	"slices"

	"yimen/internal/catalogue/set"
)

// Material is a material of the bundle, handed in once. The embedded one has the
// strictest necessity, every form and the most copies that a member asks for, and
// a licence only where that licence stands for the paper everywhere.
type Material struct {
	set.Material
	Sources []Use // in the order of the members
}

// Use is a member's own listing of a material, necessary where the bundle
// requires it.
type Use struct {
	Item     string
	Material set.Material
}

// Fate is what becomes of a member's own material in the bundle.
type Fate string

// The fates.
const (
	HandedIn  Fate = "handed_in" // by the applicant, or fetched as a licence
	GivenIn   Fate = "inside"    // a predecessor's result
	Waived    Fate = "waived"    // the bundle does without
	Generated Fate = "generated" // the application form, made of the answers
)

// Paper is one of a member's own materials with its fate. Keys are never
// renamed: what is attached to the bundle's material Key is the member's Key.
type Paper struct {
	Key  string
	Fate Fate
}

// Papers are the materials of a member in its own order, those that the bundle
// requires beyond its own at the end; none for who is no member.
func (m *Merged) Papers(item string) []Paper {
	i, ok := m.index[item]
	if !ok {
		return nil
	}
	return slices.Clone(m.papers[i])
}

func (m *Merged) mergeMaterials() {
	m.papers = make([][]Paper, len(m.Members))
	at := map[string]int{}
	for i := range m.Members {
		before := m.before[i].places(len(m.Members))
		for _, x := range m.wanted(i) {
			if in, ok := m.given(i, x, before); ok {
				m.papers[i] = append(m.papers[i], Paper{x.Key, GivenIn})
				m.MaterialsInside = append(m.MaterialsInside, in)
				continue
			}
			m.papers[i] = append(m.papers[i], Paper{x.Key, HandedIn})
			use := Use{m.Members[i].Item, x}
			if n, had := at[x.Key]; had {
				m.Materials[n].add(use)
				continue
			}
			at[x.Key] = len(m.Materials)
			m.Materials = append(m.Materials, Material{x, []Use{use}})
		}
	}
}

// wanted are the materials of a member in the bundle: without the application
// form and what is waived, with what is required. Waiving comes first, so that
// what is both is required.
func (m *Merged) wanted(i int) []set.Material {
	member := &m.Members[i]
	out := make([]set.Material, 0, len(member.Materials)+len(member.Require))
	for _, x := range member.Materials {
		required := slices.Contains(member.Require, x.Key)
		if !x.Generated {
			m.MaterialsBefore++
		}
		switch {
		case required:
			x.Necessity = set.Necessary
			out = append(out, x)
		case x.Generated:
			m.papers[i] = append(m.papers[i], Paper{x.Key, Generated})
		case slices.Contains(member.Waive, x.Key):
			m.papers[i] = append(m.papers[i], Paper{x.Key, Waived})
		default:
			out = append(out, x)
		}
	}
	for n, key := range member.Require {
		listed := func(x set.Material) bool { return x.Key == key }
		if !slices.ContainsFunc(member.Materials, listed) && !slices.Contains(member.Require[:n], key) {
			x := m.paper(i, key)
			x.Necessity = set.Necessary
			out = append(out, x)
		}
	}
	return out
}

// paper describes a material that the item itself does not list.
func (m *Merged) paper(i int, key string) set.Material {
	if x, ok := m.Members[i].Papers[key]; ok {
		x.Key, x.Generated = key, false
		return x
	}
	return set.Material{Key: key, Name: key, Source: set.FromApplicant, Forms: []string{"原件"}, Copies: 1}
}

// given finds the predecessors whose result is the material (domain §5).
func (m *Merged) given(i int, x set.Material, before []int) (Inside, bool) {
	in := Inside{Item: m.Members[i].Item, Key: x.Key, Own: x.Key}
	for _, p := range before {
		if x.Licence != "" && m.Members[p].Licence == x.Licence {
			in.From = append(in.From, m.Members[p].Item)
			in.Licences = append(in.Licences, x.Licence)
		}
	}
	return in, len(in.From) > 0
}

// strictness orders the necessities: 必要 > 容缺 > 非必要.
var strictness = map[string]int{set.Necessary: 2, set.Deferrable: 1, set.Optional: 0}

// add takes in another member's listing. What is kept does not depend on who
// came first, but for names.
func (m *Material) add(u Use) {
	x := u.Material
	m.Sources = append(m.Sources, u)
	if strictness[x.Necessity] > strictness[m.Necessity] {
		m.Necessity = x.Necessity
	}
	m.Copies = max(m.Copies, x.Copies)
	m.Forms = union(m.Forms, x.Forms)
	m.Elements = union(m.Elements, x.Elements)
	m.Replaceable = m.Replaceable && x.Replaceable && m.Licence == x.Licence
	if m.Licence != x.Licence {
		m.Licence = "" // one of them still wants the paper
	}
}

func union(a, b []string) []string {
	out := a
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(slices.Clip(out), s)
		}
	}
	return out
}

// Material finds a material that is handed in.
func (m *Merged) Material(key string) (Material, bool) {
	i := slices.IndexFunc(m.Materials, func(x Material) bool { return x.Key == key })
	if i < 0 {
		return Material{}, false
	}
	return m.Materials[i], true
}
