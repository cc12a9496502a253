package api

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/supervision"
)

// breached is told how an act on a case ended. No page guides a program, so one may
// ask for what is not published, or refuse without reasons: the act is refused and
// nothing of it stands, and supervision raises a card. The refusal is what the
// program hears either way; a card that could not be raised is for the log.
func (a *API) breached(ctx context.Context, actor gov.Actor, caseID string, act cases.Act, refusal error) error {
	if b, ok := supervision.Refused(caseID, actor, act, refusal); ok {
		if err := a.d.Supervision.Raise(ctx, b); err != nil {
			a.d.Log.Error("no card for a refused act", "case", caseID, "rule", b.Rule, "error", err)
		}
	}
	return refusal
}

// decided is the act that a decision is.
func decided(grant bool) cases.Act {
	if grant {
		return cases.ActGrant
	}
	return cases.ActRefuse
}
