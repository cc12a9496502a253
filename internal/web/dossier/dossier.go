package dossier

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Regions names a region by its code, "" for one nobody knows; the catalogue is
// behind it.
type Regions func(ctx context.Context, code string) string

// Reader reads dossiers for pages.
type Reader struct {
	Applications *applications.Service
	Regions      Regions
}

// Dossier is one filed application as staff see it.
type Dossier struct {
	Application *applications.Application
	Groups      []Group
	Slots       []Slot
	// Amended is when the last answer to a correction was filed; zero for none.
	Amended now.Instant
	// Amending: the applicant is answering a correction; what is shown is what was
	// filed before.
	Amending bool
	// Hidden tells that something is masked, Clear that it was asked for and shown.
	Hidden, Clear bool
	MayCheck      bool // the actor may compare copies with originals
}

// Group is a part of the form, as the applicant filled it in.
type Group struct {
	Name  string
	Lines []Line
}

// Line is one question with its answer in words. Was is the answer before the
// last correction, where it differs.
type Line struct {
	Key, Label, Text string
	Was              string
	Changed          bool // also where a table changed, whose Was is not told in one line
	Source           string
	Num              bool
	Table            *Table
}

// Table is the answer to a table question.
type Table struct {
	Head []string
	Rows [][]string
}

// Slot is a place for papers: a material, or a file field that no material carries.
type Slot struct {
	applications.Slot
	Papers []Paper
}

// Paper is one file. Fresh papers came with the last correction.
type Paper struct {
	applications.Attachment
	Fresh bool
}

// Read reads the dossier of an application the actor may see.
func (r Reader) Read(q *kit.Request, application string) (*Dossier, error) {
	return r.read(q, application, nil)
}

// read shows the answers in clear in the open instead of their masks.
func (r Reader) read(q *kit.Request, application string, clear form.Answers) (*Dossier, error) {
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
	d := &Dossier{Application: a, Amending: a.State == applications.Amending, Clear: clear != nil,
		MayCheck: applications.MayCheck(q.Actor, a)}
	w := writer{ctx: ctx, locale: q.Locale, regions: r.Regions, clear: clear, sources: a.Sources, now: a.Answers}
	if n := len(filed); n > 0 {
		w.now = filed[n-1].Answers
		if n > 1 {
			w.was, d.Amended = filed[n-2].Answers, filed[n-1].At
		}
	}
	for _, g := range def.Groups {
		d.Groups = append(d.Groups, w.group(g))
	}
	d.Hidden = w.hidden
	var since now.Instant
	if n := len(filed); n > 1 {
		since = filed[n-2].At
	}
	d.Slots = slots(def, papers, since)
	return d, nil
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

// Changes counts the lines a correction changed.
func (d *Dossier) Changes() int {
	n := 0
	for _, g := range d.Groups {
		for _, l := range g.Lines {
			if l.Changed {
				n++
			}
		}
	}
	return n
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

// visible are the lines of a group that the view shows.
func visible(g Group, v View) []Line {
	if !v.Changes {
		return g.Lines
	}
	var out []Line
	for _, l := range g.Lines {
		if l.Changed {
			out = append(out, l)
		}
	}
	return out
}

// rows are lines as the summary part draws them.
func rows(ctx context.Context, lines []Line) []ui.Row {
	out := make([]ui.Row, len(lines))
	for i, l := range lines {
		out[i] = ui.Row{Label: l.Label, Value: l.Text, Was: l.Was, Source: l.Source, Num: l.Num}
		if l.Table != nil {
			out[i].Body = tableOf(l.Table, l.Label)
		}
		if l.Changed {
			out[i].Source = joined(out[i].Source, ui.T(ctx, "dossier.changed"))
		}
	}
	return out
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

// groupName is the group's name in the reader's language.
func groupName(l lang.Locale, g form.Group) string {
	if l == lang.EN && g.NameEn != "" {
		return g.NameEn
	}
	return g.Name
}
