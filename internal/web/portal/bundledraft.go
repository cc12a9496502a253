package portal

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/situations"
	"yimen/internal/web/ui"
)

// combined is what a draft of a bundle shows beside its questions: the members,
// what doing them as one saves, and what one of them gives to another.
type combined struct {
	*catalogue.Composition
	Meter     catalogue.Meter
	Lines     []situations.Line
	Materials []bundleMaterial
	Inside    []insideLine
	Promise   merge.Promise
	Given     []ui.Row // the answers it was begun with
	StartHref string   // where another choice is made
}

// combined reads it; nil for an application of one item.
func (p *Portal) combined(q *kit.Request, a *applications.Application, cal *clock.Calendar) (*combined, error) {
	if a.Bundle == "" {
		return nil, nil
	}
	ctx := reading(q)
	c, err := p.d.Catalogue.Composition(ctx, a.LocalItem)
	if err != nil {
		return nil, err
	}
	t := &combined{Composition: c, Meter: c.Meter(), Lines: situations.Lines(ctx, c, set.Bundle{}, nil), Materials: bundleMaterials(c), Inside: insideLines(c)}
	if t.Promise, err = c.Promise(cal, p.d.Now().Time()); err != nil {
		return nil, err
	}
	return t, p.givenAnswers(q, t)
}

// givenAnswers are the answers in the words of the questions. A bundle that is
// held no more, or whose questions were changed since, has none to show.
func (p *Portal) givenAnswers(q *kit.Request, t *combined) error {
	b, err := p.d.Catalogue.Bundle(q.Context(), t.Bundle)
	if fault.KindOf(err) == fault.KindMissing {
		return nil
	}
	if err != nil {
		return err
	}
	t.StartHref = bundlePath(b.ID) + "/start"
	for _, x := range b.Questions {
		if answer := t.Answers[x.ID]; answer != "" {
			t.Given = append(t.Given, ui.Row{Label: x.Text, Value: answer})
		}
	}
	return nil
}

// usedBy says which members a material is for, where there are several to choose
// from; "" for an application of one item.
func (t *combined) usedBy(q *kit.Request, slot string) string {
	if t == nil {
		return ""
	}
	for _, m := range t.Materials {
		if m.Key == slot {
			return q.T("bundles.for_members", "members", joined(reading(q), m.UsedBy))
		}
	}
	return ""
}

// receivers are the departments that receive what is filed: every one is named
// before anything is (个人信息保护法 art. 23).
func receivers(def *applications.Definition) []string {
	if !def.Bundle() {
		return []string{def.BodyName}
	}
	var out []string
	seen := map[string]bool{}
	for _, m := range def.Members {
		if !seen[m.BodyName] {
			seen[m.BodyName] = true
			out = append(out, m.BodyName)
		}
	}
	return out
}

// receiverItems are the members that each of the receivers handles.
func receiverItems(def *applications.Definition, body string) (out []string) {
	for _, m := range def.Members {
		if m.BodyName == body {
			out = append(out, m.ItemName)
		}
	}
	return out
}

// savesMore says what becomes of the materials.
func savesMore(ctx context.Context, m catalogue.Meter) string {
	if m.Together.Materials >= m.Separate.Materials {
		return ""
	}
	return ui.T(ctx, "bundles.saves_materials", "separate", m.Separate.Materials, "together", m.Together.Materials)
}
