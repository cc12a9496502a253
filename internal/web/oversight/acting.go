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

// subject is what an act of these pages is done to: how its page is found, and how
// it is read, told and shown again.
type subject[T any] struct {
	param   string // of its id in the address
	address func(id string) string
	read    func(ctx context.Context, actor gov.Actor, id string) (T, error)
	trace   func(ctx context.Context, actor gov.Actor, x T) ([]supervision.Entry, error)
	acts    string // what the language keys of its acts begin with
	state   func(ctx context.Context, x T, today clock.Date) (ui.Tone, string)
	show    func(q *kit.Request, x T, f ui.Form) error
}

func (s *Oversight) cards() subject[*supervision.Card] {
	return subject[*supervision.Card]{param: "card", address: cardAddress, read: s.supervision.Card, trace: s.supervision.CardTrace,
		acts: "supervision.act_", state: cardState, show: s.showCard}
}

func (s *Oversight) orders() subject[*supervision.Order] {
	return subject[*supervision.Order]{param: "order", address: orderAddress, read: s.supervision.Order, trace: s.supervision.OrderTrace,
		acts: "supervision.order_act_", state: orderState, show: s.showOrder}
}

// do does an act and goes back to the page; a refused form is shown again, a
// conflict with what happened since.
func (t subject[T]) do(q *kit.Request, today clock.Date, done string, act func(f *kit.Form, id string) error) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue(t.param)
	err = act(f, id)
	if err == nil {
		q.Flash(ui.ToneOK, done)
		return q.Redirect(t.address(id))
	}
	x, readErr := t.read(q.Context(), q.Actor, id)
	if readErr != nil {
		return err
	}
	if fault.KindOf(err) != fault.KindConflict {
		return refused(q, err, func(form ui.Form) error { return t.show(q, x, form) })
	}
	rows, readErr := t.since(q, x, f.Version(), today)
	if readErr != nil {
		return err
	}
	return kit.Conflict(err, t.address(id), rows...)
}

// since is what happened after a version, and how things stand.
func (t subject[T]) since(q *kit.Request, x T, seen int64, today clock.Date) ([]kit.Both, error) {
	lines, err := t.trace(q.Context(), q.Actor, x)
	if err != nil {
		return nil, err
	}
	ctx := ui.WithView(q.Context(), q.View())
	var rows []kit.Both
	for _, l := range lines {
		if seen > 0 && l.Version > seen {
			rows = append(rows, kit.Both{Label: ui.DateTime(ctx, l.At), Theirs: l.Name + " · " + ui.T(ctx, t.acts+l.Act)})
		}
	}
	_, word := t.state(ctx, x, today)
	return append(rows, kit.Both{Label: q.T("desk.now"), Theirs: word}), nil
}
