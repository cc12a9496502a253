package portal

import (
	"context"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// correctionsView is everything that the departments of a bundle ask for now, each
// department with its own date; they are answered together or one by one.
type correctionsView struct {
	App         *applications.Application
	Departments []asking
	Open        int // not worked on yet
	All         int
}

// asking is what one department asks for.
type asking struct {
	*cases.Case
	Due     string
	Defects []defectLine
	Letter  *cases.Letter
}

// words is the key of a sentence about what the departments ask for.
func (v *correctionsView) words(sentence string) string {
	all := make([]*cases.Case, len(v.Departments))
	for i, d := range v.Departments {
		all[i] = d.Case
	}
	return answering(sentence, all...)
}

// earliest is the first day on which an answer has to be there, in words.
func earliest(ctx context.Context, all cases.Companions) string {
	var due clock.Date
	assumed := false
	for _, x := range all {
		if x.State == cases.Correcting && !x.DueOn.IsZero() && (due.IsZero() || x.DueOn.Before(due)) {
			due, assumed = x.DueOn, x.Provisional
		}
	}
	return dossier.Dated(ctx, due, assumed)
}

func (p *Portal) corrections(q *kit.Request) error {
	a, all, err := p.together(q)
	if err != nil {
		return err
	}
	if a.State != applications.Amending {
		return q.Redirect(progressPath(a.ID))
	}
	return p.showCorrections(q, a, all, ui.Form{})
}

func (p *Portal) showCorrections(q *kit.Request, a *applications.Application, all cases.Companions, f ui.Form) error {
	v, err := p.correctionsView(q, a, all)
	if err != nil {
		return err
	}
	return q.Render(ui.Page{
		Title: q.T(v.words("name")),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: a.ItemName, Href: progressPath(a.ID)},
			{Text: q.T(v.words("name"))}},
		Form: f,
	}, correctionsPage(v, f))
}

func (p *Portal) correctionsView(q *kit.Request, a *applications.Application, all cases.Companions) (*correctionsView, error) {
	def, err := p.d.Applications.Definition(q.Context(), a)
	if err != nil {
		return nil, err
	}
	done, err := p.d.Applications.Answered(q.Context(), q.Actor, a)
	if err != nil {
		return nil, err
	}
	v := &correctionsView{App: a, All: len(a.Defects)}
	for _, x := range all {
		d := asking{Case: x.Case, Due: dossier.Dated(reading(q), x.Case.CorrectionDue, x.Case.Assumed(x.Case.CorrectionDue))}
		for _, defect := range a.Defects {
			if !asks(x.Case, defect) {
				continue
			}
			d.Defects = append(d.Defects, defectLine{defect, defectHref(a, def, defect), done[defect]})
		}
		if len(d.Defects) == 0 {
			continue
		}
		v.Open += untouched(a.Defects, done, x.Case)
		if d.Letter, err = p.notice(q, x.Case); err != nil {
			return nil, err
		}
		v.Departments = append(v.Departments, d)
	}
	return v, nil
}

// notice is the last correction notice of a case; what is asked for in the place of a
// fallen licence comes without one.
func (p *Portal) notice(q *kit.Request, c *cases.Case) (last *cases.Letter, err error) {
	if c.State != cases.Correcting {
		return nil, nil
	}
	letters, err := p.d.Cases.Letters(q.Context(), q.Actor, c.ID)
	for i := range letters {
		if letters[i].Kind == cases.CorrectionLetter {
			last = &letters[i]
		}
	}
	return last, err
}

// amendSeveral sends the answers to one department or to all of them.
func (p *Portal) amendSeveral(q *kit.Request) error {
	f, a, all, err := p.postedTogether(q)
	if err != nil {
		return err
	}
	var members []string // none: all
	if one := f.Text("member"); one != "" {
		members = []string{one}
	}
	answered := askingOf(a, all, members)
	done, err := p.d.Applications.Answered(q.Context(), q.Actor, a)
	if err != nil {
		return err
	}
	if open := untouched(a.Defects, done, answered...); open > 0 && !f.Bool("unchanged") {
		return p.showCorrections(q, a, all, f.View(fault.Field{Path: "unchanged", Code: "portal.correction_untouched", Args: fault.Args{"n": open}}))
	}
	after, err := p.d.Applications.Amend(q.Context(), q.Actor, a.ID, f.Version(), members...)
	if err != nil {
		if faults := fieldsOf(err); len(faults) > 0 {
			return p.showCorrections(q, a, all, ui.Form{}.With(unplaced(faults)))
		}
		return kit.Conflict(err, progressPath(a.ID))
	}
	q.Flash(ui.ToneOK, answering("sent", answered...))
	if after.State == applications.Amending {
		return q.Redirect(progressPath(a.ID) + "/correction")
	}
	return q.Redirect(progressPath(a.ID))
}

// askingOf are the cases in which something is asked, of these members or of all.
func askingOf(a *applications.Application, all cases.Companions, members []string) (out []*cases.Case) {
	for _, x := range all {
		named := len(members) == 0 || slices.Contains(members, x.LocalItem)
		if named && slices.ContainsFunc(a.Defects, func(d applications.Defect) bool { return asks(x.Case, d) }) {
			out = append(out, x.Case)
		}
	}
	return out
}
