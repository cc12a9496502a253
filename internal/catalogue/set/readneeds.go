package set

import (
	"regexp"
	"slices"
)

var (
	ratio = regexp.MustCompile(`^\d+(\.\d+)?:\d+(\.\d+)?$`)
	ops   = []string{">=", "<=", "=", ">", "<"}
)

func (o object) conditions(fields []FormField) []Condition {
	var out []Condition
	seen := map[string]bool{}
	for _, n := range o.list("conditions", 0) {
		c, ok := n.object("id", "text", "test")
		if !ok {
			continue
		}
		condition := Condition{ID: c.name("id", idForm), Text: c.text("text")}
		if condition.ID != "" && seen[condition.ID] {
			c.at("id").fail("duplicate", "value", condition.ID)
		}
		seen[condition.ID] = true
		if t, ok := c.need("test"); ok {
			condition.Test = t.test(fields)
		}
		out = append(out, condition)
	}
	return out
}

func (n node) test(fields []FormField) Test {
	o, ok := n.object("kind", "measure", "op", "value", "parameter", "unit", "licence", "state", "field")
	if !ok {
		return Test{}
	}
	t := Test{
		Kind: o.oneOf("kind", "number", "ratio", "licence", "fact"), Measure: o.textOr("measure"), Unit: o.textOr("unit"),
		Parameter: o.textOr("parameter"), State: o.textOr("state"), Field: o.textOr("field"), Licence: o.textOr("licence"),
	}
	switch t.Kind {
	case "number", "ratio":
		o.text("measure")
		t.Op = o.oneOf("op", ops...)
		t.Value = o.testValue(t)
	case "licence":
		o.text("licence")
		o.at("licence").refer(Licences, t.Licence)
	}
	if t.Field != "" && !slices.ContainsFunc(fields, func(f FormField) bool { return f.Key == t.Field }) {
		o.at("field").fail("unknown_field", "value", quote(t.Field))
	}
	return t
}

// testValue is a number, for a ratio also "1:7"; it may be left out only where
// the local standard decides.
func (o object) testValue(t Test) string {
	n, ok := o.get("value")
	if !ok || n.null() || n.yaml.Value == "" {
		if t.Parameter == "" {
			n.fail("missing_key")
		}
		return ""
	}
	if t.Kind == "ratio" && n.yaml.ShortTag() == "!!str" && ratio.MatchString(n.yaml.Value) {
		return n.yaml.Value
	}
	return n.number()
}

var (
	materialSources = []string{FromApplicant, FromGovernment, FromOthers}
	materialForms   = []string{"原件", "复印件", "电子"}
	necessities     = []string{Necessary, Optional, Deferrable}
)

func (o object) materials() []Material {
	var out []Material
	seen := map[string]bool{}
	for _, n := range o.list("materials", 0) {
		m, ok := n.object("key", "name", "source", "forms", "copies", "necessity", "legal_basis", "basis_kind",
			"replaceable_by_licence", "licence", "elements", "generated_from_form")
		if !ok {
			continue
		}
		material := m.material()
		if material.Key != "" && seen[material.Key] {
			m.at("key").fail("duplicate", "value", material.Key)
		}
		seen[material.Key] = true
		out = append(out, material)
	}
	return out
}

func (o object) material() Material {
	m := Material{
		Key: o.name("key", keyForm), Name: o.text("name"), Source: o.oneOf("source", materialSources...),
		Forms: o.texts("forms", 1), Copies: o.integer("copies", 1, mostCopies),
		Necessity: o.oneOf("necessity", necessities...), LegalBasis: o.textOr("legal_basis"),
		BasisKind: o.textOr("basis_kind"), Replaceable: o.boolean("replaceable_by_licence"),
		Licence: o.present("licence"), Elements: o.texts("elements", 0), Generated: o.boolean("generated_from_form"),
	}
	for _, f := range o.listOr("forms") {
		f.oneOf(materialForms)
	}
	o.at("licence").refer(Licences, m.Licence)
	if m.Replaceable && m.Licence == "" {
		o.at("replaceable_by_licence").fail("replaceable_without_licence")
	}
	for _, e := range o.listOr("elements") {
		e.refer(Elements, quiet(e))
	}
	return m
}
