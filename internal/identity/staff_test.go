package identity_test

import (
	"strings"
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/journal"
)

func TestPostsHoldFromADayToADay(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		body := k.NewBody("scjg", "990001", "示范县市场监督管理局")
		s := k.Staff("甄审", body)
		from, to := clock.MustDate("2026-03-03"), clock.MustDate("2026-03-04")
		p, err := k.AddPost(ctx, k.Root, identity.PostInput{Account: s.Account.ID, Body: body.ID, Role: gov.RoleOfficer, From: from, To: to})
		noErr(t, err)
		if p.Region != "990001000000" || p.Department != "scjg" {
			t.Errorf("%+v", p)
		}
		for day, want := range []bool{false, true, true, false} { // Monday to Thursday
			in, err := k.SignIn(ctx, s.Login, identitytest.Password, identity.Origin{Channel: gov.Web})
			noErr(t, err)
			if in.Actor.HasAt(gov.RoleOfficer, body.ID) != want {
				t.Errorf("day %d: %+v", day, in.Actor)
			}
			holders, err := k.Holders(ctx, k.DB, body.ID, gov.RoleOfficer)
			if err != nil || (len(holders) == 1) != want {
				t.Errorf("day %d: %+v %v", day, holders, err)
			}
			h.pass(24 * time.Hour)
		}
	})
}

func TestEndedPostIsGoneInTheSameSession(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		s := k.Staff("甄审", k.Hall(), gov.RoleOfficer, gov.RoleReviewer)
		noErr(t, k.EndPost(ctx, k.Root, s.Actor.Posts[0].ID, clock.Date{}))
		wantCode(t, k.EndPost(ctx, k.Root, s.Actor.Posts[0].ID, clock.Date{}), "identity.ended_before")
		actor, _, err := k.Authenticate(ctx, s.Token)
		noErr(t, err)
		if len(actor.Posts) != 1 || actor.Posts[0].ID != s.Actor.Posts[1].ID {
			t.Errorf("%+v", actor.Posts)
		}
		all, err := k.PostsOf(ctx, s.Actor, s.Account.ID)
		if err != nil || len(all) != 2 {
			t.Errorf("%+v %v", all, err)
		}
		_, err = k.PostsOf(ctx, k.Clerk(), s.Account.ID)
		wantCode(t, err, "identity.no_account")
		verify(t, k)
	})
}

func TestDeputyStandsIn(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		holder, deputy := k.Staff("甄准", k.Hall(), gov.RoleApprover), k.Staff("代理人", k.Hall(), gov.RoleOfficer)
		post := holder.Actor.Posts[0].ID
		tomorrow := clock.DateOf(h.now().Time()).AddDays(1)
		wantCode(t, k.SetDeputy(ctx, deputy.Actor, post, deputy.Account.ID, tomorrow, tomorrow), "identity.denied")
		wantCode(t, k.SetDeputy(ctx, holder.Actor, post, deputy.Account.ID, tomorrow, tomorrow.AddDays(-1)), "identity.ends_before_start")
		wantCode(t, k.SetDeputy(ctx, holder.Actor, post, holder.Account.ID, tomorrow, tomorrow), "identity.no_post_for_account")
		admin := k.Staff("管理员", k.Hall(), gov.RoleAdministrator)
		wantCode(t, k.SetDeputy(ctx, admin.Actor, post, admin.Account.ID, tomorrow, tomorrow), "identity.own_post")
		noErr(t, k.SetDeputy(ctx, holder.Actor, post, deputy.Account.ID, tomorrow, tomorrow))
		for _, want := range []bool{false, true, false} {
			in, err := k.SignIn(ctx, deputy.Login, identitytest.Password, identity.Origin{Channel: gov.Web})
			noErr(t, err)
			if in.Actor.Has(gov.RoleApprover) != want {
				t.Errorf("%v: %+v", h.now().Time(), in.Actor.Posts)
			}
			h.pass(24 * time.Hour)
		}
		guard := k.Staff("安全员", k.Hall(), gov.RoleSecurity)
		wantCode(t, k.SetDeputy(ctx, guard.Actor, guard.Actor.Posts[0].ID, deputy.Account.ID, tomorrow, tomorrow), "identity.no_deputy")
	})
}

