package desk

import (
	"context"
	"slices"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// startable are the item's special procedures that are not going on already.
func (o *open) startable() []cases.ProcedureRule {
	return slices.DeleteFunc(o.Rules.Suspending(), func(p cases.ProcedureRule) bool {
		return slices.ContainsFunc(o.Procedures, func(x cases.Procedure) bool { return x.Name == p.Name })
	})
}

// counted are the item's procedures whose time is part of the limit: they are
// steps of the work and suspend nothing (art. 45).
func (o *open) counted() []cases.ProcedureRule {
	return slices.DeleteFunc(slices.Clone(o.Rules.Procedures), func(p cases.ProcedureRule) bool { return !p.Counted })
}

// suspendable tells whether there is a special procedure to begin.
func (o *open) suspendable() bool { return o.may(cases.ActSuspend) && len(o.startable()) > 0 }

func (s *Desk) suspensionPage(q *kit.Request) error {
	return s.question(q, cases.ActSuspend, s.showSuspension(q))
}

func (s *Desk) showSuspension(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		if len(o.startable()) == 0 {
			return q.Redirect(o.href(""))
		}
		ctx := ui.WithView(q.Context(), q.View())
		fields := []ui.Field{
			{Kind: ui.KindRadios, Name: "procedure", Label: q.T("desk.procedure"), Options: procedureOptions(ctx, o.startable())},
			{Kind: ui.KindNumber, Name: "days", Label: q.T("desk.procedure_days"), Hint: q.T("desk.procedure_days_hint"), Unit: q.T("desk.working_days"), Mode: "numeric", Width: ui.WidthShort},
			{Kind: ui.KindArea, Name: "reason", Label: q.T("desk.procedure_reason"), Hint: q.T("desk.procedure_reason_hint"), Optional: true, Width: ui.WidthFull, Lines: 3},
		}
		return s.ask(q, o, q.T("desk.suspend"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.suspend"), Hint: q.T("desk.suspend_hint"), Action: "suspension", Fields: fields, Do: q.T("desk.suspend_do"),
		}))
	}
}

func procedureOptions(ctx context.Context, list []cases.ProcedureRule) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, p := range list {
		out[i] = ui.Option{Value: p.Name, Label: p.Name, Hint: ui.T(ctx, "desk.procedure_most", "n", p.Most())}
	}
	return out
}

// suspend begins a special procedure; the applicant is told how long it takes.
func (s *Desk) suspend(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in := cases.Suspension{Procedure: f.Text("procedure"), Days: int(f.Int("days")), Reason: f.Text("reason")}
	if len(f.Faults) > 0 {
		return s.again(q, s.showSuspension(q))(f.View())
	}
	_, err = s.cases.Suspend(q.Context(), q.Actor, q.PathValue("id"), f.Version(), in)
	return s.acted(q, err, "desk.done_suspend", s.again(q, s.showSuspension(q)))
}

// resumptionPage ends one of the special procedures that are going on.
func (s *Desk) resumptionPage(q *kit.Request) error {
	return s.question(q, cases.ActResume, s.showResumption(q))
}

func (s *Desk) showResumption(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		ctx := ui.WithView(q.Context(), q.View())
		which := ui.Field{Kind: ui.KindRadios, Name: "procedure", Label: q.T("desk.procedure_ended")}
		for _, p := range o.Procedures {
			which.Options = append(which.Options, ui.Option{Value: p.Name, Label: p.Name, Hint: procedureLine(ctx, p)})
		}
		if len(which.Options) == 0 {
			return q.Redirect(o.href(""))
		}
		if len(which.Options) == 1 && form.Value("procedure") == "" {
			form.Values.Set("procedure", which.Options[0].Value)
		}
		fields := []ui.Field{which,
			{Kind: ui.KindArea, Name: "result", Label: q.T("desk.procedure_result"), Hint: q.T("desk.procedure_result_hint"), Optional: true, Width: ui.WidthFull, Lines: 3}}
		return s.ask(q, o, q.T("desk.resume"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.resume"), Hint: q.T("desk.resume_hint"), Action: "resumption", Fields: fields, Do: q.T("desk.resume_do"),
		}))
	}
}

// procedureLine says since when a procedure goes on and until when it may.
func procedureLine(ctx context.Context, p cases.Procedure) string {
	return ui.T(ctx, "desk.procedure_line", "since", p.Since, "days", strconv.Itoa(p.Days), "due", p.Due)
}

func (s *Desk) resume(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := s.cases.Resume(q.Context(), q.Actor, q.PathValue("id"), f.Version(), f.Text("procedure"), f.Text("result"))
	done := "desk.done_resume"
	if err == nil && c.State == cases.Accepted {
		done = "desk.done_lift"
	}
	return s.acted(q, err, done, s.again(q, s.showResumption(q)))
}

// procedures reads the special procedures that are going on.
func (s *Desk) procedures(ctx context.Context, c *cases.Case) ([]cases.Procedure, error) {
	if c.State != cases.Suspended {
		return nil, nil
	}
	cal, err := s.catalogue.Calendar(ctx)
	if err != nil {
		return nil, fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
	}
	return c.Procedures(cal)
}
