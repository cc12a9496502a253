package admin

import (
	"slices"
	"strconv"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// accountRows is how many accounts the context lists at once.
const accountRows = 50

// accountList is a page of a region's staff and service accounts.
type accountList struct {
	Region  string
	Regions []ui.Option
	List    []identity.Account
	Next    string
	Staff   bool // the actor may add staff
	Service bool // the actor may add department systems
	Form    ui.Form
}

// accounts lists the accounts of a region, or leads to the one whose login was typed.
func (s *Admin) accounts(q *kit.Request) error {
	l := accountList{Region: region(q), Form: ui.Filled(map[string]string{"login": q.Param("login")})}
	if login := q.Param("login"); login != "" {
		a, err := s.identity.AccountByLogin(q.Context(), q.Actor, login)
		if err == nil {
			return q.Redirect(areaAccounts + "/" + a.ID)
		}
		if fault.KindOf(err) != fault.KindMissing {
			return err
		}
		l.Form.Faults.Add("login", "identity.no_account")
	}
	var err error
	if l.Regions, err = s.regionOptions(q); err != nil {
		return err
	}
	if l.List, err = s.identity.AccountsOf(q.Context(), q.Actor, l.Region, q.Param("after")); err != nil {
		return err
	}
	if len(l.List) == accountRows {
		l.Next = areaAccounts + "?region=" + l.Region + "&after=" + l.List[len(l.List)-1].Login
	}
	l.Staff, l.Service = identity.CanManageStaff(q.Actor, l.Region), identity.CanManageTokens(q.Actor, l.Region)
	p := page(q, q.T("admin.accounts"), areaAccounts)
	p.Form = l.Form
	return q.Render(p, accountsPage(l))
}

// The kinds of account an administrator makes.
const (
	kindStaff   = "staff"
	kindService = "service"
)

// newAccount asks for a member of staff, or with ?kind=service for a system.
func (s *Admin) newAccount(q *kit.Request) error {
	kind := q.Param("kind")
	if kind != kindService {
		kind = kindStaff
	}
	return s.showNewAccount(q, ui.Filled(map[string]string{"kind": kind, "region": region(q)}))
}

func (s *Admin) showNewAccount(q *kit.Request, f ui.Form) error {
	options, err := s.regionOptions(q)
	if err != nil {
		return err
	}
	title, hint := q.T("admin.account_new"), q.T("admin.account_new_hint")
	if f.Value("kind") == kindService {
		title, hint = q.T("admin.service_new"), q.T("admin.service_new_hint")
	}
	fields := []ui.Field{
		{Kind: ui.KindHidden, Name: "kind"},
		{Name: "name", Label: q.T("admin.name"), Max: 50},
		{Name: "login", Label: q.T("admin.login"), Hint: q.T("admin.login_hint"), Max: 32, Complete: "off"},
		{Kind: ui.KindSelect, Name: "region", Label: q.T("admin.region"), Options: options},
	}
	p := page(q, title, areaAccounts)
	p.Back, p.Form = areaAccounts, f.Labelled(fields...)
	return q.Render(p, bodyFormPage(bodyForm{Title: title, Hint: hint, Action: areaAccounts, Form: p.Form, Fields: fields, Do: q.T("admin.account_add")}))
}

// addAccount makes the account. The temporary password of staff is shown once, on
// the page that answers, and is kept nowhere.
func (s *Admin) addAccount(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in := identity.StaffInput{Name: f.Text("name"), Login: f.Text("login"), Region: f.Text("region")}
	again := func(form ui.Form) error { return s.showNewAccount(q, form) }
	if f.Text("kind") == kindService {
		a, err := s.identity.CreateService(q.Context(), q.Actor, in)
		if err != nil {
			return refused(q, err, again)
		}
		q.Flash(ui.ToneOK, "admin.account_added", "name", a.Name)
		return q.Redirect(areaAccounts + "/" + a.ID)
	}
	a, temporary, err := s.identity.CreateStaff(q.Context(), q.Actor, in)
	if err != nil {
		return refused(q, err, again)
	}
	return s.showAccount(q, a, ui.Form{}, secret{Kind: "password", Value: temporary})
}

// secret is shown once, on the page that answers its making.
type secret struct{ Kind, Value string }

// accountView is an account with everything its keeper may do.
type accountView struct {
	identity.Account
	Place    string
	Locked   bool
	Posts    []postView
	Tokens   []identity.Token
	Secret   secret
	Form     ui.Form
	PostForm []ui.Field // nil: may give no post
	Token    []ui.Field // nil: may issue no token
	Reset    bool
	Suspend  bool
	Self     bool
}

// postView is a post with the names it speaks of.
type postView struct {
	identity.Post
	BodyName, DeputyName string
	Live                 bool
	MayEnd, MayDeputy    bool
}

// account is one account's page.
func (s *Admin) account(q *kit.Request) error {
	a, err := s.keptAccount(q)
	if err != nil {
		return err
	}
	return s.showAccount(q, a, ui.Form{}, secret{})
}

// keptAccount reads a staff or service account the keeper administers; his own he
// sees as any other.
func (s *Admin) keptAccount(q *kit.Request) (identity.Account, error) {
	a, err := s.identity.AccountOf(q.Context(), q.Actor, q.PathValue("id"))
	if err == nil && (a.Kind == gov.Person || !identity.CanSeeAccounts(q.Actor, a.Region)) {
		return identity.Account{}, errMissing
	}
	return a, err
}

func (s *Admin) showAccount(q *kit.Request, a identity.Account, f ui.Form, x secret) error {
	ctx := q.Context()
	v := accountView{Account: a, Form: f, Secret: x, Self: a.ID == q.Actor.Account}
	names, err := s.catalogue.RegionNames(ctx, []string{a.Region})
	if err != nil {
		return err
	}
	v.Place = nameOr(names, a.Region)
	if v.Locked, err = s.identity.Locked(ctx, q.Actor, a.ID); err != nil {
		return err
	}
	if err := s.posts(q, &v); err != nil {
		return err
	}
	if a.Kind == gov.Service {
		if v.Tokens, err = s.identity.Tokens(ctx, q.Actor, a.ID); err != nil {
			return err
		}
		if identity.CanManageTokens(q.Actor, a.Region) && a.State == identity.AccountActive {
			v.Token = s.tokenFields(q)
		}
	}
	v.Suspend = identity.CanSuspend(q.Actor, a.Region) && !v.Self && a.State != identity.AccountClosed
	v.Reset = identity.CanResetPassword(q.Actor, a, v.powerful()) && a.State != identity.AccountClosed
	if v.PostForm, err = s.postFields(q, &v); err != nil {
		return err
	}
	v.fill(q)
	p := page(q, a.Name, areaAccounts)
	p.Back, p.Form = areaAccounts+"?region="+a.Region, v.Form
	return q.Render(p, accountPage(v))
}

// fill gives every form of the page its version and what is chosen at first.
func (v *accountView) fill(q *kit.Request) {
	if v.Form.Values == nil {
		v.Form = ui.Filled(nil)
	}
	v.Form.Values.Set("version", strconv.FormatInt(v.Version(), 10))
	v.Form = v.Form.Labelled(slices.Concat(v.PostForm, v.Token, []ui.Field{
		{Name: "reason", Label: q.T("admin.reason")}, {Name: "evidence", Label: q.T("admin.evidence")}})...)
}

// powerful tells whether the account holds, or will hold, a post of the three
// administrators.
func (v *accountView) powerful() bool {
	return slices.ContainsFunc(v.Posts, func(p postView) bool { return p.EndedAt.IsZero() && identity.Privileged(p.Role) })
}

// onAccount is what every small form on the page shares: the account, the version
// seen, the act, and the page again with its faults.
func (s *Admin) onAccount(q *kit.Request, done string, act func(f *kit.Form, a identity.Account) error) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, err := s.keptAccount(q)
	if err != nil {
		return err
	}
	path := areaAccounts + "/" + a.ID
	if err := seen(f, a.Version()); err != nil {
		return kit.Conflict(err, path)
	}
	again := func(form ui.Form) error {
		fresh, err := s.keptAccount(q)
		if err != nil {
			return err
		}
		return s.showAccount(q, fresh, form, secret{})
	}
	if err = act(f, a); err == nil && len(f.Faults) > 0 {
		return again(f.View())
	}
	if err != nil {
		return refused(q, err, again)
	}
	q.Flash(ui.ToneOK, done, "name", a.Name)
	return q.Redirect(path)
}

