package counter

import (
	"yimen/internal/cases"
	"yimen/internal/web/dates"
	"yimen/internal/web/kit"
)

// datesView is why the dates of a case are what they are, at one of the two
// workplaces of the hall.
type datesView struct {
	*cases.Case
	Account *dates.Account
	Linked  bool // the applicant can be opened
}

func (s *Counter) dates(q *kit.Request) error {
	return s.showDates(q, "/counter", casePath(q.PathValue("id")))
}

func (s *Counter) outletDates(q *kit.Request) error {
	return s.showDates(q, "/outlet", outletPath(q.PathValue("id")))
}

// showDates answers 为什么是这一天 for every date of the case (ux.md 39).
func (s *Counter) showDates(q *kit.Request, place, base string) error {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := s.Cases.Explain(q.Context(), q.Actor, c, s.today())
	if err != nil {
		return err
	}
	p := page(q, q.T("dates.title"), place)
	p.Back = base
	return q.Render(p, datesPage(&datesView{c, dates.Read(x, s.today()), place == "/counter"}))
}
