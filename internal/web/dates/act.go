package dates

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/web/ui"
)

// Act says what an act did to the dates of its case, or what it took for it, "" for one
// that only moved it on. Reasons are apart: who may read them is asked of cases.
func Act(ctx context.Context, l cases.Line) string {
	ch := l.Change
	switch cases.Act(l.Act) {
	case cases.ActSuspend:
		if ch.Event != nil && ch.Event.Planned != nil {
			return ui.T(ctx, "dates.act_suspend", "procedure", ch.Event.Procedure, "days", days(ctx, *ch.Event.Planned, clock.Working))
		}
	case cases.ActResume, cases.ActLift:
		if ch.Event != nil {
			return ui.T(ctx, "dates.act_"+l.Act, "procedure", ch.Event.Procedure)
		}
	case cases.ActAskExtend:
		return ui.T(ctx, "dates.act_ask_extension", "n", ch.Days)
	case cases.ActExtend:
		if ch.Dates != nil {
			return ui.T(ctx, "dates.act_extend", "n", ch.Days, "date", ch.Dates.PromisedDue)
		}
	case cases.ActDeem:
		if ch.Dates != nil {
			return ui.T(ctx, "dates.act_deem", "date", ch.Dates.AcceptedOn)
		}
	case cases.ActServe:
		if ch.ServedOn != nil {
			return ui.T(ctx, "dates.act_serve", "date", *ch.ServedOn)
		}
	case cases.ActCharge:
		if ch.Charge != nil {
			return ui.T(ctx, "dates.act_charge", "amount", ui.Money(ctx, ch.Charge.Fen), "for", ch.Charge.For, "standard", ch.Charge.Standard)
		}
	case cases.ActRecount:
		return recounted(ctx, ch.Dates)
	}
	return ""
}

// recounted lists the dates as a changed calendar left them.
func recounted(ctx context.Context, d *cases.Dates) string {
	if d == nil {
		return ""
	}
	out := ""
	for _, x := range []struct {
		name clock.Name
		on   clock.Date
	}{{clock.AcceptClock, d.AcceptDue}, {cases.CorrectionLimit, d.CorrectionDue}, {clock.PromisedClock, d.PromisedDue},
		{clock.StatutoryClock, d.StatutoryDue}, {cases.StepLimit, d.StepDue}, {clock.DeliverClock, d.DeliverDue}} {
		if x.on.IsZero() {
			continue
		}
		if out != "" {
			out += ui.T(ctx, "dates.comma")
		}
		out += ui.T(ctx, "dates.name_"+string(x.name)) + " " + ui.Date(ctx, x.on)
	}
	return ui.T(ctx, "dates.act_recount", "dates", out)
}
