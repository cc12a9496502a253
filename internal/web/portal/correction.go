package portal

import (
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// correctionView is a correction notice as its applicant answers it: everything
// at once, each defect with the page on which to put it right.
type correctionView struct {
	*cases.Case
	App     *applications.Application
	Due     string
	Defects []defectLine
	Open    int // not worked on yet
	Letter  *cases.Letter
}

type defectLine struct {
	applications.Defect
	Href     string
	Answered bool
}

func (p *Portal) correction(q *kit.Request) error {
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	if c.Bundle != "" && mine(q.Actor, c) { // with what the others ask for
		return q.Redirect(progressPath(c.Application) + "/correction")
	}
	if !answerable(c) || !mine(q.Actor, c) {
		return q.Redirect(casePath(c))
	}
	return p.showCorrection(q, c, ui.Form{})
}

// answerable tells whether something may be asked of the applicant now: a correction
// before the case is accepted, another licence in the place of a fallen one after.
func answerable(c *cases.Case) bool { return c.State == cases.Correcting || c.Handled() }

func (p *Portal) showCorrection(q *kit.Request, c *cases.Case, f ui.Form) error {
	a, err := p.d.Applications.Application(q.Context(), q.Actor, c.Application)
	if err != nil {
		return err
	}
	if a.State != applications.Amending {
		return q.Redirect(casePath(c))
	}
	def, err := p.d.Applications.Definition(q.Context(), a)
	if err != nil {
		return err
	}
	done, err := p.d.Applications.Answered(q.Context(), q.Actor, a)
	if err != nil {
		return err
	}
	v := correctionView{Case: c, App: a, Due: dossier.Dated(reading(q), c.CorrectionDue, c.Assumed(c.CorrectionDue))}
	for _, d := range a.Defects {
		v.Defects = append(v.Defects, defectLine{d, defectHref(a, def, d), done[d]})
	}
	v.Open = untouched(a.Defects, done, c)
	if v.Letter, err = p.notice(q, c); err != nil {
		return err
	}
	return q.Render(ui.Page{
		Title:  q.T(answering("name", c)),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: c.ItemName, Href: casePath(c)}, {Text: q.T(answering("name", c))}},
		Form:   f,
	}, correctionPage(v, f))
}

// untouched counts the defects of these cases that were not worked on since they were
// named. Of a fallen licence nobody can believe that it was right: the sending itself
// refuses what was not replaced.
func untouched(all []applications.Defect, done map[applications.Defect]bool, of ...*cases.Case) (n int) {
	for _, d := range all {
		if !done[d] && slices.ContainsFunc(of, func(c *cases.Case) bool { return asks(c, d) && !c.Handled() }) {
			n++
		}
	}
	return n
}

// asks tells whether a defect was named in this case.
func asks(c *cases.Case, d applications.Defect) bool {
	return d.Member == "" || d.Member == c.LocalItem
}

// answering is the key of a sentence about what is asked in these cases. Where only
// fallen licences are to be replaced nothing was wrong, and nothing is corrected.
func answering(sentence string, of ...*cases.Case) string {
	if slices.ContainsFunc(of, func(c *cases.Case) bool { return !c.Handled() }) {
		return "portal.correction_" + sentence
	}
	return "portal.replacement_" + sentence
}

// defectHref is where a defect is put right: the page that asks the field, or the
// slot of the material; a file field is answered in the slot that takes its file.
func defectHref(a *applications.Application, def *applications.Definition, d applications.Defect) string {
	back := "?return=" + toCorrection
	if d.Kind == "material" {
		return slotPath(a, d.Key) + back
	}
	for _, s := range def.Slots {
		for _, key := range s.Fields {
			if key == d.Key {
				return slotPath(a, s.Key) + back
			}
		}
	}
	return pagePath(a, def.PageFor(d.Key)) + back + "#" + ui.FieldID(d.Key)
}

// amend sends the answer; everything must be complete again. Who left something as
// it was has to say that he means it: the notice comes once, and a slip would cost
// him a refusal.
func (p *Portal) amend(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	if c.Bundle != "" && mine(q.Actor, c) {
		return q.Redirect(progressPath(c.Application) + "/correction")
	}
	a, err := p.d.Applications.Application(q.Context(), q.Actor, c.Application)
	if err != nil {
		return err
	}
	done, err := p.d.Applications.Answered(q.Context(), q.Actor, a)
	if err != nil {
		return err
	}
	if open := untouched(a.Defects, done, c); open > 0 && !f.Bool("unchanged") {
		return p.showCorrection(q, c, f.View(fault.Field{Path: "unchanged", Code: "portal.correction_untouched", Args: fault.Args{"n": open}}))
	}
	if _, err := p.d.Applications.Amend(q.Context(), q.Actor, c.Application, f.Version()); err != nil {
		if faults := fieldsOf(err); len(faults) > 0 && answerable(c) {
			return p.showCorrection(q, c, ui.Form{}.With(unplaced(faults)))
		}
		return p.caseConflict(q, err, c)
	}
	q.Flash(ui.ToneOK, answering("sent", c))
	return q.Redirect(casePath(c))
}

// unplaced drops the paths of faults that stand on other pages than this.
func unplaced(list fault.Fields) fault.Fields {
	out := make(fault.Fields, len(list))
	for i, f := range list {
		out[i] = fault.Field{Code: f.Code, Args: f.Args}
	}
	return out
}

// fieldsOf are the faults of single fields in err, none for any other error.
func fieldsOf(err error) fault.Fields {
	if e, ok := fault.As(err); ok {
		return e.Fields
	}
	return nil
}

// missingIsNone lets a read pass that found nothing.
func missingIsNone(err error) error {
	if fault.KindOf(err) == fault.KindMissing {
		return nil
	}
	return err
}
