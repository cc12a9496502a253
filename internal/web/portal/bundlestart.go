package portal

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/situations"
	"yimen/internal/web/ui"
)

// bundleStartView is the way from the guide of a bundle to its form: one question
// a page, the optional members, and what comes of it. Nothing is kept until the
// form is begun; the answers stand in the address.
type bundleStartView struct {
	*situations.Choice
	Stage    string // ask, optional, result, nobody, stale, nowhere
	Question set.Question
	Optional []ui.Option
	Back     string
	Why      string // a sentence, of stale and nowhere

	Composition *catalogue.Composition
	Lines       []situations.Line
	Meter       catalogue.Meter
	Promise     merge.Promise
	Given       []ui.Row // the answers, each with a way to change it

	Fit        string // ready, draft, wrong, beyond, staff, counter
	Persons    bool
	Principals []identity.Mandate
	Acting     string // the organisation one acts for
	Who        string
	Assurance  int
	Drafts     []bundleDraft
	Earlier    []*applications.Application
}

// bundleDraft is a draft that is there already, under the choice it was begun with.
type bundleDraft struct {
	*applications.Application
	Given string // its answers to the bundle's questions
	Same  bool   // it was begun with this very choice
}

// path is where the choice goes on.
func (v *bundleStartView) path() string { return bundlePath(v.Bundle.ID) + "/start" }

// asked is the name of the input that says which question a page was sent for, so
// that a page sent without an answer is told from one that is opened.
const asked = "asked"

func (p *Portal) bundleStartPage(q *kit.Request) error {
	v := &bundleStartView{}
	c, err := situations.Read(q.Context(), p.d.Catalogue, q.PathValue("bundle"), q.URL.Query())
	if err == nil && c.Region != "" {
		if _, wrong := gov.ParseRegion(c.Region); wrong != nil {
			err = fault.Invalid("catalogue.unknown_option", "question", "region", "option", c.Region)
		}
	}
	if situations.Stale(err) {
		return p.bundleStale(q)
	}
	if err != nil {
		return err
	}
	v.Choice = c
	return p.showBundleStart(q, v)
}

// bundleStale: the address answers what is not asked.
func (p *Portal) bundleStale(q *kit.Request) error {
	b, err := p.d.Catalogue.Bundle(q.Context(), q.PathValue("bundle"))
	if err != nil {
		return err
	}
	v := &bundleStartView{Choice: &situations.Choice{Bundle: b}, Stage: "stale", Why: q.T("bundles.stale_text"), Back: bundlePath(b.ID)}
	return q.RenderStatus(http.StatusUnprocessableEntity, p.bundleStartFrame(q, v, ui.Form{}), bundleStartPage(v, ui.Form{}))
}

func (p *Portal) bundleStartFrame(q *kit.Request, v *bundleStartView, f ui.Form) ui.Page {
	return ui.Page{Title: q.T("portal.start_title", "item", v.Bundle.Name), Layout: ui.LayoutTask, Back: v.Back, Form: f}
}

func (p *Portal) showBundleStart(q *kit.Request, v *bundleStartView) error {
	f := ui.Form{Values: url.Values{}}
	if err := p.optional(q, v); err != nil {
		return err
	}
	var err error
	switch {
	case len(v.Open) > 0:
		v.Stage = "ask"
		v.Question, _ = v.Choice.Question(v.Open[0])
		v.Back = v.before()
		if q.Param(asked) == v.Question.ID {
			f = f.With(fault.Fields{{Path: situations.AnswerName(v.Question.ID), Code: "bundles.choose_one"}})
		}
	case len(v.Optional) > 0:
		v.Stage, v.Back = "optional", v.before()
	default:
		err = p.bundleResult(q, v)
	}
	if err != nil {
		return err
	}
	return q.Render(p.bundleStartFrame(q, v, f), bundleStartPage(v, f))
}

// before is the page before the one that asks now.
func (v *bundleStartView) before() string {
	if last := v.Last(); last != "" {
		return v.path() + v.Before(last).Query()
	}
	return bundlePath(v.Bundle.ID)
}

// optional finds the members one may take, each with what it adds, while they are
// still to be asked about.
func (p *Portal) optional(q *kit.Request, v *bundleStartView) error {
	members := v.Choice.Optional()
	if len(v.Open) > 0 || len(members) == 0 || v.Settled {
		return nil
	}
	here := v.Choice.At(p.d.Region)
	without, err := here.Sketch(q.Context(), p.d.Catalogue)
	if err != nil && !fault.Is(err, merge.NobodyLeft) {
		return situations.Elsewhere(err) // the next page says it
	}
	v.Optional, err = situations.Options(reading(q), p.d.Catalogue, here, without, members)
	return err
}

// bundleResult is what the answers come to, and whether he who looks may begin it.
func (p *Portal) bundleResult(q *kit.Request, v *bundleStartView) error {
	ctx := reading(q)
	v.Stage, v.Back = "result", v.before()
	if len(v.Choice.Optional()) > 0 {
		v.Back = v.path() + v.Before("").Query()
	}
	v.given(q)
	var err error
	v.Composition, err = v.Choice.At(p.d.Region).Sketch(ctx, p.d.Catalogue)
	switch {
	case fault.Is(err, merge.NobodyLeft):
		v.Stage = "nobody"
		return nil
	case fault.Is(err, "catalogue.bundle_not_here"):
		v.Stage, v.Why = "nowhere", lang.Fault(q.Locale, err)
		return nil
	case err != nil:
		return err
	}
	v.Lines = situations.Lines(ctx, v.Composition, set.Bundle{}, nil)
	v.Meter = v.Composition.Meter()
	cal, err := p.d.Catalogue.Calendar(ctx)
	if err != nil {
		return err
	}
	if v.Promise, err = v.Composition.Promise(cal, p.d.Now().Time()); err != nil {
		return err
	}
	return p.bundleFit(q, v)
}

