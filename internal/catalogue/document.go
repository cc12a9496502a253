package catalogue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
)

// documentFormat is raised when the shape of document changes; old versions are
// read by their own number for ever, because running cases stand on them.
const documentFormat = 1

// document is one item version as it is stored: the item as its set had it, and
// of everything it refers to as much as a running case needs. Nothing in it is
// looked up later.
type document struct {
	Format     int                     `json:"format"`
	Item       set.Item                `json:"item"`
	Department departmentEntry         `json:"department"`
	Elements   map[string]elementEntry `json:"elements"` // of the form and of the licence's face
	Licences   map[string]licenceEntry `json:"licences"` // of results, materials, conditions
}

type departmentEntry struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Name  string `json:"name"`
	Short string `json:"short,omitempty"`
}

type elementEntry struct {
	Code       string        `json:"code"`
	Name       string        `json:"name"`
	Type       form.Type     `json:"type"`
	Options    []string      `json:"options,omitempty"`
	Columns    []form.Column `json:"columns,omitempty"`
	Validation string        `json:"validation"`
	Pattern    string        `json:"pattern,omitempty"`
	Authority  string        `json:"authority,omitempty"` // the department's short name
	Class      form.Class    `json:"class"`
}

type licenceEntry struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Issuer   string   `json:"issuer,omitempty"`
	Holder   []string `json:"holder,omitempty"`
	Validity string   `json:"validity,omitempty"`
	Fields   []string `json:"fields,omitempty"`
}

// dictionary is what items are resolved with.
type dictionary struct {
	departments map[string]set.Department
	elements    map[string]set.Element
	licences    map[string]set.LicenceType
	layout      *form.Layout
}

// resolve joins an item with its dictionary entries.
func (d *dictionary) resolve(item set.Item) document {
	doc := document{
		Format: documentFormat, Item: item, Department: d.department(item.Department),
		Elements: map[string]elementEntry{}, Licences: map[string]licenceEntry{},
	}
	for _, f := range item.FormFields {
		d.addElement(&doc, f.Key)
	}
	for _, r := range item.Result {
		l, ok := d.licences[r.Licence]
		if !ok {
			continue
		}
		doc.Licences[l.ID] = licenceEntry{
			Code: l.Code, Name: l.Name, Issuer: l.Issuer, Holder: l.Holder, Validity: l.Validity, Fields: l.Fields,
		}
		for _, key := range l.Fields {
			d.addElement(&doc, key)
		}
	}
	for _, m := range item.Materials {
		d.addLicence(&doc, m.Licence)
	}
	for _, c := range item.Conditions {
		d.addLicence(&doc, c.Test.Licence)
	}
	return doc
}

func (d *dictionary) department(id string) departmentEntry {
	x := d.departments[id]
	return departmentEntry{ID: id, Code: x.Code, Name: x.Name, Short: x.Short}
}

// addLicence keeps of a licence that is only referred to its name and code.
func (d *dictionary) addLicence(doc *document, id string) {
	if _, had := doc.Licences[id]; had || id == "" {
		return
	}
	if l, ok := d.licences[id]; ok {
		doc.Licences[id] = licenceEntry{Code: l.Code, Name: l.Name}
	}
}

func (d *dictionary) addElement(doc *document, key string) {
	e, ok := d.elements[key]
	if _, had := doc.Elements[key]; had || !ok {
		return
	}
	authority := d.departments[e.Authority]
	name := authority.Short
	if name == "" {
		name = authority.Name
	}
	doc.Elements[key] = elementEntry{
		Code: e.Code, Name: e.Name, Type: e.Type, Options: e.Options, Columns: e.Columns, Validation: e.Validation,
		Pattern: e.Pattern, Authority: name, Class: classOf(e, d.layout),
	}
}

// encode gives the stored form and its hash. Keys are in a fixed order, so that
// the same content always gives the same bytes.
func (doc *document) encode() (text, hash string, err error) {
	text, err = encodeJSON(doc)
	if err != nil {
		return "", "", err
	}
	return text, hashOf(text), nil
}

// encodeJSON leaves <, > and & as they are: the text is data, not a page.
func encodeJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
