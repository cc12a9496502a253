package counter

import (
	"strings"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// filingView is the last page of a draft: everything that was answered, what
// still keeps it from being filed, and the declaration the applicant makes.
type filingView struct {
	*draft
	Form    ui.Form
	Groups  []filingGroup
	Slots   []filingSlot
	Missing []missing
	Links   []ui.Link
}

type filingGroup struct {
	Name string
	Rows []ui.Row
}

type filingSlot struct {
	Name  string
	Files int
}

// missing is a fault with the page on which it is put right.
type missing struct {
	fault.Field
	Href string
}

func (s *Counter) filing(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	return s.showFiling(q, d, ui.Form{})
}

func (s *Counter) showFiling(q *kit.Request, d *draft, f ui.Form) error {
	v := &filingView{draft: d, Form: hidden(d.Version()).With(f.Faults), Links: d.links(q, stepFiling)}
	defects, err := s.Applications.Examine(q.Context(), q.Actor, d.Application)
	if err != nil {
		return err
	}
	for _, x := range defects {
		v.Missing = append(v.Missing, missing{x, d.where(x.Path)})
	}
	sheet := d.sheet(q, s)
	for _, g := range d.Groups {
		rows := sheet.Summary(q.Context(), g, answers.Listing{Empty: true, Change: func(_ form.Page, x form.Field) string {
			return draftPath(d.ID) + "/groups/" + g.ID + "#" + ui.FieldID(x.Key)
		}})
		v.Groups = append(v.Groups, filingGroup{answers.Name(q.Locale, g), rows})
	}
	if err := s.filingSlots(q, v); err != nil {
		return err
	}
	return q.Render(s.draftFrame(q, d, v.Form), filingPage(v))
}

func (s *Counter) filingSlots(q *kit.Request, v *filingView) error {
	have, err := s.Applications.Attachments(q.Context(), q.Actor, v.Application)
	n := map[string]int{}
	for _, x := range have {
		n[x.Slot]++
	}
	if err != nil {
		return err
	}
	fetched, err := s.Applications.FetchedOf(q.Context(), q.Actor, v.Application)
	for _, f := range fetched { // a licence in the place of the paper
		n[f.Slot]++
	}
	for _, slot := range v.Def.Slots {
		v.Slots = append(v.Slots, filingSlot{slot.Name, n[slot.Key]})
	}
	return err
}

// where is the page on which a fault is put right: paths are field keys, with row
// and column inside a table, or material.KEY.
func (d *draft) where(path string) string {
	if strings.HasPrefix(path, "material.") {
		return draftPath(d.ID) + "/" + stepMaterials + "#" + ui.FieldID(path)
	}
	key, _, _ := strings.Cut(path, ".")
	page := d.Def.PageFor(key)
	for _, g := range d.Groups {
		for _, p := range g.Pages {
			if p.ID == page {
				return draftPath(d.ID) + "/groups/" + g.ID + "#" + ui.FieldID(path)
			}
		}
	}
	return draftPath(d.ID)
}

// file files the application for the applicant, whose declaration the clerk
// records; a second click gives the same case.
func (s *Counter) file(q *kit.Request) error {
	f, d, done, err := s.posted(q)
	if err != nil || done {
		return err
	}
	filed, err := s.Applications.File(q.Context(), d.Actor, d.ID, f.Version(), f.Bool("declared"))
	faults, err := onForm(err)
	switch {
	case err != nil:
		return kit.Conflict(err, draftPath(d.ID)+"/"+stepFiling)
	case len(faults) > 0 && !declaredOnly(faults): // the page lists them with their pages
		return s.showFiling(q, d, ui.Form{})
	case len(faults) > 0:
		return s.showFiling(q, d, f.View(faults...))
	}
	return s.toCase(q, filed)
}

func declaredOnly(faults fault.Fields) bool { return len(faults) == 1 && faults[0].Path == "declared" }

func (s *Counter) toCase(q *kit.Request, filed *applications.Application) error {
	if filed.Bundle != "" { // several cases, on one page
		q.Flash(ui.ToneOK, "counter.filed", "number", filed.Number.Grouped())
		return q.Redirect(progressPath(filed.ID))
	}
	c, err := s.Cases.ByApplication(q.Context(), q.Actor, filed.ID)
	if err != nil {
		return err
	}
	q.Flash(ui.ToneOK, "counter.filed", "number", c.Number.Grouped())
	return q.Redirect(casePath(c.ID))
}

// discardPage asks before a draft is thrown away, because nothing brings it back.
func (s *Counter) discardPage(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	p := s.draftFrame(q, d, ui.Form{})
	p.Back, p.Crumbs = draftPath(d.ID), nil
	return q.Render(p, discardPageView(d))
}

func (s *Counter) discard(q *kit.Request) error {
	f, d, done, err := s.posted(q)
	if err != nil || done {
		return err
	}
	if err := s.Applications.Discard(q.Context(), d.Actor, d.ID, f.Version()); err != nil {
		return kit.Conflict(err, draftPath(d.ID))
	}
	q.Flash(ui.ToneOK, "counter.discarded")
	return q.Redirect(partyPath(d.Applicant))
}
