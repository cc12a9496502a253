package desk

import (
	"yimen/internal/cases"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func (s *Desk) refusalPage(q *kit.Request) error {
	return s.question(q, cases.ActRefuse, s.showRefusal(q))
}

func (s *Desk) showRefusal(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		ctx := ui.WithView(q.Context(), q.View())
		fields := []ui.Field{
			{Kind: ui.KindArea, Name: "reason", Label: q.T("desk.refusal_reason"), Hint: q.T("desk.refusal_reason_hint"), Width: ui.WidthFull, Lines: 5},
			articleField(ctx, o.Rules.LegalBasis), otherArticleField(ctx),
		}
		return s.ask(q, o, q.T("desk.refuse"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.refuse"), Hint: q.T("desk.refusal_hint"), Action: "refusal", Fields: fields,
			Remedies: true, Do: q.T("desk.refusal_do"),
		}))
	}
}

// refuse is the unfavourable decision: in writing, with reasons and remedies
// (art. 38).
func (s *Desk) refuse(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.Decide(q.Context(), q.Actor, q.PathValue("id"), f.Version(), cases.Decision{Reason: f.Text("reason"), Article: article(f)})
	return s.acted(q, err, "desk.done_refuse", s.again(q, s.showRefusal(q)))
}

func (s *Desk) returnPage(q *kit.Request) error {
	return s.question(q, cases.ActReturn, s.showReturn(q))
}

func (s *Desk) showReturn(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		ctx := ui.WithView(q.Context(), q.View())
		to := ui.Field{Kind: ui.KindRadios, Name: "to", Label: q.T("desk.return_to")}
		for _, step := range o.Rules.Earlier(o.Step) {
			to.Options = append(to.Options, ui.Option{Value: string(step), Label: dossier.Step(ctx, step)})
		}
		if len(to.Options) == 0 {
			return q.Redirect(o.href(""))
		}
		fields := []ui.Field{to, {Kind: ui.KindArea, Name: "reason", Label: q.T("desk.return_reason"), Width: ui.WidthFull, Lines: 3}}
		return s.ask(q, o, q.T("desk.give_back"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.give_back"), Hint: q.T("desk.return_hint"), Action: "return", Fields: fields, Do: q.T("desk.return_do"),
		}))
	}
}

// giveBack returns the case to an earlier step.
func (s *Desk) giveBack(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.Return(q.Context(), q.Actor, q.PathValue("id"), f.Version(), cases.Step(f.Text("to")), f.Text("reason"))
	return s.acted(q, err, "desk.done_return", s.again(q, s.showReturn(q)))
}

func (s *Desk) terminationPage(q *kit.Request) error {
	return s.question(q, cases.ActTerminate, s.showTermination(q))
}

func (s *Desk) showTermination(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		fields := []ui.Field{{Kind: ui.KindArea, Name: "reason", Label: q.T("desk.termination_reason"), Hint: q.T("desk.termination_reason_hint"), Width: ui.WidthFull, Lines: 3}}
		return s.ask(q, o, q.T("desk.terminate"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.terminate"), Hint: q.T("desk.termination_hint"), Action: "termination", Fields: fields, Do: q.T("desk.termination_do"),
		}))
	}
}

// terminate ends the case because its applicant is no more (art. 70).
func (s *Desk) terminate(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.Terminate(q.Context(), q.Actor, q.PathValue("id"), f.Version(), f.Text("reason"))
	return s.acted(q, err, "desk.done_terminate", s.again(q, s.showTermination(q)))
}
