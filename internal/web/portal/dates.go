package portal

import (
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/web/dates"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// datesView is why the dates of a case are what they are, with what the case is
// called. It names no person: the holder of a receipt sees it too.
type datesView struct {
	ItemName string
	Number   gov.CaseNumber
	BodyName string
	Status   status
	Account  *dates.Account
}

// dates answers 为什么是这一天 for every date of one of my cases (ux.md 39).
func (p *Portal) dates(q *kit.Request) error {
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := p.d.Cases.Explain(q.Context(), q.Actor, c, p.today())
	if err != nil {
		return err
	}
	v := datesView{c.ItemName, c.Number, c.BodyName, statusOf(reading(q), c), dates.Read(x, p.today())}
	return q.Render(ui.Page{
		Title: q.T("dates.title"),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: c.ItemName, Href: casePath(c)},
			{Text: q.T("dates.title")}},
	}, datesPage(v))
}

// publicDates is the same for whoever holds the receipt.
func (p *Portal) publicDates(q *kit.Request) error {
	s, x, err := p.d.Cases.PublicDates(q.Context(), q.PathValue("token"), p.today())
	if err != nil {
		return err
	}
	v := datesView{s.ItemName, s.Number, s.BodyName, publicStatusOf(q, s), dates.Read(x, p.today())}
	return q.Render(ui.Page{Title: q.T("dates.title"), Layout: ui.LayoutTask, Back: publicPath(q.PathValue("token"))}, datesPage(v))
}

// publicStatusOf is the word of a state without what only the applicant's side is
// told: the department's step.
func publicStatusOf(q *kit.Request, s cases.PublicStatus) status {
	tone, text := dossier.Status(reading(q), &cases.Case{State: s.State, Deemed: s.Deemed, Refused: s.Refused})
	return status{text, tone}
}

func publicPath(token string) string { return "/s/" + escape(token) }

func datesPath(c *cases.Case) string { return casePath(c) + "/dates" }
