package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"yimen/internal/lang"
)

// described serves a description as a program would fetch it.
func described(t *testing.T, ending, language string) []byte {
	t.Helper()
	for _, r := range New(Deps{}).Routes() {
		if r.Pattern == Prefix+"/openapi."+ending {
			q := httptest.NewRequest(r.Method, r.Pattern, nil)
			q.Header.Set("Accept-Language", language)
			w := httptest.NewRecorder()
			r.Handler.ServeHTTP(w, q)
			if w.Code != http.StatusOK || r.Scope != "" {
				t.Fatalf("%d, scope %q", w.Code, r.Scope)
			}
			return w.Body.Bytes()
		}
	}
	t.Fatal("no description")
	return nil
}

func document(t *testing.T, language string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(described(t, "json", language), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// described operations, by method and address.
func operations(doc map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for path, at := range doc["paths"].(map[string]any) {
		for method, op := range at.(map[string]any) {
			out[strings.ToUpper(method)+" "+Prefix+path] = op.(map[string]any)
		}
	}
	return out
}

func TestRoutesAndDescriptionAgree(t *testing.T) {
	var routes []string
	for _, r := range New(Deps{}).Routes() {
		if !strings.HasPrefix(r.Pattern, Prefix+"/openapi.") {
			routes = append(routes, r.Method+" "+r.Pattern)
		}
	}
	slices.Sort(routes)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(operations(document(t, "zh")))), routes); diff != "" {
		t.Errorf("-described +routed\n%s", diff)
	}
	if len(routes) < 30 {
		t.Errorf("only %d routes", len(routes))
	}
}

// TestRules are our own rules of a good description.
func TestRules(t *testing.T) {
	for _, language := range []string{"zh", "en"} {
		doc := document(t, language)
		declared := map[string]bool{}
		for _, tag := range doc["tags"].([]any) {
			declared[tag.(map[string]any)["name"].(string)] = spoken(t, "tag", tag.(map[string]any)["description"])
		}
		ids := map[string]bool{}
		for address, op := range operations(doc) {
			id, _ := op["operationId"].(string)
			if id == "" || ids[id] {
				t.Errorf("%s: operationId %q is missing or taken", address, id)
			}
			ids[id] = true
			spoken(t, id+" summary", op["summary"])
			spoken(t, id+" description", op["description"])
			for _, tag := range op["tags"].([]any) {
				if !declared[tag.(string)] {
					t.Errorf("%s: tag %v is not declared", id, tag)
				}
			}
			guarded(t, id, op)
			parameters(t, address, id, op)
			responses(t, id, op)
		}
		for name, s := range doc["components"].(map[string]any)["schemas"].(map[string]any) {
			properties, _ := s.(map[string]any)["properties"].(map[string]any)
			for member, p := range properties {
				spoken(t, name+"."+member, p.(map[string]any)["description"])
			}
		}
		spoken(t, "info", doc["info"].(map[string]any)["description"])
	}
}

// spoken finds what has no words, or a key where words should be.
func spoken(t *testing.T, what string, v any) bool {
	t.Helper()
	s, _ := v.(string)
	if s == "" || strings.HasPrefix(s, "api.") {
		t.Errorf("%s: no words, %q", what, s)
	}
	return s != ""
}

func guarded(t *testing.T, id string, op map[string]any) {
	t.Helper()
	security, _ := op["security"].([]any)
	if len(security) != 1 || len(security[0].(map[string]any)[bearer].([]any)) != 1 {
		t.Errorf("%s: needs exactly one scope of the token, has %v", id, op["security"])
	}
}

func parameters(t *testing.T, address, id string, op map[string]any) {
	t.Helper()
	has := map[string]map[string]any{}
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		p := p.(map[string]any)
		has[p["name"].(string)] = p
		spoken(t, id+" parameter "+p["name"].(string), p["description"])
		if p["in"] == "path" && !strings.Contains(address, "{"+p["name"].(string)+"}") {
			t.Errorf("%s: %v is not in %s", id, p["name"], address)
		}
	}
	if strings.HasPrefix(address, "POST ") && id != "check-licence" && has["Idempotency-Key"]["required"] != true {
		t.Errorf("%s changes something and does not require an Idempotency-Key", id)
	}
}

