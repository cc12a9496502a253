package counter

import (
	"slices"

	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
)

// letterView is a letter as it was issued, with a print button beside it.
type letterView struct {
	*cases.Case
	Letter cases.Letter
	Base   string // of the letter's own address
	Next   string // where the work goes on
}

func (s *Counter) letter(q *kit.Request) error {
	return s.showLetter(q, "/counter", casePath(q.PathValue("id")))
}

// showLetter draws the page around a letter for one of the two workplaces.
func (s *Counter) showLetter(q *kit.Request, place, base string) error {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	l, err := s.oneLetter(q, c)
	if err != nil {
		return err
	}
	v := &letterView{Case: c, Letter: l, Base: base + "/letters/" + l.ID, Next: base}
	p := page(q, q.T("status.letter_"+string(l.Kind)), place)
	p.Back = base
	return q.Render(p, letterPage(v, place))
}

// oneLetter is the letter of the address, if it belongs to the case.
func (s *Counter) oneLetter(q *kit.Request, c *cases.Case) (cases.Letter, error) {
	all, err := s.Cases.Letters(q.Context(), q.Actor, c.ID)
	if err != nil {
		return cases.Letter{}, err
	}
	i := slices.IndexFunc(all, func(l cases.Letter) bool { return l.ID == q.PathValue("letter") })
	if i < 0 {
		return cases.Letter{}, fault.Missing("cases.missing")
	}
	return all[i], nil
}

// letterDocument gives the frozen bytes.
func (s *Counter) letterDocument(q *kit.Request) error {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	l, err := s.oneLetter(q, c)
	if err != nil {
		return err
	}
	html, err := s.Cases.LetterBytes(q.Context(), q.Actor, l.ID)
	if err != nil {
		return err
	}
	return q.Document(l.Reference+".html", html)
}

// receiptView is the slip an applicant takes home: number, code, dates, what
// comes next, and what was handed in.
type receiptView struct {
	*cases.Case
	Awaited string
	URL     string
	Papers  []paperCount
	Clerk   string
}

type paperCount struct {
	Name  string
	Files int
}

func (s *Counter) receipt(q *kit.Request) error {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := s.dossiers.Read(q, c.Dossier())
	if err != nil {
		return err
	}
	v := &receiptView{Case: c, URL: s.statusURL(c, d.Application), Clerk: q.Actor.Name}
	if v.Awaited, err = s.awaited(q, c); err != nil {
		return err
	}
	for _, slot := range d.Slots {
		if n := len(slot.Papers); n > 0 {
			v.Papers = append(v.Papers, paperCount{slot.Name, n})
		}
	}
	return q.Render(sheet(q.T("counter.receipt")), receiptPage(v))
}
