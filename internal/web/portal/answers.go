package portal

import (
	"strings"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// checkView is check-your-answers: every answer with where it came from and a way
// to change it that comes back here.
type checkView struct {
	*applications.Application
	Def     *applications.Definition
	Groups  []answerGroup
	Slots   []slotFiles
	Missing []ui.Link // what keeps it from being filed, each leading to its page
	// Together is set of a bundle.
	Together *combined
}

// Ready: it may be filed.
func (v checkView) Ready() bool { return len(v.Missing) == 0 }

// fetched counts the materials that a licence stands for, so that nobody hands them in.
func (v checkView) fetched() (n int) {
	for _, s := range v.Slots {
		if len(s.Have) > 0 {
			n++
		}
	}
	return n
}

type answerGroup struct {
	ID, Title string
	Rows      []ui.Row
}

type slotFiles struct {
	applications.Slot
	Files  []ui.File
	Have   []fetchedLine // licences in its place
	Change string
}

func (p *Portal) check(q *kit.Request) error {
	w, err := p.working(q)
	if err != nil {
		return err
	}
	if href, err := p.elsewhere(q, w.Application); err != nil || href != "" {
		return either(err, func() error { return q.Redirect(href) })
	}
	v := checkView{Application: w.Application, Def: w.Def, Missing: w.lacks(q, toAnswers)}
	sheet := p.sheet(q, w.Application, w.Def)
	sheet.Mask = true
	v.Groups = p.answerGroups(q, sheet, w.Groups, answers.Listing{Empty: true, Change: func(page form.Page, x form.Field) string {
		return pagePath(w.Application, page.ID) + "?return=" + toAnswers + "#" + ui.FieldID(x.Key)
	}})
	if v.Slots, err = p.slotFiles(q, w.Application, w.Def); err != nil {
		return err
	}
	cal, err := p.d.Catalogue.Calendar(q.Context())
	if err != nil {
		return err
	}
	if v.Together, err = p.combined(q, w.Application, cal); err != nil {
		return err
	}
	page := ui.Page{Title: q.T("portal.check_answers"), Layout: ui.LayoutTask, Back: draftPath(w.Application)}
	return q.Render(page, checkPage(v))
}

func (p *Portal) answerGroups(q *kit.Request, sheet answers.Sheet, groups []form.Group, l answers.Listing) []answerGroup {
	var out []answerGroup
	for _, g := range groups {
		if rows := sheet.Summary(q.Context(), g, l); len(rows) > 0 {
			out = append(out, answerGroup{ID: "g-" + g.ID, Title: answers.Name(q.Locale, g), Rows: rows})
		}
	}
	return out
}

func (p *Portal) slotFiles(q *kit.Request, a *applications.Application, def *applications.Definition) ([]slotFiles, error) {
	all, err := p.d.Applications.Attachments(q.Context(), q.Actor, a)
	if err != nil {
		return nil, err
	}
	href := func(x applications.Attachment) string { return draftPath(a) + "/files/" + x.ID }
	fetched, err := p.fetchedOf(q, a)
	if err != nil {
		return nil, err
	}
	out := make([]slotFiles, len(def.Slots))
	for i, s := range def.Slots {
		out[i] = slotFiles{Slot: s, Files: answers.Files(q.Locale, s.Key, all, href), Have: fetched[s.Key]}
		if a.Attachable(s.Key) {
			out[i].Change = slotPath(a, s.Key) + "?return=" + toAnswers
		}
	}
	return out, nil
}

// lacks are the faults of a draft, each with the page on which to put it right.
func (w *work) lacks(q *kit.Request, back string) []ui.Link {
	out := make([]ui.Link, len(w.Faults))
	for i, f := range w.Faults {
		out[i].Text = lang.FieldFault(q.Locale, f)
		if slot, ok := strings.CutPrefix(f.Path, answers.SlotName("")); ok {
			out[i].Href = slotPath(w.Application, slot) + "?return=" + back
			continue
		}
		key, _, _ := strings.Cut(f.Path, ".")
		out[i].Href = pagePath(w.Application, w.Def.PageFor(key)) + "?return=" + back + "#" + ui.FieldID(f.Path)
	}
	return out
}

// declarationPage is the last page before filing.
func (p *Portal) declarationPage(q *kit.Request) error {
	w, err := p.working(q)
	if err != nil {
		return err
	}
	if href, err := p.elsewhere(q, w.Application); err != nil || href != "" {
		return either(err, func() error { return q.Redirect(href) })
	}
	if !w.ready() {
		return q.Redirect(draftPath(w.Application) + "/answers")
	}
	return p.showDeclaration(q, w.Application, w.Def, ui.Form{})
}

func (p *Portal) showDeclaration(q *kit.Request, a *applications.Application, def *applications.Definition, f ui.Form) error {
	return q.Render(ui.Page{
		Title: q.T("portal.declaration"), Layout: ui.LayoutTask, Back: draftPath(a) + "/answers", Form: f,
	}, declarationPage(a, def, f))
}

// declare files the application. Sent twice, it is filed once and both end at the
// same receipt.
func (p *Portal) declare(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, err := p.d.Applications.File(q.Context(), q.Actor, q.PathValue("id"), f.Version(), f.Bool("declared"))
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		return p.undeclared(q, f, e.Fields)
	}
	if err != nil {
		return kit.Conflict(err, "/applications/"+q.PathValue("id")+"/answers")
	}
	href, err := p.elsewhere(q, a)
	return either(err, func() error { return q.Redirect(href) })
}

// undeclared shows why it was not filed: the box was not ticked, or something is
// missing again.
func (p *Portal) undeclared(q *kit.Request, f *kit.Form, faults fault.Fields) error {
	a, def, err := p.draft(q)
	if err != nil {
		return err
	}
	if len(faults) == 1 && faults[0].Path == "declared" {
		return p.showDeclaration(q, a, def, f.View(faults...))
	}
	return q.Redirect(draftPath(a) + "/answers")
}

// receipt is what stands in the applicant's hands after filing.
func (p *Portal) receipt(q *kit.Request) error {
	a, def, err := p.draft(q)
	if err != nil {
		return err
	}
	if a.Number == "" {
		return q.Redirect(draftPath(a))
	}
	if a.Bundle != "" {
		return q.Redirect(progressPath(a.ID))
	}
	c, err := p.d.Cases.ByApplication(q.Context(), q.Actor, a.ID)
	if err != nil {
		return err
	}
	body, err := p.d.Identity.Body(q.Context(), p.d.Identity.DB, c.Body)
	if err != nil {
		return err
	}
	g, err := p.d.Catalogue.Guide(q.Context(), c.LocalItem)
	if err != nil {
		return err
	}
	v := receiptView{Case: c, FiledAt: a.FiledAt, Body: body, Link: p.d.URL("/s/" + c.Token), Immediate: c.Immediate, Def: def, Guide: g}
	return q.Render(ui.Page{
		Title:  q.T("portal.receipt_title", "number", c.Number.Grouped()),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: q.T("portal.receipt")}},
	}, receiptPage(v))
}
