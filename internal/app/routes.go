package app

import (
	"net/http"

	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/web/admin"
	"yimen/internal/web/counter"
	"yimen/internal/web/desk"
	"yimen/internal/web/kit"
	"yimen/internal/web/portal"
	"yimen/internal/web/ui"
)

// Router mounts every page and the API, in the order of the journey. `yimen
// routes` prints it and the authorisation matrix walks it.
func (a *App) Router() *kit.Router {
	k := kit.New(kit.Options{Sessions: sessions{a}, Tokens: sessions{a}, Log: a.Log, Now: a.Now, Site: a.site,
		UserLinks: userLinks, Secure: a.secure(), Dev: a.Config.Switch("dev"), CacheBytes: a.PageCache})
	r := k.Router()
	r.Add(portal.New(portal.Deps{Applications: a.Applications, Cases: a.Cases, Licences: a.Licences, Ratings: a.Ratings,
		Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now, URL: a.URL, Region: a.Config.Text("region")}).Routes()...)
	r.Add(counter.New(counter.Deps{Applications: a.Applications, Cases: a.Cases, Licences: a.Licences,
		Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now, URL: a.URL}).Routes()...)
	r.Add(desk.New(desk.Deps{Applications: a.Applications, Cases: a.Cases, Licences: a.Licences,
		Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now}).Routes()...)
	r.Add(admin.New(admin.Deps{Identity: a.Identity, Catalogue: a.Catalogue, Cases: a.Cases, Now: a.Now,
		Settings: a.settings()}).Routes()...)
	if a.Config.Switch("dev") {
		r.Add(a.fixtures()...)
	}
	return r
}

// secure says whether visitors reach us over https.
func (a *App) secure() bool { return len(a.base) > 8 && a.base[:8] == "https://" }

func (a *App) site(l lang.Locale) ui.Site {
	return portal.Site(l, a.Config.Text("site-name"))
}

func userLinks(actor gov.Actor, l lang.Locale) []ui.Link { return portal.UserLinks(actor, l) }

// Live answers a load balancer: the process is there and its database answers.
func (a *App) live(w http.ResponseWriter, r *http.Request) {
	var one int
	if err := a.DB.Row(r.Context(), `SELECT 1`).Scan(&one); err != nil {
		http.Error(w, "database", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}
