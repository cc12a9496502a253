package desk

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/progress"
	"yimen/internal/web/ui"
)

// The tabs of a case are addresses of their own below it.
const (
	tabForm    = ""
	tabVisits  = "visits"
	tabLetters = "letters"
	tabDates   = "dates"
	tabTrace   = "trace"
)

// open is a case on the screen: itself, its rules, who else has it open, and the
// work list it was opened from.
type open struct {
	*cases.Case
	Actor   gov.Actor
	Rules   *cases.Rules
	Left    cases.Left
	HasLeft bool
	Others  []string
	Form    bool // the actor may read the form
	List    *list
	Tab     string
	Today   clock.Date
	// Procedures are the special procedures that are going on, Extensions what was
	// asked of the head; the latter only for those who serve.
	Procedures []cases.Procedure
	Extensions []cases.ExtensionRequest
	Together   []progress.Member // the cases of its bundle, its own among them
	Waits      string            // for what of its bundle, '' when it does not wait
}

// openCase reads a case the actor may see, with what every tab shows.
func (s *Desk) openCase(q *kit.Request, tab string) (*open, error) {
	ctx := q.Context()
	c, err := s.cases.Case(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	o := &open{Case: c, Actor: q.Actor, Form: cases.MaySeeForm(q.Actor, c), Tab: tab, Today: s.today()}
	if o.Rules, err = s.cases.Rules(ctx, c); err != nil {
		return nil, err
	}
	if o.Form {
		if o.Others, err = s.cases.Present(ctx, q.Actor, c); err != nil {
			return nil, err
		}
	}
	left, err := s.cases.Left(ctx, []*cases.Case{c}, s.today())
	if err != nil {
		return nil, err
	}
	o.Left, o.HasLeft = left[c.ID]
	if err := s.readTime(q, o); err != nil {
		return nil, err
	}
	if err := s.readTogether(q, o); err != nil {
		return nil, err
	}
	v, err := s.readSearch(q)
	if err != nil {
		return nil, err
	}
	o.List, err = s.readList(q, v)
	return o, err
}

// readTime reads what stands still and what was asked for.
func (s *Desk) readTime(q *kit.Request, o *open) (err error) {
	if o.Procedures, err = s.procedures(q.Context(), o.Case); err != nil {
		return err
	}
	if o.Form && o.Extension != cases.NotExtended {
		o.Extensions, err = s.cases.Extensions(q.Context(), q.Actor, o.Case)
	}
	return err
}

// readTogether reads what is to be known of the other cases of the bundle: which,
// where and how far.
func (s *Desk) readTogether(q *kit.Request, o *open) error {
	if o.Bundle == "" {
		return nil
	}
	all, err := s.cases.Companions(q.Context(), q.Actor, o.Application)
	ctx := ui.WithView(q.Context(), q.View())
	o.Waits = progress.WaitsFor(ctx, all, o.ID)
	o.Together = progress.Read(ctx, all, progress.Paths{
		Case:  func(id string) string { return "/desk/cases/" + id },
		Dates: func(id string) string { return "/desk/cases/" + id + "/dates" }})
	return err
}

// may asks the context whether the actor may do an act to this case now.
func (o *open) may(a cases.Act) bool { return cases.MayDo(o.Actor, o.Case, a) }

// acts tells whether the first tab offers the actor anything to do.
func (o *open) acts() bool {
	return o.may(cases.ActAccept) || o.may(cases.ActAdvance) || o.may(cases.ActGrant)
}

func (o *open) path() string { return "/desk/cases/" + o.ID }

// href is an address below the case that keeps the list beside it.
func (o *open) href(below string) string {
	path := o.path()
	if below != "" {
		path += "/" + below
	}
	return path + "?" + o.List.Search.keep()
}

// tabs are the parts of the case that the actor may see.
func (o *open) tabs(ctx context.Context) []ui.Link {
	var out []ui.Link
	add := func(tab, key string) {
		out = append(out, ui.Link{Text: ui.T(ctx, key), Href: o.href(tab), Current: o.Tab == tab})
	}
	if o.Form {
		add(tabForm, "desk.tab_form")
		add(tabVisits, "desk.tab_visits")
		add(tabLetters, "desk.tab_letters")
	}
	add(tabDates, "desk.tab_dates")
	add(tabTrace, "desk.tab_trace")
	return out
}

// version is the hidden input of every form on the page.
func (o *open) version() string { return strconv.FormatInt(o.Version(), 10) }

// show draws a tab of the case beside its list.
func (s *Desk) show(q *kit.Request, o *open, form ui.Form, body templ.Component) error {
	p := s.page(q, o.ApplicantName+" "+o.ItemName, areaCases)
	p.Form = form
	return q.Render(p, casePage(o, body))
}

// ask draws a page of one question about the case: a refusal, a return.
func (s *Desk) ask(q *kit.Request, o *open, title string, form ui.Form, body templ.Component) error {
	p := s.page(q, title, areaCases)
	p.Back, p.Form = o.href(""), form
	return q.Render(p, body)
}

// form is the first tab: form and materials side by side, and what to do. Who may
// not read the form sees the dates instead.
func (s *Desk) form(q *kit.Request) error {
	o, err := s.openCase(q, tabForm)
	if err != nil {
		return err
	}
	if !o.Form {
		return q.Redirect(o.href(tabDates))
	}
	return s.formTab(q, o, ui.Form{})
}

// formTab draws the first tab, with a form that was refused where there is one.
func (s *Desk) formTab(q *kit.Request, o *open, form ui.Form) error {
	d, err := s.dossiers.Read(q, o.Dossier())
	if err != nil {
		return err
	}
	return s.formTabOf(q, o, d, form)
}

func (s *Desk) formTabOf(q *kit.Request, o *open, d *dossier.Dossier, form ui.Form) error {
	t := tasks{Form: form, Sit: s.cases.MaySit(q.Context(), q.Actor, o.Case)}
	if form.Values == nil {
		t.Form = ui.Filled(map[string]string{"version": o.version(), "verdict": string(cases.AdviseGrant)})
	}
	t.Replace = o.may(cases.ActAskReplace) && d.Replaceable()
	var err error
	if t.Opinions, err = s.cases.Opinions(q.Context(), q.Actor, o.Case); err != nil {
		return err
	}
	if o.Rules.SiteVisit {
		visits, err := s.cases.Visits(q.Context(), q.Actor, o.Case)
		if err != nil {
			return err
		}
		t.Visited = len(visits) > 0 && visits[len(visits)-1].Passed
	}
	if t.Doubted, err = s.doubted(q, o); err != nil {
		return err
	}
	v := dossier.NewView(q, o.path(), o.List.Search.keep())
	return s.show(q, o, form, formTab(o, d, v, t))
}

// tasks is what the actor can do on the first tab.
type tasks struct {
	Form     ui.Form
	Opinions []cases.Opinion
	Sit      bool
	Replace  bool     // a licence fell, and another can be asked for
	Visited  bool     // the last site visit passed
	Doubted  []ui.Row // answers that differ from a register or a licence
}

// file gives the bytes of a paper of the case.
func (s *Desk) file(q *kit.Request) error {
	c, err := s.cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	return s.dossiers.File(q, c.Dossier())
}

func (s *Desk) compare(q *kit.Request) error {
	c, err := s.cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	return s.dossiers.Compare(q, c.Dossier(), "/desk/cases/"+c.ID)
}

// look shows the form with its sensitive answers, after the look was kept.
func (s *Desk) look(q *kit.Request) error {
	o, err := s.openCase(q, tabForm)
	if err != nil {
		return err
	}
	d, form, err := s.dossiers.Look(q, o.Dossier())
	if err != nil {
		return err
	}
	return s.formTabOf(q, o, d, form)
}

// presence is asked by a page that stays open: it notes the actor again and
// answers with the words of who else is there.
func (s *Desk) presence(q *kit.Request) error {
	c, err := s.cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	others, err := s.cases.Present(q.Context(), q.Actor, c)
	if err != nil {
		return err
	}
	q.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = io.WriteString(q.Writer(), alsoOpen(ui.WithView(q.Context(), q.View()), others))
	return err
}

// alsoOpen says who else has the case open, "" for nobody.
func alsoOpen(ctx context.Context, others []string) string {
	if len(others) == 0 {
		return ""
	}
	return ui.T(ctx, "desk.also_open", "names", strings.Join(others, ui.T(ctx, "desk.comma")))
}

// acted answers an act: on with the list when it is done, the refused form again,
// or both sides of a conflict. again draws the page with the faults.
func (s *Desk) acted(q *kit.Request, err error, done string, again func(ui.Form) error) error {
	id := q.PathValue("id")
	if err == nil {
		q.Flash(ui.ToneOK, done)
		return q.Redirect("/desk/cases/" + id + keepOf(q))
	}
	if e, ok := fault.As(err); ok && e.Kind == fault.KindInvalid && again != nil {
		f, formErr := q.Form()
		if formErr != nil {
			return formErr
		}
		faults := e.Fields
		if len(faults) == 0 {
			faults = fault.Fields{{Code: e.Code, Args: e.Args}}
		}
		return again(f.View(faults...))
	}
	return s.conflict(q, err, id)
}

func keepOf(q *kit.Request) string {
	if q.URL.RawQuery == "" {
		return ""
	}
	return "?" + q.URL.RawQuery
}

// conflict shows what happened to the case since the actor looked.
func (s *Desk) conflict(q *kit.Request, err error, id string) error {
	if fault.KindOf(err) != fault.KindConflict {
		return err
	}
	f, formErr := q.Form()
	c, readErr := s.cases.Case(q.Context(), q.Actor, id)
	if formErr != nil || readErr != nil {
		return err
	}
	lines, readErr := s.cases.Trace(q.Context(), q.Actor, c)
	if readErr != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	var rows []kit.Both
	for _, l := range lines {
		if seen := f.Version(); seen > 0 && l.Version > seen {
			rows = append(rows, kit.Both{Label: ui.DateTime(ctx, l.At), Theirs: l.Name + " · " + dossier.Act(ctx, cases.Act(l.Act))})
		}
	}
	_, word := dossier.Status(ctx, c)
	rows = append(rows, kit.Both{Label: q.T("desk.now"), Theirs: word})
	return kit.Conflict(err, "/desk/cases/"+id+keepOf(q), rows...)
}
