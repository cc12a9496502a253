package portal

import (
	"strings"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/ratings"
	"yimen/internal/web/answers"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/progress"
	"yimen/internal/web/ui"
)

// caseView is one of my cases: what is expected of me now, then how it stands.
type caseView struct {
	*cases.Case
	Status       status
	Expected     expected
	Steps        []ui.Step
	Letters      []letterLine
	Licence      *licences.Licence
	Deliveries   []cases.Delivery
	Body         identity.Body
	Rating       *ratings.Rating
	MayRate      bool
	MayUndo      bool // withdraw
	MayCopy      bool // begin again from it
	Fallen       []fallen
	Replace      bool // another licence, or the paper, is asked for
	Link         string
	Appointments []appointment
	Procedures   string // the special procedures that are going on, by name
	EndNote      string // why it ended with another of its bundle, and what goes on
	Waits        string // names of what has to be granted first
	Members      int    // of its bundle
}

type letterLine struct {
	cases.Letter
	Name string
}

func (p *Portal) casePage(q *kit.Request) error {
	v, err := p.caseView(q)
	if err != nil {
		return err
	}
	return q.Render(ui.Page{
		Title:  q.T("portal.case_title", "item", v.ItemName),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: v.ItemName}},
	}, casePage(v))
}

func (p *Portal) caseView(q *kit.Request) (*caseView, error) {
	ctx := q.Context()
	c, err := p.d.Cases.Case(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := &caseView{
		Case: c, Status: statusOf(reading(q), c), Link: p.d.URL("/s/" + c.Token),
		MayUndo: mayTakeBack(q.Actor, c), MayRate: !c.Rated && cases.MayDo(q.Actor, c, cases.ActRate),
	}
	rules, err := p.d.Cases.Rules(ctx, c)
	if err != nil {
		return nil, err
	}
	lines, err := p.d.Cases.Trace(ctx, q.Actor, c)
	if err != nil {
		return nil, err
	}
	v.Steps = caseSteps(reading(q), c, rules, lines)
	if v.Procedures, err = p.procedures(q, c); err != nil {
		return nil, err
	}
	if err := p.ofBundle(q, v); err != nil {
		return nil, err
	}
	if v.Deliveries, err = p.d.Cases.Deliveries(ctx, q.Actor, c); err != nil {
		return nil, err
	}
	if v.Body, err = p.d.Identity.Body(ctx, p.d.Identity.DB, c.Body); err != nil {
		return nil, err
	}
	if err := p.caseOutcome(q, v); err != nil {
		return nil, err
	}
	if err := p.papersOf(q, v); err != nil {
		return nil, err
	}
	if v.Appointments, err = p.appointments(q, c); err != nil {
		return nil, err
	}
	v.Expected = expect(q, v, rules)
	return v, nil
}

// ofBundle reads how the case stands among the others of its application.
func (p *Portal) ofBundle(q *kit.Request, v *caseView) error {
	if v.Bundle == "" {
		return nil
	}
	all, err := p.d.Cases.Companions(q.Context(), q.Actor, v.Application)
	if err != nil {
		return err
	}
	v.Members = len(all)
	for _, m := range progress.Read(reading(q), all, progress.Paths{Case: func(string) string { return "" }, Dates: func(string) string { return "" }}) {
		if m.ID == v.ID {
			v.Waits, v.EndNote = progress.Joined(reading(q), m.Waits), m.Note
		}
	}
	return nil
}

// procedures names the special procedures that are going on.
func (p *Portal) procedures(q *kit.Request, c *cases.Case) (string, error) {
	if c.State != cases.Suspended {
		return "", nil
	}
	cal, err := p.d.Catalogue.Calendar(q.Context())
	if err != nil {
		return "", err
	}
	open, err := c.Procedures(cal)
	names := make([]string, len(open))
	for i, x := range open {
		names[i] = x.Name
	}
	return strings.Join(names, q.T("dates.comma")), err
}

// caseOutcome reads what came of the case: its letters, its licence, its rating.
func (p *Portal) caseOutcome(q *kit.Request, v *caseView) error {
	letters, err := p.d.Cases.Letters(q.Context(), q.Actor, v.ID)
	if err != nil {
		return err
	}
	for _, l := range letters {
		v.Letters = append(v.Letters, letterLine{l, dossier.Letter(reading(q), l.Kind)})
	}
	if v.Case.Licence != "" {
		// the holder may be another than the applicant, where the grant founds one
		l, err := p.d.Licences.Licence(q.Context(), q.Actor, v.Case.Licence)
		if err := missingIsNone(err); err != nil {
			return err
		}
		v.Licence = l
	}
	if v.Rated {
		v.Rating, err = p.d.Ratings.Of(q.Context(), v.ID)
	}
	return err
}

// letter shows a letter as it was issued, byte for byte. It brings its own style
// and may load nothing.
func (p *Portal) letter(q *kit.Request) error {
	page, err := p.d.Cases.LetterBytes(q.Context(), q.Actor, q.PathValue("letter"))
	if err != nil {
		return err
	}
	return q.Document("letter.html", page)
}

// filedView is what I handed in, masked like everywhere but where I type it.
type filedView struct {
	*cases.Case
	Groups []answerGroup
	Slots  []slotFiles
}

func (p *Portal) filed(q *kit.Request) error {
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	a, err := p.d.Applications.Application(q.Context(), q.Actor, c.Dossier())
	if err != nil {
		return err
	}
	def, err := p.d.Applications.Definition(q.Context(), a)
	if err != nil {
		return err
	}
	sheet := p.sheet(q, a, def)
	sheet.Mask = true
	v := filedView{Case: c, Groups: p.answerGroups(q, sheet, answers.Asked(def.Groups), answers.Listing{})}
	if v.Slots, err = p.slotFiles(q, a, def); err != nil {
		return err
	}
	for i := range v.Slots {
		v.Slots[i].Change = "" // changes go through a correction only (ux.md 14)
	}
	return q.Render(ui.Page{Title: q.T("portal.filed"), Back: casePath(c)}, filedPage(v))
}

// withdrawalPage asks before a case is withdrawn.
func (p *Portal) withdrawalPage(q *kit.Request) error {
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	if !mayTakeBack(q.Actor, c) {
		return q.Redirect(casePath(c))
	}
	return p.showWithdrawal(q, c, ui.Form{})
}

// mayTakeBack tells whether the case can be withdrawn, or forgone while it waits.
func mayTakeBack(a gov.Actor, c *cases.Case) bool {
	return cases.MayDo(a, c, cases.ActWithdraw) || cases.MayDo(a, c, cases.ActForgo)
}

func (p *Portal) showWithdrawal(q *kit.Request, c *cases.Case, f ui.Form) error {
	if c.Bundle != "" {
		return p.showOfBundle(q, c, f)
	}
	return q.Render(ui.Page{Title: q.T("portal.withdraw"), Layout: ui.LayoutTask, Back: casePath(c), Form: f}, withdrawalPage(c, f))
}

func (p *Portal) withdraw(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	take := p.d.Cases.Withdraw
	if c.State == cases.Waiting {
		take = p.d.Cases.Forgo
	}
	if _, err := take(q.Context(), q.Actor, c.ID, f.Version(), f.Text("reason")); err != nil {
		if faults := fieldsOf(err); len(faults) > 0 {
			return p.showWithdrawal(q, c, f.View(faults...))
		}
		return p.caseConflict(q, err, c)
	}
	q.Flash(ui.ToneOK, "portal.withdrawn")
	return q.Redirect(casePath(c))
}

// showOfBundle shows what else ends when one case of a bundle is taken back.
func (p *Portal) showOfBundle(q *kit.Request, c *cases.Case, f ui.Form) error {
	all, err := p.d.Cases.Companions(q.Context(), q.Actor, c.Application)
	if err != nil {
		return err
	}
	w := withdrawing{Name: c.ItemName, Action: casePath(c) + "/withdrawal", Back: casePath(c), Number: c.Number, Version: c.Version(), Ends: []string{c.ItemName}}
	for _, x := range all.Stopped(c.ID) {
		w.Ends = append(w.Ends, x.ItemName)
	}
	for _, x := range all.Going(c.ID) {
		w.Stays = append(w.Stays, x.ItemName)
	}
	return q.Render(ui.Page{Title: q.T("portal.withdraw"), Layout: ui.LayoutTask, Back: casePath(c), Form: f}, withdrawingPage(w, f))
}

// caseConflict adds to a conflict what happened to the case since it was seen.
func (p *Portal) caseConflict(q *kit.Request, err error, c *cases.Case) error {
	return kit.Conflict(err, casePath(c), kit.Both{
		Label: q.T("portal.status"), Mine: q.T("portal.conflict_before"),
		Theirs: statusOf(reading(q), c).Text,
	})
}

// mine says whether the visitor is the applicant's side of the case; staff who may
// see it have their own pages.
func mine(a gov.Actor, c *cases.Case) bool {
	return a.Kind == gov.Person && a.Concerned() == c.Applicant
}
