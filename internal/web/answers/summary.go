package answers

import (
	"context"

	"yimen/internal/catalogue/form"
	"yimen/internal/web/ui"
)

// Listing says how a summary is drawn.
type Listing struct {
	// Change leads to the page of a question and back here; nil for no links.
	Change func(p form.Page, x form.Field) string
	// Was are the answers before a correction: what differs shows both.
	Was form.Answers
	// Empty also lists what was not answered, with a dash; a clerk wants to see that
	// nothing stands there, an applicant does not.
	Empty bool
}

// Summary lists the answers of a group, page by page: for check-your-answers and
// for whoever reads a filed form.
func (s Sheet) Summary(ctx context.Context, g form.Group, l Listing) []ui.Row {
	var rows []ui.Row
	for _, p := range g.Pages {
		for _, x := range p.Fields {
			if x.Type == form.File {
				continue
			}
			v := s.Answers[x.Key]
			changed := l.Was != nil && !l.Was[x.Key].Equal(v)
			if v.IsZero() && !changed && !l.Empty {
				continue
			}
			rows = append(rows, s.row(ctx, p, x, l, changed))
		}
	}
	return rows
}

const nothing = "—"

func (s Sheet) row(ctx context.Context, p form.Page, x form.Field, l Listing, changed bool) ui.Row {
	v := s.Answers[x.Key]
	r := ui.Row{Label: x.Label, Source: s.source(x.Key), Num: x.Type == form.IDCard || x.Type == form.Phone || x.Type == form.BankAccount || x.Type == form.USCC}
	switch {
	case v.IsZero():
		r.Value = nothing
	case len(v.Rows) > 0:
		r.Body = tableAnswer(x.Label, columnNames(x), s.cells(ctx, x, v))
	default:
		r.Value = s.Text(ctx, x, v)
	}
	if changed {
		was := s.Text(ctx, x, l.Was[x.Key])
		if was == "" {
			was = nothing
		}
		if len(v.Rows) > 0 || len(l.Was[x.Key].Rows) > 0 {
			r.Body = changedTable(x.Label, columnNames(x), s.cells(ctx, x, l.Was[x.Key]), s.cells(ctx, x, v))
			r.Value = ""
		} else {
			r.Was = was
		}
	}
	if l.Change != nil && (s.Editable == nil || s.Editable(x.Key)) {
		r.Change = l.Change(p, x)
	}
	return r
}

func columnNames(x form.Field) []ui.Col {
	var cols []ui.Col
	for _, c := range x.TableColumns() {
		cols = append(cols, ui.Col{Text: c.Name, Right: c.Type == form.Integer || c.Type == form.Decimal || c.Type == form.Money})
	}
	return cols
}

func (s Sheet) cells(ctx context.Context, x form.Field, v form.Value) [][]string {
	if s.Mask {
		v = x.Masked(v)
	}
	out := make([][]string, len(v.Rows))
	for i, row := range v.Rows {
		for _, c := range x.TableColumns() {
			out[i] = append(out[i], s.plain(ctx, c.Type, row[c.Key]))
		}
	}
	return out
}
