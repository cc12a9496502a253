package desk

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// verdict is a step's conclusion in words.
func verdict(ctx context.Context, v cases.Verdict) string {
	return ui.T(ctx, "desk.verdict_"+string(v))
}

func adviceOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(cases.AdviseGrant), Label: verdict(ctx, cases.AdviseGrant)},
		{Value: string(cases.AdviseRefuse), Label: verdict(ctx, cases.AdviseRefuse)},
	}
}

// againOnForm shows the first tab again with what was typed and its faults.
func (s *Desk) againOnForm(q *kit.Request) func(ui.Form) error {
	return func(form ui.Form) error {
		o, err := s.openCase(q, tabForm)
		if err != nil {
			return err
		}
		return s.formTab(q, o, form)
	}
}

// accept takes the case on (受理).
func (s *Desk) accept(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.Accept(q.Context(), q.Actor, q.PathValue("id"), f.Version())
	return s.acted(q, err, "desk.done_accept", s.againOnForm(q))
}

// advise ends 承办 or 审核.
func (s *Desk) advise(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.Advise(q.Context(), q.Actor, q.PathValue("id"), f.Version(), cases.Verdict(f.Text("verdict")), f.Text("words"))
	return s.acted(q, err, "desk.done_advice", s.againOnForm(q))
}

// grant is the favourable decision.
func (s *Desk) grant(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := s.cases.Decide(q.Context(), q.Actor, q.PathValue("id"), f.Version(), cases.Decision{Grant: true, Words: f.Text("words")})
	done := "desk.done_grant"
	if err == nil && c.Step == cases.Produce {
		done = "desk.done_grant_produce"
	}
	return s.acted(q, err, done, s.againOnForm(q))
}
