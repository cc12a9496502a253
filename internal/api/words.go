package api

import (
	"strings"

	"yimen/internal/lang"
)

// speaking is the description in a language: titles, operations, parameters,
// members. Every word stands in lang/*/api.json, under the name of what it
// describes; a test finds what has none.
func speaking(l lang.Locale, doc map[string]any) map[string]any {
	out := clone(doc).(map[string]any)
	info := out["info"].(map[string]any)
	info["title"], info["description"] = lang.T(l, "api.title"), lang.T(l, "api.about")
	for _, t := range out["tags"].([]any) {
		t := t.(map[string]any)
		t["description"] = lang.T(l, "api.tag."+t["name"].(string))
	}
	components := out["components"].(map[string]any)
	for _, scheme := range components["securitySchemes"].(map[string]any) {
		scheme.(map[string]any)["description"] = lang.T(l, "api.token")
	}
	for name, schema := range components["schemas"].(map[string]any) {
		members(l, name, schema.(map[string]any))
	}
	for _, at := range out["paths"].(map[string]any) {
		for _, op := range at.(map[string]any) {
			operationWords(l, op.(map[string]any))
		}
	}
	return out
}

func operationWords(l lang.Locale, op map[string]any) {
	id := op["operationId"].(string)
	key := "api.op." + strings.ReplaceAll(id, "-", "_")
	op["summary"], op["description"] = lang.T(l, key), lang.T(l, key+".about")
	parameters, _ := op["parameters"].([]any)
	for _, p := range parameters {
		p := p.(map[string]any)
		p["description"] = word(l, "parameter", p["name"].(string))
	}
	if body, ok := op["requestBody"].(map[string]any); ok {
		for _, media := range body["content"].(map[string]any) {
			if schema, ok := media.(map[string]any)["schema"].(map[string]any); ok {
				members(l, id, schema)
			}
		}
	}
	for status, r := range op["responses"].(map[string]any) {
		r := r.(map[string]any)
		r["description"] = lang.T(l, "api.status."+status)
		headers, _ := r["headers"].(map[string]any)
		for name, h := range headers {
			h.(map[string]any)["description"] = word(l, "header", name)
		}
	}
}

// members describes the properties of a schema and of those written out inside it.
func members(l lang.Locale, name string, schema map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	for member, p := range properties {
		if p, ok := p.(map[string]any); ok {
			p["description"] = word(l, name, member)
		}
	}
}

// word finds the words for a member: those of its own schema, else those that
// serve wherever the name stands, because one name has one meaning.
func word(l lang.Locale, schema, member string) string {
	member = strings.ToLower(strings.ReplaceAll(member, "-", "_"))
	own := "api.doc." + strings.ToLower(strings.ReplaceAll(schema, "-", "_")) + "." + member
	if lang.Has(own) {
		return lang.T(l, own)
	}
	return lang.T(l, "api.doc."+member)
}

// clone copies what JSON decodes to.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = clone(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = clone(x)
		}
		return out
	}
	return v
}
