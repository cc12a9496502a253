package portal_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/portal"
)

// Items of the real catalogue that the tests play with.
const (
	food      = "food-business-licence" // for organisations
	residence = "residence-permit"      // for persons, at county, town and village
	company   = "company-register"      // founds an organisation
	county    = "445103"
)

// town is the demo town with the residents' pages before it.
type town struct {
	t    *testing.T
	app  *app.App
	site *kittest.Site // its visitors are signed in without a session
	door *kittest.Site // its visitors sign in through the pages
}

func open(t *testing.T) *town {
	t.Helper()
	return before(t, apptest.SQLite(t, nil))
}

// openWith is open with options of the installation.
func openWith(t *testing.T, options map[string]string) *town {
	t.Helper()
	return before(t, apptest.SQLiteWith(t, nil, options))
}

// before puts the residents' pages before a town.
func before(t *testing.T, a *app.App) *town {
	t.Helper()
	pages := portal.New(portal.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Licences: a.Licences, Ratings: a.Ratings, Messages: a.Messages,
		Registers: a.Registers, Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now, URL: a.URL, Region: county})
	o := kit.Options{Now: a.Now, UserLinks: pages.UserLinks}
	real := o
	real.Sessions = sessions{a}
	return &town{t: t, app: a, site: kittest.With(t, o, pages.Routes()...), door: kittest.With(t, real, pages.Routes()...)}
}

// sessions are identity's own, as app has them.
type sessions struct{ *app.App }

// Authenticate implements kit.Sessions.
func (s sessions) Authenticate(ctx context.Context, token string) (gov.Actor, kit.SessionInfo, error) {
	actor, x, err := s.Identity.Authenticate(ctx, token)
	return actor, kit.SessionInfo{ID: x.ID, Detail: x.ActingName}, err
}

// actor is somebody of the town; handlers act for their organisation.
func (h *town) actor(login string) gov.Actor {
	h.t.Helper()
	if strings.HasPrefix(login, "handler") {
		return apptest.Handler(h.t, h.app, login)
	}
	return apptest.As(h.t, h.app, login, gov.Web)
}

func (h *town) as(login string) *kittest.Visitor {
	h.t.Helper()
	return h.site.As(h.actor(login))
}

// bring files an application and plays it to a goal.
func (h *town) bring(login, item string, state cases.State, step cases.Step) *cases.Case {
	h.t.Helper()
	return h.play(login, item, rehearsal.Goal{State: state, Step: step}, h.app.Stage())
}

// play is bring to any goal, on a stage that may move the clock.
func (h *town) play(login, item string, goal rehearsal.Goal, stage *rehearsal.Stage) *cases.Case {
	h.t.Helper()
	applicant := h.actor(login)
	x, err := stage.File(h.t.Context(), applicant, item, county)
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := h.app.Cases.ByApplication(h.t.Context(), applicant, x.ID)
	if err == nil {
		c, err = stage.Bring(h.t.Context(), applicant, c, goal)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// again reads a case as the program sees it.
func (h *town) again(c *cases.Case) *cases.Case {
	h.t.Helper()
	c, err := h.app.Cases.Case(h.t.Context(), gov.Actor{Kind: gov.System}, c.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// local is the item as the county handles it.
func (h *town) local(item string) string {
	h.t.Helper()
	g, err := h.app.Catalogue.GuideAt(h.t.Context(), item, county+"000000")
	if err != nil {
		h.t.Fatal(err)
	}
	return g.Local.ID
}

// draft begins an application and gives it with its address.
func (h *town) draft(login, item string) (*applications.Application, string) {
	h.t.Helper()
	x, err := h.app.Applications.Start(h.t.Context(), h.actor(login), h.local(item), false)
	if err != nil {
		h.t.Fatal(err)
	}
	return x, "/applications/" + x.ID
}

// now reads a draft as it stands.
func (h *town) now(id string) *applications.Application {
	h.t.Helper()
	x, err := h.app.Applications.Application(h.t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return x
}

// sent makes values with a version.
func sent(version int64, kv ...string) url.Values {
	v := url.Values{"version": {strconv.FormatInt(version, 10)}}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

// words makes values without one.
func words(kv ...string) url.Values {
	v := sent(0, kv...)
	v.Del("version")
	return v
}

// having lists the attribute of the elements of a page whose value begins so.
func having(a *kittest.Answer, element, attr, prefix string) []string {
	var out []string
	for _, n := range a.Doc.Find(element) {
		for _, x := range n.Attr {
			if x.Key == attr && strings.HasPrefix(x.Val, prefix) {
				out = append(out, x.Val)
			}
		}
	}
	return out
}
