package portal

import (
	"context"
	"net/url"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// startView is the page between the guide and the form: is this the right item
// for you, for whom do you apply, and is there a draft already.
type startView struct {
	*catalogue.Guide
	Body       identity.Body
	Stage      string // ask, unfit, wrong, counter, draft, ready
	Persons    bool   // the item is for persons
	Principals []identity.Mandate
	Acting     string // the organisation one acts for
	Beyond     bool   // the mandate one acts under does not reach the item
	Drafts     []*applications.Application
	Assurance  int
	Who        string
	Others     []itemLine                  // what else stands on the item's first shelf
	Earlier    []*applications.Application // filed before, to begin from
}

// Answers to the question whether the conditions are met.
const (
	fitYes    = "yes"
	fitNo     = "no"
	fitUnsure = "unsure"
)

// startPage asks whether one fits before asking to sign in; a dead end says what
// to do instead (ux.md 2).
func (p *Portal) startPage(q *kit.Request) error {
	fit := q.Param("fit")
	if (fit == fitYes || fit == fitUnsure) && !q.Actor.SignedIn() {
		return q.Redirect(withBack("/sign-in", q.URL.Path+"?fit="+fit))
	}
	return p.showStart(q, fit, ui.Form{})
}

func (p *Portal) showStart(q *kit.Request, fit string, f ui.Form) error {
	g, err := p.d.Catalogue.Guide(q.Context(), q.PathValue("local"))
	if err != nil {
		return err
	}
	if g.Local.Superseded { // the guide was changed after the link was made
		return q.Redirect("/items/" + escape(g.Version.Item.ID) + "?body=" + url.QueryEscape(g.Local.Body))
	}
	v := startView{Guide: g, Assurance: q.Actor.Assurance, Who: q.Actor.Name}
	if v.Body, err = p.d.Identity.Body(q.Context(), p.d.Identity.DB, g.Local.Body); err != nil {
		return err
	}
	if err := p.stage(q, &v, fit); err != nil {
		return err
	}
	return q.Render(ui.Page{
		Title: q.T("portal.start_title", "item", g.Version.Item.Name), Layout: ui.LayoutTask,
		Back: "/items/" + escape(g.Version.Item.ID) + "?body=" + url.QueryEscape(g.Local.Body), Form: f,
	}, startPage(v, f))
}

// stage decides what the page is about, in the order in which answers help.
func (p *Portal) stage(q *kit.Request, v *startView, fit string) error {
	v.Persons = v.ForPerson() || v.Founds()
	organisations := v.ForOrganisation() && !v.Founds()
	acting := q.Actor.OnBehalfOf != ""
	kind, err := p.concerned(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	if acting {
		v.Acting = q.Session.Detail
	}
	switch {
	case !v.Online():
		v.Stage = "counter"
	case q.Actor.Kind == gov.Staff:
		v.Stage = "staff"
	case fit == fitNo:
		v.Stage = "unfit"
		return p.others(reading(q), v)
	case fit != fitYes && fit != fitUnsure:
		v.Stage = "ask"
	case kind == identity.PersonParty && !v.Persons, kind == identity.Organisation && !organisations:
		v.Stage = "wrong"
		v.Principals, err = p.d.Identity.Principals(q.Context(), q.Actor)
	case !q.Actor.Reaches(v.Version.Item.ID):
		v.Stage, v.Beyond = "wrong", true
	default:
		v.Stage = "ready"
		if v.Earlier, err = p.d.Applications.EarlierOf(q.Context(), q.Actor, v.Version.Item.ID); err != nil {
			return err
		}
		return p.drafted(q, v)
	}
	return err
}

// concerned is what kind of party the actor would apply as; "" for nobody.
func (p *Portal) concerned(ctx context.Context, a gov.Actor) (identity.PartyKind, error) {
	if a.Kind != gov.Person {
		return "", nil
	}
	c, err := p.d.Identity.Card(ctx, p.d.Identity.DB, a.Concerned())
	return c.Kind, err
}

func (p *Portal) drafted(q *kit.Request, v *startView) error {
	all, err := p.d.Applications.Drafts(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	v.Drafts = slices.DeleteFunc(all, func(a *applications.Application) bool { return a.Item != v.Version.Item.ID })
	if len(v.Drafts) > 0 {
		v.Stage = "draft"
	}
	return nil
}

// others are items beside this one, for whom it does not fit.
func (p *Portal) others(ctx context.Context, v *startView) error {
	if len(v.Version.Item.Themes) == 0 {
		return nil
	}
	items, _, err := p.d.Catalogue.Items(ctx, catalogue.Filter{Theme: v.Version.Item.Themes[0], Limit: mostOthers + 1})
	if err != nil {
		return err
	}
	items = slices.DeleteFunc(items, func(i catalogue.ItemInfo) bool { return i.ID == v.Version.Item.ID })
	v.Others, err = p.itemLines(ctx, items[:min(len(items), mostOthers)])
	return err
}

const mostOthers = 6

// start begins a draft or goes on with the one there is. Whoever is not signed in
// is first, and comes back to where he was.
func (p *Portal) start(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	path, fit := q.URL.Path, f.Text("fit")
	switch fit {
	case fitYes, fitUnsure:
	case fitNo:
		return q.Redirect(path + "?fit=" + fitNo)
	default:
		return p.showStart(q, "", f.View(fault.Field{Path: "fit", Code: "portal.fit_required"}))
	}
	if !q.Actor.SignedIn() {
		return q.Redirect(withBack("/sign-in", path+"?fit="+fit))
	}
	kind, err := p.concerned(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	if kind == "" || !f.Bool("here") && !p.plain(q) {
		return q.Redirect(path + "?fit=" + fit)
	}
	a, err := p.d.Applications.Start(q.Context(), q.Actor, q.PathValue("local"), f.Bool("another"))
	if e, ok := fault.As(err); ok && e.Kind == fault.KindDenied {
		return q.Redirect(path + "?fit=" + fit) // the page says why
	}
	if err != nil {
		return err
	}
	return q.Redirect(draftPath(a))
}

// plain tells whether there is nothing to ask between fitting and beginning: no
// draft yet and nobody else one could be applying for.
func (p *Portal) plain(q *kit.Request) bool {
	g, err := p.d.Catalogue.Guide(q.Context(), q.PathValue("local"))
	if err != nil || g.Local.Superseded {
		return false
	}
	v := startView{Guide: g}
	if p.stage(q, &v, fitYes) != nil || v.Stage != "ready" || len(v.Earlier) > 0 {
		return false
	}
	principals, err := p.d.Identity.Principals(q.Context(), q.Actor)
	return err == nil && len(principals) == 0
}
