package set

import (
	"regexp"
	"slices"
	"strings"

	"yimen/internal/catalogue/form"
)

const mostCount = 1_000_000 // of anything a file counts

func (r *reader) departments() {
	root, ok := r.file(Departments, "departments")
	if !ok {
		return
	}
	for _, n := range root.entries(Departments, "departments") {
		o, ok := n.object("id", "code", "name", "short", "system", "item_count", "note")
		if !ok {
			continue
		}
		id, o := o.identify(Departments, "id", true)
		r.set.Departments = append(r.set.Departments, Department{
			ID: id, Code: o.textOr("code"), Name: o.text("name"), Short: o.textOr("short"),
			System: o.textOr("system"), ItemCount: o.integerOr("item_count", 0, mostCount), Note: o.textOr("note"),
		})
	}
}

// elementsAndLicences refer to each other, so licences wait until both are in.
func (r *reader) elementsAndLicences() {
	if root, ok := r.file(Elements, "elements"); ok {
		for _, n := range root.entries(Elements, "elements") {
			r.element(n)
		}
	}
	if !r.set.Has(Elements) {
		for k, e := range r.known.Elements {
			r.elements[k] = e
		}
	}
	for k := range r.elements {
		r.codes[k] = k
	}
	if root, ok := r.file(Licences, "licences"); ok {
		for _, n := range root.entries(Licences, "licences") {
			r.licence(n)
		}
	}
}

func (r *reader) element(n node) {
	o, ok := n.object("key", "code", "name", "type", "options", "columns", "validation", "pattern", "checksum",
		"authority", "licences", "class", "sensitive", "shared", "used_by_items", "note")
	if !ok {
		return
	}
	key, o := o.identify(Elements, "key", true)
	e := Element{
		Key: key, Code: o.textOr("code"), Name: o.text("name"), Type: o.fieldType("type"),
		Options: o.textsOr("options"), Columns: o.columns(), Validation: o.text("validation"),
		Pattern: o.pattern(), Checksum: o.textOr("checksum"), Authority: o.textOr("authority"),
		Licences: o.textsOr("licences"), Shared: o.booleanOr("shared"),
		UsedByItems: o.integerOr("used_by_items", 0, mostCount),
	}
	if c, ok := o.get("class"); ok && !c.null() {
		e.Class = form.Class(c.oneOf(words(form.Classes())))
		e.Sensitive = o.booleanOr("sensitive")
	} else {
		e.Sensitive = o.boolean("sensitive")
	}
	if e.Type == form.Enum && len(e.Options) == 0 {
		o.at("type").fail("enum_without_options")
	}
	if len(e.Columns) > 0 && e.Type != form.Table {
		o.at("columns").fail("columns_without_table")
	}
	o.at("authority").refer(Departments, e.Authority)
	for _, l := range o.listOr("licences") {
		l.referLater(Licences, quiet(l))
	}
	r.set.Elements = append(r.set.Elements, e)
	if key != "" {
		r.elements[key] = e
	}
}

// quiet is a text that has been judged already.
func quiet(n node) string { return strings.TrimSpace(n.yaml.Value) }

// at is the value under key, or the mapping itself when the key is missing.
func (o object) at(key string) node {
	n, _ := o.get(key)
	return n
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (o object) fieldType(key string) form.Type {
	return form.Type(o.oneOf(key, words(form.Types())...))
}

// pattern must compile; Go's regular expressions take linear time, so a hostile
// one cannot hang a page.
func (o object) pattern() string {
	p := o.textOr("pattern")
	if p == "" {
		return ""
	}
	if len(p) > 1000 {
		o.at("pattern").fail("too_long", "max", 1)
		return ""
	}
	if _, err := regexp.Compile(p); err != nil {
		o.at("pattern").fail("bad_pattern", "detail", quote(err.Error()))
	}
	return p
}

func (o object) columns() []form.Column {
	var out []form.Column
	seen := map[string]bool{}
	for _, n := range o.listOr("columns") {
		c, ok := n.object("key", "name", "type", "options", "optional")
		if !ok {
			continue
		}
		column := form.Column{
			Key: c.name("key", keyForm), Name: c.text("name"), Type: c.fieldType("type"),
			Options: c.textsOr("options"), Optional: c.booleanOr("optional"),
		}
		if column.Key != "" && seen[column.Key] {
			c.at("key").fail("duplicate", "value", column.Key)
		}
		seen[column.Key] = true
		if column.Type == form.Table || column.Type == form.File {
			c.at("type").fail("column_type", "value", string(column.Type))
		}
		if column.Type == form.Enum && len(column.Options) == 0 {
			c.at("type").fail("enum_without_options")
		}
		out = append(out, column)
	}
	return out
}

func (r *reader) licence(n node) {
	o, ok := n.object("id", "code", "name", "issuer", "holder", "validity", "fields", "produced_by",
		"gd_catalogue_code", "gd_code_seen_in", "note", "sources")
	if !ok {
		return
	}
	id, o := o.identify(Licences, "id", true)
	l := LicenceType{
		ID: id, Code: o.textOr("code"), Name: o.text("name"), Issuer: o.text("issuer"),
		Holder: o.holders(), Validity: o.text("validity"), Fields: o.texts("fields", 0),
		ProducedBy: o.textsOr("produced_by"), GDCode: o.textOr("gd_catalogue_code"),
		GDCodeSeenIn: o.textOr("gd_code_seen_in"), Note: o.textOr("note"), Sources: o.sources(),
	}
	o.at("issuer").refer(Departments, l.Issuer)
	for _, f := range o.listOr("fields") {
		f.refer(Elements, quiet(f))
	}
	for _, p := range o.listOr("produced_by") {
		p.referLater(Items, quiet(p))
	}
	r.set.Licences = append(r.set.Licences, l)
}

func (o object) holders() []string {
	for _, n := range o.listOr("holder") {
		n.oneOf([]string{ForPersons, ForOrganisations})
	}
	return o.texts("holder", 1)
}

// sources are remarks on where facts were seen; about is a text or a list.
func (o object) sources() []Source {
	var out []Source
	for _, n := range o.listOr("sources") {
		s, ok := n.object("about", "kind", "ref", "note")
		if !ok {
			continue
		}
		source := Source{Kind: s.text("kind"), Ref: s.textOr("ref"), Note: s.textOr("note")}
		if about, ok := s.need("about"); ok && about.yaml.Kind > 0 {
			if len(about.yaml.Content) > 0 {
				source.About = slices.Clip(distinct(about.list(1)))
			} else {
				source.About = []string{about.text()}
			}
		}
		out = append(out, source)
	}
	return out
}
