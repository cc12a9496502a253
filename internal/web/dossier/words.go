package dossier

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/web/ui"
)

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