// resetPassword gives a temporary password, shown once.
func (s *Admin) resetPassword(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, err := s.keptAccount(q)
	if err != nil {
		return err
	}
	if err := seen(f, a.Version()); err != nil {
		return kit.Conflict(err, areaAccounts+"/"+a.ID)
	}
	temporary, err := s.identity.ResetPassword(q.Context(), q.Actor, a.ID, f.Text("evidence"))
	if err != nil {
		return refused(q, err, func(form ui.Form) error { return s.showAccount(q, a, form, secret{}) })
	}
	if a, err = s.keptAccount(q); err != nil {
		return err
	}
	return s.showAccount(q, a, ui.Form{}, secret{Kind: "password", Value: temporary})
}

// setState suspends, resumes or closes an account.
func (s *Admin) setState(q *kit.Request) error {
	return s.onAccount(q, "admin.state_done", func(f *kit.Form, a identity.Account) error {
		ctx, reason := q.Context(), f.Text("reason")
		switch f.Text("act") {
		case "suspend":
			return s.identity.Suspend(ctx, q.Actor, a.ID, reason)
		case "resume":
			return s.identity.Resume(ctx, q.Actor, a.ID, reason)
		case "close":
			return s.identity.Close(ctx, q.Actor, a.ID, reason)
		default:
			return fault.Invalid("faults.form")
		}
	})
}

// unlock forgives wrong passwords before the lock passes.
func (s *Admin) unlock(q *kit.Request) error {
	return s.onAccount(q, "admin.unlocked", func(_ *kit.Form, a identity.Account) error {
		return s.identity.Unlock(q.Context(), q.Actor, a.ID)
	})
}
