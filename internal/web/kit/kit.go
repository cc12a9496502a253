package kit

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
	"yimen/internal/web/ui"
)

// SessionInfo is what pages need to know of a session.
type SessionInfo struct {
	ID string
	// Idle is how long it lives without a further request; the page warns two
	// minutes before. 0 means it does not end by itself.
	Idle time.Duration
	// Detail stands beside the name in the header: the body, the organisation.
	Detail string
	// MustChange says that the password is a temporary one: every page leads to
	// Options.ChangePassword first.
	MustChange bool
}

// Sessions is what kit needs of identity. Authenticate tells who holds the token
// and moves the session's idle end; an unknown or ended session is fault.Missing
// or fault.Denied, any other error means that identity itself failed.
type Sessions interface {
	Authenticate(ctx context.Context, token string) (gov.Actor, SessionInfo, error)
}

// Tokens is the same for programs: the account behind a bearer token and the
// scopes it was given.
type Tokens interface {
	AuthenticateToken(ctx context.Context, token string) (gov.Actor, []string, error)
}

// Options is what app gives to kit. Sessions, Log and Now are required.
type Options struct {
	Sessions Sessions
	Tokens   Tokens
	Log      *slog.Logger
	Now      now.Clock
	// Site is asked once per language at start.
	Site func(lang.Locale) ui.Site
	// UserLinks are the account's links in the header ("我的办件").
	UserLinks func(context.Context, gov.Actor, lang.Locale) []ui.Link
	// Programs is what programs call; the zero value means that there is no such part.
	Programs Programs
	// ChangePassword is where a temporary password is changed.
	ChangePassword string
	// Secure says that visitors reach us over https: cookies are then sent only so.
	Secure bool
	// Dev mounts the gallery.
	Dev bool
	// CacheBytes bounds the pages kept rendered. Default 64 MiB.
	CacheBytes int
}

// Programs is the part of the site under Prefix. What goes wrong there, before any
// handler too (no such address, no token, a foreign site), is answered by Refuse
// and never by a page.
type Programs struct {
	Prefix string
	Refuse func(w http.ResponseWriter, r *http.Request, status int, err error)
}

func (p Programs) takes(r *http.Request) bool {
	return p.Refuse != nil && strings.HasPrefix(r.URL.Path, p.Prefix)
}

// Kit makes requests into pages. One per process.
type Kit struct {
	o     Options
	sites map[lang.Locale]ui.Site
	cache *cache
}

const defaultCacheBytes = 64 << 20

// New checks the options; a missing one is a mistake in app and panics.
func New(o Options) *Kit {
	if o.Sessions == nil || o.Log == nil || o.Now == nil {
		panic("kit: Sessions, Log and Now are required")
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = defaultCacheBytes
	}
	k := &Kit{o: o, sites: map[lang.Locale]ui.Site{}, cache: newCache(o.CacheBytes)}
	for _, l := range lang.Locales() {
		var site ui.Site
		if o.Site != nil {
			site = o.Site(l)
		}
		if site.SignIn == "" {
			site.SignIn = "/sign-in"
		}
		if site.SignOut == "" {
			site.SignOut = "/sign-out"
		}
		site.Extend = extendPath
		k.sites[l] = site
	}
	return k
}

const extendPath = "/session/extend"

// Routes are kit's own: the modes, extending a session, and in dev mode the gallery.
func (k *Kit) Routes() []Route {
	routes := []Route{
		{Method: http.MethodGet, Pattern: "/mode", Access: Public(), Handler: switchMode},
		{Method: http.MethodPost, Pattern: extendPath, Access: SignedIn(), Handler: extend},
	}
	if k.o.Dev {
		routes = append(routes,
			Route{Method: http.MethodGet, Pattern: "/ui", Access: Public(), Handler: gallery},
			Route{Method: http.MethodPost, Pattern: "/ui", Access: Public(), Handler: gallery})
	}
	return routes
}

// OnPanic is the page after a panic, for httpd.Options.
func (k *Kit) OnPanic() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := k.request(w, r)
		q.problem(errPanic)
	})
}
