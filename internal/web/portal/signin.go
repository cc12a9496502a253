package portal

import (
	"net/url"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// origin is where a request comes from, for identity's throttles and for the list
// of sessions. The address is the connection's: behind a proxy app's front layer
// has put the client's there.
func origin(q *kit.Request) identity.Origin {
	address := q.RemoteAddr
	if port := strings.LastIndexByte(address, ':'); port > 0 {
		address = address[:port] // the port is another one at each connection
	}
	return identity.Origin{Address: address, Device: q.UserAgent(), Channel: q.Actor.Channel}
}

// signInPage is one page for residents and staff: what one may do afterwards
// follows from the account.
func (p *Portal) signInPage(q *kit.Request) error {
	if q.Actor.SignedIn() {
		return q.Redirect(q.Back(landing(q.Actor)))
	}
	return p.showSignIn(q, ui.Filled(map[string]string{"back": q.Back("")}))
}

func (p *Portal) showSignIn(q *kit.Request, f ui.Form) error {
	return q.Render(ui.Page{Title: q.T("portal.sign_in"), Layout: ui.LayoutTask, Form: f}, signIn(f))
}

// signIn answers every wrong pair alike. A temporary password leads to a new one
// before anything else.
func (p *Portal) signIn(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	login, password := f.Text("login"), f.Secret("password")
	var missing fault.Fields
	if login == "" {
		missing.Add("login", "portal.login_required")
	}
	if password == "" {
		missing.Add("password", "portal.password_required")
	}
	if len(missing) > 0 {
		return p.showSignIn(q, f.View(missing...))
	}
	in, err := p.d.Identity.SignIn(q.Context(), login, password, origin(q))
	if err != nil {
		faults, other := onForm(err, "login")
		if other != nil {
			return other
		}
		return p.showSignIn(q, f.View(faults...))
	}
	q.SignIn(in.Token)
	if in.Session.MustChange {
		return q.Redirect("/account/password?back=" + url.QueryEscape(q.Back("")))
	}
	return q.Redirect(q.Back(landing(in.Actor)))
}

// workplaces are where staff begin, by the first role that has one.
var workplaces = []struct {
	role gov.Role
	path string
}{
	{gov.RoleClerk, "/counter"}, {gov.RoleOfficer, "/desk"}, {gov.RoleReviewer, "/desk"}, {gov.RoleApprover, "/desk"},
	{gov.RoleOutlet, "/outlet"}, {gov.RoleSupervisor, "/oversight"}, {gov.RoleEditor, "/admin"},
	{gov.RoleAdministrator, "/admin"}, {gov.RoleSecurity, "/admin"}, {gov.RoleAuditor, "/admin"},
}

// landing is where somebody goes who came from nowhere in particular.
func landing(a gov.Actor) string {
	for _, w := range workplaces {
		if a.Has(w.role) {
			return w.path
		}
	}
	return "/"
}

// onForm turns a fault a person can do something about into faults of the form it
// came from; one that names no field stands at the field otherwise. All else is
// passed on.
func onForm(err error, otherwise string) (fault.Fields, error) {
	e, ok := fault.As(err)
	switch {
	case !ok || e.Kind == fault.KindInternal || e.Kind == fault.KindMissing:
		return nil, err
	case len(e.Fields) > 0:
		return e.Fields, nil
	default:
		return fault.Fields{{Path: otherwise, Code: e.Code, Args: e.Args}}, nil
	}
}

// signOut ends the session on the server first: a copied cookie must not live on.
func (p *Portal) signOut(q *kit.Request) error {
	if err := p.d.Identity.SignOut(q.Context(), q.SessionToken()); err != nil {
		return err
	}
	q.SignOut()
	q.Flash(ui.ToneOK, "portal.signed_out")
	return q.Redirect("/")
}
