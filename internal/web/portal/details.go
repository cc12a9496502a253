package portal

import (
	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// detailsPage corrects what I declared of myself; once a counter has seen me only
// the telephone is mine to change.
func (p *Portal) detailsPage(q *kit.Request) error {
	self := q.Actor
	self.OnBehalfOf = ""
	party, err := p.d.Identity.Party(q.Context(), p.d.Identity.DB, self, self.Party)
	if err != nil {
		return err
	}
	return p.showDetails(q, ui.Filled(map[string]string{"name": party.Name, "id_type": string(party.IDType)}))
}

func (p *Portal) showDetails(q *kit.Request, f ui.Form) error {
	f = f.Labelled(fieldsOfPerson(reading(q))...)
	return q.Render(ui.Page{Title: q.T("portal.details"), Layout: ui.LayoutTask, Back: "/account", Form: f},
		details(f, q.Actor.Assurance == 0))
}

func (p *Portal) editDetails(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if err := p.d.Identity.EditSelf(q.Context(), q.Actor, personInput(f)); err != nil {
		faults, other := onForm(err, "phone")
		if other != nil {
			return other
		}
		return p.showDetails(q, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "portal.details_saved")
	return q.Redirect("/account")
}

// passwordPage is also where a temporary password leads: nothing else is open to
// such a session.
func (p *Portal) passwordPage(q *kit.Request) error {
	return p.showPassword(q, ui.Filled(map[string]string{"back": q.Back("")}))
}

func (p *Portal) showPassword(q *kit.Request, f ui.Form) error {
	return q.Render(ui.Page{Title: q.T("portal.change_password"), Layout: ui.LayoutTask, Back: "/account", Form: f}, password(f))
}

func (p *Portal) changePassword(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	err = p.d.Identity.ChangePassword(q.Context(), q.Actor, q.Session.ID, f.Secret("old"), f.Secret("new"))
	if err != nil {
		faults, other := onForm(err, "old")
		if other != nil || identity.NotSignedIn(err) {
			return err
		}
		return p.showPassword(q, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "portal.password_changed")
	return q.Redirect(q.Back("/account"))
}
