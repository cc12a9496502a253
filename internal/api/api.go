package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/catalogue"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/platform/once"
	"yimen/internal/registers"
	"yimen/internal/supervision"
)

// Prefix is where the API stands. It is its version too: /api/v2 would be another.
const Prefix = "/api/v1"

// Deps is what the API works with. All but Rate are needed.
type Deps struct {
	Applications *applications.Service
	Cases        *cases.Service
	Catalogue    *catalogue.Service
	Identity     *identity.Service
	Joint        *joint.Service
	Licences     *licences.Service
	Registers    *registers.Service
	Supervision  *supervision.Service
	Once         *once.Keeper
	DB           db.Reader
	Now          now.Clock
	NewID        func() string
	URL          func(path string) string
	Log          *slog.Logger
	// Rate is how many requests an account may make; the zero value means DefaultRate.
	Rate identity.Rate
}

// DefaultRate is a hundred a second: a department's nightly comparison passes, a
// program gone wild does not.
var DefaultRate = identity.Rate{Count: 6000, Per: time.Minute}

// Route is one address of the API, for app to mount behind the gate that finds the
// caller. Scope is empty for the description, which is public.
type Route struct {
	Method  string
	Pattern string
	Scope   identity.TokenScope
	MaxBody int64 // bytes; 0 keeps the server's
	Handler http.Handler
}

// API is every operation with its description. Safe for concurrent use.
type API struct {
	d      Deps
	huma   huma.API
	routes []Route
	now    operation // being registered
	limit  *limiter
}

// New builds the API; a mistake in an operation panics at start.
func New(d Deps) *API {
	if d.Rate.Count <= 0 {
		d.Rate = DefaultRate
	}
	a := &API{d: d, limit: newLimiter(d.Identity, d.Now, d.Rate)}
	a.huma = humago.NewWithPrefix((*routeBook)(a), Prefix, huma.Config{
		OpenAPI: skeleton(), Formats: map[string]huma.Format{jsonType: strictJSON, "json": strictJSON}, DefaultFormat: jsonType,
		RejectUnknownQueryParameters: true,
	})
	a.huma.UseMiddleware(a.speak, a.throttle)
	for _, resource := range []func(){a.addItems, a.addGuides, a.addPlaces, a.addApplications, a.addAttachments,
		a.addFetching, a.addAmending, a.addCases, a.addJoint, a.addReceiving, a.addSteps, a.addTime, a.addDeciding, a.addHandingOver, a.addLicences, a.addEvents, a.addRegisters} {
		resource()
	}
	a.addDescription()
	return a
}

const jsonType = "application/json"

// Routes lists every address, in the order of the description.
func (a *API) Routes() []Route { return slices.Clone(a.routes) }

// routeBook is the mux that huma registers with: it writes the routes down.
type routeBook API

// HandleFunc notes a route of the operation being registered.
func (b *routeBook) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	b.routes = append(b.routes, Route{Method: method, Pattern: path, Scope: b.now.scope, MaxBody: b.now.maxBody, Handler: http.HandlerFunc(h)})
}

// ServeHTTP is there because the adapter asks for it; app serves the routes.
func (b *routeBook) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// operation is one operation before it is registered.
type operation struct {
	id     string // kebab-case; also the key of its words, see lang/*/api.json
	method string
	path   string // below Prefix
	scope  identity.TokenScope
	tag    string
	status int   // of success; 0 means 200
	also   []int // statuses of problems beside those of every operation
	kept   bool  // needs an Idempotency-Key
	// maxBody is the largest body in bytes, 0 for the usual.
	maxBody int64
	// pointer leads from a fault's field into the body that was sent; nil means
	// that names and members agree.
	pointer func(field string) string
}

// usualBody is enough for words of 2,000 characters and a hundred defects.
const usualBody = 256 << 10

func (o operation) huma() huma.Operation {
	if o.maxBody == 0 {
		o.maxBody = usualBody
	}
	problems := append([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusServiceUnavailable}, o.also...)
	if o.method == http.MethodPost || o.method == http.MethodPut {
		problems = append(problems, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(problems)
	return huma.Operation{OperationID: o.id, Method: o.method, Path: o.path, DefaultStatus: o.status, Tags: []string{o.tag},
		Errors: slices.Compact(problems), Security: []map[string][]string{{bearer: {string(o.scope)}}},
		MaxBodyBytes: o.maxBody, BodyReadTimeout: -1} // httpd moves the read deadline with every read
}

// add registers an operation whose input and output are JSON.
func add[I, O any](a *API, o operation, handle func(ctx context.Context, c Caller, in *I) (*O, error)) {
	a.now = o
	huma.Register(a.huma, o.huma(), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, callerOf(ctx), in)
		if err != nil {
			return nil, a.refusal(ctx, err, o.pointer)
		}
		return out, nil
	})
}

// speak sets the language of the answer, and that nobody keeps it on the way.
func (a *API) speak(ctx huma.Context, next func(huma.Context)) {
	l := localeOf(ctx.Header("Accept-Language"))
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.SetHeader("Content-Language", l.Tag())
	ctx.SetHeader("Vary", "Accept-Language")
	if !text(ctx.URL()) {
		a.write(ctx, newProblem(lang.With(ctx.Context(), l), http.StatusNotFound, fault.Missing("faults.page"), nil))
		return
	}
	next(huma.WithContext(ctx, lang.With(ctx.Context(), l)))
}

// throttle counts the request against its account's rate.
func (a *API) throttle(ctx huma.Context, next func(huma.Context)) {
	if err := a.limit.take(ctx.Context(), callerOf(ctx.Context()).Actor.Account); err != nil {
		a.write(ctx, a.refusal(ctx.Context(), err, nil))
		return
	}
	next(ctx)
}

// write answers with a problem outside a registered handler.
func (a *API) write(ctx huma.Context, p *Problem) {
	for name, values := range p.header {
		for _, v := range values {
			ctx.SetHeader(name, v)
		}
	}
	ctx.SetHeader("Content-Type", p.ContentType(jsonType))
	ctx.SetStatus(p.Status)
	_, _ = ctx.BodyWriter().Write(p.JSON()) // a program that hung up is no error of ours
}
