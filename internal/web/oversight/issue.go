package oversight

import (
	"cmp"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// issueView is an order to be: what it is about, to whom, and by when.
type issueView struct {
	Card   *supervision.Card    // nil for none
	Case   *supervision.Watched // nil for none
	Body   string               // '' while none is chosen
	Name   string               // of the body
	People []ui.Option
	Bodies []ui.Option
	Form   ui.Form
}

// issuePage asks for the body first, where neither a card nor a case names it; who
// serves there can only be offered then.
func (s *Oversight) issuePage(q *kit.Request) error {
	return s.showIssue(q, q.Param("card"), q.Param("case"), q.Param("body"), ui.Form{})
}

func (s *Oversight) showIssue(q *kit.Request, card, caseID, body string, form ui.Form) error {
	v := &issueView{Body: body, Form: form}
	if form.Values == nil {
		v.Form = ui.Filled(map[string]string{"body": body})
	}
	if err := s.about(q, v, card, caseID); err != nil {
		return err
	}
	var err error
	if v.Body == "" {
		err = s.bodiesToOrder(q, v)
	} else {
		err = s.peopleToOrder(q, v)
	}
	if err != nil {
		return err
	}
	p := page(q, q.T("oversight.issue"), areaOrders)
	p.Back, p.Form = areaOrders, v.Form
	if v.Card != nil {
		p.Back = cardAddress(v.Card.ID)
	}
	return q.Render(p, issuePage(v))
}

// about reads the card or the case, whose body the order goes to.
func (s *Oversight) about(q *kit.Request, v *issueView, card, caseID string) (err error) {
	switch {
	case card != "":
		if v.Card, err = s.supervision.Card(q.Context(), q.Actor, card); err == nil {
			v.Body = v.Card.Body
		}
	case caseID != "":
		if v.Case, err = s.supervision.Watched(q.Context(), q.Actor, caseID); err == nil {
			v.Body = v.Case.Body
		}
	}
	return err
}

// bodiesToOrder are the bodies that exist today in the regions one supervises.
func (s *Oversight) bodiesToOrder(q *kit.Request, v *issueView) error {
	for _, region := range q.Actor.Regions(gov.RoleSupervisor) {
		all, err := s.identity.BodiesWithin(q.Context(), string(region))
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.InForce(s.today()) {
				v.Bodies = append(v.Bodies, ui.Option{Value: b.ID, Label: b.Name})
			}
		}
	}
	slices.SortFunc(v.Bodies, func(a, b ui.Option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	v.Bodies = slices.CompactFunc(v.Bodies, func(a, b ui.Option) bool { return a.Value == b.Value })
	return nil
}

func (s *Oversight) peopleToOrder(q *kit.Request, v *issueView) error {
	body, people, err := s.supervision.Addressees(q.Context(), q.Actor, v.Body)
	if err != nil {
		return err
	}
	v.Name = body.Name
	for id, name := range people {
		v.People = append(v.People, ui.Option{Value: id, Label: name})
	}
	slices.SortFunc(v.People, func(a, b ui.Option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	return nil
}

// issue gives the order.
func (s *Oversight) issue(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in := supervision.Issuing{Card: f.Text("card"), Case: f.Text("case"), Body: f.Text("body"), Account: f.Text("account"),
		Subject: f.Text("subject"), DueOn: f.Date("due_on")}
	var o *supervision.Order
	if err = f.Faults.Err(); err == nil {
		o, err = s.supervision.Issue(q.Context(), q.Actor, in)
	}
	if fault.KindOf(err) == fault.KindInvalid {
		return refused(q, err, func(form ui.Form) error { return s.showIssue(q, in.Card, in.Case, in.Body, form) })
	}
	if err != nil {
		return err
	}
	q.Flash(ui.ToneOK, "oversight.done_issue", "number", o.Number)
	return q.Redirect(orderAddress(o.ID))
}

// subject is what the order is about, in one line; ” when it is about nothing else.
func (v *issueView) subject() (number, item, id string, due clock.Date) {
	switch {
	case v.Card != nil:
		return v.Card.Number.Grouped(), v.Card.ItemName, v.Card.Case, v.Card.DueOn
	case v.Case != nil:
		return v.Case.Number.Grouped(), v.Case.ItemName, v.Case.Case, v.Case.DueOn
	}
	return "", "", "", clock.Date{}
}
