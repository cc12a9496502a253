package desk

import (
	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// extendable tells whether the one extension can still be asked for.
func (o *open) extendable() bool {
	return o.may(cases.ActAskExtend) && (o.Extension == cases.NotExtended || o.Extension == cases.ExtensionRefused)
}

// waiting is the request that the head has not answered, nil for none.
func (o *open) waiting() *cases.ExtensionRequest {
	for i := range o.Extensions {
		if o.Extensions[i].DecidedAt.IsZero() {
			return &o.Extensions[i]
		}
	}
	return nil
}

// extensionPage asks the head for more days (art. 42).
func (s *Desk) extensionPage(q *kit.Request) error {
	return s.question(q, cases.ActAskExtend, s.showExtension(q))
}

func (s *Desk) showExtension(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		if !o.extendable() && len(form.Faults) == 0 {
			return q.Redirect(o.href(""))
		}
		fields := []ui.Field{
			{Kind: ui.KindNumber, Name: "days", Label: q.T("desk.extension_days"), Hint: q.T("desk.extension_days_hint", "most", o.Ledger.ExtendMax),
				Unit: q.T("desk.unit_" + string(o.Rules.Promised.Unit)), Mode: "numeric", Width: ui.WidthShort},
			{Kind: ui.KindArea, Name: "reason", Label: q.T("desk.extension_reason"), Hint: q.T("desk.extension_reason_hint"), Width: ui.WidthFull, Lines: 4},
		}
		return s.ask(q, o, q.T("desk.ask_extension"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.ask_extension"), Hint: q.T("desk.extension_hint", "date", o.StatutoryDue), Action: "extension", Fields: fields,
			Do: q.T("desk.extension_do"),
		}))
	}
}

func (s *Desk) askExtension(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	days, reason := int(f.Int("days")), f.Text("reason")
	if len(f.Faults) > 0 {
		return s.again(q, s.showExtension(q))(f.View())
	}
	_, err = s.cases.AskExtension(q.Context(), q.Actor, q.PathValue("id"), f.Version(), days, reason)
	return s.acted(q, err, "desk.done_ask_extension", s.again(q, s.showExtension(q)))
}

// approvalPage is the head's answer: the reasons, what the dates would become.
func (s *Desk) approvalPage(q *kit.Request) error {
	return s.question(q, cases.ActExtend, s.showApproval(q))
}

func (s *Desk) showApproval(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		x := o.waiting()
		if x == nil {
			return q.Redirect(o.href(""))
		}
		fields := []ui.Field{
			{Kind: ui.KindRadios, Name: "grant", Label: q.T("desk.approval"), Inline: true, Options: []ui.Option{
				{Value: "true", Label: q.T("desk.approval_yes")}, {Value: "false", Label: q.T("desk.approval_no")}}},
			{Kind: ui.KindArea, Name: "words", Label: q.T("desk.words"), Hint: q.T("desk.approval_words_hint"), Width: ui.WidthFull, Lines: 3},
		}
		then, err := s.cases.Extending(q.Context(), q.Actor, o.Case, x.Days, s.today())
		if err != nil && fault.KindOf(err) != fault.KindInvalid { // too late: the page says so when it is sent
			return err
		}
		return s.ask(q, o, q.T("desk.approve_extension"), form.Labelled(fields...), approvalPage(o, x, then, form, fields))
	}
}

// approve grants or refuses the extension.
func (s *Desk) approve(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	grant := f.Bool("grant")
	if f.Text("grant") == "" {
		f.Faults.Add("grant", "desk.approval_required")
	}
	if len(f.Faults) > 0 {
		return s.again(q, s.showApproval(q))(f.View())
	}
	_, err = s.cases.DecideExtension(q.Context(), q.Actor, q.PathValue("id"), f.Version(), grant, f.Text("words"))
	done := "desk.done_extend"
	if !grant {
		done = "desk.done_refuse_extension"
	}
	return s.acted(q, err, done, s.again(q, s.showApproval(q)))
}
