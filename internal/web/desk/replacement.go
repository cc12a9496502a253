package desk

import (
	"strings"

	"yimen/internal/cases"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// replacementPage asks for another licence, or the paper, in the place of those that
// have fallen since the application was filed.
func (s *Desk) replacementPage(q *kit.Request) error {
	return s.question(q, cases.ActAskReplace, s.showReplacement(q))
}

func (s *Desk) showReplacement(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, form ui.Form) error {
		d, err := s.dossiers.Read(q, o.Dossier())
		if err != nil {
			return err
		}
		if !d.Replaceable() {
			return q.Redirect(o.href(""))
		}
		fields := []ui.Field{{Kind: ui.KindArea, Name: "reason", Label: q.T("desk.replace_reason"), Hint: q.T("desk.replace_reason_hint"),
			Width: ui.WidthFull, Lines: 3}}
		return s.ask(q, o, q.T("desk.replace"), form.Labelled(fields...), questionPage(o, form, asked{
			Title: q.T("desk.replace"), Hint: q.T("desk.replace_hint", "names", strings.Join(d.FallenNames(), q.T("desk.comma"))),
			Action: "replacement", Fields: fields, Do: q.T("desk.replace_do"),
		}))
	}
}

func (s *Desk) askReplacement(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	_, err = s.cases.AskReplacement(q.Context(), q.Actor, q.PathValue("id"), f.Version(), f.Text("reason"))
	return s.acted(q, err, "desk.done_replace", s.again(q, s.showReplacement(q)))
}
