package portal

import (
	"slices"
	"strconv"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// questionView is one page of the form; a page of one field is one question.
type questionView struct {
	*applications.Application
	Page    form.Page
	Kicker  string
	Title   string
	Single  bool // the field's label is the heading
	Fields  []ui.Field
	Return  string // "answers" or "correction": come back there
	Reasons []applications.Defect
	Files   bool // files of this group are handed in under the materials
	// Locked: nothing on the page may be changed (a correction names other things).
	Locked bool
}

// Where a page that was opened from elsewhere comes back to.
const (
	toAnswers    = "answers"
	toCorrection = "correction"
)

func (p *Portal) question(q *kit.Request) error {
	a, def, err := p.draft(q)
	if err != nil {
		return err
	}
	page, ok := pageOf(def, q.PathValue("page"))
	if !ok {
		return fault.Missing("applications.page_missing")
	}
	if a.State != applications.Amending {
		if href, err := p.elsewhere(q, a); err != nil || href != "" {
			return either(err, func() error { return q.Redirect(href) })
		}
	}
	sheet := p.sheet(q, a, def)
	return p.showQuestion(q, a, def, page, sheet, sheet.Shown(q.Context(), page.Fields))
}

func pageOf(def *applications.Definition, id string) (form.Page, bool) {
	all := pagesOf(def)
	i := slices.IndexFunc(all, func(p form.Page) bool { return p.ID == id })
	if i < 0 {
		return form.Page{}, false
	}
	return all[i], true
}

func (p *Portal) showQuestion(q *kit.Request, a *applications.Application, def *applications.Definition,
	page form.Page, sheet answers.Sheet, f ui.Form) error {
	fields, err := sheet.Fields(q.Context(), f, page.Fields)
	if err != nil {
		return err
	}
	v := questionView{
		Application: a, Page: page, Title: answers.Title(q.Locale, page), Fields: fields, Single: len(fields) == 1 && !fields[0].ReadOnly,
		Kicker: def.ItemName + " · " + groupOf(q.Locale, def, page.ID), Return: returning(q),
		Locked: a.State != applications.Draft && !slices.ContainsFunc(page.Fields, func(x form.Field) bool { return a.Editable(x.Key) }),
	}
	for _, d := range a.Defects {
		if d.Kind == "field" && slices.Contains(page.Keys(), d.Key) {
			v.Reasons = append(v.Reasons, d)
		}
	}
	if err := p.noteDisputes(q, a, v.Fields); err != nil {
		return err
	}
	if v.Single && !v.Fields[0].ReadOnly {
		v.Fields[0].Heading, v.Fields[0].Kicker = true, v.Kicker
	}
	back := draftPath(a)
	if v.Return != "" {
		if back, err = p.returnTo(q, a, v.Return); err != nil {
			return err
		}
	}
	return q.Render(ui.Page{Title: v.Title, Layout: ui.LayoutTask, Back: back, Form: f}, questionPage(v, f))
}

func groupOf(l lang.Locale, def *applications.Definition, page string) string {
	for _, g := range def.Groups {
		if slices.ContainsFunc(g.Pages, func(p form.Page) bool { return p.ID == page }) {
			return answers.Name(l, g)
		}
	}
	return ""
}

// returning reads where to come back to, from the address or the sent form.
func returning(q *kit.Request) string {
	to := q.Param("return")
	if f, err := q.Form(); err == nil && to == "" {
		to = f.Text("return")
	}
	if to == toAnswers || to == toCorrection {
		return to
	}
	return ""
}

func (p *Portal) returnTo(q *kit.Request, a *applications.Application, to string) (string, error) {
	if to == toCorrection && a.State == applications.Amending {
		return p.elsewhere(q, a)
	}
	return draftPath(a) + "/answers", nil
}

// answer saves a page. Later keeps what is there as it is; otherwise a page with
// something wrong is shown again with everything that was typed.
func (p *Portal) answer(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, def, err := p.draft(q)
	if err != nil {
		return err
	}
	page, ok := pageOf(def, q.PathValue("page"))
	if !ok {
		return fault.Missing("applications.page_missing")
	}
	given := answers.Read(f, page.Fields)
	if f.Act().Verb == disputeAct {
		return p.dispute(q, a, page, given, f)
	}
	if f.Reshape() {
		return p.again(q, a, def, page, given, f)
	}
	later := f.Bool("later")
	saved, err := p.save(q, a, f.Version(), page.ID, given, later || q.Saving())
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		return p.again(q, a, def, page, given, f, e.Fields...)
	}
	if err != nil {
		return kit.Conflict(err, pagePath(a, page.ID))
	}
	switch {
	case q.Saving():
		return q.Saved()
	case later:
		return q.Redirect(draftPath(saved))
	}
	return p.onwards(q, saved, def, page.ID, "")
}

// save keeps the answers. What came between is no conflict where it is the same
// person's own work: the page saves itself while one types, and people fill in
// several pages in several tabs.
func (p *Portal) save(q *kit.Request, a *applications.Application, seen int64, page string, given form.Answers, later bool) (*applications.Application, error) {
	saved, err := p.d.Applications.Save(q.Context(), q.Actor, a.ID, seen, page, given, later)
	if !fault.Is(err, "applications.stale") {
		return saved, err
	}
	own, now, e := p.d.Applications.OwnSince(q.Context(), q.Actor, a.ID, seen)
	if e != nil || !own {
		return nil, err
	}
	return p.d.Applications.Save(q.Context(), q.Actor, a.ID, now, page, given, later)
}

// again shows the page as it was sent; conditions follow what was typed.
func (p *Portal) again(q *kit.Request, a *applications.Application, def *applications.Definition, page form.Page,
	given form.Answers, f *kit.Form, faults ...fault.Field) error {
	sheet := p.sheet(q, a, def)
	sheet.Answers = a.Answers.Clone()
	for key, v := range given {
		if a.Editable(key) {
			sheet.Answers[key] = v
		}
	}
	sheet.Sources = stillHeld(a)
	if len(faults) > 0 { // the check left empty rows out; its row numbers are those of the rest
		compact(f, page.Fields, given)
	}
	return p.showQuestion(q, a, def, page, sheet, sheet.Again(q.Context(), page.Fields, f, faults...))
}

func compact(f *kit.Form, fields []form.Field, given form.Answers) {
	for _, x := range fields {
		if x.Type != form.Table {
			continue
		}
		for name := range f.Values {
			if strings.HasPrefix(name, x.Key+".") {
				delete(f.Values, name)
			}
		}
		for i, row := range given[x.Key].Rows {
			for column, text := range row {
				f.Values.Set(x.Key+"."+strconv.Itoa(i)+"."+column, text)
			}
		}
	}
}

// onwards leads from a saved page or slot to where one came from, else on.
func (p *Portal) onwards(q *kit.Request, a *applications.Application, def *applications.Definition, page, slot string) error {
	if to := returning(q); to != "" {
		href, err := p.returnTo(q, a, to)
		return either(err, func() error { return q.Redirect(href) })
	}
	if a.State == applications.Amending {
		href, err := p.elsewhere(q, a)
		return either(err, func() error { return q.Redirect(href) })
	}
	w, err := p.examine(q, a, def)
	if err != nil {
		return err
	}
	return q.Redirect(w.next(page, slot))
}
