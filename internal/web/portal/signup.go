package portal

import (
	"context"
	"net/url"

	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// withBack keeps the way back in an address.
func withBack(path, back string) string {
	if back == "" {
		return path
	}
	return path + "?back=" + url.QueryEscape(back)
}

func (p *Portal) signUpPage(q *kit.Request) error {
	if q.Actor.SignedIn() {
		return q.Redirect(q.Back("/account"))
	}
	return p.showSignUp(q, ui.Filled(map[string]string{"back": q.Back(""), "id_type": string(identity.ResidentCard)}))
}

func (p *Portal) showSignUp(q *kit.Request, f ui.Form) error {
	f = f.Labelled(append(fieldsOfPerson(reading(q)), fieldsOfLogin(reading(q))...)...)
	return q.Render(ui.Page{
		Title: q.T("portal.sign_up"), Layout: ui.LayoutTask, Back: withBack("/sign-in", f.Value("back")), Form: f,
	}, signUp(f))
}

// signUp makes an account of assurance 0: what it says of itself is not yet seen
// by anybody, and finds nothing of anybody else.
func (p *Portal) signUp(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in, err := p.d.Identity.SignUp(q.Context(), identity.SignUpInput{
		PersonInput: personInput(f), Login: f.Text("login"), Password: f.Secret("password"),
	}, origin(q))
	if err != nil {
		faults, other := onForm(err, "login")
		if other != nil {
			return other
		}
		return p.showSignUp(q, f.View(faults...))
	}
	q.SignIn(in.Token)
	q.Flash(ui.ToneOK, "portal.signed_up")
	return q.Redirect(q.Back("/account"))
}

func personInput(f *kit.Form) identity.PersonInput {
	return identity.PersonInput{
		Name: f.Text("name"), IDType: identity.IDType(f.Text("id_type")), IDNumber: f.Text("id_number"),
		Phone: f.Text("phone"), Region: f.Text("region"),
	}
}

// fieldsOfPerson are what identifies a person; fieldsOfLogin how he signs in.
func fieldsOfPerson(ctx context.Context) []ui.Field {
	return []ui.Field{
		{Name: "name", Label: ui.T(ctx, "portal.name"), Hint: ui.T(ctx, "portal.name_hint"), Complete: "name", Max: 50},
		{Kind: ui.KindRadios, Name: "id_type", Label: ui.T(ctx, "portal.id_type"), Options: idTypes()},
		{Name: "id_number", Label: ui.T(ctx, "portal.id_number"), Hint: ui.T(ctx, "portal.id_number_hint"), Complete: "off", Max: 40},
		{Name: "phone", Label: ui.T(ctx, "portal.phone"), Hint: ui.T(ctx, "portal.phone_hint"), Mode: "tel", Complete: "tel", Width: ui.WidthMedium, Max: 20},
	}
}

func fieldsOfLogin(ctx context.Context) []ui.Field {
	return []ui.Field{
		{Name: "login", Label: ui.T(ctx, "portal.new_login"), Hint: ui.T(ctx, "portal.new_login_hint"), Complete: "username", Max: 32},
		{Kind: ui.KindPassword, Name: "password", Label: ui.T(ctx, "portal.new_password"), Hint: ui.T(ctx, "portal.new_password_hint"), Complete: "new-password"},
	}
}

// idTypes are the documents of the element dictionary, which is Chinese only.
func idTypes() []ui.Option {
	types := identity.IDTypes()
	labels := make([]string, len(types))
	for i, t := range types {
		labels[i] = string(t)
	}
	return ui.Options(labels)
}
