package oversight

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/supervision"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// colour is a severity's colour; what breaks the law's own limit is red as well.
func colour(s supervision.Severity) string {
	if s == supervision.SeriousSeverity {
		return string(supervision.RedSeverity)
	}
	return string(s)
}

// severity is the word of a card: 蓝牌, 黄牌, 红牌, 红牌（超法定）.
func severity(ctx context.Context, s supervision.Severity) string {
	return ui.T(ctx, "supervision.severity_"+string(s))
}

// rule is the name of a rule.
func rule(ctx context.Context, c supervision.Code) string {
	return ui.T(ctx, "supervision.name_"+string(c))
}

// cardState is where a card stands; one that nobody has to answer is a reminder.
func cardState(ctx context.Context, c *supervision.Card, today clock.Date) (ui.Tone, string) {
	switch {
	case !c.Severity.Answered() && c.State == supervision.CardRaised:
		return ui.ToneNone, ui.T(ctx, "supervision.reminder_only")
	case c.Late(today):
		return ui.ToneBad, ui.T(ctx, "supervision.card_late")
	}
	tone := map[supervision.CardState]ui.Tone{supervision.CardRaised: ui.ToneWarn, supervision.CardAppealed: ui.ToneNow,
		supervision.CardUpheld: ui.ToneBad, supervision.CardWithdrawn: ui.ToneNone, supervision.CardAnswered: ui.ToneOK}[c.State]
	return tone, ui.T(ctx, "supervision.card_"+string(c.State))
}

// standing is where a watched case is: its state, and inside the department its step.
func standing(ctx context.Context, w *supervision.Watched) string {
	if w.State == cases.Accepted && w.Step != cases.NoStep {
		return ui.T(ctx, "status.in_"+string(w.Step))
	}
	return dossier.State(ctx, w.State)
}

// localPractice marks, in the basis of a rule, what no article of law says.
const localPractice = "†"

// basis is the article of a rule; local practice is called so.
func basis(ctx context.Context, text string) string {
	if said, local := strings.CutSuffix(text, localPractice); local {
		return ui.T(ctx, "oversight.basis_local", "basis", said)
	}
	return text
}

// facts are what showed a breach, in words, in an order that does not change.
func facts(ctx context.Context, c *supervision.Card) []string {
	var names []string
	for name, value := range c.Facts {
		if value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = ui.T(ctx, "supervision.fact_"+name, "value", fact(ctx, name, c.Facts[name]))
	}
	return out
}

// fact writes one value: a state and an act by their words, a day with its weekday.
func fact(ctx context.Context, name, value string) string {
	switch name {
	case "state":
		return dossier.State(ctx, cases.State(value))
	case "act":
		return dossier.Act(ctx, cases.Act(value))
	case "charged":
		if fen, err := strconv.ParseInt(value, 10, 64); err == nil {
			return ui.Money(ctx, fen)
		}
	case "paths":
		return strings.Join(strings.Fields(value), ui.T(ctx, "dates.comma"))
	}
	if d, err := clock.ParseDate(value); err == nil {
		return ui.Date(ctx, d)
	}
	return value
}
