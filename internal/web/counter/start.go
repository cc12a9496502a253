package counter

import (
	"net/http"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func (s *Counter) startRoutes() []kit.Route {
	return []kit.Route{
		route(http.MethodGet, "/counter", clerks, s.start),
		route(http.MethodPost, "/counter/search", clerks, s.search),
	}
}

// startSize is how many waiting cases the start page shows at once.
const startSize = 30

// startView is the clerk's first page: one box, what came in today, what waits
// for acceptance by time left, and the drafts in hand.
type startView struct {
	Query   string // what was searched for
	Form    ui.Form
	Found   *found // nil before a search
	Figures []ui.Figure
	Waiting []waiting
	Next    string
	Drafts  []*applications.Application
}

// waiting is a case in a list with the time left.
type waiting struct {
	*cases.Case
	Left    cases.Left
	HasLeft bool
}

func (s *Counter) start(q *kit.Request) error {
	v, err := s.startView(q, cases.Page{Due: after(q, "due"), ID: q.Param("after"), Limit: startSize + 1})
	if err != nil {
		return err
	}
	return q.Render(page(q, q.T("counter.start"), "/counter"), startPage(v))
}

// after is the due date of the last row of the page before; a wrong one begins
// the list again.
func after(q *kit.Request, name string) clock.Date {
	d, err := clock.ParseDate(q.Param(name))
	if err != nil {
		return clock.Date{}
	}
	return d
}

func (s *Counter) startView(q *kit.Request, p cases.Page) (*startView, error) {
	v := &startView{}
	var err error
	if v.Figures, err = s.figures(q); err != nil {
		return nil, err
	}
	f := cases.Filter{Awaits: []cases.Awaits{cases.Clerk}, Duty: true}
	if v.Waiting, v.Next, err = s.list(q, f, p, "/counter"); err != nil {
		return nil, err
	}
	v.Drafts, err = s.Applications.Drafts(q.Context(), q.Actor)
	return v, err
}

// underWay is everybody who can be awaited: with it a list leaves ended cases out,
// which have no date to sort by.
var underWay = []cases.Awaits{cases.Clerk, cases.Applicant, cases.Officer, cases.Reviewer, cases.Approver, cases.Producer, cases.Outlet}

// figures are today's counts for the clerk's region, in two queries. Today is
// what reached us today, also after hours and on days off, when its limits begin
// on the next working day (R1).
func (s *Counter) figures(q *kit.Request) ([]ui.Figure, error) {
	today, err := s.Cases.Count(q.Context(), q.Actor, cases.Filter{Arrived: s.today()})
	if err != nil {
		return nil, err
	}
	now, err := s.Cases.Counts(q.Context(), q.Actor, cases.Filter{})
	if err != nil {
		return nil, err
	}
	unit := q.T("counter.unit")
	return []ui.Figure{
		{Value: dossier.Counted(today), Unit: unit, Text: q.T("counter.fig_today")},
		{Value: dossier.Counted(now[cases.Clerk]), Unit: unit, Text: q.T("status.awaits_clerk"), Href: "#waiting"},
		{Value: dossier.Counted(now[cases.Applicant]), Unit: unit, Text: q.T("status.awaits_applicant")},
		{Value: dossier.Counted(now[cases.Outlet]), Unit: unit, Text: q.T("status.awaits_outlet")},
	}, nil
}

// list reads a page of cases by time left; one row more tells that there are
// more, and next is where.
func (s *Counter) list(q *kit.Request, f cases.Filter, p cases.Page, path string) (rows []waiting, next string, err error) {
	found, err := s.Cases.List(q.Context(), q.Actor, f, p)
	if err != nil {
		return nil, "", err
	}
	if len(found) == p.Limit {
		found = found[:p.Limit-1]
		last := found[len(found)-1]
		next = path + "?due=" + last.DueOn.String() + "&after=" + last.ID
	}
	left, err := s.Cases.Left(q.Context(), found, s.today())
	if err != nil {
		return nil, "", err
	}
	for _, c := range found {
		w := waiting{Case: c}
		w.Left, w.HasLeft = left[c.ID]
		rows = append(rows, w)
	}
	return rows, next, nil
}