// given are the answers with their way back.
func (v *bundleStartView) given(q *kit.Request) {
	for _, x := range v.Deciding() {
		v.Given = append(v.Given, ui.Row{Label: x.Text, Value: v.Answers[x.ID], Change: v.path() + v.Before(x.ID).Query()})
	}
}

// bundleFit decides who may begin, in the order in which answers help.
func (p *Portal) bundleFit(q *kit.Request, v *bundleStartView) error {
	v.Persons, v.Who, v.Assurance = v.Composition.ForPerson(), q.Actor.Name, q.Actor.Assurance
	if q.Actor.OnBehalfOf != "" {
		v.Acting = q.Session.Detail
	}
	kind, err := p.concerned(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	switch {
	case len(v.Composition.Offline()) > 0:
		v.Fit = "counter"
	case q.Actor.Kind == gov.Staff:
		v.Fit = "staff"
	case !q.Actor.SignedIn():
		v.Fit = "ready"
	case kind == identity.PersonParty && !v.Persons, kind == identity.Organisation && !v.Composition.ForOrganisation():
		v.Fit = "wrong"
		v.Principals, err = p.d.Identity.Principals(q.Context(), q.Actor)
	case !q.Actor.Reaches(v.Bundle.ID):
		v.Fit = "beyond"
	default:
		return p.bundleDrafted(q, v)
	}
	return err
}

func (p *Portal) bundleDrafted(q *kit.Request, v *bundleStartView) error {
	all, err := p.d.Applications.Drafts(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	v.Fit = "ready"
	for _, a := range all {
		if a.Bundle != v.Bundle.ID {
			continue
		}
		d := bundleDraft{Application: a}
		c, err := p.d.Catalogue.Composition(q.Context(), a.LocalItem)
		if err != nil {
			return err
		}
		d.Given, d.Same = situations.Given(reading(q), v.Bundle, c), v.same(c)
		v.Drafts = append(v.Drafts, d)
	}
	if len(v.Drafts) > 0 {
		v.Fit = "draft"
	}
	v.Earlier, err = p.d.Applications.EarlierOf(q.Context(), q.Actor, v.Bundle.ID)
	return err
}

// same tells whether a composition is of the choice that is made now.
func (v *bundleStartView) same(c *catalogue.Composition) bool {
	return c.BundleVersion == v.Composition.BundleVersion && maps.Equal(c.Answers, v.Composition.Answers) &&
		slices.EqualFunc(c.Members, v.Composition.Members, func(x, y catalogue.Composed) bool { return x.Local.ID == y.Local.ID })
}

// startBundle begins the draft. Whoever is not signed in is first, and comes back
// to what he chose.
func (p *Portal) startBundle(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := situations.Read(q.Context(), p.d.Catalogue, q.PathValue("bundle"), f.Values)
	if situations.Stale(err) {
		return p.bundleStale(q)
	}
	if err != nil {
		return err
	}
	back := bundlePath(c.Bundle.ID) + "/start" + c.Query()
	if len(c.Open) > 0 || len(c.Optional()) > 0 && !c.Settled {
		return q.Redirect(back) // something is still to be asked
	}
	if !q.Actor.SignedIn() {
		return q.Redirect(withBack("/sign-in", back))
	}
	v := &bundleStartView{Choice: c}
	if err := p.bundleResult(q, v); err != nil {
		return err
	}
	if v.Stage != "result" || v.Fit != "ready" && v.Fit != "draft" {
		return q.Redirect(back) // the page says why
	}
	kept, err := c.At(p.d.Region).Compose(q.Context(), p.d.Catalogue)
	if err != nil {
		return err
	}
	another := f.Bool("another")
	if len(v.Drafts) > 0 && !another { // pressed twice, or begun on another screen meanwhile
		i := slices.IndexFunc(v.Drafts, func(d bundleDraft) bool { return d.LocalItem == kept.ID })
		if i < 0 {
			return q.Redirect(back) // the page offers the other one
		}
		return q.Redirect(draftPath(v.Drafts[i].Application))
	}
	a, err := p.d.Applications.Start(q.Context(), q.Actor, kept.ID, another)
	if e, ok := fault.As(err); ok && e.Kind == fault.KindDenied {
		return q.Redirect(back)
	}
	if err != nil {
		return err
	}
	return q.Redirect(draftPath(a))
}

// rechoose goes on with a draft under another choice of its bundle: what was filled in
// stays.
func (p *Portal) rechoose(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, _, err := p.draft(q)
	if err != nil {
		return err
	}
	c, err := situations.Read(q.Context(), p.d.Catalogue, a.Bundle, f.Values)
	if situations.Stale(err) {
		return q.Redirect(bundlePath(a.Bundle) + "/start")
	}
	if err != nil {
		return err
	}
	if len(c.Open) > 0 || len(c.Optional()) > 0 && !c.Settled {
		return q.Redirect(bundlePath(a.Bundle) + "/start" + c.Query()) // something is still to be asked
	}
	kept, err := c.At(p.d.Region).Compose(q.Context(), p.d.Catalogue)
	if err != nil {
		return err
	}
	if _, err := p.d.Applications.Rechoose(q.Context(), q.Actor, a.ID, f.Version(), kept.ID); err != nil {
		return kit.Conflict(err, draftPath(a))
	}
	q.Flash(ui.ToneOK, "bundles.rechosen")
	return q.Redirect(draftPath(a))
}
