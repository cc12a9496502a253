package desk

import (
	"yimen/internal/cases"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// unserved tells that a correction notice has not been proven to be delivered: the
// applicant has no account and was not at the window.
func (o *open) unserved() bool { return o.may(cases.ActServe) && o.ServedOn.IsZero() }

func (s *Desk) servingPage(q *kit.Request) error {
	return s.question(q, cases.ActServe, s.showServing(q))
}

func (s *Desk) showServing(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		if !o.unserved() && len(form.Faults) == 0 {
			return q.Redirect(o.href(""))
		}
		fields := []ui.Field{
			{Kind: ui.KindDate, Name: "on", Label: q.T("desk.served_on")},
			{Name: "how", Label: q.T("desk.served_how"), Hint: q.T("desk.served_how_hint"), Width: ui.WidthFull, Max: 200},
		}
		return s.ask(q, o, q.T("desk.serve"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.serve"), Hint: q.T("desk.serve_hint"), Action: "service", Fields: fields, Do: q.T("desk.serve_do"),
		}))
	}
}

// serve keeps the proof that a correction notice was delivered; the time to answer
// runs from there.
func (s *Desk) serve(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in := cases.Serving{On: f.Date("on"), How: f.Text("how")}
	if len(f.Faults) > 0 {
		return s.again(q, s.showServing(q))(f.View())
	}
	_, err = s.cases.RecordService(q.Context(), q.Actor, q.PathValue("id"), f.Version(), in)
	return s.acted(q, err, "desk.done_serve", s.again(q, s.showServing(q)))
}
