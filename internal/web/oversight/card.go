package oversight

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// cardView is a card on the screen: its story, its orders, and what the reader may
// do to it.
type cardView struct {
	*supervision.Card
	Orders []*supervision.Order
	Actor  gov.Actor
	Form   ui.Form
	Today  clock.Date
}

func (v *cardView) may(act supervision.CardAct) bool {
	return supervision.MayDoCard(v.Actor, v.Card, act, v.Today)
}

func (v *cardView) href(below string) string {
	if below == "" {
		return cardAddress(v.ID)
	}
	return cardAddress(v.ID) + "/" + below
}

// card is a card with its whole story: rule, article, facts, dates, and what was
// said about it.
func (s *Oversight) card(q *kit.Request) error {
	c, err := s.supervision.Card(q.Context(), q.Actor, q.PathValue("card"))
	if err != nil {
		return err
	}
	return s.showCard(q, c, ui.Form{})
}

func (s *Oversight) showCard(q *kit.Request, c *supervision.Card, form ui.Form) error {
	v := &cardView{Card: c, Actor: q.Actor, Form: form, Today: s.today()}
	if form.Values == nil {
		v.Form = ui.Filled(map[string]string{"version": version(c.Version())})
	}
	var err error
	if v.Orders, err = s.supervision.Orders(q.Context(), q.Actor, supervision.OrderFilter{Card: c.ID}, "", supervision.MostRows); err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	p := page(q, severity(ctx, c.Severity)+" "+c.ItemName, areaCards)
	p.Back, p.Form = areaCards, v.Form
	return q.Render(p, cardPage(v))
}

// answerCard keeps what the department says to a card.
func (s *Oversight) answerCard(q *kit.Request) error {
	return s.cards().do(q, s.today(), "oversight.done_answer", func(f *kit.Form, id string) error {
		_, err := s.supervision.Answer(q.Context(), q.Actor, id, f.Version(), f.Text("answer"))
		return err
	})
}

// appealCard asks for the card to be taken back.
func (s *Oversight) appealCard(q *kit.Request) error {
	return s.cards().do(q, s.today(), "oversight.done_appeal", func(f *kit.Form, id string) error {
		_, err := s.supervision.Appeal(q.Context(), q.Actor, id, f.Version(), f.Text("appeal"))
		return err
	})
}

// decideCard upholds or withdraws.
func (s *Oversight) decideCard(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	decide, done := s.supervision.WithdrawCard, "oversight.done_withdraw"
	switch supervision.CardAct(f.Text("verdict")) {
	case supervision.ActWithdraw:
	case supervision.ActUphold:
		decide, done = s.supervision.Uphold, "oversight.done_uphold"
	default:
		return fault.Invalid("faults.form")
	}
	return s.cards().do(q, s.today(), done, func(f *kit.Form, id string) error {
		_, err := decide(q.Context(), q.Actor, id, f.Version(), f.Text("reason"))
		return err
	})
}

// rows are what the card says of itself.
func (v *cardView) rows(ctx context.Context) []ui.Row {
	out := []ui.Row{
		{Label: ui.T(ctx, "oversight.rule"), Value: rule(ctx, v.Rule)},
		{Label: ui.T(ctx, "oversight.basis"), Value: basis(ctx, v.Basis)},
	}
	if said := facts(ctx, v.Card); len(said) > 0 {
		out = append(out, ui.Row{Label: ui.T(ctx, "oversight.facts"), Body: list(said)})
	}
	if !v.DueOn.IsZero() {
		out = append(out, ui.Row{Label: ui.T(ctx, "oversight.due_at_stake"), Body: dueWhy(v.Case, ui.Date(ctx, v.DueOn), v.Number.Grouped())})
	}
	out = append(out,
		ui.Row{Label: ui.T(ctx, "oversight.reached"), Value: ui.Date(ctx, v.ReachedOn)},
		ui.Row{Label: ui.T(ctx, "oversight.raised_at"), Value: ui.DateTime(ctx, v.RaisedAt)},
		ui.Row{Label: ui.T(ctx, "oversight.body"), Value: v.BodyName},
		ui.Row{Label: ui.T(ctx, "oversight.officer"), Value: v.officer(ctx)})
	if v.Severity.Answered() {
		out = append(out,
			ui.Row{Label: ui.T(ctx, "oversight.answer_due"), Value: ui.Date(ctx, v.AnswerDue)},
			ui.Row{Label: ui.T(ctx, "oversight.appeal_due"), Value: ui.Date(ctx, v.AppealDue)})
	}
	return out
}

func (v *cardView) officer(ctx context.Context) string {
	if v.OfficerName == "" {
		return ui.T(ctx, "oversight.no_officer")
	}
	return v.OfficerName
}

// story is what happened to the card, from its birth.
func (v *cardView) story(ctx context.Context) []ui.Step {
	steps := []ui.Step{{Title: ui.T(ctx, "supervision.act_raise"), Text: ui.DateTime(ctx, v.RaisedAt) + " · " + ui.T(ctx, "oversight.by_program"), Done: true}}
	add := func(title, name string, at interface{ IsZero() bool }, when, words string) {
		if !at.IsZero() {
			steps = append(steps, ui.Step{Title: title, Text: when + " · " + name, Done: true, Body: typed(words)})
		}
	}
	add(ui.T(ctx, "supervision.act_answer"), v.AnsweredName, v.AnsweredAt, ui.DateTime(ctx, v.AnsweredAt), v.Answer)
	add(ui.T(ctx, "supervision.act_appeal"), v.AppealedName, v.AppealedAt, ui.DateTime(ctx, v.AppealedAt), v.Appeal)
	decided := supervision.ActUphold
	if v.State == supervision.CardWithdrawn {
		decided = supervision.ActWithdraw
	}
	add(ui.T(ctx, "supervision.act_"+string(decided)), v.DecidedName, v.DecidedAt, ui.DateTime(ctx, v.DecidedAt), v.Decision)
	return steps
}
