package form

import "strings"

// Dialect is the JSON Schema a form is told in.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is the form as JSON Schema, for programs that fill it in: one property a
// field, file fields left out because files go to their materials. Whatever
// Validate takes, in stored form, the schema takes too; it does not know check
// digits, today's date and what the registers hold, so Validate has the last word.
func (f Form) Schema() map[string]any {
	properties, required, conditions := map[string]any{}, []string{}, []any{}
	for i := range f {
		x := &f[i]
		if x.Type == File {
			continue
		}
		properties[x.Key] = f.property(x)
		if x.Required {
			required = append(required, x.Key)
		}
		for _, w := range x.Conditions() {
			conditions = append(conditions, w.schema(x.Key))
		}
		if w, ok := f.BuiltIn(x.Key); ok {
			conditions = append(conditions, w.schema(x.Key))
		}
	}
	out := map[string]any{"$schema": Dialect, "type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	if len(conditions) > 0 {
		out["allOf"] = conditions
	}
	if together := f.together(); len(together) > 0 {
		out["dependentRequired"] = together
	}
	return out
}

// schema is "required when" in the words of JSON Schema.
func (w When) schema(key string) map[string]any {
	return map[string]any{
		"if":   map[string]any{"properties": map[string]any{w.Key: map[string]any{"enum": anys(w.Equals)}}, "required": []string{w.Key}},
		"then": map[string]any{"required": []string{key}},
	}
}

// together lists the parts of an agent, of which none comes alone.
func (f Form) together() map[string][]string {
	out := map[string][]string{}
	for _, key := range agentKeys {
		for _, other := range agentKeys {
			if other != key && f.Has(key) && f.Has(other) {
				out[key] = append(out[key], other)
			}
		}
	}
	return out
}

func (f Form) property(x *Field) map[string]any {
	var p map[string]any
	switch {
	case x.Type == Table:
		p = x.tableSchema()
	case x.Type == IDCard && x.Key == "id_number" && f.Has("id_type"):
		p = map[string]any{"type": "string", "minLength": 5, "maxLength": 20} // other documents too
	default:
		p = plainSchema(x.Type, x.Options, &x.rule)
	}
	p["title"] = x.Label
	if x.Hint != "" {
		p["description"] = x.Hint
	}
	if x.Element != "" {
		p["x-element"] = x.Element
	}
	p["x-class"] = string(x.Class)
	return p
}

func (x *Field) tableSchema() map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, c := range x.columns() {
		p := plainSchema(c.Type, c.Options, &rule{places: -1})
		p["title"] = c.Name
		properties[c.Key] = p
		if !c.Optional {
			required = append(required, c.Key)
		}
	}
	row := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		row["required"] = required
	}
	return map[string]any{"type": "array", "items": row, "maxItems": MostRows}
}

// patterns of the types whose texts are numbers or codes, as they are stored.
var patterns = map[Type]string{
	IDCard: `^[0-9]{17}[0-9X]$`, USCC: `^[0-9A-Z]{18}$`, Phone: `^1[0-9]{10}$`, BankAccount: `^[0-9]{8,30}$`,
	Region: `^[0-9]{6}([0-9]{6})?$`, Integer: `^-?[0-9]{1,15}$`, Decimal: `^-?[0-9]{1,15}([.][0-9]{1,15})?$`, Money: `^-?[0-9]{1,15}([.][0-9]{1,2})?$`,
}

func plainSchema(t Type, options []string, r *rule) map[string]any {
	p := map[string]any{"type": "string"}
	switch t {
	case Enum:
		if len(options) > 0 {
			p["enum"] = anys(options)
		}
	case Boolean:
		p = map[string]any{"enum": []any{true, false, "true", "false"}}
		if r.mustBeTrue {
			p["enum"] = []any{true, "true"}
		}
	case Integer, Decimal, Money:
		p["type"] = []string{"number", "string"} // a number is taken as the text of its digits
		p["pattern"] = patterns[t]
		if r.positive {
			p["exclusiveMinimum"] = 0
		}
	case Date, Email:
		p["format"] = string(t)
	case IDCard, USCC, Phone, BankAccount, Region:
		p["pattern"] = patterns[t]
	default:
		lengths(p, t, r)
	}
	return p
}

func lengths(p map[string]any, t Type, r *rule) {
	low, high := r.min, r.max
	if t == Address && low == 0 {
		low = 5
	}
	if high == 0 {
		high = longest[t]
	}
	if low > 0 {
		p["minLength"] = low
	}
	if high > 0 {
		p["maxLength"] = high
	}
	switch {
	case r.eitherID:
		p["pattern"] = `^[0-9A-Z]{18}$`
	case r.pattern != nil && !strings.HasPrefix(r.pattern.String(), "(?"): // flags are Go's own
		p["pattern"] = r.pattern.String()
	}
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}
