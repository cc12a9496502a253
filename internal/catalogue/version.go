package catalogue

import (
	"encoding/json"
	"slices"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/catalogue/steps"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Version is an item version ready for use: everything art. 30 wants published,
// the form with its rules, and the steps. It is immutable and shared; who needs
// another one copies it.
type Version struct {
	ID         string // item_version
	Number     int64
	Item       set.Item // as published, local overrides applied in a Guide
	Department Department
	Form       form.Form
	Materials  []Material
	Results    []Result
	Steps      []steps.Step
}

// Department is a department of the catalogue.
type Department struct {
	ID, Code, Name, Short string
}

// Material is a material with the name of the licence that can stand for it.
type Material struct {
	set.Material
	LicenceName string
}

// Result is what a grant gives. Type is nil where the result is no licence.
type Result struct {
	set.Result
	Type *LicenceType
}

// LicenceType is a licence type as an item version froze it. Face is what stands
// on the licence; fields that are not on the item's form are entered by 制证.
type LicenceType struct {
	ID, Code, Name string
	Issuer         string   // department id
	Holder         []string // 自然人, 法人
	Validity       string
	Face           form.Form
}

// parse reads a stored document.
func parse(id string, number int64, text string) (*Version, error) {
	var doc document
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return nil, fault.Internal(err, "catalogue.unreadable", "version", id)
	}
	if doc.Format != documentFormat {
		return nil, fault.Internal(nil, "catalogue.unreadable", "version", id)
	}
	v := doc.view()
	v.ID, v.Number = id, number
	return v, nil
}

func (doc *document) view() *Version {
	v := &Version{
		Item:       doc.Item,
		Department: Department(doc.Department),
		Form:       doc.form(),
		Steps:      steps.Derive(doc.Item.Stages, doc.Item.Procedures),
	}
	for _, m := range doc.Item.Materials {
		v.Materials = append(v.Materials, Material{m, doc.Licences[m.Licence].Name})
	}
	for _, r := range doc.Item.Result {
		v.Results = append(v.Results, Result{r, doc.licenceType(r.Licence)})
	}
	return v
}

func (doc *document) form() form.Form {
	fields := make([]form.Field, 0, len(doc.Item.FormFields))
	for _, f := range doc.Item.FormFields {
		x := doc.field(f.Key)
		x.Label, x.Type, x.Element = f.Label, f.Type, f.Element
		x.Required, x.RequiredWhen = f.Required, f.RequiredWhen
		if len(f.Options) > 0 {
			x.Options = f.Options
		}
		if len(f.Columns) > 0 {
			x.Columns = f.Columns
			if hasSensitiveColumn(f.Columns) {
				x.Class = form.Sensitive
			}
		}
		fields = append(fields, x)
	}
	return form.New(fields)
}

// field is an element as a field of its own, as the face of a licence has it.
func (doc *document) field(key string) form.Field {
	e := doc.Elements[key]
	return form.Field{
		Key: key, Label: e.Name, Element: e.Code, Type: e.Type, Required: true, Options: e.Options, Columns: e.Columns,
		Class: e.Class, Hint: e.Validation, Pattern: e.Pattern, Authority: e.Authority,
	}
}

func (doc *document) licenceType(id string) *LicenceType {
	l, ok := doc.Licences[id]
	if id == "" || !ok {
		return nil
	}
	face := make([]form.Field, 0, len(l.Fields))
	for _, key := range l.Fields {
		face = append(face, doc.field(key))
	}
	return &LicenceType{
		ID: id, Code: l.Code, Name: l.Name, Issuer: l.Issuer, Holder: l.Holder, Validity: l.Validity, Face: form.New(face),
	}
}

// ForPerson reports whether a natural person can apply.
func (v *Version) ForPerson() bool { return v.Item.Audience != set.ForOrganisations }

// ForOrganisation reports whether an organisation can apply.
func (v *Version) ForOrganisation() bool { return v.Item.Audience != set.ForPersons }

// Founds reports whether the grant brings an organisation into being: its
// licence has a credit code on its face that the form cannot ask for. The
// applicant of such an item is the person who founds (architecture, parties).
func (v *Version) Founds() bool {
	if len(v.Results) == 0 || v.Results[0].Type == nil {
		return false
	}
	return v.Results[0].Type.Face.Has("uscc") && !v.Form.Has("uscc")
}

// Unit is the unit of both limits.
func (v *Version) Unit() clock.Unit {
	unit, err := clock.ParseUnit(v.Item.DayUnit)
	if err != nil {
		return clock.Working // art. 82: limits count in working days
	}
	return unit
}

// Asked are the materials the applicant hands in: all but the application form,
// which the answers make.
func (v *Version) Asked() []Material {
	return slices.DeleteFunc(slices.Clone(v.Materials), func(m Material) bool { return m.Generated })
}

// Material finds a material by key.
func (v *Version) Material(key string) (Material, bool) {
	i := slices.IndexFunc(v.Materials, func(m Material) bool { return m.Key == key })
	if i < 0 {
		return Material{}, false
	}
	return v.Materials[i], true
}

// BasisTexts are the laws as letters cite them: 食品安全法第三十五条.
func (v *Version) BasisTexts() []string {
	var out []string
	for _, b := range v.Item.LegalBasis {
		if s := b.Law + b.Article; !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// OnlineDepths are the 网办深度 of domain.md §8 that the data's level stands for.
func (v *Version) OnlineDepths() []int {
	last := map[int]int{1: 1, 2: 3, 3: 5, 4: 7}[v.Item.OnlineDepth]
	out := make([]int, 0, last)
	for d := 1; d <= last; d++ {
		out = append(out, d)
	}
	return out
}

// Online reports whether an application can be filed without coming.
func (v *Version) Online() bool { return v.Item.OnlineDepth >= 2 }

// lacks lists what art. 30 wants published and the version does not have, as
// language keys; a version that lacks anything is withheld.
func (doc *document) lacks() []string {
	i := &doc.Item
	var out []string
	for _, c := range []struct {
		missing bool
		code    string
	}{
		{len(i.LegalBasis) == 0, "catalogue.lacks_basis"},
		{len(i.Conditions) == 0, "catalogue.lacks_conditions"},
		{len(i.Stages) == 0, "catalogue.lacks_procedure"},
		{i.StatutoryLimit == "" || i.DayUnit == "", "catalogue.lacks_limit"},
		{len(i.Materials) == 0, "catalogue.lacks_materials"},
		{strings.TrimSpace(i.Fee.Standard) == "", "catalogue.lacks_fee"},
	} {
		if c.missing {
			out = append(out, c.code)
		}
	}
	return out
}
