package merge

import (
	"slices"
	"strconv"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
)

// Conflict is two members' fields that one question cannot be: a mistake of the
// catalogue, which an import finds, so that no applicant has to.
type Conflict struct {
	Key   string // the bundle's
	What  What
	One   Place
	Other Place
}

// What is different between the two.
type What string

// The differences that make a conflict.
const (
	DifferentTypes   What = "type"
	DifferentOptions What = "options"
	DifferentColumns What = "columns"
)

// Place is one side of a conflict. Key is the member's own, before bind; it is
// the bundle's, and Element is true, where the element that bind leads to is meant.
type Place struct {
	Item    string
	Key     string
	Type    form.Type
	Options []string
	Columns []form.Column
	Element bool
}

// Joins reports whether two fields can be one question as far as their types go:
// idcard or uscc may join string, because every text of theirs is one (domain §5).
func Joins(a, b form.Type) bool {
	plain := func(t form.Type) bool { return t == form.IDCard || t == form.USCC }
	return a == b || (a == form.String && plain(b)) || (b == form.String && plain(a))
}

// places are all sides of a field: the members' own fields and, where one is
// bound to it, the element it is bound to.
func (m *Merged) places(f *Field) []Place {
	out := make([]Place, 0, len(f.Sources))
	for _, s := range f.Sources {
		own := m.own(s)
		out = append(out, Place{Item: s.Item, Key: s.Key, Type: own.Type, Options: own.Options, Columns: own.Columns})
		if x, ok := m.Members[s.place].Bound[f.Key]; ok && s.Key != f.Key {
			out = append(out, Place{Item: s.Item, Key: f.Key, Type: x.Type, Options: x.Options, Columns: x.Columns, Element: true})
		}
	}
	return out
}

// joinType is the type of the question: string wherever one of them is, else the
// type of all. Every two must join, not only neighbours: a number of a person and
// one of an organisation are not one question because a third member takes any text.
func (m *Merged) joinType(f *Field) (form.Type, *Conflict) {
	first := m.own(f.Sources[0]).Type
	if same := !slices.ContainsFunc(f.Sources, func(s Source) bool {
		return m.own(s).Type != first || s.Key != f.Key
	}); same {
		return first, nil // by far the most
	}
	places := m.places(f)
	t := first
	for i, a := range places {
		for _, b := range places[i+1:] {
			if !Joins(a.Type, b.Type) {
				return first, &Conflict{f.Key, DifferentTypes, a, b}
			}
		}
		if a.Type == form.String {
			t = form.String
		}
	}
	return t, nil
}

func (m *Merged) optionClash(f *Field) *Conflict {
	if f.Type != form.Enum && f.Type != form.Table {
		return nil
	}
	places := m.places(f)
	for _, b := range places[1:] {
		switch a := places[0]; {
		case !sameOptions(a.Options, b.Options):
			return &Conflict{f.Key, DifferentOptions, a, b}
		case !slices.EqualFunc(a.Columns, b.Columns, sameColumn):
			return &Conflict{f.Key, DifferentColumns, a, b}
		}
	}
	return nil
}

// sameOptions: in another order they are still the same choice.
func sameOptions(a, b []string) bool {
	if slices.Equal(a, b) {
		return true
	}
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func sameColumn(a, b form.Column) bool {
	return a.Key == b.Key && a.Type == b.Type && a.Optional == b.Optional && sameOptions(a.Options, b.Options)
}

// Problems are the conflicts as problems of the set they came with, each with
// both places; where says where an entry of the set stands (set.Set.Where), nil
// where there is no set. The line is that of the second member, or of its item
// where the set has no bundles.
func (m *Merged) Problems(bundle string, where func(kind set.Kind, id string) (file string, line int, ok bool)) set.Problems {
	if where == nil {
		where = func(set.Kind, string) (string, int, bool) { return "", 0, false }
	}
	side := func(p Place) string {
		text := bundle + "." + p.Item + "." + p.Key
		if file, line, ok := where(set.Items, p.Item); ok && !p.Element {
			text += " (" + file + ":" + strconv.Itoa(line) + ")"
		}
		return text
	}
	var out set.Problems
	for _, c := range m.Conflicts {
		file, line, ok := where(set.Bundles, bundle+"/"+c.Other.Item)
		if !ok {
			file, line, _ = where(set.Items, c.Other.Item)
		}
		out = append(out, set.Problem{
			File: file, Line: line, Path: bundle + "." + c.Other.Item + "." + c.Other.Key, Code: "set.merge_" + string(c.What),
			Args: fault.Args{"bundle": bundle, "key": c.Key, "one": side(c.One), "other": side(c.Other),
				"type": string(c.One.Type), "expected": string(c.Other.Type)},
		})
	}
	return out
}
