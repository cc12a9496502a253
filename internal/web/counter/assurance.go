package counter

import (
	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// assurance is the page on which a clerk states that he saw the owner of an
// account with his document.
func (s *Counter) assurance(q *kit.Request) error {
	p, err := s.one(q)
	if err != nil {
		return err
	}
	return s.assuranceForm(q, p, ui.Filled(map[string]string{"id_type": string(p.IDType)}))
}

func (s *Counter) assuranceForm(q *kit.Request, who identity.Party, f ui.Form) error {
	title := q.T("counter.raise")
	p := page(q, title, "/counter")
	p.Back, p.Form = partyPath(who.ID), f
	fields := personFields(q)
	fields = append(fields[:3:3], fields[4]) // no telephone: it proves nothing
	return q.Render(p, registerPage(title, q.T("counter.raise_text", "name", who.Name), partyPath(who.ID)+"/assurance", f, fields))
}

// raise compares what the clerk reads from the original with what the account
// declared. A walk-in of the same number and the account become one party, whose
// id may then be another one.
func (s *Counter) raise(q *kit.Request) error {
	f, who, err := s.postedFor(q)
	if err != nil {
		return err
	}
	raised, err := s.Identity.Raise(q.Context(), q.Actor, identity.RaiseInput{Party: who.ID, Name: f.Text("name"),
		IDType: identity.IDType(f.Text("id_type")), IDNumber: f.Text("id_number"), Evidence: f.Text("evidence")})
	faults, err := orNote(err)
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return s.assuranceForm(q, who, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "counter.raised")
	return q.Redirect(partyPath(raised.ID))
}

// password asks how the owner of an account was recognised.
func (s *Counter) password(q *kit.Request) error {
	who, err := s.one(q)
	if err != nil {
		return err
	}
	return s.passwordForm(q, who, ui.Form{})
}

func (s *Counter) passwordForm(q *kit.Request, who identity.Party, f ui.Form) error {
	title := q.T("counter.reset_password")
	p := page(q, title, "/counter")
	p.Back, p.Form = partyPath(who.ID), f
	return q.Render(p, registerPage(title, q.T("counter.reset_text", "name", who.Name), partyPath(who.ID)+"/password", f, personFields(q)[4:]))
}

// resetPassword shows the temporary password once; it stands in no address, no
// cookie and no journal.
func (s *Counter) resetPassword(q *kit.Request) error {
	f, who, err := s.postedFor(q)
	if err != nil {
		return err
	}
	temporary, err := s.Identity.ResetPassword(q.Context(), q.Actor, who.Account, f.Text("evidence"))
	faults, err := orNote(err)
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return s.passwordForm(q, who, f.View(faults...))
	}
	return q.Render(page(q, q.T("counter.reset_password"), "/counter"), passwordPage(who, temporary))
}
