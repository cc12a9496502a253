package merge

import (
	"slices"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Member is one item inside a bundle with everything that merging asks of it.
type Member struct {
	Item       string
	Name       string
	Department string         // id
	Form       form.Form      // the item's own, before Bind
	Materials  []set.Material // the item's own, generated ones among them
	Licence    string         // of result[0], '' when the grant gives none
	Face       []string       // element keys on that licence
	Days       int            // promised
	Statutory  int            // days by law, meant only where Limit is set.LimitByLaw
	Limit      string         // set.LimitByLaw, LimitAtOnce, LimitNone
	Unit       clock.Unit     // of both
	DependsOn  []string       // members that must be granted first; who is not there falls away
	Bind       map[string]string
	Waive      []string
	Require    []string

	// Bound has, for every key that Bind leads to, the field its element makes: the
	// question is then named after what the bundle asks, not after what the item calls it.
	Bound map[string]form.Field
	// Papers has the materials of Require that the item itself does not list.
	Papers map[string]set.Material
}

// key is the bundle's name for one of the member's own keys.
func (m *Member) key(own string) string {
	if to, ok := m.Bind[own]; ok {
		return to
	}
	return own
}

// Merged is the bundle as the applicant meets it, and the way back to its
// members. It is immutable and may be shared.
type Merged struct {
	Members   []Member
	Fields    []Field    // the full union, in the order of the members
	Materials []Material // what is handed in, once each
	// FieldsInside and MaterialsInside are what a member gets from the licence of
	// a predecessor; nobody is asked for it.
	FieldsInside    []Inside
	MaterialsInside []Inside
	Layers          [][]string // members that can be handled side by side, in order
	Path            []string   // the longest chain by promised days
	PathDays        int        // added up as they are, working and natural days alike
	SumDays         int
	FieldsBefore    int // what separate handling would ask
	MaterialsBefore int
	Conflicts       []Conflict // with any, the bundle must not be used

	index  map[string]int // item → place in Members
	fields map[string]int // merged key → place in Fields
	after  [][]int        // direct predecessors, those that are there
	before []bits         // transitive predecessors
	papers [][]Paper      // of each member
}

// Merge merges members in their order. Dependencies on items that are not among
// them fall away (domain §5). Errors, both Invalid: "catalogue.merge_twice" for
// an item that is there twice, "catalogue.merge_circle" with the members that
// wait for each other. Conflicts are no error: they are told in the result.
func Merge(members []Member) (*Merged, error) {
	m := &Merged{Members: members, index: make(map[string]int, len(members))}
	for i := range members {
		if _, twice := m.index[members[i].Item]; twice {
			return nil, fault.Invalid("catalogue.merge_twice", "item", members[i].Item)
		}
		m.index[members[i].Item] = i
	}
	if circle := m.link(); circle != nil {
		return nil, fault.Invalid("catalogue.merge_circle", "members", strings.Join(circle, " → "))
	}
	m.mergeFields()
	m.mergeMaterials()
	m.measure()
	return m, nil
}

// Member finds a member by item.
func (m *Merged) Member(item string) (*Member, bool) {
	i, ok := m.index[item]
	if !ok {
		return nil, false
	}
	return &m.Members[i], true
}

// After are the direct predecessors of a member that are in the bundle, in the
// order of the members.
func (m *Merged) After(item string) []string {
	i, ok := m.index[item]
	if !ok {
		return nil
	}
	return m.names(m.after[i])
}

func (m *Merged) names(places []int) []string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = m.Members[p].Item
	}
	return out
}

// Departments are the ids of the departments that take part, in the order of the
// members.
func (m *Merged) Departments() []string {
	var out []string
	for i := range m.Members {
		if d := m.Members[i].Department; !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}
