package dossier

import (
	"context"
	"maps"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/web/answers"
	"yimen/internal/web/ui"
)

// received are the values that the licences of predecessors in the bundle gave to
// this part, as lines: what nobody typed and nobody can correct but their issuer.
func (d *Dossier) received(ctx context.Context) []ui.Row {
	given := d.Application.Received().Fields
	var out []ui.Row
	for _, key := range slices.Sorted(maps.Keys(given)) {
		f, ok := d.sheet.Form.Field(key)
		if !ok {
			continue
		}
		x := given[key]
		value := x.Value
		if !d.Clear {
			value = f.Masked(value)
		}
		sheet := answers.Sheet{Locale: d.sheet.Locale, Regions: d.sheet.Regions, Mask: !d.Clear}
		out = append(out, ui.Row{Label: f.Label, Value: sheet.Text(ctx, f, value), Source: source(ctx, x.Number, x.On)})
	}
	return out
}

// paper is a licence of a predecessor in the place of a material.
type paper struct {
	Key string
	applications.SuppliedPaper
}

func (d *Dossier) papersReceived() []paper {
	given := d.Application.Received().Papers
	var out []paper
	for _, key := range slices.Sorted(maps.Keys(given)) {
		out = append(out, paper{key, given[key]})
	}
	return out
}
