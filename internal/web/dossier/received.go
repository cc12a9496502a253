package dossier

import (
	"context"
	"maps"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
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

// paper is a licence of a predecessor in the place of a material, and how it stands now.
type paper struct {
	Key string
	applications.SuppliedPaper
	Now  applications.Licence
	Tone ui.Tone
	Word string
}

// receive finds how the licences stand now that predecessors gave.
func (r Reader) receive(q *kit.Request, d *Dossier) error {
	given := d.Application.Received().Papers
	now, err := r.Applications.Inside(q.Context(), q.Actor, d.Application)
	if err != nil {
		return err
	}
	ctx := lang.With(q.Context(), q.Locale)
	for _, key := range slices.Sorted(maps.Keys(given)) {
		x := paper{Key: key, SuppliedPaper: given[key]}
		if i := slices.IndexFunc(now, func(l applications.Licence) bool { return l.ID == x.Licence }); i >= 0 {
			x.Now = now[i]
			x.Tone, x.Word = Licence(ctx, licences.State(x.Now.State))
		}
		d.papers = append(d.papers, x)
	}
	return nil
}

// fallen tells that the licence counts no more.
func (x paper) fallen() bool { return x.Now.ID != "" && x.Now.State != applications.LicenceValid }
