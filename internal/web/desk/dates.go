package desk

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/web/dates"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// dates is the tab that says why each date is that date (ux.md 39).
func (s *Desk) dates(q *kit.Request) error {
	o, err := s.openCase(q, tabDates)
	if err != nil {
		return err
	}
	x, err := s.cases.Explain(q.Context(), q.Actor, o.Case, s.today())
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	return s.show(q, o, ui.Form{}, datesTab(doneRows(ctx, o), dates.Read(x, s.today())))
}

// doneRows are the days on which something was done, in the order of the life of a
// case; the limits between them are told apart.
func doneRows(ctx context.Context, o *open) []ui.Row {
	var out []ui.Row
	add := func(key string, d clock.Date) {
		if !d.IsZero() {
			out = append(out, ui.Row{Label: ui.T(ctx, key), Value: ui.Date(ctx, d)})
		}
	}
	out = append(out, ui.Row{Label: ui.T(ctx, "desk.date_submitted"), Value: ui.DateTime(ctx, o.SubmittedAt)})
	add("desk.date_served", o.ServedOn)
	add("desk.date_accepted", o.AcceptedOn)
	add("desk.date_decided", o.DecidedOn)
	add("desk.date_delivered", o.DeliveredOn)
	return out
}
