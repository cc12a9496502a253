package admin

import (
	"cmp"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// posts reads an account's posts with the names of bodies and deputies.
func (s *Admin) posts(q *kit.Request, v *accountView) error {
	ctx := q.Context()
	all, err := s.identity.PostsOf(ctx, q.Actor, v.ID)
	if err != nil {
		return err
	}
	var bodies, deputies []string
	for _, p := range all {
		bodies = append(bodies, p.Body)
		if p.Deputy != "" {
			deputies = append(deputies, p.Deputy)
		}
	}
	names, err := s.identity.BodyNames(ctx, bodies)
	if err != nil {
		return err
	}
	people, err := s.identity.AccountNames(ctx, deputies)
	if err != nil {
		return err
	}
	today := s.today()
	for _, p := range slices.Backward(all) {
		may := identity.CanManagePost(q.Actor, p.Role, p.Region) && p.EndedAt.IsZero()
		v.Posts = append(v.Posts, postView{Post: p, BodyName: names[p.Body], DeputyName: people[p.Deputy], Live: p.InForce(today),
			MayEnd: may, MayDeputy: may && !identity.Privileged(p.Role)})
	}
	return nil
}

// postFields ask for a post; nil where the actor may give none to this account.
func (s *Admin) postFields(q *kit.Request, v *accountView) ([]ui.Field, error) {
	if v.Self || v.State == identity.AccountClosed {
		return nil, nil
	}
	roleField := ui.Field{Kind: ui.KindSelect, Name: "role", Label: q.T("admin.role")}
	bodyField := ui.Field{Kind: ui.KindSelect, Name: "body", Label: q.T("admin.body")}
	for _, r := range gov.Roles() {
		if r.Posted() && s.mayGive(q.Actor, r) && !(v.Kind == gov.Service && identity.Privileged(r)) {
			roleField.Options = append(roleField.Options, ui.Option{Value: string(r), Label: q.T("admin.role_" + string(r))})
		}
	}
	if len(roleField.Options) == 0 {
		return nil, nil
	}
	var err error
	if bodyField.Options, err = s.bodyOptions(q); err != nil {
		return nil, err
	}
	return []ui.Field{roleField, bodyField,
		{Name: "window", Label: q.T("admin.window"), Hint: q.T("admin.window_hint"), Optional: true, Max: 20},
		{Kind: ui.KindDate, Name: "from", Label: q.T("admin.from"), Hint: q.T("admin.from_hint"), Optional: true},
		{Kind: ui.KindDate, Name: "to", Label: q.T("admin.to"), Hint: q.T("admin.to_hint"), Optional: true},
	}, nil
}

// mayGive tells whether the actor may give the role in one of his regions.
func (s *Admin) mayGive(a gov.Actor, r gov.Role) bool {
	return slices.ContainsFunc(regions(a), func(region string) bool { return identity.CanManagePost(a, r, region) })
}

// bodyOptions are the bodies in force in the keeper's regions.
func (s *Admin) bodyOptions(q *kit.Request) ([]ui.Option, error) {
	var out []ui.Option
	today := s.today()
	for _, region := range regions(q.Actor) {
		all, err := s.identity.BodiesWithin(q.Context(), region)
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			if b.InForce(today) {
				out = append(out, ui.Option{Value: b.ID, Label: b.Name})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ui.Option) int { return cmp.Compare(a.Value, b.Value) })
	out = slices.CompactFunc(out, func(a, b ui.Option) bool { return a.Value == b.Value })
	slices.SortStableFunc(out, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	return out, nil
}

// addPost gives a role at a body.
func (s *Admin) addPost(q *kit.Request) error {
	return s.onAccount(q, "admin.post_added", func(f *kit.Form, a identity.Account) error {
		in := identity.PostInput{Account: a.ID, Body: f.Text("body"), Role: gov.Role(f.Text("role")), Window: f.Text("window"),
			From: f.Date("from"), To: f.Date("to")}
		if in.Body == "" {
			f.Faults.Add("body", "faults.choose")
		}
		if in.Role == "" {
			f.Faults.Add("role", "faults.choose")
		}
		if len(f.Faults) > 0 {
			return nil
		}
		_, err := s.identity.AddPost(q.Context(), q.Actor, in)
		return err
	})
}

func (s *Admin) endPostPage(q *kit.Request) error {
	a, p, err := s.keptPost(q)
	if err != nil {
		return err
	}
	if !p.MayEnd {
		return q.Redirect(areaAccounts + "/" + a.ID)
	}
	return s.showEndPost(q, a, p, ui.Filled(nil))
}

func (s *Admin) showEndPost(q *kit.Request, a identity.Account, p postView, f ui.Form) error {
	fields := []ui.Field{{Kind: ui.KindDate, Name: "last", Label: q.T("admin.last_day"), Hint: q.T("admin.post_last_hint"), Optional: true}}
	return s.showPost(q, a, p, f, bodyForm{Title: q.T("admin.post_end"), Action: "end", Fields: fields, Do: q.T("admin.post_end")})
}

// showPost draws a page of one question about a post; x.Action is below the post.
func (s *Admin) showPost(q *kit.Request, a identity.Account, p postView, f ui.Form, x bodyForm) error {
	x.Lead = a.Name + "　" + p.BodyName + " " + q.T("admin.role_"+string(p.Role))
	x.Action = areaAccounts + "/" + a.ID + "/posts/" + p.ID + "/" + x.Action
	pg := page(q, x.Title, areaAccounts)
	pg.Back, pg.Form = areaAccounts+"/"+a.ID, f.Labelled(x.Fields...)
	x.Form = pg.Form
	return q.Render(pg, bodyFormPage(x))
}

// keptPost reads the account and the post of the address.
func (s *Admin) keptPost(q *kit.Request) (identity.Account, postView, error) {
	a, err := s.keptAccount(q)
	if err != nil {
		return a, postView{}, err
	}
	p, err := s.postOf(q, a)
	return a, p, err
}

// endPost takes a post away at once, or after a day that is typed. A post that has
// ended meanwhile says so, which is why no version is asked for.
func (s *Admin) endPost(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, p, err := s.keptPost(q)
	if err != nil {
		return err
	}
	again := func(form ui.Form) error { return s.showEndPost(q, a, p, form) }
	last := f.Date("last")
	if len(f.Faults) > 0 {
		return again(f.View())
	}
	if err := s.identity.EndPost(q.Context(), q.Actor, p.ID, last); err != nil {
		return refused(q, err, again)
	}
	q.Flash(ui.ToneOK, "admin.post_ended")
	return q.Redirect(areaAccounts + "/" + a.ID)
}

// postOf finds the post of the address among the account's own.
func (s *Admin) postOf(q *kit.Request, a identity.Account) (postView, error) {
	v := accountView{Account: a}
	if err := s.posts(q, &v); err != nil {
		return postView{}, err
	}
	for _, p := range v.Posts {
		if p.ID == q.PathValue("post") {
			return p, nil
		}
	}
	return postView{}, errMissing
}

func (s *Admin) deputyPage(q *kit.Request) error {
	a, p, err := s.keptPost(q)
	if err != nil {
		return err
	}
	if !p.MayDeputy {
		return q.Redirect(areaAccounts + "/" + a.ID)
	}
	return s.showDeputy(q, a, p, ui.Filled(map[string]string{"from": p.DeputyFrom.String(), "to": p.DeputyTo.String()}))
}

func (s *Admin) showDeputy(q *kit.Request, a identity.Account, p postView, f ui.Form) error {
	ctx := ui.WithView(q.Context(), q.View())
	fields := []ui.Field{
		{Name: "login", Label: q.T("admin.deputy_login"), Hint: q.T("admin.deputy_hint"), Optional: true, Max: 32, Complete: "off"},
		{Kind: ui.KindDate, Name: "from", Label: q.T("admin.from"), Optional: true},
		{Kind: ui.KindDate, Name: "to", Label: q.T("admin.to"), Optional: true},
	}
	x := bodyForm{Title: q.T("admin.deputy"), Action: "deputy", Fields: fields, Do: q.T("admin.save")}
	if p.Deputy != "" {
		x.Hint = q.T("admin.deputy_now", "name", p.DeputyName, "span", span(ctx, p.DeputyFrom, p.DeputyTo))
	}
	return s.showPost(q, a, p, f, x)
}

// setDeputy lets a colleague hold the post for a time; an empty login takes it back.
func (s *Admin) setDeputy(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, p, err := s.keptPost(q)
	if err != nil {
		return err
	}
	again := func(form ui.Form) error { return s.showDeputy(q, a, p, form) }
	deputy, from, to := "", f.Date("from"), f.Date("to")
	if login := f.Text("login"); login != "" {
		d, err := s.identity.AccountByLogin(q.Context(), q.Actor, login)
		switch {
		case fault.KindOf(err) == fault.KindMissing:
			f.Faults.Add("login", "identity.no_account")
		case err != nil:
			return err
		}
		deputy = d.ID
		if from.IsZero() && !f.Faults.Has("from") {
			f.Faults.Add("from", "faults.required")
		}
		if to.IsZero() && !f.Faults.Has("to") {
			f.Faults.Add("to", "faults.required")
		}
	}
	if len(f.Faults) > 0 {
		return again(f.View())
	}
	if err := s.identity.SetDeputy(q.Context(), q.Actor, p.ID, deputy, from, to); err != nil {
		return refused(q, err, again)
	}
	q.Flash(ui.ToneOK, "admin.saved")
	return q.Redirect(areaAccounts + "/" + a.ID)
}
