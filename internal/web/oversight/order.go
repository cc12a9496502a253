package oversight

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// shortSubject is how much of a subject a list shows.
const shortSubject = 60

// short is the beginning of what has to be seen to.
func short(subject string) string {
	if r := []rune(subject); len(r) > shortSubject {
		return string(r[:shortSubject]) + "…"
	}
	return subject
}

// orderState is where an order stands.
func orderState(ctx context.Context, o *supervision.Order, today clock.Date) (ui.Tone, string) {
	if o.Late(today) {
		return ui.ToneBad, ui.T(ctx, "supervision.order_late")
	}
	tone := map[supervision.OrderState]ui.Tone{supervision.OrderIssued: ui.ToneWarn, supervision.OrderAnswered: ui.ToneNow,
		supervision.OrderClosed: ui.ToneOK}[o.State]
	return tone, ui.T(ctx, "supervision.order_"+string(o.State))
}

// orderView is an order on the screen with what the reader may do to it.
type orderView struct {
	*supervision.Order
	Story []ui.Step
	Actor gov.Actor
	Form  ui.Form
	Today clock.Date
}

func (v *orderView) may(act supervision.OrderAct) bool {
	return supervision.MayDoOrder(v.Actor, v.Order, act)
}

func (v *orderView) href(below string) string { return orderAddress(v.ID) + "/" + below }

func (s *Oversight) order(q *kit.Request) error {
	o, err := s.supervision.Order(q.Context(), q.Actor, q.PathValue("order"))
	if err != nil {
		return err
	}
	return s.showOrder(q, o, ui.Form{})
}

func (s *Oversight) showOrder(q *kit.Request, o *supervision.Order, form ui.Form) error {
	lines, err := s.supervision.OrderTrace(q.Context(), q.Actor, o)
	if err != nil {
		return err
	}
	told, err := supervision.Tell(lines)
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	v := &orderView{Order: o, Actor: q.Actor, Form: form, Today: s.today(), Story: orderStory(ctx, told)}
	if form.Values == nil {
		v.Form = ui.Filled(map[string]string{"version": version(o.Version())})
	}
	p := page(q, o.Number, areaOrders)
	p.Back, p.Form = areaOrders, v.Form
	return q.Render(p, orderPage(v))
}

// reply answers an order.
func (s *Oversight) reply(q *kit.Request) error {
	return s.orders().do(q, s.today(), "oversight.done_reply", func(f *kit.Form, id string) error {
		_, err := s.supervision.Reply(q.Context(), q.Actor, id, f.Version(), f.Text("answer"))
		return err
	})
}

// giveBack asks for another answer by a new day.
func (s *Oversight) giveBack(q *kit.Request) error {
	return s.orders().do(q, s.today(), "oversight.done_return", func(f *kit.Form, id string) error {
		due := f.Date("due_on")
		if len(f.Faults) > 0 {
			return f.Faults.Err()
		}
		_, err := s.supervision.Return(q.Context(), q.Actor, id, f.Version(), f.Text("reason"), due)
		return err
	})
}

// closeOrder ends an order.
func (s *Oversight) closeOrder(q *kit.Request) error {
	return s.orders().do(q, s.today(), "oversight.done_close", func(f *kit.Form, id string) error {
		_, err := s.supervision.Close(q.Context(), q.Actor, id, f.Version(), f.Text("reason"))
		return err
	})
}

// rows are what the order says of itself.
func (v *orderView) rows(ctx context.Context) []ui.Row {
	out := []ui.Row{
		{Label: ui.T(ctx, "oversight.subject"), Body: typed(v.Subject)},
		{Label: ui.T(ctx, "oversight.addressee"), Value: v.addressee(ctx)},
		{Label: ui.T(ctx, "oversight.order_due"), Value: ui.Date(ctx, v.DueOn)},
		{Label: ui.T(ctx, "oversight.issued_by"), Value: v.IssuedName},
	}
	if v.Card != "" {
		out = append(out, ui.Row{Label: ui.T(ctx, "oversight.about_card"), Body: link(cardAddress(v.Card), ui.T(ctx, "oversight.to_card"))})
	}
	if v.Case != "" {
		out = append(out, ui.Row{Label: ui.T(ctx, "oversight.about_case"), Body: link(caseAddress(v.Case), v.CaseNumber.Grouped())})
	}
	return out
}

func (v *orderView) addressee(ctx context.Context) string {
	if v.AccountName == "" {
		return v.BodyName
	}
	return v.BodyName + ui.T(ctx, "dates.comma") + v.AccountName
}

// orderStory is what happened to the order, with what was said each time: answers
// that were not enough stand here as well.
func orderStory(ctx context.Context, told []supervision.Told) []ui.Step {
	steps := make([]ui.Step, len(told))
	for i, l := range told {
		text := ui.DateTime(ctx, l.At) + " · " + l.Name
		if l.Act == string(supervision.ActEscalate) {
			text = ui.DateTime(ctx, l.At) + " · " + ui.T(ctx, "oversight.by_program")
		}
		words := l.Said.Words
		if l.Erased {
			words = ui.T(ctx, "desk.erased")
		}
		steps[i] = ui.Step{Title: ui.T(ctx, "supervision.order_act_"+l.Act), Text: text, Done: true, Body: typed(words)}
		if d, err := clock.ParseDate(l.Said.DueOn); err == nil {
			steps[i].Title += ui.T(ctx, "oversight.until", "date", d)
		}
	}
	return steps
}
