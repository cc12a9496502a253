package app

import (
	"net/http"
	"time"

	"yimen/internal/api"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/id"
	"yimen/internal/web/admin"
	"yimen/internal/web/counter"
	"yimen/internal/web/desk"
	"yimen/internal/web/kit"
	"yimen/internal/web/oversight"
	"yimen/internal/web/portal"
	"yimen/internal/web/ui"
)

// Router mounts every page and the API, in the order of the journey. `yimen
// routes` prints it and the authorisation matrix walks it.
func (a *App) Router() *kit.Router {
	residents := portal.New(portal.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Licences: a.Licences, Ratings: a.Ratings,
		Messages: a.Messages, Registers: a.Registers, Identity: a.Identity, Catalogue: a.Catalogue, Scores: a.Scores, Now: a.Now, URL: a.URL,
		Region: a.Config.Text("region")})
	k := kit.New(kit.Options{Sessions: sessions{a}, Tokens: sessions{a}, Log: a.Log, Now: a.Now, Site: a.site,
		UserLinks: residents.UserLinks, ChangePassword: "/account/password", Secure: a.secure(), Dev: a.Config.Switch("dev"), CacheBytes: a.PageCache,
		Programs: kit.Programs{Prefix: "/api/", Refuse: api.Refuse}})
	r := k.Router()
	r.Add(residents.Routes()...)
	r.Add(counter.New(counter.Deps{Applications: a.Applications, Cases: a.Cases, Licences: a.Licences,
		Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now, URL: a.URL}).Routes()...)
	r.Add(desk.New(desk.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Licences: a.Licences,
		Identity: a.Identity, Catalogue: a.Catalogue, Supervision: a.Supervision, Registers: a.Registers, Now: a.Now}).Routes()...)
	r.Add(oversight.New(oversight.Deps{Supervision: a.Supervision, Applications: a.Applications, Cases: a.Cases, Catalogue: a.Catalogue,
		Identity: a.Identity, Scores: a.Scores, Now: a.Now}).Routes()...)
	r.Add(admin.New(admin.Deps{Identity: a.Identity, Catalogue: a.Catalogue, Cases: a.Cases, Messages: a.Messages, Registers: a.Registers, Now: a.Now,
		Settings: a.settings()}).Routes()...)
	r.Add(a.programs()...)
	if a.Config.Switch("dev") {
		r.Add(a.fixtures()...)
	}
	return r
}

// programs mounts the API behind the same gate as the pages: a token, its scope,
// and then the handler with the caller in its context.
func (a *App) programs() []kit.Route {
	var out []kit.Route
	for _, r := range api.New(api.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Catalogue: a.Catalogue, Identity: a.Identity,
		Licences: a.Licences, Registers: a.Registers, Supervision: a.Supervision, Once: a.Once, DB: a.DB, Now: a.Now, NewID: id.New, URL: a.URL, Log: a.Log,
		Rate: identity.Rate{Count: int64(a.Config.Number("api-rate")), Per: time.Minute}}).Routes() {
		access := kit.Public()
		if r.Scope != "" {
			access = kit.Token(string(r.Scope))
		}
		out = append(out, kit.Route{Method: r.Method, Pattern: r.Pattern, Access: access, MaxBody: r.MaxBody, Handler: func(q *kit.Request) error {
			ctx := api.With(q.Context(), api.Caller{Actor: q.Actor, Scopes: q.Scopes})
			r.Handler.ServeHTTP(q.Writer(), q.Request.WithContext(ctx))
			return nil
		}})
	}
	return out
}

// secure says whether visitors reach us over https.
func (a *App) secure() bool { return len(a.base) > 8 && a.base[:8] == "https://" }

func (a *App) site(l lang.Locale) ui.Site {
	return portal.Site(l, a.Config.Text("site-name"))
}

// Live answers a load balancer: the process is there and its database answers.
func (a *App) live(w http.ResponseWriter, r *http.Request) {
	var one int
	if err := a.DB.Row(r.Context(), `SELECT 1`).Scan(&one); err != nil {
		http.Error(w, "database", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}
