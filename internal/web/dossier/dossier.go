package dossier

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/platform/now"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Reader reads dossiers for pages.
type Reader struct {
	Applications *applications.Service
	Catalogue    *catalogue.Service
}

// Dossier is one filed application as staff see it.
type Dossier struct {
	Application *applications.Application
	Slots       []Slot
	// Amended is when the last answer to a correction was filed; zero for none.
	Amended now.Instant
	// Amending: the applicant is answering a correction; what is shown is what was
	// filed before.
	Amending bool
	// Hidden tells that something is masked, Clear that it was asked for and shown.
	Hidden, Clear bool
	MayCheck      bool // the actor may compare copies with originals

	on     clock.Date // it is read
	sheet  answers.Sheet
	groups []form.Group
	papers []paper      // of predecessors in the bundle
	was    form.Answers // before the last correction, nil when there was none
}

// Slot is a place for papers: a material, or a file field that no material carries.
type Slot struct {
	applications.Slot
	Papers   []Paper
	Licences []Held // in the place of papers
}

// Paper is one file. Fresh papers came with the last correction.
type Paper struct {
	applications.Attachment
	Fresh bool
}

// Read reads the dossier of an application the actor may see.
func (r Reader) Read(q *kit.Request, application string) (*Dossier, error) {
	return r.read(q, application, false)
}

// read shows sensitive answers in clear when that was asked for and kept.
func (r Reader) read(q *kit.Request, application string, clear bool) (*Dossier, error) {
	ctx := q.Context()
	a, err := r.Applications.Application(ctx, q.Actor, application)
	if err != nil {
		return nil, err
	}
	def, err := r.Applications.Definition(ctx, a)
	if err != nil {
		return nil, err
	}
	filed, err := r.Applications.FiledForms(ctx, q.Actor, a)
	if err != nil {
		return nil, err
	}
	papers, err := r.Applications.Attachments(ctx, q.Actor, a)
	if err != nil {
		return nil, err
	}
	d := &Dossier{Application: a, Amending: a.State == applications.Amending, Clear: clear,
		MayCheck: applications.MayCheck(q.Actor, a), groups: answers.Asked(def.Groups)}
	d.sheet = answers.Sheet{Locale: q.Locale, Regions: r.Catalogue, Form: def.Form, Answers: a.Answers, Sources: a.Sources, Mask: !clear}
	var since now.Instant
	if n := len(filed); n > 0 {
		d.sheet.Answers = filed[n-1].Answers
		if n > 1 {
			d.was, d.Amended, since = filed[n-2].Answers, filed[n-1].At, filed[n-2].At
		}
	}
	for _, x := range def.Form {
		d.Hidden = d.Hidden || !clear && x.Class.Encrypted() && !d.sheet.Answers[x.Key].IsZero()
	}
	d.Slots = slots(def, papers, since)
	d.on = clock.DateOf(q.Now().Time())
	if err := r.receive(q, d); err != nil {
		return nil, err
	}
	return d, r.hold(q, d)
}

func slots(def *applications.Definition, papers []applications.Attachment, since now.Instant) []Slot {
	out := make([]Slot, len(def.Slots))
	at := map[string]int{}
	for i, s := range def.Slots {
		out[i].Slot, at[s.Key] = s, i
	}
	for _, p := range papers {
		if i, ok := at[p.Slot]; ok {
			out[i].Papers = append(out[i].Papers, Paper{p, since != 0 && p.AddedAt > since})
		}
	}
	return out
}

// changed tells whether the last correction changed the answer.
func (d *Dossier) changed(x form.Field) bool {
	return d.was != nil && !d.was[x.Key].Equal(d.sheet.Answers[x.Key])
}

// Changes counts the answers that the last correction changed.
func (d *Dossier) Changes() int {
	n := 0
	for _, x := range d.sheet.Form {
		if x.Type != form.File && d.changed(x) {
			n++
		}
	}
	return n
}

// rows are the lines of a group that the view shows.
func (d *Dossier) rows(ctx context.Context, g form.Group, v View) []ui.Row {
	if v.Changes {
		pages := g.Pages
		g.Pages = nil
		for _, p := range pages {
			fields := p.Fields
			p.Fields = nil
			for _, x := range fields {
				if d.changed(x) {
					p.Fields = append(p.Fields, x)
				}
			}
			g.Pages = append(g.Pages, p)
		}
	}
	return d.sheet.Summary(ctx, g, answers.Listing{Was: d.was, Empty: true})
}

// paper finds a file by id, or the first one there is; n counts papers from 1.
func (d *Dossier) paper(id string) (slot *Slot, p *Paper, n, all int) {
	for i := range d.Slots {
		for j := range d.Slots[i].Papers {
			x := &d.Slots[i].Papers[j]
			all++
			if x.ID == id || p == nil {
				slot, p, n = &d.Slots[i], x, all
			}
		}
	}
	return slot, p, n, all
}

// nth is the paper with that number, "" for none.
func (d *Dossier) nth(n int) string {
	for _, s := range d.Slots {
		if n <= len(s.Papers) {
			if n < 1 {
				return ""
			}
			return s.Papers[n-1].ID
		}
		n -= len(s.Papers)
	}
	return ""
}

// View is how a page shows a dossier: where its routes are, which paper lies on
// top, whether only changes are shown. Keep carries the page's own query (the
// filters of a work list) through every link.
type View struct {
	Base    string // "/desk/cases/ID"
	Paper   string
	Changes bool
	Keep    string // "tab=mine&item=x", "" for none
}

// NewView reads the view from a request's query.
func NewView(q *kit.Request, base, keep string) View {
	return View{Base: base, Paper: q.Param("paper"), Changes: q.Param("changes") == "1", Keep: keep}
}

func (v View) href(paper string, changes bool, fragment string) string {
	out, sep := v.Base, "?"
	add := func(s string) {
		if s != "" {
			out += sep + s
			sep = "&"
		}
	}
	if paper != "" {
		add("paper=" + paper)
	}
	if changes {
		add("changes=1")
	}
	add(v.Keep)
	return out + fragment
}

func (v View) file(id string) string { return v.Base + "/files/" + id }

// looks is where the question for clear values goes, with the page's own query.
func (v View) looks() string {
	if v.Keep == "" {
		return v.Base + "/looks"
	}
	return v.Base + "/looks?" + v.Keep
}
