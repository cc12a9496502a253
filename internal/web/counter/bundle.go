package counter

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/situations"
	"yimen/internal/web/ui"
)

func (s *Counter) bundleRoutes() []kit.Route {
	return []kit.Route{
		route(http.MethodGet, "/counter/parties/{id}/bundles/{bundle}", clerks, s.bundle),
		route(http.MethodPost, "/counter/parties/{id}/bundles/{bundle}", clerks, s.beginBundle),
		route(http.MethodPost, "/counter/drafts/{id}/handover", clerks, s.handDraft),
		route(http.MethodGet, "/counter/drafts/{id}/handover", clerks, s.draft),
	}
}

func bundleHref(party, bundle string) string {
	return partyPath(party) + "/bundles/" + url.PathEscape(bundle)
}

// bundleView is a bundle before a clerk who asks the situation questions across
// the window (「一件事」综合窗口): all on one page, with what they come to below.
type bundleView struct {
	identity.Party
	*situations.Choice
	Form     ui.Form
	Fields   []ui.Field
	Why      string // a sentence why it cannot be begun, '' when it can
	Lines    []situations.Line
	Meter    catalogue.Meter
	Promise  merge.Promise
	Complete bool // every question is answered: the rest is shown
	Drafts   []*applications.Application
}

func (s *Counter) bundle(q *kit.Request) error {
	return s.showBundle(q, q.URL.Query(), ui.Form{Values: q.URL.Query()}, q.URL.Query().Has(sentAlready))
}

// sentAlready is the input that tells a page sent without answers from one opened.
const sentAlready = "sent"

func (s *Counter) showBundle(q *kit.Request, values url.Values, f ui.Form, sent bool) error {
	who, err := s.one(q)
	if err != nil {
		return err
	}
	c, err := situations.Read(q.Context(), s.Catalogue, q.PathValue("bundle"), values)
	if situations.Stale(err) { // the questions were changed: they are asked anew
		q.Flash(ui.ToneWarn, "bundles.stale_text")
		return q.Redirect(bundleHref(q.PathValue("id"), q.PathValue("bundle")))
	}
	if err != nil {
		return err
	}
	v := &bundleView{Party: who, Choice: c, Complete: len(c.Open) == 0 && sent}
	if sent {
		for _, open := range c.Open {
			f.Faults = append(f.Faults, fault.Field{Path: situations.AnswerName(open), Code: "bundles.choose_one"})
		}
	}
	if err := s.bundleFields(q, v); err != nil {
		return err
	}
	if v.Complete {
		if err := s.bundleResult(q, v); err != nil {
			return err
		}
	}
	v.Form = f.Labelled(v.Fields...)
	p := page(q, c.Bundle.Name, "/counter")
	p.Crumbs = s.crumbs(q, ui.Link{Text: who.Name, Href: partyPath(who.ID)}, ui.Link{Text: c.Bundle.Name})
	p.Form = v.Form
	return q.Render(p, bundlePage(v))
}

// clerkRegion is where the clerk sits; "" for nowhere.
func clerkRegion(a gov.Actor) string {
	if regions := a.Regions(gov.RoleClerk); len(regions) > 0 {
		return string(regions[0])
	}
	return ""
}

// bundleFields are the questions, and the optional members that the answers so far
// bring in.
func (s *Counter) bundleFields(q *kit.Request, v *bundleView) error {
	for _, x := range v.Deciding() {
		v.Fields = append(v.Fields, ui.Field{Kind: ui.KindRadios, Name: situations.AnswerName(x.ID), Label: x.Text, Options: ui.Options(x.Options), Inline: true})
	}
	optional := v.Optional()
	if len(v.Open) > 0 || len(optional) == 0 {
		return nil
	}
	here := v.At(clerkRegion(q.Actor))
	without, err := here.Sketch(q.Context(), s.Catalogue)
	if err != nil && !fault.Is(err, merge.NobodyLeft) {
		return situations.Elsewhere(err)
	}
	options, err := situations.Options(lang.With(q.Context(), q.Locale), s.Catalogue, here, without, optional)
	if err == nil && len(options) > 0 {
		v.Fields = append(v.Fields, ui.Field{Kind: ui.KindChecks, Name: situations.With, Label: q.T("bundles.stage_optional"), Options: options, Optional: true})
	}
	return err
}

