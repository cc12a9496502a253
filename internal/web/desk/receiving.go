package desk

import (
	"yimen/internal/cases"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// question opens a case for a page that asks one thing about it, when the act is
// the actor's to do now; otherwise the case itself says where it stands.
func (s *Desk) question(q *kit.Request, act cases.Act, show func(*open, ui.Form) error) error {
	o, err := s.openCase(q, tabForm)
	if err != nil {
		return err
	}
	if !o.may(act) {
		return q.Redirect(o.href(""))
	}
	return show(o, ui.Filled(map[string]string{"version": o.version()}))
}

// again shows a page of one question with its faults.
func (s *Desk) again(q *kit.Request, show func(*open, ui.Form) error) func(ui.Form) error {
	return func(form ui.Form) error {
		o, err := s.openCase(q, tabForm)
		if err != nil {
			return err
		}
		return show(o, form)
	}
}

func (s *Desk) declinePage(q *kit.Request) error {
	return s.question(q, cases.ActDecline, s.showDecline(q))
}

func (s *Desk) showDecline(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		ctx := ui.WithView(q.Context(), q.View())
		fields := []ui.Field{
			{Kind: ui.KindArea, Name: "reason", Label: q.T("desk.decline_reason"), Width: ui.WidthFull, Lines: 4},
			articleField(ctx, cases.DeclineArticles), otherArticleField(ctx),
			{Kind: ui.KindArea, Name: "where", Label: q.T("desk.where_to_go"), Hint: q.T("desk.where_hint"), Optional: true, Width: ui.WidthFull, Lines: 2},
		}
		return s.ask(q, o, q.T("desk.decline"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.decline"), Hint: q.T("desk.decline_hint"), Action: "decline", Fields: fields,
			Remedies: true, Do: q.T("desk.decline_do"),
		}))
	}
}

// decline ends the case before it began (不予受理).
func (s *Desk) decline(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.Decline(q.Context(), q.Actor, q.PathValue("id"), f.Version(),
		cases.Decline{Reason: f.Text("reason"), Article: article(f), WhereToGo: f.Text("where")})
	return s.acted(q, err, "desk.done_decline", s.again(q, s.showDecline(q)))
}

func (s *Desk) correctionPage(q *kit.Request) error {
	return s.question(q, cases.ActNotify, s.showCorrection(q))
}

func (s *Desk) showCorrection(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		d, err := s.dossiers.Read(q, o.Dossier())
		if err != nil {
			return err
		}
		return s.ask(q, o, q.T("desk.ask_correction"), form, correctionPage(o, d, dossier.NewView(q, o.path(), o.List.Search.keep()), form))
	}
}

// correct asks once for everything (art. 32).
func (s *Desk) correct(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := s.cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	rules, err := s.cases.Rules(q.Context(), c)
	if err != nil {
		return err
	}
	d, err := s.dossiers.Read(q, c.Dossier())
	if err != nil {
		return err
	}
	defects := d.Defects(ui.WithView(q.Context(), q.View()), f, rules)
	_, err = s.cases.NotifyCorrection(q.Context(), q.Actor, c.ID, f.Version(), defects)
	return s.acted(q, err, "desk.done_correction", s.again(q, s.showCorrection(q)))
}
