package desk

import (
	"context"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// trace is the case's journal as a timeline: who did what, for whom, when, from
// which state to which (全程留痕).
func (s *Desk) trace(q *kit.Request) error {
	o, err := s.openCase(q, tabTrace)
	if err != nil {
		return err
	}
	lines, err := s.cases.Trace(q.Context(), q.Actor, o.Case)
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	steps := make([]ui.Step, len(lines))
	for i, l := range lines {
		steps[i] = ui.Step{Title: title(ctx, l), Text: who(ctx, o.Case, l), Done: true, Body: said(l, moved(ctx, l))}
	}
	return s.show(q, o, ui.Form{}, traceTab(steps))
}

// title names an act; advice and a return say more.
func title(ctx context.Context, l cases.Line) string {
	word := dossier.Act(ctx, cases.Act(l.Act))
	switch {
	case l.Erased:
		return word + ui.T(ctx, "desk.erased")
	case l.Change.Joint != nil && l.Change.Joint.Act != "":
		return ui.T(ctx, "joint.kind_"+l.Change.Joint.Kind) + " · " + ui.T(ctx, "joint.act_"+l.Change.Joint.Act)
	case cases.Act(l.Act) == cases.ActReturn:
		return ui.T(ctx, "desk.returned_to", "step", dossier.Step(ctx, l.Change.Step))
	case cases.Act(l.Act) == cases.ActAdvance && l.Change.Verdict != "":
		return verdict(ctx, l.Change.Verdict)
	}
	return word
}

// who says who acted, for whom, where and when.
func who(ctx context.Context, c *cases.Case, l cases.Line) string {
	name := l.Name
	if l.OnBehalfOf == c.Applicant && c.ApplicantName != name {
		name = ui.T(ctx, "desk.on_behalf", "agent", name, "name", c.ApplicantName)
	}
	parts := []string{ui.DateTime(ctx, l.At), name}
	if way := dossier.Channel(ctx, l.Channel); way != "" {
		parts = append(parts, way)
	}
	return strings.Join(parts, " · ")
}

// moved says which state became which, "" when none did.
func moved(ctx context.Context, l cases.Line) string {
	if l.From == l.To || l.From == "" {
		return ""
	}
	return ui.T(ctx, "desk.moved", "from", dossier.State(ctx, cases.State(l.From)), "to", dossier.State(ctx, cases.State(l.To)))
}
