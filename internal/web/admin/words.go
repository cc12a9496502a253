package admin

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/web/ui"
)

// span is from a day to a day; the end may be open.
func span(ctx context.Context, from, to clock.Date) string {
	if to.IsZero() {
		return ui.T(ctx, "admin.span_open", "from", from)
	}
	return ui.T(ctx, "admin.span", "from", from, "to", to)
}

// role is a role's name in the trade.
func role(ctx context.Context, r gov.Role) string { return ui.T(ctx, "admin.role_"+string(r)) }

// accountState is whether an account may sign in.
func accountState(ctx context.Context, s identity.AccountState) (ui.Tone, string) {
	tone := ui.ToneOK
	switch s {
	case identity.AccountSuspended:
		tone = ui.ToneWarn
	case identity.AccountClosed:
		tone = ui.ToneNone
	}
	return tone, ui.T(ctx, "admin.state_"+string(s))
}

func regionLinks(regions []ui.Option, current, path string) []ui.Link {
	out := make([]ui.Link, len(regions))
	for i, r := range regions {
		out[i] = ui.Link{Text: r.Label, Href: path + "?region=" + r.Value, Current: r.Value == current}
	}
	return out
}
