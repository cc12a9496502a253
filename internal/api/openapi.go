package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/yaml"

	"yimen/internal/lang"
)

// The resources, as tags.
const (
	tagCatalogue    = "catalogue"
	tagApplications = "applications"
	tagCases        = "cases"
	tagDesk         = "desk"
	tagLicences     = "licences"
	tagEvents       = "events"
	tagRegisters    = "registers"
)

// tags in the order in which a newcomer reads.
var tags = []string{tagCatalogue, tagApplications, tagCases, tagDesk, tagLicences, tagEvents, tagRegisters}

const (
	bearer   = "token"
	revision = "1.4.0" // of the description; additive changes move the middle figure
)

// skeleton is the description before its operations.
func skeleton() *huma.OpenAPI {
	return &huma.OpenAPI{OpenAPI: "3.1.0", Info: &huma.Info{Title: "api.title", Description: "api.about", Version: revision},
		Components: &huma.Components{
			Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			SecuritySchemes: map[string]*huma.SecurityScheme{bearer: {Type: "http", Scheme: "bearer", Description: "api.token"}},
		}}
}

// describeUpload writes down the one operation that huma does not read itself.
func describeUpload(op *huma.Operation, schemas huma.Registry) {
	text := func() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }
	op.Parameters = []*huma.Param{
		{Name: "Idempotency-Key", In: "header", Required: true, Schema: text()},
		{Name: "id", In: "path", Required: true, Schema: text()},
		{Name: "If-Match", In: "header", Schema: text()},
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"slot", "file"}, Properties: map[string]*huma.Schema{
			"slot": text(), "version": {Type: huma.TypeInteger, Format: "int64"}, "file": {Type: huma.TypeString, Format: "binary"},
		}}}}}
	op.Responses = map[string]*huma.Response{fmt.Sprint(op.DefaultStatus): {Description: http.StatusText(op.DefaultStatus),
		Headers: map[string]*huma.Param{"ETag": {Schema: text()}, "Idempotency-Replayed": {Schema: text()}},
		Content: map[string]*huma.MediaType{jsonType: {Schema: schemas.Schema(reflect.TypeFor[Application](), true, "")}}}}
	problem := schemas.Schema(reflect.TypeFor[Problem](), true, "")
	for _, status := range op.Errors {
		op.Responses[fmt.Sprint(status)] = &huma.Response{Description: http.StatusText(status),
			Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	}
}

//go:embed examples
var examples embed.FS

// Example is a request and its answer as the replay in internal/app wrote them.
type Example struct {
	Parameters map[string]any `json:"parameters,omitempty"` // by name
	Body       any            `json:"body,omitempty"`
	Status     int            `json:"status"`
	Answer     any            `json:"answer,omitempty"`
}

// ReadExample gives the example of an operation; ok is false when there is none yet.
func ReadExample(id string) (x Example, ok bool) {
	b, err := examples.ReadFile(path.Join("examples", id+".json"))
	if err != nil {
		return x, false
	}
	return x, json.Unmarshal(b, &x) == nil
}

// addDescription mounts openapi.json and openapi.yaml, each made once in each
// language when somebody first asks: a program that starts has better things to do.
// They are public: what they describe is guarded.
func (a *API) addDescription() {
	plain := a.document()
	asJSON := sync.OnceValue(func() map[lang.Locale][]byte { return inEachLanguage(plain) })
	asYAML := sync.OnceValue(func() map[lang.Locale][]byte {
		out := map[lang.Locale][]byte{}
		for l, told := range asJSON() {
			var err error
			if out[l], err = inYAML(told); err != nil {
				panic(err) // it is JSON of our own
			}
		}
		return out
	})
	for ending, documents := range map[string]func() map[lang.Locale][]byte{"json": asJSON, "yaml": asYAML} {
		a.routes = append(a.routes, Route{Method: http.MethodGet, Pattern: Prefix + "/openapi." + ending,
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				l := localeOf(r.Header.Get("Accept-Language"))
				w.Header().Set("Content-Type", "application/openapi+"+ending)
				w.Header().Set("Content-Language", l.Tag())
				w.Header().Set("Vary", "Accept-Language")
				_, _ = w.Write(documents()[l])
			})})
	}
	slices.SortStableFunc(a.routes, func(x, y Route) int { return strings.Compare(x.Pattern, y.Pattern) })
}

func inEachLanguage(plain map[string]any) map[lang.Locale][]byte {
	out := map[lang.Locale][]byte{}
	for _, l := range lang.Locales() {
		told, err := json.Marshal(speaking(l, plain))
		if err != nil {
			panic(err) // marshalled a moment ago
		}
		out[l] = told
	}
	return out
}

// document is the description as plain JSON, with examples and with keys in the
// places of words.
func (a *API) document() map[string]any {
	o := a.huma.OpenAPI()
	for _, t := range tags {
		o.Tags = append(o.Tags, &huma.Tag{Name: t})
	}
	for _, p := range o.Paths {
		for _, op := range []*huma.Operation{p.Get, p.Put, p.Post, p.Patch, p.Delete} {
			if op != nil {
				addProblemHeaders(op)
				addExample(op)
			}
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		panic(err)
	}
	return doc
}

// addProblemHeaders writes down what problems say outside their bodies.
func addProblemHeaders(op *huma.Operation) {
	for status, name := range map[int]string{http.StatusUnauthorized: "WWW-Authenticate", http.StatusTooManyRequests: "Retry-After",
		http.StatusServiceUnavailable: "Retry-After"} {
		if r := op.Responses[fmt.Sprint(status)]; r != nil {
			r.Headers = map[string]*huma.Param{name: {Schema: &huma.Schema{Type: huma.TypeString}}}
		}
	}
}

func addExample(op *huma.Operation) {
	x, ok := ReadExample(op.OperationID)
	if !ok {
		return
	}
	for _, p := range op.Parameters {
		if v, ok := x.Parameters[p.Name]; ok {
			p.Example = v
		}
	}
	if op.RequestBody != nil && x.Body != nil {
		for _, m := range op.RequestBody.Content {
			m.Example = x.Body
		}
	}
	if r := op.Responses[fmt.Sprint(x.Status)]; r != nil && x.Answer != nil {
		for _, m := range r.Content {
			m.Example = x.Answer
		}
	}
}

func inYAML(doc []byte) ([]byte, error) {
	var b strings.Builder
	if err := yaml.Convert(&b, strings.NewReader(string(doc))); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}
