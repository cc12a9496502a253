package desk

import (
	"yimen/internal/cases"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// dealings is what went back and forth between the body and its applicant.
type dealings struct {
	Letters     []cases.Letter
	Corrections []cases.Correction
	Deliveries  []cases.Delivery
}

// letters is the tab of letters, corrections and deliveries.
func (s *Desk) letters(q *kit.Request) error {
	o, err := s.openCase(q, tabLetters)
	if err != nil {
		return err
	}
	if !o.Form {
		return q.Redirect(o.href(tabDates))
	}
	var d dealings
	ctx := q.Context()
	if d.Letters, err = s.cases.Letters(ctx, q.Actor, o.ID); err != nil {
		return err
	}
	if d.Corrections, err = s.cases.Corrections(ctx, q.Actor, o.ID); err != nil {
		return err
	}
	if d.Deliveries, err = s.cases.Deliveries(ctx, q.Actor, o.Case); err != nil {
		return err
	}
	return s.show(q, o, ui.Form{}, lettersTab(o, d))
}

// letter gives a letter as it was issued, byte for byte.
func (s *Desk) letter(q *kit.Request) error {
	id := q.PathValue("letter")
	list, err := s.cases.Letters(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.ID == id {
			html, err := s.cases.LetterBytes(q.Context(), q.Actor, id)
			if err != nil {
				return err
			}
			return q.Document(l.Reference+".html", html)
		}
	}
	return errNoPage
}
