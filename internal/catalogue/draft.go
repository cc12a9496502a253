package catalogue

import (
	"io/fs"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Draft is a set that has been read and not imported: its bundles can be merged
// as they would be, without a database. It has to be whole in itself.
type Draft struct {
	set      *set.Set
	dict     dictionary
	items    map[string]int // id → place in the set
	papers   merge.Elsewhere
	calendar *clock.Calendar
}

// ReadDraft reads a set by itself. Problems are those that an import would refuse
// it for, members that cannot be one form among them; the error is then Invalid
// "catalogue.set_refused".
func ReadDraft(folder fs.FS, layout *form.Layout) (*Draft, set.Problems, error) {
	if layout == nil {
		layout = &form.Layout{}
	}
	read, problems, err := set.Read(folder, set.Known{})
	if err != nil {
		return nil, nil, err
	}
	if len(problems) > 0 {
		return nil, problems, fault.Invalid("catalogue.set_refused", "count", len(problems)).With(problems)
	}
	d := &Draft{set: read, items: make(map[string]int, read.Len()), dict: dictionary{
		departments: map[string]set.Department{}, elements: map[string]set.Element{}, licences: map[string]set.LicenceType{}, layout: layout,
	}}
	for i := range read.Len() {
		d.items[read.ItemID(i)] = i
	}
	for _, x := range read.Departments {
		d.dict.departments[x.ID] = x
	}
	for _, x := range read.Elements {
		d.dict.elements[x.Key] = x
	}
	for _, x := range read.Licences {
		d.dict.licences[x.ID] = x
	}
	years := make([]Year, len(read.Years))
	for i, y := range read.Years {
		years[i] = Year{CalendarYear: y}
	}
	if d.calendar, err = calendarOf(years); err != nil {
		return nil, nil, err
	}
	for _, b := range read.Bundles {
		m, err := d.Merge(merge.Everybody(b))
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, m.Problems(b.ID, read.Where)...)
	}
	if len(problems) > 0 {
		return nil, problems, fault.Invalid("catalogue.set_refused", "count", len(problems)).With(problems)
	}
	return d, nil, nil
}

// Items are the ids of the set's items, in its order.
func (d *Draft) Items() []string {
	out := make([]string, d.set.Len())
	for i := range out {
		out[i] = d.set.ItemID(i)
	}
	return out
}

// Bundles are the bundles of the set, in its order.
func (d *Draft) Bundles() []set.Bundle { return d.set.Bundles }

// Bundle finds one. Missing "catalogue.no_bundle".
func (d *Draft) Bundle(id string) (set.Bundle, error) {
	i := slices.IndexFunc(d.set.Bundles, func(b set.Bundle) bool { return b.ID == id })
	if i < 0 {
		return set.Bundle{}, fault.Missing("catalogue.no_bundle")
	}
	return d.set.Bundles[i], nil
}

// LicenceName is the name of a licence type, its id where the set has none.
func (d *Draft) LicenceName(id string) string {
	if l, ok := d.dict.licences[id]; ok {
		return l.Name
	}
	return id
}

// Calendar is made of the set's years alone.
func (d *Draft) Calendar() *clock.Calendar { return d.calendar }

// Version is an item of the set as its version would be. Missing "catalogue.no_item".
func (d *Draft) Version(item string) (*Version, error) {
	at, ok := d.items[item]
	if !ok {
		return nil, fault.Missing("catalogue.no_item")
	}
	x, err := d.set.Item(at)
	if err != nil {
		return nil, err
	}
	doc := d.dict.resolve(x)
	return doc.view(), nil
}

// Merge merges members; errors are those of Version and merge.Merge.
func (d *Draft) Merge(members []set.Member) (*merge.Merged, error) {
	m := merger{dict: &d.dict, versions: make(map[string]*Version, len(members)), paper: d.paper}
	for _, x := range members {
		v, err := d.Version(x.Item)
		if err != nil {
			return nil, err
		}
		m.versions[x.Item] = v
	}
	return m.merge(members)
}

func (d *Draft) paper(key string) (set.Material, bool, error) {
	return d.papers.Find(key, func(do func(set.Item) error) error {
		for i := range d.set.Len() {
			x, err := d.set.Item(i)
			if err == nil {
				err = do(x)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
