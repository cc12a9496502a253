package portal

import (
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// work is a draft with what is still missing in it, from which the task list, the
// next page and the gate before filing all follow.
type work struct {
	*applications.Application
	Def     *applications.Definition
	Groups  []form.Group // without file fields
	Files   map[string]int
	Fetched map[string]bool // by slot: a licence stands there
	Faults  fault.Fields
}

// working reads the draft in hand. One that is not a draft any more answers with
// where its affair goes on.
func (p *Portal) working(q *kit.Request) (*work, error) {
	a, def, err := p.draft(q)
	if err != nil {
		return nil, err
	}
	return p.examine(q, a, def)
}

func (p *Portal) examine(q *kit.Request, a *applications.Application, def *applications.Definition) (*work, error) {
	w := &work{Application: a, Def: def, Groups: answers.Asked(def.Groups), Files: map[string]int{}, Fetched: map[string]bool{}}
	all, err := p.d.Applications.Attachments(q.Context(), q.Actor, a)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		w.Files[x.Slot]++
	}
	fetched, err := p.d.Applications.FetchedOf(q.Context(), q.Actor, a)
	if err != nil {
		return nil, err
	}
	for _, f := range fetched { // a licence in the place of the paper
		w.Files[f.Slot]++
		w.Fetched[f.Slot] = true
	}
	w.Faults, err = p.d.Applications.Examine(q.Context(), q.Actor, a)
	return w, err
}

// faulty tells whether something of a field, or of a cell of it, is wrong or missing.
func (w *work) faulty(key string) bool {
	return slices.ContainsFunc(w.Faults, func(f fault.Field) bool {
		return f.Path == key || strings.HasPrefix(f.Path, key+".")
	})
}

// pageFaults counts the fields of a page with something wrong or missing.
func (w *work) pageFaults(p form.Page) int {
	n := 0
	for _, x := range p.Fields {
		if w.faulty(x.Key) {
			n++
		}
	}
	return n
}

// given counts the answered fields of a page, and those that came from a source
// and were not looked at yet.
func (w *work) given(p form.Page) (answered, brought int) {
	for _, x := range p.Fields {
		if w.Answers[x.Key].IsZero() {
			continue
		}
		answered++
		if _, ok := w.Sources[x.Key]; ok {
			brought++
		}
	}
	return answered, brought
}

// finished: saved by the applicant and nothing wrong with it, also after another
// page changed what is required here.
func (w *work) finished(p form.Page) bool { return w.PageDone(p.ID) && w.pageFaults(p) == 0 }

// missing tells whether the slot must hold a file and holds none.
func (w *work) missing(s applications.Slot) bool { return s.Required && w.Files[s.Key] == 0 }

// ready: nothing keeps the application from being filed.
func (w *work) ready() bool { return len(w.Faults) == 0 }

// next is where to go on after a page or a slot (both may be empty): the next
// unfinished page, from the beginning again when there is none after it, then the
// next empty slot, then the answers.
func (w *work) next(page, slot string) string {
	if slot == "" {
		if href := w.nextPage(page); href != "" {
			return href
		}
	}
	if href := w.nextSlot(slot); href != "" {
		return href
	}
	if href := w.nextPage(""); href != "" {
		return href
	}
	return draftPath(w.Application) + "/answers"
}

func (w *work) nextPage(after string) string {
	var pages []form.Page
	for _, g := range w.Groups {
		pages = append(pages, g.Pages...)
	}
	start := slices.IndexFunc(pages, func(p form.Page) bool { return p.ID == after }) + 1
	for i := range pages {
		if p := pages[(start+i)%len(pages)]; p.ID != after && !w.finished(p) {
			return pagePath(w.Application, p.ID)
		}
	}
	return ""
}

func (w *work) nextSlot(after string) string {
	slots := w.Def.Slots
	start := slices.IndexFunc(slots, func(s applications.Slot) bool { return s.Key == after }) + 1
	for i := range slots {
		if s := slots[(start+i)%len(slots)]; s.Key != after && w.missing(s) {
			return slotPath(w.Application, s.Key)
		}
	}
	return ""
}

// elsewhere is where the affair of an application goes on that is no draft any
// more; "" for a draft.
func (p *Portal) elsewhere(q *kit.Request, a *applications.Application) (string, error) {
	switch a.State {
	case applications.Draft:
		return "", nil
	case applications.Discarded:
		return "", fault.Missing("portal.draft_gone")
	}
	switch { // several departments have it: one page shows all of them
	case a.Bundle != "" && a.State == applications.Amending:
		return progressPath(a.ID) + "/correction", nil
	case a.Bundle != "":
		return progressPath(a.ID), nil
	case a.State == applications.Amending:
		c, err := p.d.Cases.ByApplication(q.Context(), q.Actor, a.ID)
		if err != nil {
			return "", err
		}
		return casePath(c) + "/correction", nil
	default:
		return draftPath(a) + "/receipt", nil
	}
}

// foresee is when there would be a result if it were filed now, and of a bundle
// what is done together.
func (p *Portal) foresee(q *kit.Request, v *tasksView) error {
	cal, err := p.d.Catalogue.Calendar(q.Context())
	if err != nil {
		return err
	}
	if v.Bundle != "" {
		v.Together, err = p.combined(q, v.Application, cal)
		return err
	}
	g, err := p.d.Catalogue.Guide(q.Context(), v.LocalItem)
	if err != nil {
		return err
	}
	v.Immediate = g.Version.Item.Immediate
	v.Forecast, err = g.Forecast(cal, p.d.Now().Time())
	return err
}

// tasks is the task list of a draft.
func (p *Portal) tasks(q *kit.Request) error {
	w, err := p.working(q)
	if err != nil {
		return err
	}
	if href, err := p.elsewhere(q, w.Application); err != nil || href != "" {
		return either(err, func() error { return q.Redirect(href) })
	}
	v := tasksView{work: w}
	if err := p.foresee(q, &v); err != nil {
		return err
	}
	v.build(q)
	return q.Render(ui.Page{
		Title:  q.T("portal.tasks_title", "item", w.ItemName),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: w.ItemName}},
	}, tasksPage(v))
}
