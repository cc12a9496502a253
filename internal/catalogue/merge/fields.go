package merge

import (
	"slices"

	"yimen/internal/catalogue/form"
)

// Field is a question of the bundle's form. The embedded field is what is asked:
// required when any member requires it, as closed as the most closed member has it.
type Field struct {
	form.Field
	Sources        []Source // in the order of the members
	SuppliedInside bool     // not asked: every member that has it gets it from a predecessor
}

// Source is where a question comes from: a member's own field, before bind.
type Source struct {
	Item     string
	Key      string // the member's own
	Required bool   // there
	place    int
	at       int // in that member's form
}

// Inside is something a member gets from the licences of its predecessors.
type Inside struct {
	Item     string   // who gets it
	Key      string   // the bundle's key, or the material's
	Own      string   // the key in the member's own form; for a material the same as Key
	From     []string // the predecessors whose licence has it, in the order of the members
	Licences []string // of From, in the same order
}

func (m *Merged) mergeFields() {
	size := 0
	for i := range m.Members {
		size += len(m.Members[i].Form)
	}
	m.FieldsBefore = size
	m.fields = make(map[string]int, size)
	m.Fields = make([]Field, 0, size)
	for i := range m.Members {
		member := &m.Members[i]
		for at := range member.Form {
			x := &member.Form[at]
			key := member.key(x.Key)
			n, had := m.fields[key]
			if !had {
				n = len(m.Fields)
				m.fields[key] = n
				m.Fields = append(m.Fields, Field{})
			}
			m.Fields[n].Sources = append(m.Fields[n].Sources, Source{member.Item, x.Key, x.Required, i, at})
			if !had {
				m.Fields[n].Key = key
			}
		}
	}
	for n := range m.Fields {
		m.Fields[n].SuppliedInside = m.inside(&m.Fields[n])
		m.join(&m.Fields[n])
	}
	m.fieldPairs()
}

// own is the member's own field behind a source.
func (m *Merged) own(s Source) *form.Field { return &m.Members[s.place].Form[s.at] }

// join makes the one field of its sources and notes those that cannot be one.
func (m *Merged) join(f *Field) {
	kept := f.Key
	t, clash := m.joinType(f)
	base := m.base(f, t)
	joined := *base
	joined.Key, joined.Type = kept, t
	joined.Required, joined.RequiredWhen, joined.OrWhen = false, nil, nil
	for _, s := range f.Sources {
		own := m.own(s)
		joined.Required = joined.Required || own.Required
		joined.Class = form.Closest(joined.Class, own.Class)
	}
	if !joined.Required {
		m.conditions(f, &joined)
	}
	f.Field = joined
	if clash == nil {
		clash = m.optionClash(f)
	}
	if clash != nil {
		m.Conflicts = append(m.Conflicts, *clash)
	}
}

// base is the field whose words the question takes: one that is the bundle's by
// its own name, else the element that bind leads to, else the first.
func (m *Merged) base(f *Field, t form.Type) *form.Field {
	for _, s := range f.Sources {
		if own := m.own(s); own.Key == f.Key && own.Type == t {
			return own
		}
	}
	for _, s := range f.Sources {
		if x, ok := m.Members[s.place].Bound[f.Key]; ok && x.Type == t {
			return &x
		}
	}
	for _, s := range f.Sources {
		if own := m.own(s); own.Type == t {
			return own
		}
	}
	return m.own(f.Sources[0])
}

// conditions carries every member's own condition over, under the bundle's keys;
// any of them that is met requires the field. Conditions on one key are one.
func (m *Merged) conditions(f *Field, joined *form.Field) {
	var all []form.When
	for _, s := range f.Sources {
		member, own := &m.Members[s.place], m.own(s)
		carried := own.Conditions()
		if w, ok := member.Form.BuiltIn(own.Key); ok && (own.Key != f.Key || member.key(w.Key) != w.Key) {
			carried = append(carried, w) // under another name it would be forgotten
		}
		for _, w := range carried {
			all = addWhen(all, form.When{Key: member.key(w.Key), Equals: w.Equals})
		}
	}
	if len(all) > 0 {
		joined.RequiredWhen = &all[0]
		joined.OrWhen = all[1:]
	}
}

func addWhen(all []form.When, w form.When) []form.When {
	i := slices.IndexFunc(all, func(x form.When) bool { return x.Key == w.Key })
	if i < 0 {
		return append(all, form.When{Key: w.Key, Equals: slices.Clone(w.Equals)})
	}
	for _, option := range w.Equals {
		if !slices.Contains(all[i].Equals, option) {
			all[i].Equals = append(all[i].Equals, option)
		}
	}
	return all
}

// inside reports whether every member that has the field gets it from a
// predecessor (domain §5): the member's own key, before bind, is on the face of
// that licence. A member that calls it by two keys needs only one of them there,
// because both hold the same.
func (m *Merged) inside(f *Field) bool {
	for _, s := range f.Sources {
		if !slices.ContainsFunc(f.Sources, func(o Source) bool { return o.place == s.place && m.supplied(o.place, o.Key) }) {
			return false
		}
	}
	return true
}

func (m *Merged) supplied(place int, own string) bool {
	if len(m.after[place]) == 0 {
		return false // the most, and quickly said
	}
	for p := range m.Members {
		if m.before[place].has(p) && m.shows(p, own) {
			return true
		}
	}
	return false
}

// shows reports whether the licence a member gives has a key on its face.
func (m *Merged) shows(place int, key string) bool {
	x := &m.Members[place]
	return x.Licence != "" && slices.Contains(x.Face, key)
}

// fieldPairs lists what is supplied inside in the order of the members' forms.
func (m *Merged) fieldPairs() {
	for i := range m.Members {
		member := &m.Members[i]
		done := map[string]bool{}
		for at := range member.Form {
			own := member.Form[at].Key
			key := member.key(own)
			if done[key] || !m.Fields[m.fields[key]].SuppliedInside || !m.supplied(i, own) {
				continue
			}
			done[key] = true
			in := Inside{Item: member.Item, Key: key, Own: own}
			for _, p := range m.before[i].places(len(m.Members)) {
				if m.shows(p, own) {
					in.From = append(in.From, m.Members[p].Item)
					in.Licences = append(in.Licences, m.Members[p].Licence)
				}
			}
			m.FieldsInside = append(m.FieldsInside, in)
		}
	}
}

// Field finds a question by the bundle's key.
func (m *Merged) Field(key string) (Field, bool) {
	n, ok := m.fields[key]
	if !ok {
		return Field{}, false
	}
	return m.Fields[n], true
}

// Form is the full union, what is supplied inside among it.
func (m *Merged) Form() form.Form {
	out := make(form.Form, len(m.Fields))
	for i := range m.Fields {
		out[i] = m.Fields[i].Field
	}
	return out
}

// Asked is what the applicant fills in: the union without what is supplied inside.
func (m *Merged) Asked() form.Form {
	out := make(form.Form, 0, len(m.Fields))
	for i := range m.Fields {
		if !m.Fields[i].SuppliedInside {
			out = append(out, m.Fields[i].Field)
		}
	}
	return out
}
