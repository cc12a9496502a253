package counter

import (
	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// servingView is the proof that a correction notice reached an applicant who has no
// account and was not at the window: from then on the time to answer runs.
type servingView struct {
	*cases.Case
	Form   ui.Form
	Fields []ui.Field
}

// unserved tells whether that proof is wanted.
func unserved(q *kit.Request, c *cases.Case) bool {
	return c.ServedOn.IsZero() && cases.MayDo(q.Actor, c, cases.ActServe)
}

func (s *Counter) servingPage(q *kit.Request) error {
	c, err := s.receivable(q, cases.ActServe)
	if err != nil {
		return err
	}
	if !unserved(q, c) {
		return q.Redirect(casePath(c.ID))
	}
	f := hidden(c.Version())
	f.Values.Set("on", s.today().String())
	return s.showServing(q, c, f)
}

func (s *Counter) showServing(q *kit.Request, c *cases.Case, f ui.Form) error {
	v := &servingView{Case: c, Form: f, Fields: []ui.Field{
		{Kind: ui.KindDate, Name: "on", Label: q.T("counter.served_on")},
		{Name: "how", Label: q.T("counter.served_how"), Hint: q.T("counter.served_how_hint"), Width: ui.WidthFull, Max: 200, Complete: "off"},
	}}
	p := page(q, q.T("counter.serve"), "/counter")
	p.Back, p.Form = casePath(c.ID), f.Labelled(v.Fields...)
	return q.Render(p, servingPageView(v))
}

func (s *Counter) serve(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	in, faults := cases.Serving{On: f.Date("on"), How: f.Text("how")}, fault.Fields(nil)
	if len(f.Faults) == 0 {
		_, err = s.Cases.RecordService(q.Context(), q.Actor, id, f.Version(), in)
		if faults, err = onForm(err); err != nil {
			return s.changed(q, err, id, f.Version(), cases.ActServe)
		}
	}
	if len(f.Faults)+len(faults) > 0 {
		c, err := s.receivable(q, cases.ActServe)
		if err != nil {
			return err
		}
		return s.showServing(q, c, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "counter.served")
	return q.Redirect(casePath(id))
}
