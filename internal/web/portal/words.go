package portal

import (
	"strconv"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/web/ui"
)

// status is where a case stands in one word, the same everywhere (ux.md 23).
type status struct {
	Text string
	Tone ui.Tone
}

// statusOf is the word for a state; inside `accepted` the step says more.
func statusOf(l lang.Locale, s cases.State, step cases.Step) status {
	key := "portal.state_" + string(s)
	if s == cases.Accepted && step != cases.NoStep {
		key = "portal.step_" + string(step)
	}
	return status{lang.T(l, key), stateTone[s]}
}

var stateTone = map[cases.State]ui.Tone{
	cases.Submitted: ui.ToneNow, cases.Correcting: ui.ToneWarn, cases.Accepted: ui.ToneNow,
	cases.Granted: ui.ToneOK, cases.Delivered: ui.ToneOK, cases.Refused: ui.ToneBad, cases.Declined: ui.ToneBad,
}

// licenceStatus is whether a licence counts, in one word.
func licenceStatus(l lang.Locale, s licences.State) status {
	tone := ui.ToneBad
	switch s {
	case licences.Valid:
		tone = ui.ToneOK
	case licences.Suspended:
		tone = ui.ToneWarn
	}
	return status{lang.T(l, "portal.licence_"+string(s)), tone}
}

// days writes a number of days in its unit: 5 个工作日.
func days(l lang.Locale, n int, unit clock.Unit) string {
	if unit == clock.Natural {
		return lang.T(l, "portal.days_natural", "n", n)
	}
	return lang.T(l, "portal.days_working", "n", n)
}

// dated writes a due date; one that runs into a year whose holidays are not
// announced says so (R12: never silently).
func dated(l lang.Locale, d clock.Date, provisional bool) string {
	if d.IsZero() {
		return ""
	}
	if provisional {
		return lang.T(l, "portal.date_provisional", "date", d)
	}
	return lang.Date(l, d)
}

func channelWord(l lang.Locale, c string) string {
	if !gov.Channel(c).Valid() {
		return ""
	}
	return lang.T(l, "portal.channel_"+c)
}

func version(n int64) string { return strconv.FormatInt(n, 10) }

// Addresses of one draft and one case.
func draftPath(a *applications.Application) string { return "/applications/" + a.ID }
func casePath(c *cases.Case) string                { return "/cases/" + c.ID }
func pagePath(a *applications.Application, page string) string {
	return draftPath(a) + "/pages/" + page
}
func slotPath(a *applications.Application, slot string) string {
	return draftPath(a) + "/materials/" + slot
}
