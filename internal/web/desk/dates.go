package desk

import (
	"context"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// dates is the tab that says why each date is that date (ux.md 39).
func (s *Desk) dates(q *kit.Request) error {
	o, err := s.openCase(q, tabDates)
	if err != nil {
		return err
	}
	cal, err := s.catalogue.Calendar(q.Context())
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	return s.show(q, o, ui.Form{}, datesTab(o, dateRows(ctx, o), countOf(ctx, cal, o)))
}

// dateRows are the dates of a case in the order of its life, each with its ground.
func dateRows(ctx context.Context, o *open) []ui.Row {
	var out []ui.Row
	add := func(key string, d clock.Date, why string) {
		if !d.IsZero() {
			out = append(out, ui.Row{Label: ui.T(ctx, key), Value: dossier.Dated(ctx, d, false), Source: why})
		}
	}
	due := func(key string, d clock.Date, why string) {
		if !d.IsZero() {
			out = append(out, ui.Row{Label: ui.T(ctx, key), Value: dossier.Dated(ctx, d, o.Provisional), Source: why})
		}
	}
	add("desk.date_submitted", o.SubmittedOn, ui.T(ctx, "desk.why_submitted", "at", ui.DateTime(ctx, o.SubmittedAt)))
	due("desk.date_accept_due", o.AcceptDue, ui.T(ctx, "desk.why_accept_due", "days", unit(ctx, cases.AcceptDays, clock.Working)))
	due("desk.date_correction_due", o.CorrectionDue, ui.T(ctx, "desk.why_correction_due", "days", unit(ctx, cases.CorrectionDays, clock.Natural)))
	add("desk.date_accepted", o.AcceptedOn, "")
	due("desk.date_promised", o.PromisedDue, ui.T(ctx, "desk.why_promised", "days", unit(ctx, o.Rules.Promised.Days, o.Rules.Promised.Unit)))
	if o.Rules.Statutory != nil {
		due("desk.date_statutory", o.StatutoryDue, ui.T(ctx, "desk.why_statutory", "days", unit(ctx, o.Rules.Statutory.Days, o.Rules.Statutory.Unit)))
	}
	add("desk.date_decided", o.DecidedOn, "")
	due("desk.date_deliver_due", o.DeliverDue, ui.T(ctx, "desk.why_deliver_due", "days", unit(ctx, cases.DeliverDays, clock.Working)))
	add("desk.date_delivered", o.DeliveredOn, "")
	return out
}

func unit(ctx context.Context, n int, u clock.Unit) string {
	return ui.T(ctx, "status.unit_"+string(u), "n", n)
}

// count is the running limit counted out day by day.
type count struct {
	Title string
	Rows  [][]string
}

// mostDays is how long a limit is counted out; a longer one is told in words only.
const mostDays = 120

// countOf counts the limit that the department works under: from the submission
// to the acceptance, then from the acceptance to the promise.
func countOf(ctx context.Context, cal *clock.Calendar, o *open) count {
	start, due, u, title := o.AcceptedOn, o.PromisedDue, o.Rules.Promised.Unit, "desk.count_promised"
	if start.IsZero() {
		start, due, u, title = o.SubmittedOn, o.AcceptDue, clock.Working, "desk.count_accept"
	}
	c := count{Title: ui.T(ctx, title, "from", ui.Date(ctx, start), "to", ui.Date(ctx, due))}
	if start.IsZero() || due.Sub(start) > mostDays {
		return c
	}
	c.Rows = append(c.Rows, []string{ui.Date(ctx, start), ui.T(ctx, "desk.day_first"), ""})
	n := 0
	for d := start.AddDays(1); !d.After(due); d = d.AddDays(1) {
		day := cal.Day(d)
		number := ""
		if u == clock.Natural || day.Workday {
			n++
			number = strconv.Itoa(n)
		}
		c.Rows = append(c.Rows, []string{ui.Date(ctx, d), dayWord(ctx, day), number})
	}
	return c
}

func dayWord(ctx context.Context, d clock.Day) string {
	word := ui.T(ctx, "desk.day_"+string(d.Kind))
	if d.Kind == clock.DayOff {
		word = d.Holiday
	}
	if !d.Known {
		return word + ui.T(ctx, "desk.day_assumed")
	}
	return word
}
