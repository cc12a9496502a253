package counter

import (
	"net/http"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/identity"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func (s *Counter) intakeRoutes() []kit.Route {
	const c = "/counter/cases/{id}"
	return []kit.Route{
		route(http.MethodGet, c, clerks, s.intake),
		route(http.MethodPost, c+"/looks", clerks, s.lookAtForm),
		route(http.MethodGet, c+"/files/{file}", clerks, s.caseFile),
		route(http.MethodPost, c+"/files/{file}/original", clerks, s.original),
		route(http.MethodPost, c+"/acceptance", clerks, s.accept),
		route(http.MethodGet, c+"/dates", clerks, s.dates),
		route(http.MethodGet, c+"/service", clerks, s.servingPage),
		route(http.MethodPost, c+"/service", clerks, s.serve),
		route(http.MethodGet, c+"/decline", clerks, s.declinePage),
		route(http.MethodPost, c+"/decline", clerks, s.decline),
		route(http.MethodGet, c+"/correction", clerks, s.correctionPage),
		route(http.MethodPost, c+"/correction", clerks, s.correct),
		route(http.MethodGet, c+"/amendment", clerks, s.amendment),
		route(http.MethodPost, c+"/amendment", clerks, s.amend),
		route(http.MethodPost, c+"/amendment/materials", clerks, s.amendMaterials),
		route(http.MethodPost, c+"/amendment/licences", clerks, s.amendWithLicence),
		route(http.MethodPost, c+"/amendment/licences/{fetched}/end", clerks, s.amendTakeBack),
		route(http.MethodGet, c+"/letters/{letter}", clerks, s.letter),
		route(http.MethodGet, c+"/letters/{letter}/document", clerks, s.letterDocument),
		route(http.MethodGet, c+"/receipt", clerks, s.receipt),
	}
}

// intakeView is a case at the counter: form and materials side by side, and what
// the clerk may do now.
type intakeView struct {
	*cases.Case
	Dossier *dossier.Dossier
	View    dossier.View
	Look    ui.Form
	Form    ui.Form // carries the version
	Awaited string
	Left    cases.Left
	HasLeft bool
	Others  []string // colleagues who have the case open
	Letters []cases.Letter
	Notices []cases.Correction

	MayAccept, MayDecline, MayNotify, MayAmend, MaySit, MayServe bool
}

func (s *Counter) intake(q *kit.Request) error {
	v, err := s.intakeView(q)
	if err != nil {
		return err
	}
	if v.Dossier, err = s.dossiers.Read(q, v.Case.Dossier()); err != nil {
		return err
	}
	return s.showIntake(q, v)
}

func (s *Counter) showIntake(q *kit.Request, v *intakeView) error {
	p := page(q, v.ItemName, "/counter")
	p.Crumbs = s.crumbs(q, ui.Link{Text: v.ApplicantName, Href: partyPath(v.Applicant)}, ui.Link{Text: v.ItemName})
	p.Form = v.Look
	return q.Render(p, intakePage(v))
}

// intakeView reads everything but the dossier, which a look reads in clear.
func (s *Counter) intakeView(q *kit.Request) (*intakeView, error) {
	ctx := q.Context()
	c, err := s.Cases.Case(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := &intakeView{Case: c, Form: hidden(c.Version()), View: dossier.NewView(q, casePath(c.ID), "")}
	if v.Others, err = s.Cases.Present(ctx, q.Actor, c); err != nil {
		return nil, err
	}
	if v.Letters, err = s.Cases.Letters(ctx, q.Actor, c.ID); err != nil {
		return nil, err
	}
	if v.Notices, err = s.Cases.Corrections(ctx, q.Actor, c.ID); err != nil {
		return nil, err
	}
	if v.Awaited, err = s.awaited(q, c); err != nil {
		return nil, err
	}
	left, err := s.Cases.Left(ctx, []*cases.Case{c}, s.today())
	if err != nil {
		return nil, err
	}
	v.Left, v.HasLeft = left[c.ID]
	v.MayAccept = cases.MayDo(q.Actor, c, cases.ActAccept)
	v.MayDecline = cases.MayDo(q.Actor, c, cases.ActDecline)
	v.MayNotify = cases.MayDo(q.Actor, c, cases.ActNotify)
	v.MaySit = s.Cases.MaySit(ctx, q.Actor, c)
	v.MayServe = unserved(q, c)
	v.MayAmend, err = s.mayAmend(q, c)
	return v, err
}

// mayAmend: a clerk may answer a correction for the applicant who stands there.
func (s *Counter) mayAmend(q *kit.Request, c *cases.Case) (bool, error) {
	if c.State != cases.Correcting && !c.Handled() {
		return false, nil
	}
	a, err := s.Applications.Application(q.Context(), q.Actor, c.Application)
	if err != nil {
		return false, err
	}
	actor, err := identity.AtCounter(q.Actor, c.Applicant)
	return err == nil && applications.MayEdit(actor, a), err
}

// lookAtForm shows the sensitive answers in clear; the look is kept first.
func (s *Counter) lookAtForm(q *kit.Request) error {
	v, err := s.intakeView(q)
	if err != nil {
		return err
	}
	if v.Dossier, v.Look, err = s.dossiers.Look(q, v.Case.Dossier()); err != nil {
		return err
	}
	return s.showIntake(q, v)
}

// caseFile shows a filed material.
func (s *Counter) caseFile(q *kit.Request) error {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	return s.dossiers.File(q, c.Dossier())
}

// original records that a copy is the same as its original (trust C becomes B).
func (s *Counter) original(q *kit.Request) error {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	return s.dossiers.Compare(q, c.Dossier(), casePath(c.ID))
}

// accept takes the case on; its letter is shown to be printed.
func (s *Counter) accept(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	c, err := s.Cases.Accept(q.Context(), q.Actor, id, f.Version())
	if err != nil {
		return s.changed(q, err, id, f.Version(), cases.ActAccept)
	}
	q.Flash(ui.ToneOK, "counter.accepted")
	return s.toLetter(q, c.ID)
}

// toLetter leads to the letter that an act has just issued: the last one. The
// clerk is done with the case, so colleagues no longer see him at it.
func (s *Counter) toLetter(q *kit.Request, caseID string) error {
	if err := s.Cases.Leave(q.Context(), q.Actor, caseID); err != nil {
		return err
	}
	all, err := s.Cases.Letters(q.Context(), q.Actor, caseID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return q.Redirect(casePath(caseID))
	}
	return q.Redirect(casePath(caseID) + "/letters/" + all[len(all)-1].ID)
}