// bundleResult is what the answers come to and whether this counter can take it.
func (s *Counter) bundleResult(q *kit.Request, v *bundleView) error {
	ctx := lang.With(q.Context(), q.Locale)
	c, err := v.At(clerkRegion(q.Actor)).Sketch(ctx, s.Catalogue)
	if fault.Is(err, merge.NobodyLeft) || fault.Is(err, "catalogue.bundle_not_here") {
		v.Why = lang.Fault(q.Locale, err)
		return nil
	}
	if err != nil {
		return err
	}
	v.Lines, v.Meter = situations.Lines(ctx, c, v.Bundle, nil), c.Meter()
	cal, err := s.Catalogue.Calendar(ctx)
	if err != nil {
		return err
	}
	if v.Promise, err = c.Promise(cal, s.Now().Time()); err != nil {
		return err
	}
	if why := s.refuses(q, v.Party, c); why != "" {
		v.Why = q.T(why)
		return nil
	}
	all, err := s.Applications.Drafts(ctx, q.Actor)
	v.Drafts = slices.DeleteFunc(all, func(a *applications.Application) bool { return a.Bundle != v.Bundle.ID || a.Applicant != v.Party.ID })
	return err
}

// refuses is a language key that says why the bundle cannot be begun for the party
// at this counter; ” when it can. The counter of the smallest place takes it in.
func (s *Counter) refuses(q *kit.Request, who identity.Party, c *catalogue.Composition) string {
	if who.Kind == identity.Organisation && !c.ForOrganisation() || who.Kind != identity.Organisation && !c.ForPerson() {
		return "counter.wrong_audience"
	}
	var place gov.Region
	for _, m := range c.Members {
		if r := gov.Region(m.Local.Region); place == "" || r.Level() > place.Level() {
			place = r
		}
	}
	if !q.Actor.At(gov.RoleClerk, string(place)) {
		return "counter.not_here"
	}
	return ""
}

// beginBundle starts the application on the party's behalf, or goes on with the
// one of the same choice.
func (s *Counter) beginBundle(q *kit.Request) error {
	f, who, err := s.postedFor(q)
	if err != nil {
		return err
	}
	c, err := situations.Read(q.Context(), s.Catalogue, q.PathValue("bundle"), f.Values)
	if err != nil || len(c.Open) > 0 {
		return s.showBundle(q, f.Values, f.View(), true)
	}
	composed, err := c.At(clerkRegion(q.Actor)).Compose(q.Context(), s.Catalogue)
	if fault.Is(err, merge.NobodyLeft) || fault.Is(err, "catalogue.bundle_not_here") {
		return s.showBundle(q, f.Values, f.View(), true)
	}
	if err != nil {
		return err
	}
	if s.refuses(q, who, composed) != "" {
		return s.showBundle(q, f.Values, f.View(), true)
	}
	actor, err := identity.AtCounter(q.Actor, who.ID)
	if err != nil {
		return err
	}
	a, err := s.Applications.Start(q.Context(), actor, composed.ID, f.Bool("another"))
	if err != nil {
		return err
	}
	return q.Redirect(draftPath(a.ID))
}

// bundleOffer is a bundle that a search found.
type bundleOffer struct {
	catalogue.BundleInfo
	Meter catalogue.Meter
}

// bundlesFound are the bundles among the hits, each with what it saves.
func (s *Counter) bundlesFound(q *kit.Request, hits []catalogue.FoundEntry) (out []bundleOffer, err error) {
	for _, h := range hits {
		if h.Bundle != nil {
			out = append(out, bundleOffer{BundleInfo: *h.Bundle})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	meters, err := s.Catalogue.Meters(q.Context())
	for i := range out {
		out[i].Meter = meters[out[i].ID]
	}
	return out, err
}

// handoverView shows a code once; only its hash is kept.
type handoverView struct {
	*draft
	Code, Link, Until string
}

// handDraft makes a code with which the applicant goes on with the draft on a phone
// of his own. The answer is a page and no redirect, because the code may stand in
// no address and no cookie.
func (s *Counter) handDraft(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	h, err := s.Applications.HandOver(q.Context(), d.Actor, d.ID)
	if err != nil {
		return err
	}
	v := handoverView{draft: d, Code: h.Code[:3] + " " + h.Code[3:], Link: s.URL("/handover?code=" + h.Token), Until: lang.Time(h.Until)}
	return q.Render(s.draftFrame(q, d, ui.Form{}), handoverPage(v))
}

// membersOf names the items of a bundle's draft.
func membersOf(ctx context.Context, d *draft) string {
	var names []string
	for _, m := range d.Def.Members {
		names = append(names, m.ItemName)
	}
	return strings.Join(names, ui.T(ctx, "bundles.and"))
}
