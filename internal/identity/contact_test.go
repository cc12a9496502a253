package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
)

func reach(t *testing.T, k *identitytest.Kit, account, party string) identity.Contact {
	t.Helper()
	c, err := k.Reach(ctx, k.DB, account, party)
	noErr(t, err)
	return c
}

func TestHowSomebodyIsReached(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, officer, walkIn := k.Person("安心"), k.Staff("郑样例", k.Hall(), gov.RoleOfficer), k.WalkIn("周走")
		if c := reach(t, k, ann.Actor.Account, ""); len(c.Phone) != 11 || c.Mail != "" {
			t.Errorf("%+v", c)
		}
		if c := reach(t, k, "", walkIn.Party); len(c.Phone) != 11 {
			t.Errorf("who has no account: %+v", c)
		}
		if c := reach(t, k, officer.Actor.Account, ""); c != (identity.Contact{}) {
			t.Errorf("staff who said nothing: %+v", c)
		}
		if c := reach(t, k, "no such account", ""); c != (identity.Contact{}) {
			t.Errorf("%+v", c)
		}
		noErr(t, k.SetContact(ctx, ann.Actor, " Ann@example.org ", "13000090001"))
		noErr(t, k.SetContact(ctx, officer.Actor, "zheng@example.org", "130 0009 0002"))
		noErr(t, k.Prefer(ctx, officer.Actor, "en", ""))
		if c := reach(t, k, ann.Actor.Account, ""); c.Mail != "Ann@example.org" || c.Phone == "13000090001" {
			t.Errorf("a resident's telephone is his party's: %+v", c)
		}
		if c := reach(t, k, officer.Actor.Account, ""); c != (identity.Contact{Phone: "13000090002", Mail: "zheng@example.org", Locale: "en"}) {
			t.Errorf("%+v", c)
		}
		noErr(t, k.SetContact(ctx, officer.Actor, "", ""))
		own, err := k.OwnContact(ctx, officer.Actor)
		noErr(t, err)
		if own.Mail != "" || own.Phone != "130****0002" {
			t.Errorf("%+v", own)
		}
		var clear int
		noErr(t, k.DB.Row(ctx, `SELECT count(*) FROM account WHERE mail LIKE '%@%' OR phone LIKE '%1300%'`).Scan(&clear))
		if clear != 0 {
			t.Error("it lies in clear")
		}
		noErr(t, k.Close(ctx, k.Root, officer.Actor.Account, "已离职"))
		if c := reach(t, k, officer.Actor.Account, ""); c != (identity.Contact{}) {
			t.Errorf("who has left: %+v", c)
		}
		verify(t, k)
	})
}

func TestWhatIsNoMailAddress(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Person("安心")
		for _, bad := range []string{"ann", "ann@", "@example.org", "ann@example", "Ann <ann@example.org>", "ann@example.org, eve@example.org",
			"ann@example.org\r\nBcc: eve@example.org", "安@example.org", "a b@example.org", strings.Repeat("a", 250) + "@example.org"} {
			wantField(t, k.SetContact(ctx, ann.Actor, bad, ""), "mail", "identity.bad_mail")
		}
		officer := k.Staff("郑样例", k.Hall(), gov.RoleOfficer)
		wantField(t, k.SetContact(ctx, officer.Actor, "", "12345"), "phone", "identity.bad_phone")
		wantCode(t, k.SetContact(ctx, gov.Nobody(gov.Web), "a@example.org", ""), "identity.not_signed_in")
	})
}

func TestWhoHearsOfAnAffair(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann, ben, walkIn := k.Person("安心"), k.Person("本事"), k.WalkIn("周走")
		company := k.Company("云上餐饮有限公司", ann)
		hear := func(party, filedBy, item string) []string {
			t.Helper()
			out, err := k.Addressees(ctx, k.DB, party, filedBy, item)
			noErr(t, err)
			return out
		}
		same := func(what string, got []string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		same("his own", hear(ann.Party, ann.Actor.Account, "food"), ann.Actor.Account)
		same("filed at a counter", hear(ann.Party, "", "food"), ann.Actor.Account)
		same("nobody can sign in", hear(walkIn.Party, "", "food"))
		same("an organisation's handler", hear(company.Party, ann.Actor.Account, "food"), ann.Actor.Account)
		same("filed at a counter for an organisation", hear(company.Party, "", "food"), ann.Actor.Account)

		m, err := k.GrantMandate(ctx, k.Clerk(), identity.MandateInput{Kind: identity.Agent, Principal: ben.Party, Agent: ann.Party,
			Scope: []string{"food"}, To: clock.MustDate("2026-03-10"), Evidence: "委托书"})
		noErr(t, err)
		same("filed by an agent", hear(ben.Party, ann.Actor.Account, "food"), ben.Actor.Account, ann.Actor.Account)
		same("beyond the mandate", hear(ben.Party, ann.Actor.Account, "other"), ben.Actor.Account)
		same("filed by himself, though he has an agent", hear(ben.Party, ben.Actor.Account, "food"), ben.Actor.Account)
		h.pass(9 * 24 * time.Hour)
		if m.InForce(clock.MustDate("2026-03-11")) {
			t.Fatal("the mandate should have ended")
		}
		same("after its end", hear(ben.Party, ann.Actor.Account, "food"), ben.Actor.Account)
	})
}
