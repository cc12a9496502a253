package oversight

import (
	"context"
	"fmt"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// How far a trend reaches back.
const (
	trendDays   = 30
	trendMonths = 12
)

// point is a day or a month with what happened in it.
type point struct {
	first clock.Date
	cases.Flow
	cards int64
}

// trendsView is the four drawings, each with its table.
type trendsView struct {
	Tabs       []ui.Link
	Form       ui.Form
	Fields     []ui.Field
	Department string
	Span       string
	Trends     []ui.Trend
	Titles     []string
}

// trends draws what came in, what went out, what of it in time, and the cards: by
// day for a month, or by month for a year.
func (s *Oversight) trends(q *kit.Request) error {
	v := &trendsView{Department: q.Param("department"), Span: "days"}
	months := q.Param("span") == "months"
	if months {
		v.Span = "months"
	}
	for _, span := range []string{"days", "months"} {
		v.Tabs = append(v.Tabs, ui.Link{Text: q.T("oversight.trend_" + span), Current: span == v.Span, Href: address(areaTrends, "span", span, "department", v.Department)})
	}
	v.Form = ui.Filled(map[string]string{"department": v.Department})
	department, err := s.departmentField(q)
	if err != nil {
		return err
	}
	if department != nil {
		v.Fields = []ui.Field{*department}
	}
	points, err := s.points(q, v.Department, months)
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	for _, x := range []struct {
		key   string
		value func(p *point) (int64, bool)
		write func(n int64) string
		most  int64
	}{
		{"opened", func(p *point) (int64, bool) { return p.Opened, true }, count, 0},
		{"closed", func(p *point) (int64, bool) { return p.Closed, true }, count, 0},
		{"in_time", func(p *point) (int64, bool) { return 1000 * p.InTime / max(p.Decided, 1), p.Decided > 0 }, permille, 1000},
		{"cards", func(p *point) (int64, bool) { return p.cards, true }, count, 0},
	} {
		v.Titles = append(v.Titles, ui.T(ctx, "oversight.trend_"+x.key))
		v.Trends = append(v.Trends, trend(ctx, points, months, x.key, x.value, x.write, x.most))
	}
	return q.Render(page(q, q.T("oversight.trends"), areaTrends), trendsPage(v))
}

// permille writes a share as per cent with one decimal.
func permille(n int64) string { return fmt.Sprintf("%d.%d%%", n/10, n%10) }

// points are the days or months up to today, those without anything too.
func (s *Oversight) points(q *kit.Request, department string, months bool) ([]point, error) {
	to := s.today()
	from := to.AddDays(1 - trendDays)
	if months {
		from = monthStart(to, 1-trendMonths)
	}
	flows, err := s.cases.Flows(q.Context(), q.Actor, department, from, to)
	if err != nil {
		return nil, err
	}
	cards, err := s.supervision.CardDays(q.Context(), q.Actor, department, from, to)
	if err != nil {
		return nil, err
	}
	var out []point
	for d := from; !d.After(to); d = d.AddDays(1) {
		_, _, dayOfMonth := d.Date()
		if len(out) == 0 || !months || dayOfMonth == 1 {
			out = append(out, point{first: d})
		}
		p, f := &out[len(out)-1], flows[d]
		p.Opened, p.Closed, p.Decided, p.InTime = p.Opened+f.Opened, p.Closed+f.Closed, p.Decided+f.Decided, p.InTime+f.InTime
		p.cards += cards[d]
	}
	return out, nil
}

// monthStart is the first day of the month so many months later.
func monthStart(d clock.Date, months int) clock.Date {
	y, m, _ := d.Date()
	n := y*12 + int(m) - 1 + months
	first, _ := clock.ParseDate(fmt.Sprintf("%04d-%02d-01", n/12, n%12+1)) // of a year like ours
	return first
}

func trend(ctx context.Context, points []point, months bool, key string, value func(*point) (int64, bool), write func(int64) string, most int64) ui.Trend {
	t := ui.Trend{Head: [3]string{ui.T(ctx, "oversight.trend_when"), ui.T(ctx, "oversight.trend_"+key), ""}, Write: write, Most: most}
	if key == "in_time" {
		t.Head[2] = ui.T(ctx, "oversight.trend_of")
	}
	for i := range points {
		p := &points[i]
		n, has := value(p)
		x := ui.TrendPoint{Tick: tick(p.first, months), Name: named(ctx, p.first, months), Value: n, Has: has, Text: write(n)}
		if !has {
			x.Text = ui.T(ctx, "oversight.trend_none")
		}
		if key == "in_time" {
			x.Note = ui.T(ctx, "oversight.trend_ratio", "n", p.InTime, "all", p.Decided)
		}
		t.Points = append(t.Points, x)
	}
	first, last := t.Points[0], t.Points[len(t.Points)-1]
	t.Label = ui.T(ctx, "oversight.trend_label", "what", t.Head[1], "from", first.Name, "first", first.Text, "to", last.Name, "last", last.Text)
	return t
}

// tick is the short label under the axis.
func tick(d clock.Date, months bool) string {
	_, m, day := d.Date()
	if months {
		return strconv.Itoa(int(m))
	}
	return strconv.Itoa(int(m)) + "-" + strconv.Itoa(day)
}

// named is the day or the month in the table.
func named(ctx context.Context, d clock.Date, months bool) string {
	if !months {
		return ui.Date(ctx, d)
	}
	y, m, _ := d.Date()
	return ui.T(ctx, "oversight.trend_month", "year", strconv.Itoa(y), "month", strconv.Itoa(int(m)))
}
