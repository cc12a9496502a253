package oversight

import (
	"context"

	"yimen/internal/scores"
	"yimen/internal/web/ui"
)

// monthNote says who signed, and what can still move.
func monthNote(ctx context.Context, v *scoreView) string {
	switch v.State {
	case scores.Computed:
		return ui.T(ctx, "scores.computed_at", "at", v.ComputedAt)
	case scores.Signed:
		return ui.T(ctx, "scores.signed_by", "name", v.SignedName, "date", v.SignedOn)
	}
	return ui.T(ctx, "scores.published_at", "name", v.SignedName, "date", v.SignedOn, "at", v.PublishedAt)
}

// monthFigures are the numbers one looks at first.
func monthFigures(ctx context.Context, v *scoreView) []ui.Figure {
	out := []ui.Figure{
		{Value: count(v.Total.Closed), Unit: ui.T(ctx, "scores.cases"), Text: ui.T(ctx, "scores.closed")},
		{Value: scoreText(ctx, &v.Total), Text: ui.T(ctx, "scores.score")},
	}
	for _, x := range v.Heads[:min(2, len(v.Heads))] {
		out = append(out, ui.Figure{Value: scoreFigure(ctx, x, &v.Total), Text: indexName(ctx, x)})
	}
	return out
}

func linesTitle(ctx context.Context, v *scoreView) string {
	if v.Tab == "bodies" {
		return ui.T(ctx, "scores.by_body")
	}
	return ui.T(ctx, "scores.by_item")
}

func lineColumns(ctx context.Context, v *scoreView) []ui.Col {
	first := ui.T(ctx, "scores.item")
	if v.Tab == "bodies" {
		first = ui.T(ctx, "scores.body")
	}
	cols := []ui.Col{{Text: first}, {Text: ui.T(ctx, "scores.closed"), Right: true}, {Text: ui.T(ctx, "scores.score"), Right: true}}
	for _, x := range v.Heads {
		cols = append(cols, ui.Col{Text: ui.T(ctx, "scores.weighing", "name", indexName(ctx, x), "weight", x.Weight), Right: true})
	}
	return cols
}

func checkedField(ctx context.Context, key string) ui.Field {
	return ui.Field{Kind: ui.KindChecks, Name: "checked", Label: ui.T(ctx, "scores.check"), Options: []ui.Option{{Value: "true", Label: ui.T(ctx, key)}}}
}

// scoreRatio writes the two counts of a figure.
func scoreRatio(ctx context.Context, f scores.Figure) string {
	if f.Denominator == 0 {
		return ui.T(ctx, "scores.no_cases")
	}
	return count(f.Numerator) + " ÷ " + count(f.Denominator)
}

func differenceWhose(ctx context.Context, d scores.Difference) string {
	switch {
	case d.Body == "" && d.Item == "":
		return ui.T(ctx, "scores.whole")
	case d.Item == "":
		return d.BodyName
	case d.Body == "":
		return d.ItemName
	}
	return d.BodyName + " · " + d.ItemName
}

func differenceIndex(ctx context.Context, edition *scores.System, d scores.Difference) string {
	if x, ok := edition.Index(d.Code); ok {
		return indexName(ctx, *x)
	}
	return d.Code
}
