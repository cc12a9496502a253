package portal

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/web/dates"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// caseSteps tells a case as a way: what was done, by whom and when, from the
// journal; what is done now and until when; what is still to come, by the rules it
// was filed under.
func caseSteps(ctx context.Context, c *cases.Case, rules *cases.Rules, lines []cases.Line) []ui.Step {
	var out []ui.Step
	at, heard := cases.NoStep, heardOf{}
	for _, x := range lines {
		if s, ok := doneStep(ctx, c, x, at); ok && heard.tells(x) {
			out = append(out, s)
		}
		at = x.Change.Step
	}
	if c.Ended() {
		return out
	}
	return append(out, comingSteps(ctx, c, rules)...)
}

// quiet are acts that are no stop on the way.
var quiet = map[cases.Act]bool{cases.ActRate: true,
	// what the department asks of its head is told when it is granted
	cases.ActAskExtend: true, cases.ActRefuseExtend: true}

// doneStep names an act of the journal; at is the step in which it was done.
func doneStep(ctx context.Context, c *cases.Case, x cases.Line, at cases.Step) (ui.Step, bool) {
	act := cases.Act(x.Act)
	if quiet[act] {
		return ui.Step{}, false
	}
	title := dossier.Act(ctx, act)
	if act == cases.ActAdvance {
		title = ui.T(ctx, "portal.did_advance_"+string(at))
	}
	if j := x.Change.Joint; act == cases.ActJoint && j != nil {
		title = ui.T(ctx, "joint.kind_"+j.Kind) + " · " + ui.T(ctx, "joint.act_"+j.Act)
	}
	parts := []string{ui.DateTime(ctx, x.At)}
	switch {
	case x.OnBehalfOf == c.Applicant || x.Account == c.Account:
		parts = append(parts, dossier.Channel(ctx, x.Channel))
	case x.Account != system:
		if at := where(ctx, c, x); at != "" {
			parts = append(parts, at)
		}
		parts = append(parts, x.Name)
	}
	if act == cases.ActVisit && len(x.Change.Names) > 0 {
		parts = append(parts[:1], strings.Join(x.Change.Names, ui.T(ctx, "portal.and")))
	}
	if x.Change.Parcel != "" {
		parts = append(parts, ui.T(ctx, "portal.parcel", "number", x.Change.Parcel))
	}
	step := ui.Step{Title: title, Text: strings.Join(parts, " · "), Done: true}
	if what, reason := dates.Act(ctx, x), stepReason(x); what != "" || reason != "" {
		step.Body = stepSaid(what, reason)
	}
	return step, true
}

// heardOf are the joint steps of which the applicant has been told a time.
type heardOf map[string]bool

// tells whether an act, if it is on a joint step, is the applicant's to know: what the
// departments settle among themselves is not, what undoes a time that was told is.
func (h heardOf) tells(x cases.Line) bool {
	if cases.Act(x.Act) != cases.ActJoint {
		return true
	}
	j := x.Change.Joint
	if j == nil {
		return false
	}
	switch joint.Act(j.Act) {
	case joint.ActAppoint:
		h[j.ID] = true
	case joint.ActMove, joint.ActDecline, joint.ActCancel:
		return h[j.ID]
	case joint.ActHold, joint.ActClose:
	default:
		return false
	}
	return true
}

// stepReason is why the department took more time, which it owes the applicant
// (art. 42, 45); other reasons stand in their letters.
func stepReason(x cases.Line) string {
	switch cases.Act(x.Act) {
	case cases.ActSuspend, cases.ActExtend, cases.ActRecount:
		return x.Change.Reason
	}
	return ""
}

// where is at which place a member of staff did it, "" where nobody knows: in a joint
// step it may be another body than the one that decides.
func where(ctx context.Context, c *cases.Case, x cases.Line) string {
	switch act := cases.Act(x.Act); {
	case act == cases.ActPost || act == cases.ActDeliver:
		return ui.T(ctx, "portal.outlet")
	case x.Channel == string(gov.Counter):
		return dossier.Channel(ctx, x.Channel)
	case x.Change.Joint != nil:
		return x.Change.Joint.Body
	default:
		return c.BodyName
	}
}

// system is the account of what the program did by itself.
const system = "system"

// comingSteps are the present stop and those after it.
func comingSteps(ctx context.Context, c *cases.Case, rules *cases.Rules) []ui.Step {
	var out []ui.Step
	now := true
	add := func(title, when string) {
		out = append(out, ui.Step{Title: title, Text: when, Now: now})
		now = false
	}
	due := func(d clock.Date) string {
		if d.IsZero() {
			return ""
		}
		return ui.T(ctx, "portal.by_date", "date", dossier.Dated(ctx, d, c.Assumed(d)))
	}
	switch c.State {
	case cases.Waiting:
		add(ui.T(ctx, "status.state_waiting"), "")
		add(ui.T(ctx, "portal.coming_accept"), "")
	case cases.Correcting:
		add(ui.T(ctx, "portal.coming_correct"), due(c.CorrectionDue))
		add(ui.T(ctx, "portal.coming_accept"), "")
	case cases.Submitted:
		add(ui.T(ctx, "portal.coming_accept"), due(c.AcceptDue))
	case cases.Suspended:
		add(ui.T(ctx, "status.state_suspended"), due(c.ResumeDue))
	}
	if c.State != cases.Granted && c.State != cases.Refused {
		for _, s := range stepsFrom(c, rules) {
			when := ""
			switch {
			case s == c.Step || s == cases.Approve && !c.AcceptedOn.IsZero():
				when = due(c.PromisedDue)
			case s == cases.Approve && rules.Promised.Days > 0:
				when = ui.T(ctx, "portal.promised_after", "days", dossier.Days(lang.From(ctx), rules.Promised.Days, rules.Promised.Unit))
			}
			add(dossier.Step(ctx, s), when)
		}
	}
	add(ui.T(ctx, "portal.coming_deliver"), due(c.DeliverDue))
	return out
}

// stepsFrom are the department's steps that are not done yet, the present one first.
func stepsFrom(c *cases.Case, rules *cases.Rules) []cases.Step {
	var all []cases.Step
	for _, s := range rules.Steps {
		if !slices.Contains(all, s.Step) {
			all = append(all, s.Step)
		}
	}
	if c.Step == cases.NoStep {
		return all
	}
	if i := slices.Index(all, c.Step); i >= 0 {
		return all[i:]
	}
	return []cases.Step{c.Step} // 制证, which no stage publishes
}
