package dossier

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/web/ui"
)

// Status is where a case stands in one word, the same on every page and channel
// (ux.md 23); inside `accepted` the department's step says more, and that nobody
// accepted it but the law is said too; so is how it was decided, when the decision
// has been handed over.
func Status(ctx context.Context, c *cases.Case) (ui.Tone, string) {
	word := State(ctx, c.State)
	if c.State == cases.Accepted && c.Step != cases.NoStep {
		word = ui.T(ctx, "status.in_"+string(c.Step))
	}
	if c.State == cases.Accepted && c.Deemed {
		word = ui.T(ctx, "status.deemed", "status", word)
	}
	if c.State == cases.Delivered && c.Refused {
		return ui.ToneBad, ui.T(ctx, "status.refused_delivered")
	}
	return stateTone[c.State], word
}

// State is the word of a state, "" for none.
func State(ctx context.Context, s cases.State) string {
	if s == "" {
		return ""
	}
	return ui.T(ctx, "status.state_"+string(s))
}

var stateTone = map[cases.State]ui.Tone{
	cases.Submitted: ui.ToneNow, cases.Correcting: ui.ToneWarn, cases.Accepted: ui.ToneNow,
	cases.Suspended: ui.ToneWarn,
	cases.Granted:   ui.ToneOK, cases.Delivered: ui.ToneOK, cases.Refused: ui.ToneBad, cases.Declined: ui.ToneBad,
}

// Step is the word of a department's step: 承办, 审核, 批准, 制证.
func Step(ctx context.Context, s cases.Step) string { return ui.T(ctx, "status.step_"+string(s)) }

// Awaited says who is awaited to do what: 待受理, 待审核 … What a waiting case waits for
// is said by progress.WaitsFor.
func Awaited(ctx context.Context, a cases.Awaits) string {
	if a == cases.Nobody {
		return ui.T(ctx, "status.awaits_nobody")
	}
	return ui.T(ctx, "status.awaits_"+string(a))
}

// Act is what was done to a case, as the trace tells it.
func Act(ctx context.Context, a cases.Act) string { return ui.T(ctx, "status.act_"+string(a)) }

// Letter is the name of a letter: 受理通知书 …
func Letter(ctx context.Context, k cases.LetterKind) string {
	return ui.T(ctx, "status.letter_"+string(k))
}

// Licence is whether a licence counts, in one word.
func Licence(ctx context.Context, s licences.State) (ui.Tone, string) {
	tone := ui.ToneBad
	switch s {
	case licences.Valid:
		tone = ui.ToneOK
	case licences.Suspended:
		tone = ui.ToneWarn
	}
	return tone, ui.T(ctx, "status.licence_"+string(s))
}

// Dated writes a due date with its weekday; one that runs into a year whose
// holidays are not announced says so (never silently).
func Dated(ctx context.Context, d clock.Date, provisional bool) string {
	if d.IsZero() {
		return ""
	}
	if provisional {
		return ui.T(ctx, "status.provisional", "date", d)
	}
	return ui.Date(ctx, d)
}

// TimeLeft is how long whoever is awaited still has: 剩 2 个工作日, 今天到期, 超 1 天;
// during a special procedure, what will be left after it.
func TimeLeft(ctx context.Context, l cases.Left) (ui.Tone, string) {
	unit := ui.T(ctx, "status.unit_"+string(l.Unit), "n", l.Days)
	switch {
	case l.Held && l.Late:
		return ui.ToneBad, ui.T(ctx, "status.left_held_late", "days", unit)
	case l.Held:
		return ui.ToneWarn, ui.T(ctx, "status.left_held", "days", unit)
	case l.Late:
		return ui.ToneBad, ui.T(ctx, "status.left_late", "days", unit)
	case l.Days == 0:
		return ui.ToneWarn, ui.T(ctx, "status.left_today")
	default:
		return ui.ToneNone, ui.T(ctx, "status.left", "days", unit)
	}
}

// Days is a number of days in its unit: 5 个工作日.
func Days(l lang.Locale, n int, unit clock.Unit) string {
	return lang.T(l, "status.unit_"+string(unit), "n", n)
}

// Channel is the way an act came, "" for none.
func Channel(ctx context.Context, c string) string {
	if key := "status.channel_" + c; lang.Has(key) {
		return ui.T(ctx, key)
	}
	return ""
}

// trust is the tag of a paper: how far it can be relied on (domain.md §8).
func trust(ctx context.Context, p *Paper) (ui.Tone, string) {
	switch p.Trust {
	case applications.FromIssuer:
		return ui.ToneOK, ui.T(ctx, "dossier.trust_a")
	case applications.Checked:
		return ui.ToneOK, ui.T(ctx, "dossier.trust_b")
	case applications.SelfMade:
		return ui.ToneNone, ui.T(ctx, "dossier.trust_d")
	default:
		return ui.ToneWarn, ui.T(ctx, "dossier.trust_c")
	}
}
