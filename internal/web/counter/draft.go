package counter

import (
	"net/http"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func (s *Counter) draftRoutes() []kit.Route {
	return []kit.Route{
		route(http.MethodGet, "/counter/drafts/{id}", clerks, s.draft),
		route(http.MethodGet, "/counter/drafts/{id}/groups/{group}", clerks, s.group),
		route(http.MethodPost, "/counter/drafts/{id}/groups/{group}", clerks, s.saveGroup),
		route(http.MethodGet, "/counter/drafts/{id}/materials", clerks, s.materials),
		route(http.MethodPost, "/counter/drafts/{id}/materials", clerks, s.takeMaterials),
		route(http.MethodPost, "/counter/drafts/{id}/licences", clerks, s.fetch),
		route(http.MethodPost, "/counter/drafts/{id}/licences/{fetched}/end", clerks, s.takeBack),
		route(http.MethodGet, "/counter/drafts/{id}/files/{file}", clerks, s.draftFile),
		route(http.MethodPost, "/counter/drafts/{id}/files/{file}/original", clerks, s.draftOriginal),
		route(http.MethodGet, "/counter/drafts/{id}/filing", clerks, s.filing),
		route(http.MethodPost, "/counter/drafts/{id}/filing", clerks, s.file),
		route(http.MethodGet, "/counter/drafts/{id}/discard", clerks, s.discardPage),
		route(http.MethodPost, "/counter/drafts/{id}/discard", clerks, s.discard),
	}
}

// draft is an application that a clerk fills in for somebody: one page for each
// group, one for the materials, one to check and file.
type draft struct {
	*applications.Application
	Def    *applications.Definition
	Groups []form.Group // without file fields
	Actor  gov.Actor    // the clerk on the applicant's behalf
}

// readDraft reads a draft in the clerk's hands. One that was filed meanwhile
// leads to its case.
func (s *Counter) readDraft(q *kit.Request) (*draft, error) {
	ctx := q.Context()
	a, err := s.Applications.Application(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	def, err := s.Applications.Definition(ctx, a)
	if err != nil {
		return nil, err
	}
	actor, err := identity.AtCounter(q.Actor, a.Applicant)
	return &draft{Application: a, Def: def, Groups: answers.Asked(def.Groups), Actor: actor}, err
}

// inHand reads a draft that can still be edited; done leads elsewhere.
func (s *Counter) inHand(q *kit.Request) (d *draft, done bool, err error) {
	d, err = s.readDraft(q)
	if err != nil || d.State == applications.Draft {
		return d, false, err
	}
	if d.Bundle != "" {
		return d, true, q.Redirect(progressPath(d.ID))
	}
	c, err := s.Cases.ByApplication(q.Context(), q.Actor, d.ID)
	if err != nil {
		return d, false, err
	}
	return d, true, q.Redirect(casePath(c.ID))
}

// posted reads what was sent with the draft in hand.
func (s *Counter) posted(q *kit.Request) (f *kit.Form, d *draft, done bool, err error) {
	if f, err = q.Form(); err != nil {
		return nil, nil, false, err
	}
	d, done, err = s.inHand(q)
	return f, d, done, err
}

func (d *draft) sheet(q *kit.Request, s *Counter) answers.Sheet {
	return answers.Sheet{Locale: q.Locale, Regions: s.Catalogue, Form: d.Def.Form, Answers: d.Answers, Sources: d.Sources, Editable: d.Editable, Disputable: true, Compact: true}
}

// The steps of a draft beside its groups.
const (
	stepMaterials = "materials"
	stepFiling    = "filing"
)

// steps are the draft's pages in order: groups, materials if any, filing.
func (d *draft) steps() []string {
	var out []string
	for _, g := range d.Groups {
		out = append(out, "groups/"+g.ID)
	}
	if len(d.Def.Slots) > 0 {
		out = append(out, stepMaterials)
	}
	return append(out, stepFiling)
}

// next is the address after a step, so that Enter goes on to the end.
func (d *draft) next(step string) string {
	steps := d.steps()
	i := slices.Index(steps, step)
	return draftPath(d.ID) + "/" + steps[min(i+1, len(steps)-1)]
}

// draft opens at the first page that is not done, because that is where a clerk
// who takes it over goes on.
func (s *Counter) draft(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	for _, g := range d.Groups {
		if !d.groupDone(g) {
			return q.Redirect(draftPath(d.ID) + "/groups/" + g.ID)
		}
	}
	return q.Redirect(d.next("groups/" + lastGroup(d.Groups)))
}

func lastGroup(groups []form.Group) string {
	if len(groups) == 0 {
		return ""
	}
	return groups[len(groups)-1].ID
}

func (d *draft) groupDone(g form.Group) bool {
	return !slices.ContainsFunc(g.Pages, func(p form.Page) bool { return !d.PageDone(p.ID) })
}

// links are the tabs over every page of the draft; what is done says so.
func (d *draft) links(q *kit.Request, current string) []ui.Link {
	var out []ui.Link
	add := func(step, text string, done bool) {
		l := ui.Link{Text: text, Href: draftPath(d.ID) + "/" + step, Current: step == current}
		if done {
			l.Count = "✓"
		}
		out = append(out, l)
	}
	for _, g := range d.Groups {
		add("groups/"+g.ID, answers.Name(q.Locale, g), d.groupDone(g))
	}
	if len(d.Def.Slots) > 0 {
		add(stepMaterials, q.T("counter.materials"), false)
	}
	add(stepFiling, q.T("counter.check_and_file"), false)
	return out
}

// frame is the page around every step of a draft.
func (s *Counter) draftFrame(q *kit.Request, d *draft, f ui.Form) ui.Page {
	p := page(q, d.ItemName, "/counter")
	p.Crumbs = s.crumbs(q, ui.Link{Text: d.ApplicantName, Href: partyPath(d.Applicant)}, ui.Link{Text: d.ItemName})
	p.Form = f
	return p
}

// findGroup is the group of the address. Fault: applications.page_missing.
func (d *draft) findGroup(id string) (form.Group, error) {
	for _, g := range d.Groups {
		if g.ID == id {
			return g, nil
		}
	}
	return form.Group{}, fault.Missing("applications.page_missing")
}

// fields are all fields of a group, in the order of its pages.
func fields(g form.Group) []form.Field {
	var out []form.Field
	for _, p := range g.Pages {
		out = append(out, p.Fields...)
	}
	return out
}
