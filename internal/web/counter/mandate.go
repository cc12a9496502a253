package counter

import (
	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// mandateKinds are those that make sense for a principal: 监护 is for persons, the
// other two first ones for organisations.
var mandateKinds = map[identity.PartyKind][]identity.MandateKind{
	identity.PersonParty:  {identity.Agent, identity.Guardian},
	identity.Organisation: {identity.Handler, identity.LegalRepresentative, identity.Agent},
}

func (s *Counter) newMandate(q *kit.Request) error {
	who, err := s.one(q)
	if err != nil {
		return err
	}
	return s.mandateForm(q, who, ui.Form{})
}

func (s *Counter) mandateForm(q *kit.Request, who identity.Party, f ui.Form) error {
	title := q.T("counter.new_mandate")
	p := page(q, title, "/counter")
	p.Back, p.Form = partyPath(who.ID), f
	kinds := ui.Field{Kind: ui.KindRadios, Name: "kind", Label: q.T("counter.mandate_kind")}
	for _, k := range mandateKinds[who.Kind] {
		kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: q.T("counter.mandate_" + string(k))})
	}
	fields := []ui.Field{
		kinds,
		{Name: "agent_name", Label: q.T("counter.agent_name"), Max: 50, Complete: "off"},
		{Name: "agent_id_number", Label: q.T("counter.agent_id_number"), Hint: q.T("counter.agent_hint"), Complete: "off"},
		{Kind: ui.KindDate, Name: "from", Label: q.T("counter.valid_from"), Hint: q.T("counter.valid_from_hint"), Optional: true},
		{Kind: ui.KindDate, Name: "to", Label: q.T("counter.valid_to"), Hint: q.T("counter.valid_to_hint"), Optional: true},
		{Name: "evidence", Label: q.T("counter.evidence"), Hint: q.T("counter.evidence_mandate"), Max: 500, Complete: "off"},
	}
	return q.Render(p, registerPage(title, q.T("counter.new_mandate_text", "name", who.Name), partyPath(who.ID)+"/mandates/new", f, fields))
}

func (s *Counter) grantMandate(q *kit.Request) error {
	f, who, err := s.postedFor(q)
	if err != nil {
		return err
	}
	in := identity.MandateInput{Kind: identity.MandateKind(f.Text("kind")), Principal: who.ID, AgentName: f.Text("agent_name"),
		AgentIDNumber: f.Text("agent_id_number"), Evidence: f.Text("evidence"), From: f.Date("from"), To: f.Date("to")}
	if in.From.IsZero() {
		in.From = s.today()
	}
	if len(f.Faults) > 0 {
		return s.mandateForm(q, who, f.View())
	}
	actor, err := identity.AtCounter(q.Actor, who.ID)
	if err != nil {
		return err
	}
	_, err = s.Identity.GrantMandate(q.Context(), actor, in)
	faults, err := orNote(err)
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return s.mandateForm(q, who, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "counter.mandate_granted")
	return q.Redirect(partyPath(who.ID))
}

// endMandate ends one on a paper the clerk saw; the reason stands beside its own
// button, because a party may have many.
func (s *Counter) endMandate(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("mandate")
	name := "reason." + id
	actor, err := identity.AtCounter(q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	faults, err := onForm(s.Identity.EndMandate(q.Context(), actor, id, f.Text(name)))
	if err != nil {
		return kit.Conflict(err, partyPath(q.PathValue("id")))
	}
	if len(faults) > 0 {
		v, err := s.partyView(q)
		if err != nil {
			return err
		}
		faults[0].Path = name
		v.End = f.View(faults...)
		return s.showParty(q, v)
	}
	q.Flash(ui.ToneOK, "counter.mandate_ended_now")
	return q.Redirect(partyPath(q.PathValue("id")))
}
