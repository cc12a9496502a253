package dossier

import (
	"context"
	"slices"

	"yimen/internal/cases"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// A correction asks once for everything (art. 32), and only for what the item
// publishes (art. 31): so its page offers the item's own fields and materials,
// and nothing can be typed beside them.

// pick is the name of the boxes; their values are paths of defects.
const pick = "defect"

// choice is one thing that may be found wanting, with what was filed for it.
type choice struct {
	cases.Defect
	Text string // what stands there now, in words
}

type choices struct {
	Name string
	List []choice
}

// choices groups everything the item publishes: the form as it was asked, then
// the papers.
func (d *Dossier) choices(ctx context.Context, rules *cases.Rules) []choices {
	var out []choices
	for _, g := range d.groups {
		c := choices{Name: answers.Name(d.sheet.Locale, g)}
		for _, p := range g.Pages {
			for _, x := range p.Fields {
				c.List = append(c.List, choice{
					Defect: cases.Defect{Kind: cases.FieldDefect, Key: x.Key, Label: x.Label},
					Text:   d.sheet.Text(ctx, x, d.sheet.Answers[x.Key]),
				})
			}
		}
		out = append(out, c)
	}
	papers := choices{Name: ui.T(ctx, "dossier.materials")}
	for _, s := range d.Slots {
		kind := cases.FieldDefect
		if slices.ContainsFunc(rules.Materials, func(m cases.Material) bool { return m.Key == s.Key }) {
			kind = cases.MaterialDefect
		}
		text := ui.T(ctx, "dossier.none_given")
		if n := len(s.Papers); n > 0 {
			text = ui.T(ctx, "dossier.papers", "n", n)
		}
		papers.List = append(papers.List, choice{cases.Defect{Kind: kind, Key: s.Key, Label: s.Name}, text})
	}
	if len(papers.List) > 0 {
		out = append(out, papers)
	}
	return out
}

// Defects reads what was picked, with the reasons; a reason typed beside a box
// that was not ticked counts as picked, so that nothing written is lost.
func (d *Dossier) Defects(ctx context.Context, f *kit.Form, rules *cases.Rules) []cases.Defect {
	ticked := f.All(pick)
	var out []cases.Defect
	for _, g := range d.choices(ctx, rules) {
		for _, c := range g.List {
			c.Reason = f.Text(c.Path())
			if c.Reason != "" || slices.Contains(ticked, c.Path()) {
				out = append(out, c.Defect)
			}
		}
	}
	return out
}
