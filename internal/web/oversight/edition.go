package oversight

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/scores"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// areaEdition is the page on which weights, targets and bands are set.
const areaEdition = areaScores + "/indices/edition"

// editionView is an index system being set: typed, looked at, adopted.
type editionView struct {
	Held    *scores.System
	Form    ui.Form
	Outlook *scores.Outlook // what it would make of the newest month; nil before anything is typed right
	Tried   bool            // the settings are in order and something differs
	Sum     int64           // of the weights as typed
}

// fields are the four numbers of an index.
func editionFields(ctx context.Context, x scores.Index) []ui.Field {
	number := func(name, key string) ui.Field {
		f := ui.Field{Name: name + x.Code, Label: ui.T(ctx, "scores."+key), Mode: "decimal", Width: ui.WidthShort, Max: 12}
		if name != scores.InWeight {
			f.Unit = strings.TrimSpace(ui.T(ctx, "scores.unit_"+string(x.Unit), "n", ""))
		}
		return f
	}
	return []ui.Field{number(scores.InWeight, "weight"), number(scores.InTarget, "target"), number(scores.InZero, "zero"), number(scores.InFull, "full")}
}

// edition shows the settings in force, or those of the address with their effect:
// looking changes nothing, so it is a GET and can be sent to a colleague.
func (s *Oversight) edition(q *kit.Request) error {
	held, err := s.held(q)
	if err != nil {
		return err
	}
	typed := ui.Form{}
	if q.Param(scores.InWeight+held.Indices[0].Code) != "" {
		values := map[string]string{"version": seenEdition(held)}
		eachInput(held, func(name string) { values[name] = q.Param(name) })
		typed = ui.Filled(values)
	}
	return s.showEdition(q, held, typed)
}

// held is the edition in force, for who may change it.
func (s *Oversight) held(q *kit.Request) (*scores.System, error) {
	if !s.scores.MaySign(q.Actor) {
		return nil, fault.Denied("scores.denied")
	}
	return s.scores.InForce(q.Context())
}

// seenEdition is what the form carries back: one more than the number, because the
// program's own edition has none until a month is computed, and a form's version is
// never 0.
func seenEdition(x *scores.System) string { return version(x.Number + 1) }

func eachInput(x *scores.System, f func(name string)) {
	for _, i := range x.Indices {
		for _, name := range []string{scores.InWeight, scores.InTarget, scores.InZero, scores.InFull} {
			f(name + i.Code)
		}
	}
}

// settingsOf reads what was typed, by code.
func settingsOf(x *scores.System, get func(string) string) map[string]scores.Setting {
	out := map[string]scores.Setting{}
	for _, i := range x.Indices {
		out[i.Code] = scores.Setting{Weight: get(scores.InWeight + i.Code), Target: get(scores.InTarget + i.Code),
			Zero: get(scores.InZero + i.Code), Full: get(scores.InFull + i.Code)}
	}
	return out
}

func (s *Oversight) showEdition(q *kit.Request, held *scores.System, form ui.Form) error {
	v := &editionView{Held: held, Form: form}
	if form.Values == nil {
		values := map[string]string{"version": seenEdition(held)}
		for _, i := range held.Indices {
			in := i.Setting()
			values[scores.InWeight+i.Code], values[scores.InTarget+i.Code], values[scores.InZero+i.Code], values[scores.InFull+i.Code] = in.Weight, in.Target, in.Zero, in.Full
		}
		v.Form = ui.Filled(values)
	} else if err := s.try(q, v); err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	var fields []ui.Field
	for _, i := range held.Indices {
		if n, err := strconv.ParseInt(v.Form.Value(scores.InWeight+i.Code), 10, 32); err == nil {
			v.Sum += n
		}
		for _, f := range editionFields(ctx, i) {
			f.Label = indexName(ctx, i) + " " + f.Label
			fields = append(fields, f)
		}
	}
	v.Form = v.Form.Labelled(fields...)
	p := page(q, q.T("scores.edition_set"), areaScores)
	p.Back, p.Form = areaScores+"/indices", v.Form
	return q.Render(p, editionPage(v))
}

// try looks at the effect of what was typed; what is wrong with it stands at its
// inputs.
func (s *Oversight) try(q *kit.Request, v *editionView) error {
	tried, err := v.Held.Amended(settingsOf(v.Held, v.Form.Value))
	if e, ok := fault.As(err); ok && e.Kind == fault.KindInvalid {
		if len(v.Form.Faults) == 0 {
			v.Form = v.Form.With(e.Fields)
		}
		return nil
	}
	if err != nil {
		return err
	}
	v.Tried = true
	v.Outlook, err = s.scores.Outlook(q.Context(), q.Actor, tried)
	return err
}

// adoptEdition makes it the one that months are computed with from now on.
func (s *Oversight) adoptEdition(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	held, err := s.held(q)
	if err != nil {
		return err
	}
	x, err := s.scores.Amend(q.Context(), q.Actor, f.Version()-1, settingsOf(held, f.Text), f.Text("reason"))
	if err != nil {
		if fault.KindOf(err) == fault.KindConflict {
			return kit.Conflict(err, areaEdition)
		}
		return refused(q, err, func(form ui.Form) error { return s.showEdition(q, held, form) })
	}
	q.Flash(ui.ToneOK, "scores.done_edition", "n", x.Number)
	return q.Redirect(areaScores + "/indices")
}

// indicesView is an edition with those before it.
type indicesView struct {
	*scores.System
	All     []*scores.System
	MaySign bool
}

// scoreIndices explains an edition, the one in force unless another is asked for:
// what is measured, how, and why it weighs what it does.
func (s *Oversight) scoreIndices(q *kit.Request) error {
	v := &indicesView{MaySign: s.scores.MaySign(q.Actor)}
	var err error
	if asked := q.Param("edition"); asked != "" {
		n, wrong := strconv.ParseInt(asked, 10, 32)
		if wrong != nil {
			return fault.Missing("faults.page")
		}
		v.System, err = s.scores.Edition(q.Context(), n)
	} else {
		v.System, err = s.scores.InForce(q.Context())
	}
	if err != nil {
		return err
	}
	if v.All, err = s.scores.Editions(q.Context(), q.Actor); err != nil {
		return err
	}
	return q.Render(page(q, q.T("scores.indices"), areaScores), scoreIndicesPage(v))
}

// editionSteps are the editions as a history, the newest first.
func editionSteps(ctx context.Context, all []*scores.System) []ui.Step {
	out := make([]ui.Step, len(all))
	for i, x := range all {
		by := x.By
		if x.Origin == scores.FromSeed {
			by = ui.T(ctx, "scores.edition_seed")
		}
		out[i] = ui.Step{Title: ui.T(ctx, "scores.edition", "n", x.Number), Text: ui.DateTime(ctx, x.AdoptedAt) + " · " + by,
			Done: true, Body: editionReason(x)}
	}
	return out
}

// shiftText is a score before and after.
func shiftText(ctx context.Context, x scores.Shift) string {
	was, is := scoreText(ctx, &x.Was), scoreText(ctx, &x.Is)
	if was == is {
		return is
	}
	return was + " → " + is
}

func outlookTitle(ctx context.Context, o *scores.Outlook) string {
	return ui.T(ctx, "scores.outlook", "month", lang.Month(lang.From(ctx), o.Month.First()))
}
