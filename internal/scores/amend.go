package scores

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Setting is what a supervisor sets of one index, as typed: amounts in the unit of
// the index. What is measured, and by which counts, is not for setting: that is the
// statement in docs/reference/scores.md.
type Setting struct{ Weight, Target, Zero, Full string }

// Names of the inputs of a setting, before the code of its index.
const (
	InWeight = "weight."
	InTarget = "target."
	InZero   = "zero."
	InFull   = "full."
)

// longestReason is how many characters the reason of an edition may have.
const longestReason = 500

// Setting is the index as it would be typed.
func (x *Index) Setting() Setting {
	return Setting{Weight: strconv.FormatInt(x.Weight, 10), Target: x.Unit.typed(x.Target), Zero: x.Unit.typed(x.Band.Zero), Full: x.Unit.typed(x.Band.Full)}
}

// typed gives an amount with no more decimals than it needs; parse reads it back.
func (u Unit) typed(a Amount) string {
	scale := int64(1)
	for range u.places() {
		scale *= 10
	}
	text := fmt.Sprintf("%d.%0*d", int64(a)/scale, u.places(), int64(a)%scale)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// Amended is the edition with these settings, by code of the index; what is not
// named stays. Every fault is named by its input; the weights come to 100.
func (s *System) Amended(settings map[string]Setting) (*System, error) {
	out := *s
	out.ID, out.Number, out.Reason, out.By = "", 0, "", ""
	out.Indices = slices.Clone(s.Indices)
	var f fault.Fields
	var sum int64
	for i := range out.Indices {
		x := &out.Indices[i]
		if in, ok := settings[x.Code]; ok {
			x.set(in, &f)
		}
		sum += x.Weight
	}
	if len(f) == 0 && sum != allWeights {
		f.Add(InWeight+out.Indices[0].Code, "scores.weights", "sum", sum)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return &out, nil
}

func (x *Index) set(in Setting, f *fault.Fields) {
	w, err := strconv.ParseInt(strings.TrimSpace(in.Weight), 10, 64)
	if err != nil || w < 0 || w > allWeights {
		f.Add(InWeight+x.Code, "scores.weight_form", "value", short(in.Weight))
		w = 0
	}
	x.Weight = w
	before := len(*f)
	amount := func(name, text string) Amount {
		a, ok := x.Unit.parse(strings.TrimSpace(text))
		if !ok {
			f.Add(name+x.Code, "scores.amount_wrong", "value", short(text))
		}
		return a
	}
	x.Target, x.Band = amount(InTarget, in.Target), Band{Zero: amount(InZero, in.Zero), Full: amount(InFull, in.Full)}
	if len(*f) == before && (x.Band.Zero == x.Band.Full || (x.Band.Full > x.Band.Zero) != (x.Direction == Up)) {
		f.Add(InFull+x.Code, "scores.band_direction")
	}
}

// Outlook is what an edition would have made of a month: each body's score as it
// stands and as it would be, by the same counts.
type Outlook struct {
	Month Month
	Total Shift
	Lines []Shift
}

// Shift is a score before and after; no score has Weighed 0.
type Shift struct{ Was, Is Line }

// Outlook counts the newest month that is computed by another edition. It changes
// nothing; nil when no month is computed yet.
func (s *Service) Outlook(ctx context.Context, actor gov.Actor, x *System) (*Outlook, error) {
	if !s.MaySign(actor) {
		return nil, errDenied
	}
	last, err := db.One(s.d.DB.Row(ctx, `SELECT `+monthColumns+` FROM score_month ORDER BY month DESC LIMIT 1`), scanMonth)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	held, err := s.InForce(ctx)
	if err != nil {
		return nil, err
	}
	was, err := s.fresh(ctx, last.Month, held)
	if err != nil {
		return nil, err
	}
	is, err := s.fresh(ctx, last.Month, x)
	if err != nil {
		return nil, err
	}
	o := &Outlook{Month: last.Month, Total: Shift{was.total(), is.total()}}
	after := map[key]Line{}
	for _, l := range is {
		after[key{l.Body, l.Item}] = l
	}
	for _, l := range was {
		if l.Body != "" && l.Item == "" {
			o.Lines = append(o.Lines, Shift{l, after[key{l.Body, l.Item}]})
		}
	}
	return o, nil
}

// Amend adopts an edition that a supervisor has set, with his reason. seen is the
// number of the edition he changed, so that two who amend at once do not undo each
// other. Nothing changed is a fault.
func (s *Service) Amend(ctx context.Context, actor gov.Actor, seen int64, settings map[string]Setting, reason string) (*System, error) {
	if !s.MaySign(actor) {
		return nil, errDenied
	}
	held, err := s.InForce(ctx)
	if err != nil {
		return nil, err
	}
	if held.Number != seen {
		return nil, fault.Conflict("scores.stale")
	}
	x, err := held.Amended(settings)
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	switch reason = strings.TrimSpace(reason); {
	case reason == "":
		f.Add("reason", "scores.reason_required")
	case len([]rune(reason)) > longestReason:
		f.Add("reason", "scores.reason_long", "most", longestReason)
	case slices.EqualFunc(x.Indices, held.Indices, func(a, b Index) bool { return a.Setting() == b.Setting() }):
		f.Add(InWeight+x.Indices[0].Code, "scores.nothing_changed")
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	if _, err := s.current(ctx, actor); err != nil { // the edition of the seed stands in the history too
		return nil, err
	}
	x.Reason, x.By = reason, actor.Name
	return s.Adopt(ctx, actor, x)
}

// Editions lists what was adopted, the newest first.
func (s *Service) Editions(ctx context.Context, actor gov.Actor) ([]*System, error) {
	if !MaySee(actor) {
		return nil, errDenied
	}
	rows, err := s.d.DB.Query(ctx, `SELECT `+systemColumns+` FROM score_system ORDER BY number DESC LIMIT 100`)
	return db.All(rows, err, scanSystem)
}
