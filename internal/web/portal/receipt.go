package portal

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// receiptView is a filing's receipt: the number, the way back to it, and what
// comes next with its dates.
type receiptView struct {
	*cases.Case
	FiledAt   now.Instant
	Body      identity.Body
	Link      string
	Immediate bool
	Def       *applications.Definition
	Guide     *catalogue.Guide
}

// steps are what happens from here, each with its date or its length.
func (v receiptView) steps(ctx context.Context) []ui.Step {
	l := lang.From(ctx)
	item := &v.Guide.Version.Item
	out := []ui.Step{
		{Title: ui.T(ctx, "portal.step_filed"), Text: ui.DateTime(ctx, v.FiledAt), Done: true},
		{Title: ui.T(ctx, "portal.next_accept"), Now: v.State == cases.Submitted,
			Text: ui.T(ctx, "portal.next_accept_text", "name", v.BodyName, "date", dossier.Dated(ctx, v.AcceptDue, v.Assumed(v.AcceptDue)))},
	}
	if v.Immediate {
		out = append(out, ui.Step{Title: ui.T(ctx, "portal.next_decide"), Text: ui.T(ctx, "portal.at_once")})
	} else {
		out = append(out, ui.Step{Title: ui.T(ctx, "portal.next_decide"),
			Text: ui.T(ctx, "portal.promised_after", "days", dossier.Days(l, item.CommitmentDays, v.Guide.Unit()))})
	}
	return append(out, ui.Step{Title: ui.T(ctx, "portal.next_deliver"), Text: v.DeliveryWay})
}
