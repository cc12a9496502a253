package kit

import (
	"net/http"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
	"yimen/internal/web/ui"
)

// Handler answers one request. A returned error becomes a problem page; a
// handler that has written its answer returns nil.
type Handler func(*Request) error

// Route is one address of the program. Access must be declared.
type Route struct {
	Method  string
	Pattern string // as http.ServeMux takes it, without the method: "/cases/{id}"
	Access  Access
	Handler Handler
	// MaxBody raises (or lowers) the largest body in bytes; 0 keeps the server's 1 MiB.
	MaxBody int64
	// Channel is set on the actor where the page itself tells it (counter, kiosk).
	// Default: web or mobile, by the browser.
	Channel gov.Channel
}

// HTTP makes a Handler of a plain http.Handler (the API, a file server). The
// actor is found with ActorOf(r.Context()).
func HTTP(h http.Handler) Handler {
	return func(q *Request) error {
		h.ServeHTTP(q.w, q.Request)
		return nil
	}
}

// Router holds every route of the program behind one gate: cross-site check,
// who is it, may they, and only then the handler.
type Router struct {
	kit    *Kit
	mux    *http.ServeMux
	routes []Route
	cross  *http.CrossOriginProtection
}

// Router makes an empty router with kit's own routes and files.
func (k *Kit) Router() *Router {
	rt := &Router{kit: k, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection()}
	rt.mux.Handle("GET "+ui.AssetPrefix, ui.Assets)
	rt.mux.HandleFunc("/", rt.nowhere)
	rt.Add(k.Routes()...)
	return rt
}

// Add registers routes. It panics for a route without Access, method or handler
// and for two routes that could both answer: mistakes of the program, found at start.
func (rt *Router) Add(routes ...Route) {
	for _, route := range routes {
		name := route.Method + " " + route.Pattern
		switch {
		case !route.Access.Declared():
			panic("kit: no Access declared for " + name)
		case route.Method == "" || !strings.HasPrefix(route.Pattern, "/"):
			panic("kit: method or pattern missing in " + name)
		case route.Handler == nil:
			panic("kit: no handler for " + name)
		}
		rt.routes = append(rt.routes, route)
		rt.mux.HandleFunc(name, func(w http.ResponseWriter, r *http.Request) { rt.kit.serve(route, w, r) })
	}
}

// OnPanic is the page after a panic, see Kit.OnPanic.
func (rt *Router) OnPanic() http.Handler { return rt.kit.OnPanic() }

// Routes lists what was added, in that order, for `yimen routes` and the matrix.
func (rt *Router) Routes() []Route { return rt.routes }

// ServeHTTP lets a request in unless a foreign site sent it.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := rt.cross.Check(r); err != nil {
		rt.kit.request(w, r).problem(fault.Denied("faults.cross_site").With(err))
		return
	}
	rt.mux.ServeHTTP(w, r)
}

// nowhere answers what no route takes: 405 where another method would do.
func (rt *Router) nowhere(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := rt.mux.Handler(other); pattern != "/" && pattern != "" {
			allowed = append(allowed, m)
		}
	}
	q := rt.kit.request(w, r)
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		q.problemStatus(http.StatusMethodNotAllowed, fault.Invalid("faults.method"))
		return
	}
	q.identify()
	q.problem(fault.Missing("faults.page"))
}

func (k *Kit) serve(route Route, w http.ResponseWriter, r *http.Request) {
	q := k.request(w, r)
	q.programmatic = route.Access.ByToken()
	if route.MaxBody > 0 {
		httpd.LimitBody(r, route.MaxBody)
	}
	err := q.admit(route)
	switch {
	case q.mustChange(route):
		err = q.Redirect(k.o.ChangePassword)
	case err == nil:
		err = route.Handler(q)
	}
	if err != nil {
		q.problem(err)
	}
}

// mustChange tells whether a temporary password stands before this page: a
// session that has one carries no powers, and only changing it opens the rest.
func (q *Request) mustChange(route Route) bool {
	to := q.kit.o.ChangePassword
	return q.Session.MustChange && to != "" && route.Pattern != to && route.Access.kind != public && q.Method == http.MethodGet
}

// admit finds out who asks and whether the route is for them.
func (q *Request) admit(route Route) error {
	var err error
	if route.Access.ByToken() {
		err = q.identifyToken()
	} else {
		err = q.identify()
	}
	if err != nil && route.Access.kind != public {
		return err
	}
	if route.Channel != "" {
		q.Actor.Channel = route.Channel
	}
	q.Request = q.WithContext(withActor(q.Context(), q.Actor))
	switch {
	case route.Access.Allows(q.Actor, q.Scopes):
		return nil
	case q.Actor.SignedIn():
		return fault.Denied("faults.role")
	default:
		return errSignIn
	}
}
