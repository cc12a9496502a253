package oversight

import (
	"cmp"
	"context"
	"slices"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/scores"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// areaScores is the part of the workplace that measures a month.
const areaScores = "/oversight/scores"

// monthsAtOnce is how many months the list shows.
const monthsAtOnce = 24

// scoreRoutes are the pages of the months' scores.
func (s *Oversight) scoreRoutes() []kit.Route {
	get := func(pattern string, h kit.Handler) kit.Route {
		return kit.Route{Method: "GET", Pattern: areaScores + pattern, Access: supervisor, Handler: h}
	}
	post := func(pattern string, h kit.Handler) kit.Route {
		return kit.Route{Method: "POST", Pattern: areaScores + pattern, Access: supervisor, Handler: h}
	}
	return []kit.Route{
		get("", s.scoreMonths),
		post("", s.computeScores),
		get("/indices", s.scoreIndices),
		get("/indices/edition", s.edition),
		post("/indices/edition", s.adoptEdition),
		get("/{month}", s.scoreMonth),
		get("/{month}/items", s.scoreItems),
		get("/{month}/bodies/{body}", s.scoreBody),
		get("/{month}/difference", s.scoreDifference),
		get("/{month}/export", s.exportScores),
		post("/{month}/signature", s.signScores),
		post("/{month}/publication", s.publishScores),
	}
}

// scoreList is the list of months with the form that computes one.
type scoreList struct {
	Months  []scores.Summary
	MaySign bool
	Form    ui.Form
	Fields  []ui.Field
	First   string
	Next    string
}

func (s *Oversight) scoreMonths(q *kit.Request) error { return s.scoreMonthsPage(q, ui.Form{}) }

func (s *Oversight) scoreMonthsPage(q *kit.Request, form ui.Form) error {
	v := &scoreList{MaySign: s.scores.MaySign(q.Actor), Form: form}
	before, err := scores.ParseMonth(q.Param("before"))
	if err != nil {
		before = ""
	} else {
		v.First = areaScores
	}
	if v.Months, err = s.scores.Months(q.Context(), q.Actor, before, monthsAtOnce); err != nil {
		return err
	}
	if len(v.Months) == monthsAtOnce {
		v.Next = address(areaScores, "before", string(v.Months[monthsAtOnce-1].Month))
	}
	v.Fields = []ui.Field{s.monthField(q)}
	p := page(q, q.T("scores.months"), areaScores)
	p.Form = form.Labelled(v.Fields...)
	return q.Render(p, scoreMonthsPage(v))
}

// monthField offers the months of the last year that are over.
func (s *Oversight) monthField(q *kit.Request) ui.Field {
	f := ui.Field{Kind: ui.KindSelect, Name: "month", Label: q.T("scores.month")}
	last := scores.MonthOf(s.now()).Add(-1)
	for n := range 12 {
		m := last.Add(-n)
		f.Options = append(f.Options, ui.Option{Value: string(m), Label: lang.Month(q.Locale, m.First())})
	}
	return f
}

// scoreView is a month, or a body in it.
type scoreView struct {
	*scores.View
	Heads   []scores.Index // the heaviest indices, which the tables show
	Tab     string
	Body    string // id, '' for the whole
	MaySign bool
	Form    ui.Form
}

// headsShown is how many indices a table has room for; all of them stand in the
// export, and on the page of a body.
const headsShown = 4

func (v *scoreView) heads() {
	v.Heads = slices.Clone(v.Edition.Indices)
	slices.SortStableFunc(v.Heads, func(a, b scores.Index) int { return cmp.Compare(b.Weight, a.Weight) })
	v.Heads = v.Heads[:min(headsShown, len(v.Heads))]
}

func (s *Oversight) scoreMonth(q *kit.Request) error { return s.scorePage(q, "bodies", ui.Form{}) }

func (s *Oversight) scoreItems(q *kit.Request) error { return s.scorePage(q, "items", ui.Form{}) }

func (s *Oversight) scoreBody(q *kit.Request) error { return s.scorePage(q, "body", ui.Form{}) }

// scorePage shows a month by bodies, by items, or one body of it.
func (s *Oversight) scorePage(q *kit.Request, tab string, form ui.Form) error {
	m, err := scoreMonthOf(q)
	if err != nil {
		return err
	}
	v := &scoreView{Tab: tab, MaySign: s.scores.MaySign(q.Actor), Form: form}
	switch tab {
	case "items":
		v.View, err = s.scores.Items(q.Context(), q.Actor, m)
	case "body":
		v.Body = q.PathValue("body")
		v.View, err = s.scores.Body(q.Context(), q.Actor, m, v.Body)
	default:
		v.View, err = s.scores.Bodies(q.Context(), q.Actor, m)
	}
	if err != nil {
		return err
	}
	v.heads()
	slices.SortStableFunc(v.Lines, func(a, b scores.Line) int { // who needs looking at comes first
		return cmp.Or(cmp.Compare(min(b.Weighed, 1), min(a.Weighed, 1)), cmp.Compare(a.Score, b.Score), cmp.Compare(b.Closed, a.Closed))
	})
	if form.Values == nil {
		v.Form = ui.Filled(map[string]string{"version": version(v.Version())})
	}
	title := q.T("scores.of_month", "month", lang.Month(q.Locale, m.First()))
	if v.Body != "" {
		title = v.Total.BodyName + " " + title
	}
	p := page(q, title, areaScores)
	if p.Back = areaScores; v.Body != "" {
		p.Back = v.href("")
	}
	p.Form = v.Form
	return q.Render(p, scorePage(v))
}

// scoreMonthOf is the month of the address.
func scoreMonthOf(q *kit.Request) (scores.Month, error) {
	m, err := scores.ParseMonth(q.PathValue("month"))
	if err != nil {
		return "", fault.Missing("faults.page")
	}
	return m, nil
}

func (v *scoreView) href(below string) string {
	if below != "" {
		below = "/" + below
	}
	return areaScores + "/" + string(v.Month) + below
}

// mostDifferences are shown; the command line has them all.
const mostDifferences = 200

// differenceView is what a computation of today gives otherwise.
type differenceView struct {
	Month   scores.Month
	Edition *scores.System
	All     []scores.Difference
	More    int // that are not shown
}

// scoreDifference counts the month again and shows what differs; it changes nothing.
func (s *Oversight) scoreDifference(q *kit.Request) error {
	m, err := scoreMonthOf(q)
	if err != nil {
		return err
	}
	v := &differenceView{Month: m}
	if v.All, err = s.scores.Due(q.Context(), q.Actor, m); err != nil {
		return err
	}
	of, err := s.scores.Items(q.Context(), q.Actor, m)
	if err != nil {
		return err
	}
	v.Edition = of.Edition
	if v.More = len(v.All) - mostDifferences; v.More > 0 {
		v.All = v.All[:mostDifferences]
	}
	p := page(q, q.T("scores.difference_of", "month", lang.Month(q.Locale, m.First())), areaScores)
	p.Back = areaScores + "/" + string(m)
	return q.Render(p, scoreDifferencePage(v))
}

// Words of scores.

func indexName(ctx context.Context, x scores.Index) string {
	if lang.From(ctx) == lang.EN {
		return x.NameEN
	}
	return x.Name
}

func indexWhat(ctx context.Context, x scores.Index) string {
	if lang.From(ctx) == lang.EN {
		return x.WhatEN
	}
	return x.What
}

func indexFormula(ctx context.Context, x scores.Index) string {
	if lang.From(ctx) == lang.EN {
		return x.FormulaEN
	}
	return x.Formula
}

func editionName(ctx context.Context, x *scores.System) string {
	if lang.From(ctx) == lang.EN {
		return x.NameEN
	}
	return x.Name
}

// scoreAmount writes an amount in the unit of its index: 98.70%, 0.25 次.
func scoreAmount(ctx context.Context, x scores.Index, a scores.Amount) string {
	return ui.T(ctx, "scores.unit_"+string(x.Unit), "n", x.Unit.Write(a))
}

// scoreFigure writes an index of a line; one without cases says so.
func scoreFigure(ctx context.Context, x scores.Index, l *scores.Line) string {
	f, ok := l.Figure(x.Code)
	if !ok {
		return ui.T(ctx, "scores.no_cases")
	}
	return scoreAmount(ctx, x, f.Value)
}

// benchmarks are the targets of other places, as words.
func benchmarks(ctx context.Context, s *scores.System, x scores.Index) []string {
	var out []string
	for _, b := range x.Benchmarks {
		ref := s.Reference(b.Source)
		out = append(out, ui.T(ctx, "scores.benchmark", "region", ref.Region, "by", ref.By, "value", scoreAmount(ctx, x, b.Value)))
	}
	return out
}

func scoreText(ctx context.Context, l *scores.Line) string {
	if l.Weighed == 0 {
		return ui.T(ctx, "scores.no_cases")
	}
	return l.Score.String()
}

func monthName(ctx context.Context, m scores.Month) string {
	return lang.Month(lang.From(ctx), m.First())
}

// monthState is how far a month is.
func monthState(ctx context.Context, x scores.State) (ui.Tone, string) {
	tone := map[scores.State]ui.Tone{scores.Computed: ui.ToneWarn, scores.Signed: ui.ToneNow, scores.Published: ui.ToneOK}[x]
	return tone, ui.T(ctx, "scores.state_"+string(x))
}

// lineName is whose line it is.
func lineName(l *scores.Line) string {
	if l.Item != "" {
		return cmp.Or(l.ItemName, l.Item)
	}
	return cmp.Or(l.BodyName, l.Body)
}

// roundPoints is a score as a share for a drawn bar.
func roundPoints(p scores.Points) int { return int((p + 50) / 100) }