func TestThreeHandsStayApart(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		admin, guard := k.Staff("管理员", k.Hall(), gov.RoleAdministrator), k.Staff("安全员", k.Hall(), gov.RoleSecurity)
		other := k.NewBody("zs", "990002", "另一县政数局")
		add := func(actor gov.Actor, account string, body identity.Body, role gov.Role) error {
			_, err := k.AddPost(ctx, actor, identity.PostInput{Account: account, Body: body.ID, Role: role})
			return err
		}
		novice, temporary, err := k.CreateStaff(ctx, admin.Actor, identity.StaffInput{Name: "新来的", Login: "novice", Region: "990001", Password: "chosen-by-admin-1"})
		noErr(t, err)
		if temporary == "" || temporary == "chosen-by-admin-1" {
			t.Error("an administrator chose a password that lasts")
		}
		in, err := k.SignIn(ctx, "novice", temporary, identity.Origin{})
		if err != nil || !in.Session.MustChange {
			t.Errorf("%+v %v", in.Session, err)
		}
		noErr(t, add(admin.Actor, novice.ID, k.Hall(), gov.RoleClerk))
		wantCode(t, add(admin.Actor, novice.ID, other, gov.RoleClerk), "identity.denied")             // not his region
		wantCode(t, add(admin.Actor, novice.ID, k.Hall(), gov.RoleAuditor), "identity.denied")        // security's to give
		wantCode(t, add(guard.Actor, novice.ID, k.Hall(), gov.RoleClerk), "identity.denied")          // administrator's to give
		wantCode(t, add(admin.Actor, admin.Account.ID, k.Hall(), gov.RoleClerk), "identity.own_post") // nobody raises himself
		wantCode(t, add(guard.Actor, admin.Account.ID, k.Hall(), gov.RoleAuditor), "identity.duties_apart")
		noErr(t, add(guard.Actor, novice.ID, k.Hall(), gov.RoleAuditor))
		ann := k.Person("安心")
		wantCode(t, add(k.Root, ann.Actor.Account, k.Hall(), gov.RoleClerk), "identity.no_post_for_account")
		wantField(t, add(k.Root, novice.ID, k.Hall(), gov.RoleResident), "role", "identity.bad_role")
		_, _, err = k.CreateStaff(ctx, guard.Actor, identity.StaffInput{Name: "新来的", Login: "novice2", Region: "990001"})
		wantCode(t, err, "identity.denied")
		_, _, err = k.CreateStaff(ctx, admin.Actor, identity.StaffInput{Name: "新来的", Login: "novice", Region: "990001"})
		wantField(t, err, "login", "identity.login_taken")
		accounts, err := k.AccountsOf(ctx, admin.Actor, "990001000000", "")
		noErr(t, err)
		for _, a := range accounts {
			if a.Kind == gov.Person {
				t.Errorf("the administrator sees residents: %+v", a)
			}
		}
		if len(accounts) != 4 { // administrator, security, clerk, novice
			t.Errorf("%d accounts", len(accounts))
		}
		_, err = k.AccountsOf(ctx, admin.Actor, "990000000000", "")
		wantCode(t, err, "identity.denied") // above his own
		verify(t, k)
	})
}

