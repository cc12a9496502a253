package desk

import (
	"strings"

	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// face comes before the keys of what stands on a licence, as the context's faults have it.
const face = "face."

// needs is what 制证 must enter before a licence can be issued.
type needs struct {
	Fields []form.Field // keys begin with face
	Dates  bool
	Words  string // the published validity, which somebody must turn into dates
}

func (s *Desk) needs(q *kit.Request, o *open) (needs, error) {
	fields, dates, err := s.cases.NeedsProduction(q.Context(), o.Case)
	if err != nil {
		return needs{}, err
	}
	n := needs{Dates: dates}
	if o.Rules.Licence != nil {
		n.Words = o.Rules.Licence.Validity
	}
	for _, x := range fields {
		x.Key = face + x.Key
		n.Fields = append(n.Fields, x)
	}
	return n, nil
}

func (n needs) sheet(s *Desk, q *kit.Request) answers.Sheet {
	return answers.Sheet{Locale: q.Locale, Regions: s.catalogue, Form: n.Fields}
}

// inputs draws what is needed; names are the paths of the context's faults.
func (n needs) inputs(s *Desk, q *kit.Request, f ui.Form) ([]ui.Field, error) {
	fields, err := n.sheet(s, q).Fields(q.Context(), f, n.Fields)
	if err != nil || !n.Dates {
		return fields, err
	}
	return append(fields,
		ui.Field{Kind: ui.KindDate, Name: "valid_from", Label: q.T("desk.valid_from"), Hint: q.T("desk.valid_from_hint"), Optional: true},
		ui.Field{Kind: ui.KindDate, Name: "valid_to", Label: q.T("desk.valid_to"), Hint: q.T("desk.valid_to_hint", "words", n.Words)},
		ui.Field{Kind: ui.KindChecks, Name: "unlimited", Label: q.T("desk.unlimited"), Optional: true,
			Options: []ui.Option{{Value: "true", Label: q.T("desk.unlimited_yes")}}}), nil
}

// read takes what was entered; what it finds unreadable is in f.Faults.
func (n needs) read(f *kit.Form) cases.Production {
	p := cases.Production{Face: form.Answers{}}
	for key, v := range answers.Read(f, n.Fields) {
		p.Face[strings.TrimPrefix(key, face)] = v
	}
	if n.Dates {
		p.ValidFrom, p.ValidTo, p.Unlimited = f.Date("valid_from"), f.Date("valid_to"), f.Bool("unlimited")
	}
	return p
}

func (s *Desk) productionPage(q *kit.Request) error {
	o, err := s.openCase(q, tabForm)
	if err != nil {
		return err
	}
	if !o.may(cases.ActGrant) || o.Step != cases.Produce {
		return q.Redirect(o.href(""))
	}
	return s.showProduction(q)(o, ui.Filled(map[string]string{"version": o.version()}))
}

func (s *Desk) showProduction(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, f ui.Form) error {
		n, err := s.needs(q, o)
		if err != nil {
			return err
		}
		inputs, err := n.inputs(s, q, f)
		if err != nil {
			return err
		}
		hint := q.T("desk.production_hint", "name", o.Rules.ResultName)
		return s.ask(q, o, q.T("desk.produce"), f.Labelled(inputs...), questionPage(o, f, asked{
			Title: q.T("desk.produce"), Hint: hint, Action: "production", Fields: inputs, Do: q.T("desk.production_do"),
		}))
	}
}

// produce enters what the licence still needs and makes the grant final.
func (s *Desk) produce(q *kit.Request) error {
	f, o, n, err := s.entered(q)
	if err != nil {
		return err
	}
	if f.Reshape() {
		return s.showProduction(q)(o, f.View())
	}
	in := n.read(f)
	if len(f.Faults) > 0 {
		return s.showProduction(q)(o, f.View())
	}
	_, err = s.cases.Produce(q.Context(), q.Actor, o.ID, f.Version(), in)
	return s.acted(q, err, "desk.done_produce", s.again(q, s.showProduction(q)))
}

// entered reads a sent form with the case and what its licence needs.
func (s *Desk) entered(q *kit.Request) (*kit.Form, *open, needs, error) {
	f, err := q.Form()
	if err != nil {
		return nil, nil, needs{}, err
	}
	o, err := s.openCase(q, tabForm)
	if err != nil {
		return nil, nil, needs{}, err
	}
	n, err := s.needs(q, o)
	return f, o, n, err
}

func (s *Desk) sittingPage(q *kit.Request) error {
	o, err := s.openCase(q, tabForm)
	if err != nil {
		return err
	}
	if !s.cases.MaySit(q.Context(), q.Actor, o.Case) {
		return q.Redirect(o.href(""))
	}
	return s.showSitting(q)(o, ui.Filled(map[string]string{"version": o.version()}))
}

func (s *Desk) showSitting(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, f ui.Form) error {
		n, err := s.needs(q, o)
		if err != nil {
			return err
		}
		inputs, err := n.inputs(s, q, f)
		if err != nil {
			return err
		}
		inputs = append(inputs, ui.Field{Kind: ui.KindArea, Name: "words", Label: q.T("desk.words"), Optional: true, Width: ui.WidthFull, Lines: 2})
		return s.ask(q, o, q.T("desk.sit"), f.Labelled(inputs...), questionPage(o, f, asked{
			Title: q.T("desk.sit"), Hint: q.T("desk.sit_hint"), Action: "sitting", Fields: inputs, Do: q.T("desk.sit_do"),
		}))
	}
}

// sit decides an immediate case while the applicant waits (即办件).
func (s *Desk) sit(q *kit.Request) error {
	f, o, n, err := s.entered(q)
	if err != nil {
		return err
	}
	if f.Reshape() {
		return s.showSitting(q)(o, f.View())
	}
	in := cases.Sitting{Words: f.Text("words"), Production: n.read(f)}
	if len(f.Faults) > 0 {
		return s.showSitting(q)(o, f.View())
	}
	_, err = s.cases.Sit(q.Context(), q.Actor, o.ID, f.Version(), in)
	return s.acted(q, err, "desk.done_sit", s.again(q, s.showSitting(q)))
}
