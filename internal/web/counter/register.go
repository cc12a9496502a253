package counter

import (
	"yimen/internal/clock"
	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// newPerson is the form for somebody who stands at the window and is not known.
func (s *Counter) newPerson(q *kit.Request) error {
	return s.personForm(q, ui.Filled(map[string]string{"id_type": string(identity.ResidentCard)}))
}

func (s *Counter) personForm(q *kit.Request, f ui.Form) error {
	p := page(q, q.T("counter.new_person"), "/counter")
	p.Back, p.Form = "/counter", f
	return q.Render(p, registerPage(q.T("counter.new_person"), q.T("counter.new_person_text"), "/counter/people/new", f, personFields(q)))
}

func personFields(q *kit.Request) []ui.Field {
	types := make([]string, len(identity.IDTypes()))
	for i, t := range identity.IDTypes() {
		types[i] = string(t)
	}
	return []ui.Field{
		{Name: "name", Label: q.T("counter.name"), Hint: q.T("counter.name_hint"), Max: 50, Complete: "off"},
		{Kind: ui.KindSelect, Name: "id_type", Label: q.T("counter.id_type"), Options: ui.Options(types)},
		{Name: "id_number", Label: q.T("counter.id_number"), Complete: "off"},
		{Name: "phone", Label: q.T("counter.phone"), Mode: "tel", Optional: true, Complete: "off"},
		{Name: "evidence", Label: q.T("counter.evidence"), Hint: q.T("counter.evidence_person"), Max: 500, Complete: "off"},
	}
}

// enterPerson enters a walk-in or finds who was seen before. With "begin" it only
// fills the form with what was searched for.
func (s *Counter) enterPerson(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if f.Has("begin") {
		f.Values.Set("id_type", string(identity.ResidentCard))
		return s.personForm(q, f.View())
	}
	party, err := s.Identity.CreateWalkIn(q.Context(), q.Actor, identity.WalkIn{Evidence: f.Text("evidence"),
		PersonInput: identity.PersonInput{Name: f.Text("name"), IDType: identity.IDType(f.Text("id_type")),
			IDNumber: f.Text("id_number"), Phone: f.Text("phone")}})
	return s.entered(q, f, party, err, s.personForm)
}

// entered shows the form again with what is wrong, or leads to the party.
func (s *Counter) entered(q *kit.Request, f *kit.Form, party identity.Party, err error, again func(*kit.Request, ui.Form) error) error {
	faults, err := orNote(err)
	switch {
	case err != nil:
		return err
	case len(faults)+len(f.Faults) > 0:
		return again(q, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "counter.party_entered")
	return q.Redirect(partyPath(party.ID))
}

// newOrganisation is the form for an organisation whose founding document the
// clerk sees.
func (s *Counter) newOrganisation(q *kit.Request) error { return s.organisationForm(q, ui.Form{}) }

func (s *Counter) organisationForm(q *kit.Request, f ui.Form) error {
	title := q.T("counter.new_organisation")
	p := page(q, title, "/counter")
	p.Back, p.Form = "/counter", f
	return q.Render(p, registerPage(title, q.T("counter.new_organisation_text"), "/counter/organisations/new", f, organisationFields(q)))
}

func organisationFields(q *kit.Request) []ui.Field {
	return []ui.Field{
		{Name: "name", Label: q.T("counter.organisation_name"), Hint: q.T("counter.name_hint"), Max: 100, Complete: "off", Width: ui.WidthFull},
		{Name: "credit_code", Label: q.T("counter.credit_code"), Hint: q.T("answers.hint_uscc"), Complete: "off"},
		{Name: "legal_name", Label: q.T("counter.legal_name"), Optional: true, Max: 50, Complete: "off"},
		{Name: "legal_id_number", Label: q.T("counter.legal_id_number"), Optional: true, Complete: "off"},
		{Name: "legal_phone", Label: q.T("counter.legal_phone"), Mode: "tel", Optional: true, Complete: "off"},
		{Name: "registered", Label: q.T("counter.registered"), Optional: true, Width: ui.WidthFull, Complete: "off"},
		{Name: "business", Label: q.T("counter.business"), Optional: true, Width: ui.WidthFull, Complete: "off"},
		{Kind: ui.KindDate, Name: "established", Label: q.T("counter.established"), Optional: true},
		{Name: "phone", Label: q.T("counter.organisation_phone"), Mode: "tel", Optional: true, Complete: "off"},
		{Name: "evidence", Label: q.T("counter.evidence"), Hint: q.T("counter.evidence_organisation"), Max: 500, Complete: "off"},
	}
}

func (s *Counter) enterOrganisation(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if f.Has("begin") {
		return s.organisationForm(q, f.View())
	}
	established := f.Date("established")
	if len(f.Faults) > 0 {
		return s.organisationForm(q, f.View())
	}
	party, err := s.Identity.RegisterOrganisation(q.Context(), q.Actor, organisationInput(f, established), f.Text("evidence"))
	return s.entered(q, f, party, err, s.organisationForm)
}

func organisationInput(f *kit.Form, established clock.Date) identity.OrganisationInput {
	return identity.OrganisationInput{Name: f.Text("name"), CreditCode: f.Text("credit_code"), LegalName: f.Text("legal_name"),
		LegalIDNumber: f.Text("legal_id_number"), LegalPhone: f.Text("legal_phone"), Registered: f.Text("registered"),
		Business: f.Text("business"), Established: established, Phone: f.Text("phone")}
}