func TestBodies(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		city, county := k.NewBody("scjg", "9901", "示范市市场监督管理局"), k.NewBody("scjg", "990001", "示范县市场监督管理局")
		town := k.NewBody("zjj", "990001101", "示范镇人民政府")
		k.NewBody("scjg", "990002", "另一县市场监督管理局")
		if city.Level != 3 || county.Level != 4 || town.Level != 5 {
			t.Errorf("levels %d %d %d", city.Level, county.Level, town.Level)
		}
		in, err := k.BodiesOf(ctx, k.DB, "990001000000")
		if err != nil || len(in) != 2 || in[0].ID != county.ID || in[1].ID != town.ID {
			t.Errorf("%+v %v", in, err)
		}
		if none, err := k.BodiesOf(ctx, k.DB, "%"); err != nil || none != nil {
			t.Errorf("%+v %v", none, err)
		}
		_, err = k.AddBody(ctx, k.Root, identity.BodyInput{Department: "scjg", Region: "990001", Name: "又一个"})
		wantCode(t, err, "identity.body_exists")
		admin := k.Staff("县管理员", k.Hall(), gov.RoleAdministrator).Actor
		_, err = k.AddBody(ctx, admin, identity.BodyInput{Department: "ga", Region: "990002", Name: "另一县公安局"})
		wantCode(t, err, "identity.denied")
		_, err = k.AddBody(ctx, admin, identity.BodyInput{Department: "ga", Region: "990001", Name: "示范县公安局", CreditCode: "x", Parent: city.ID})
		wantField(t, err, "credit_code", "identity.bad_credit_code")
		edited, err := k.EditBody(ctx, admin, county.ID, identity.BodyInput{Name: county.Name, Hours: "8:30-17:30", Region: "110000", Department: "ga"})
		if err != nil || edited.Hours != "8:30-17:30" || edited.Region != county.Region || edited.Department != "scjg" {
			t.Errorf("%+v %v", edited, err)
		}
		today := clock.DateOf(h.now().Time())
		noErr(t, k.EndBody(ctx, admin, county.ID, today, "机构改革"))
		ended, err := k.Body(ctx, k.DB, county.ID)
		if err != nil || !ended.InForce(today) || ended.InForce(today.AddDays(1)) {
			t.Errorf("%+v %v", ended, err)
		}
		successor := identity.BodyInput{Department: "scjg", Region: "990001", Name: "示范县市场监管委员会", ValidFrom: today}
		_, err = k.AddBody(ctx, admin, successor)
		wantCode(t, err, "identity.body_exists") // today is still the old one's
		successor.ValidFrom = today.AddDays(1)
		next, err := k.AddBody(ctx, admin, successor)
		noErr(t, err)
		for _, want := range []string{county.ID, next.ID} {
			if b, err := k.BodyAt(ctx, k.DB, "scjg", county.Region); err != nil || b.ID != want {
				t.Errorf("%+v %v", b, err)
			}
			h.pass(24 * time.Hour)
		}
		verify(t, k)
	})
}

func TestTokensOfDepartmentSystems(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		guard := k.Staff("安全员", k.Hall(), gov.RoleSecurity).Actor
		admin := k.Staff("管理员", k.Hall(), gov.RoleAdministrator).Actor
		_, err := k.CreateService(ctx, admin, identity.StaffInput{Name: "审批系统", Login: "approval-system", Region: "990001"})
		wantCode(t, err, "identity.denied")
		a, err := k.CreateService(ctx, guard, identity.StaffInput{Name: "审批系统", Login: "approval-system", Region: "990001"})
		noErr(t, err)
		_, _, err = k.IssueToken(ctx, guard, a.ID, "令牌一", identity.Scopes{"everything"}, h.now().Add(time.Hour))
		wantField(t, err, "scopes", "identity.bad_scope")
		_, _, err = k.IssueToken(ctx, guard, a.ID, "令牌一", identity.Scopes{identity.CasesRead}, h.now().Add(400*24*time.Hour))
		wantField(t, err, "until", "identity.bad_until")
		_, _, err = k.IssueToken(ctx, guard, k.Clerk().Account, "令牌一", identity.Scopes{identity.CasesRead}, h.now().Add(time.Hour))
		wantCode(t, err, "identity.denied") // staff sign in
		token, secret, err := k.IssueToken(ctx, guard, a.ID, "令牌一", identity.Scopes{identity.CasesRead, identity.CasesAct}, h.now().Add(time.Hour))
		noErr(t, err)
		_, err = k.AddPost(ctx, admin, identity.PostInput{Account: a.ID, Body: k.Hall().ID, Role: gov.RoleOfficer})
		noErr(t, err)
		actor, scopes, err := k.TokenActor(ctx, secret)
		noErr(t, err)
		if !actor.Has(gov.RoleService) || !actor.Has(gov.RoleOfficer) || actor.Channel != gov.API || !scopes.Has(identity.CasesAct) || scopes.Has(identity.ApplicationsWrite) {
			t.Errorf("%+v %v", actor, scopes)
		}
		_, err = k.SignIn(ctx, "approval-system", "", identity.Origin{})
		wantCode(t, err, "identity.sign_in_failed")
		for _, bad := range []string{"", "ymt_", secret[4:], strings.ToUpper(secret), secret + "a"} {
			if _, _, err := k.TokenActor(ctx, bad); !identity.NotSignedIn(err) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, _, err := k.Authenticate(ctx, secret); !identity.NotSignedIn(err) {
			t.Error("an API token opens a session")
		}
		_, second, err := k.IssueToken(ctx, guard, a.ID, "令牌二", identity.Scopes{identity.CasesRead}, h.now().Add(time.Hour))
		noErr(t, err)
		noErr(t, k.RevokeToken(ctx, guard, a.ID, token.ID))
		wantCode(t, k.RevokeToken(ctx, guard, a.ID, token.ID), "identity.no_token")
		if _, _, err := k.TokenActor(ctx, secret); !identity.NotSignedIn(err) {
			t.Error("revoked, and opens")
		}
		_, _, err = k.TokenActor(ctx, second)
		noErr(t, err)
		h.pass(time.Hour)
		if _, _, err := k.TokenActor(ctx, second); !identity.NotSignedIn(err) {
			t.Error("run out, and opens")
		}
		all, err := k.Tokens(ctx, guard, a.ID)
		if err != nil || len(all) != 2 || all[1].RevokedAt == 0 {
			t.Errorf("%+v %v", all, err)
		}
		verify(t, k)
	})
}

