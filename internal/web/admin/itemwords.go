package admin

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/lang"
	"yimen/internal/web/ui"
)

type setProblem = set.Problem

// mostProblems is how many problems a page shows; a set with more is broken as a
// whole, and the command lists them all.
const mostProblems = 1000

func problemRows(ctx context.Context, list []setProblem) [][]string {
	out := make([][]string, 0, min(len(list), mostProblems))
	for _, p := range list[:min(len(list), mostProblems)] {
		line := ""
		if p.Line > 0 {
			line = strconv.Itoa(p.Line)
		}
		out = append(out, []string{p.File, line, p.Path, ui.T(ctx, p.Code, p.Args)})
	}
	return out
}

// lacks names what art. 30 wants published and a version does not have.
func lacks(ctx context.Context, keys []string) string {
	words := make([]string, len(keys))
	for i, k := range keys {
		words[i] = ui.T(ctx, k)
	}
	return strings.Join(words, ui.T(ctx, "admin.comma"))
}

// itemRows are the newest version of an item in short.
func itemRows(ctx context.Context, v itemView) []ui.Row { return guideRows(ctx, v.Version) }

func guideRows(ctx context.Context, v *catalogue.Version) []ui.Row {
	i := &v.Item
	var steps []string
	for _, st := range v.Steps {
		steps = append(steps, role(ctx, st.Role))
	}
	validity, licence := "", ""
	if len(i.Result) > 0 {
		validity, licence = i.Result[0].Validity, i.Result[0].Name
	}
	return []ui.Row{
		{Label: ui.T(ctx, "admin.item_type"), Value: i.Type},
		{Label: ui.T(ctx, "admin.item_audience"), Value: audience(ctx, i.Audience)},
		{Label: ui.T(ctx, "admin.item_levels"), Value: strings.Join(i.Level, ui.T(ctx, "admin.comma"))},
		{Label: ui.T(ctx, "admin.item_basis"), Value: strings.Join(v.BasisTexts(), ui.T(ctx, "admin.comma"))},
		{Label: ui.T(ctx, "admin.item_promised"), Value: strconv.Itoa(i.CommitmentDays) + " " + i.DayUnit},
		{Label: ui.T(ctx, "admin.item_statutory"), Value: statutory(ctx, i)},
		{Label: ui.T(ctx, "admin.item_fee"), Value: i.Fee.Standard},
		{Label: ui.T(ctx, "admin.item_result"), Value: licence},
		{Label: ui.T(ctx, "admin.item_validity"), Value: validity},
		{Label: ui.T(ctx, "admin.item_steps"), Value: strings.Join(steps, " → ")},
		{Label: ui.T(ctx, "admin.item_fields"), Value: lang.Number(int64(len(v.Form)))},
		{Label: ui.T(ctx, "admin.item_materials"), Value: lang.Number(int64(len(v.Asked())))},
	}
}

func audience(ctx context.Context, a string) string {
	if a == set.ForBoth {
		return ui.T(ctx, "admin.for_both")
	}
	return a
}

func statutory(ctx context.Context, i *set.Item) string {
	if i.StatutoryLimit == set.LimitByLaw {
		return strconv.Itoa(i.StatutoryDays) + " " + i.DayUnit
	}
	return ui.T(ctx, "admin.statutory_"+i.StatutoryLimit)
}

func versionForm(v differenceView) ui.Form {
	return ui.Filled(map[string]string{"from": strconv.FormatInt(v.From, 10), "to": strconv.FormatInt(v.To, 10)})
}

func versionField(ctx context.Context, v differenceView, name string) ui.Field {
	f := ui.Field{Kind: ui.KindSelect, Name: name, Label: ui.T(ctx, "admin.difference_"+name), Width: ui.WidthMedium}
	for _, n := range v.Versions {
		text := strconv.FormatInt(n.Number, 10)
		f.Options = append(f.Options, ui.Option{Value: text, Label: ui.T(ctx, "admin.version_n", "n", text)})
	}
	return f
}

// placeWords is a path of a set with its first word in the reader's language; the
// rest is the set's own keys, which its editors know.
func placeWords(ctx context.Context, path string) string {
	path = strings.TrimPrefix(path, "item.")
	first, rest, _ := strings.Cut(path, ".")
	word := first
	if key := "admin.part_" + first; lang.Has(key) {
		word = ui.T(ctx, key)
	}
	if rest == "" {
		return word
	}
	return word + " › " + strings.ReplaceAll(rest, ".", " › ")
}
