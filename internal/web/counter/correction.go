package counter

import (
	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// correctionView is the one notice a case may need: every defect at once, each
// picked from the item's own fields and materials (art. 31, 32).
type correctionView struct {
	*cases.Case
	Dossier *dossier.Dossier
	View    dossier.View
	Rules   *cases.Rules
	Form    ui.Form
	Notices []cases.Correction
}

func (s *Counter) correctionPage(q *kit.Request) error {
	c, err := s.receivable(q, cases.ActNotify)
	if err != nil {
		return err
	}
	v, err := s.correctionView(q, c)
	if err != nil {
		return err
	}
	v.Form = hidden(c.Version())
	return s.showCorrection(q, v)
}

func (s *Counter) correctionView(q *kit.Request, c *cases.Case) (*correctionView, error) {
	v := &correctionView{Case: c, View: dossier.NewView(q, casePath(c.ID), "")}
	var err error
	if v.Dossier, err = s.dossiers.Read(q, c.Dossier()); err != nil {
		return nil, err
	}
	if v.Rules, err = s.Cases.Rules(q.Context(), c); err != nil {
		return nil, err
	}
	v.Notices, err = s.Cases.Corrections(q.Context(), q.Actor, c.ID)
	return v, err
}

func (s *Counter) showCorrection(q *kit.Request, v *correctionView) error {
	p := page(q, q.T("counter.notify"), "/counter")
	p.Back, p.Form = casePath(v.ID), v.Form
	return q.Render(p, correctionPageView(v))
}

// correct issues the notice; what is wrong with single defects is told beside them.
func (s *Counter) correct(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := s.correctionView(q, c)
	if err != nil {
		return err
	}
	_, err = s.Cases.NotifyCorrection(q.Context(), q.Actor, c.ID, f.Version(), v.Dossier.Defects(q.Context(), f, v.Rules))
	var faults fault.Fields
	if faults, err = onForm(err); err != nil {
		return s.changed(q, err, c.ID, f.Version(), cases.ActNotify)
	}
	if len(faults) > 0 {
		v.Form = f.View(faults...)
		return s.showCorrection(q, v)
	}
	q.Flash(ui.ToneOK, "counter.notified")
	return s.toLetter(q, c.ID)
}

// denied is told to who sees the case and may not do this to it.
func denied(c *cases.Case) error { return fault.Denied("cases.denied", "number", string(c.Number)) }
