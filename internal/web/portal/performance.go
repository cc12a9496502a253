package portal

import (
	"cmp"
	"context"
	"slices"

	"github.com/a-h/templ"

	"yimen/internal/lang"
	"yimen/internal/scores"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// performancePath is the page on which everybody sees which promises were kept.
const performancePath = "/performance"

// keptView is the promise kept, by body, by item, or of one body.
type keptView struct {
	*scores.Kept
	Tab   string
	Trend ui.Trend
}

func (p *Portal) performance(q *kit.Request) error {
	return p.keptPage(q, "bodies", p.d.Scores.KeptBodies)
}

func (p *Portal) performanceItems(q *kit.Request) error {
	return p.keptPage(q, "items", p.d.Scores.KeptItems)
}

func (p *Portal) performanceBody(q *kit.Request) error {
	return p.keptPage(q, "body", func(ctx context.Context) (*scores.Kept, error) { return p.d.Scores.KeptBody(ctx, q.PathValue("body")) })
}

// keptPage is the same for everybody until something is published.
func (p *Portal) keptPage(q *kit.Request, tab string, read func(context.Context) (*scores.Kept, error)) error {
	edition, err := p.d.Scores.PublishedEdition(q.Context())
	if err != nil {
		return err
	}
	return q.Cached(q.URL.Path, edition, func() (ui.Page, templ.Component, error) {
		k, err := read(q.Context())
		if err != nil {
			return ui.Page{}, nil, err
		}
		v := &keptView{Kept: k, Tab: tab}
		v.Trend = v.trend(reading(q))
		slices.SortStableFunc(v.Lines, func(a, b scores.KeptLine) int { return cmp.Compare(b.Decided, a.Decided) })
		page := ui.Page{Title: q.T("portal.performance"), Crumbs: []ui.Link{home(q), {Text: q.T("portal.performance"), Href: performancePath}}, Index: true}
		if tab == "body" {
			page.Title = k.Name + " " + page.Title
			page.Crumbs = append(page.Crumbs, ui.Link{Text: k.Name})
		}
		return page, keptBody(v), nil
	})
}

// trend is the share of each month as a line.
func (v *keptView) trend(ctx context.Context) ui.Trend {
	l := lang.From(ctx)
	t := ui.Trend{Head: [3]string{lang.T(l, "portal.month"), lang.T(l, "portal.kept_share"), lang.T(l, "portal.kept_decided")},
		Goal: &ui.TrendGoal{Value: int64(v.Target), Text: lang.T(l, "portal.kept_target", "value", scores.Percent.Write(v.Target))},
		Most: int64(scores.Whole), Write: func(n int64) string { return scores.Percent.Write(scores.Amount(n)) + "%" }}
	first, last := "", ""
	for _, m := range v.Months {
		p := ui.TrendPoint{Tick: lang.ShortMonth(l, m.Month.First()), Name: lang.Month(l, m.Month.First()), Text: shareText(ctx, m.Published, m.Share), Note: "—"}
		if a, ok := m.Value(); ok {
			p.Value, p.Has, p.Note = int64(a), true, lang.Number(m.Decided)
			if last = p.Text; first == "" {
				first = p.Text
			}
		}
		t.Points = append(t.Points, p)
	}
	t.Label = lang.T(l, "portal.kept_chart", "first", first, "last", last, "target", scores.Percent.Write(v.Target))
	if first == "" {
		t.Label = lang.T(l, "portal.kept_chart_none")
	}
	return t
}

// shareText is a share, or why there is none.
func shareText(ctx context.Context, published bool, s scores.Share) string {
	a, ok := s.Value()
	switch {
	case ok:
		return scores.Percent.Write(a) + "%"
	case !published:
		return ui.T(ctx, "portal.kept_unpublished")
	case s.Few:
		return ui.T(ctx, "portal.kept_few")
	}
	return ui.T(ctx, "portal.kept_nothing")
}

// below tells whether a share misses the target.
func (v *keptView) below(s scores.Share) bool {
	a, ok := s.Value()
	return ok && a < v.Target
}

// percentOf is a share for a drawn bar.
func percentOf(s scores.Share) int {
	a, _ := s.Value()
	return int(a / 100)
}

func keptFigures(ctx context.Context, v *keptView) []ui.Figure {
	out := []ui.Figure{{Value: shareText(ctx, true, v.Whole), Text: ui.T(ctx, "portal.kept_year")}}
	if !v.Whole.Few {
		out = append(out, ui.Figure{Value: lang.Number(v.Whole.Decided), Unit: ui.T(ctx, "portal.kept_unit"), Text: ui.T(ctx, "portal.kept_decided")})
	}
	if m := v.Months[len(v.Months)-1]; m.Scored {
		out = append(out, ui.Figure{Value: m.Score.String(), Text: ui.T(ctx, "portal.kept_score", "month", lang.Month(lang.From(ctx), m.Month.First()))})
	}
	return out
}

// keptTitle names the list below the drawing.
func keptTitle(ctx context.Context, tab string) string {
	if tab == "bodies" {
		return ui.T(ctx, "portal.kept_by_body")
	}
	return ui.T(ctx, "portal.kept_by_item")
}

// keptWhose is the heading of its first column.
func keptWhose(ctx context.Context, tab string) string {
	if tab == "bodies" {
		return ui.T(ctx, "scores.body")
	}
	return ui.T(ctx, "scores.item")
}