func responses(t *testing.T, id string, op map[string]any) {
	t.Helper()
	good := 0
	all := op["responses"].(map[string]any)
	for status, r := range all {
		r := r.(map[string]any)
		spoken(t, id+" "+status, r["description"])
		content, _ := r["content"].(map[string]any)
		switch status[0] {
		case '2':
			good++
			if _, ok := content[jsonType].(map[string]any)["schema"]; !ok {
				t.Errorf("%s: no schema of its answer", id)
			}
		default:
			media, _ := content["application/problem+json"].(map[string]any)
			if fmt.Sprint(media["schema"]) != "map[$ref:#/components/schemas/Problem]" || len(content) != 1 {
				t.Errorf("%s %s: a problem is application/problem+json of Problem, and nothing else: %v", id, status, content)
			}
		}
		headers, _ := r["headers"].(map[string]any)
		for name, h := range headers {
			spoken(t, id+" header "+name, h.(map[string]any)["description"])
		}
	}
	for _, status := range []string{"401", "403", "422", "429", "503"} {
		if all[status] == nil {
			t.Errorf("%s: %s is not described", id, status)
		}
	}
	if good != 1 {
		t.Errorf("%s: %d answers when all goes well", id, good)
	}
}

// TestExamplesFit holds every example against the schema it stands beside.
func TestExamplesFit(t *testing.T) {
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(described(t, "json", "zh")))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("openapi.json", raw); err != nil {
		t.Fatal(err)
	}
	fits := func(what, at string, example any) {
		t.Helper()
		schema, err := compiler.Compile("openapi.json#" + at + "/schema")
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if example == nil {
			t.Errorf("%s: no example", what)
		} else if err := schema.Validate(example); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for path, at := range raw.(map[string]any)["paths"].(map[string]any) {
		for method, op := range at.(map[string]any) {
			op, here := op.(map[string]any), "/paths/"+strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path)+"/"+method
			id := op["operationId"].(string)
			if body, ok := op["requestBody"].(map[string]any); ok {
				for media, m := range body["content"].(map[string]any) {
					fits(id+" request", here+"/requestBody/content/"+strings.ReplaceAll(media, "/", "~1"), m.(map[string]any)["example"])
				}
			}
			for status, r := range op["responses"].(map[string]any) {
				if status[0] == '2' {
					m := r.(map[string]any)["content"].(map[string]any)[jsonType].(map[string]any)
					fits(id+" answer", here+"/responses/"+status+"/content/application~1json", m["example"])
				}
			}
		}
	}
}

// TestYAMLSaysTheSame reads openapi.yaml back.
func TestYAMLSaysTheSame(t *testing.T) {
	for _, language := range []string{"zh", "en"} {
		var fromYAML map[string]any
		if err := yaml.Unmarshal(described(t, "yaml", language), &fromYAML); err != nil {
			t.Fatal(err)
		}
		plain, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(plain, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(document(t, language), back); diff != "" {
			t.Errorf("-json +yaml\n%s", diff)
		}
	}
}

func TestDescriptionSpeaksBothLanguages(t *testing.T) {
	for language, title := range map[string]string{"zh-CN,en;q=0.5": lang.T(lang.ZH, "api.title"), "en": lang.T(lang.EN, "api.title"), "": lang.T(lang.ZH, "api.title")} {
		if got := document(t, language)["info"].(map[string]any)["title"]; got != title {
			t.Errorf("%s: %v", language, got)
		}
	}
	if doc := string(described(t, "json", "zh")); strings.Contains(doc, "$schema\":\"http") && strings.Contains(doc, "unpkg") {
		t.Error("the description loads something from elsewhere")
	}
}
