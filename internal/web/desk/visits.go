package desk

import (
	"yimen/internal/cases"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// visits is the tab of 现场核查: the records, and a form while the case is handled.
func (s *Desk) visits(q *kit.Request) error {
	o, err := s.openCase(q, tabVisits)
	if err != nil {
		return err
	}
	if !o.Form {
		return q.Redirect(o.href(tabDates))
	}
	return s.showVisits(q)(o, ui.Filled(map[string]string{"version": o.version(), "on": s.today().String(), "passed": "true"}))
}

func (s *Desk) showVisits(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, f ui.Form) error {
		o.Tab = tabVisits
		records, err := s.cases.Visits(q.Context(), q.Actor, o.Case)
		if err != nil {
			return err
		}
		together, err := s.ofCase(q, o.Case)
		if err != nil {
			return err
		}
		var fields []ui.Field
		if o.may(cases.ActVisit) {
			staff, err := s.cases.Staff(q.Context(), q.Actor, o.Case)
			if err != nil {
				return err
			}
			delete(staff, q.Actor.Account)
			fields = []ui.Field{
				{Kind: ui.KindDate, Name: "on", Label: q.T("desk.visit_on")},
				{Kind: ui.KindSelect, Name: "second", Label: q.T("desk.visit_second"), Hint: q.T("desk.visit_second_hint", "name", q.Actor.Name), Options: people(staff)},
				{Kind: ui.KindRadios, Name: "passed", Label: q.T("desk.visit_result"), Inline: true, Options: []ui.Option{
					{Value: "true", Label: q.T("desk.visit_passed")}, {Value: "false", Label: q.T("desk.visit_failed")}}},
				{Kind: ui.KindArea, Name: "record", Label: q.T("desk.visit_record"), Width: ui.WidthFull, Lines: 4},
			}
		}
		return s.show(q, o, f.Labelled(fields...), visitsTab(o, records, together, f, fields))
	}
}

// visit keeps the record of a visit by two officials (art. 34).
func (s *Desk) visit(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in := cases.Visit{On: f.Date("on"), Second: f.Text("second"), Passed: f.Bool("passed"), Record: f.Text("record")}
	if len(f.Faults) > 0 {
		return s.again(q, s.showVisits(q))(f.View())
	}
	_, err = s.cases.RecordVisit(q.Context(), q.Actor, q.PathValue("id"), f.Version(), in)
	return s.acted(q, err, "desk.done_visit", s.again(q, s.showVisits(q)))
}