func TestTheRowsAreGuardedByTheirChains(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Person("安心")
		noErr(t, k.DB.Do(ctx, func(tx *db.Tx) error { // somebody with the database lifts himself
			return tx.Exec(ctx, `UPDATE account SET version = version + 1 WHERE id = $1`, ann.Actor.Account)
		}))
		report, err := k.Book.Verify(ctx, k.DB, identity.Nouns(), func() {})
		noErr(t, err)
		if len(report.Breaks) != 1 || report.Breaks[0].Subject != ann.Actor.Account {
			t.Errorf("%+v", report.Breaks)
		}
		lines, err := k.History(ctx, k.DB, ann.Actor, journal.Subject{Kind: identity.KindAccount, ID: ann.Actor.Account})
		noErr(t, err)
		var acts []string
		for _, l := range lines {
			acts = append(acts, l.Act)
		}
		if got := strings.Join(acts, " "); got != "sign_up sign_in raise" {
			t.Error(got)
		}
	})
}

func TestPreferences(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Declared("安心")
		wantCode(t, k.Prefer(ctx, ann.Actor, "fr", ""), "identity.bad_preference")
		noErr(t, k.Prefer(ctx, ann.Actor, "en", "large"))
		_, s, err := k.Authenticate(ctx, ann.Token)
		if err != nil || s.Locale != "en" || s.Size != "large" {
			t.Errorf("%+v %v", s, err)
		}
	})
}

func TestAnIDThatNoDatabaseTakesIsOnlyMissing(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann := k.Person("安心")
		for _, bad := range []string{"\x00", "\xff", "", "no such", strings.Repeat("x", 1<<16)} {
			_, err := k.Party(ctx, k.DB, k.Clerk(), bad)
			wantCode(t, err, "identity.no_party")
			_, err = k.Body(ctx, k.DB, bad)
			wantCode(t, err, "identity.no_body")
			_, err = k.AccountOf(ctx, k.Root, bad)
			wantCode(t, err, "identity.no_account")
			wantCode(t, k.EndSession(ctx, ann.Actor, bad), "identity.no_session")
			wantCode(t, k.EndMandate(ctx, ann.Actor, bad, "没有理由"), "identity.no_mandate")
			wantCode(t, k.EndPost(ctx, k.Root, bad, clock.Date{}), "identity.no_post")
			if bad != "" { // for himself again
				_, err = k.ActAs(ctx, ann.Actor, ann.Session.ID, bad)
				wantCode(t, err, "identity.no_mandate")
			}
			_, err = k.Raise(ctx, k.Clerk(), identity.RaiseInput{Party: bad, Name: "安心", IDNumber: ann.IDNumber, Evidence: "身份证"})
			wantCode(t, err, "identity.no_account")
			_, _, err = k.FindParty(ctx, k.Clerk(), bad)
			noErr(t, err)
		}
	})
}
