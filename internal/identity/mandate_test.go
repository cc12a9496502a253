package identity_test

import (
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
)

func TestMandateReachesItsItemsAndNoOthers(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		c := k.Company("云上餐饮有限公司", ann)
		_, err := k.GrantMandate(ctx, k.Clerk(), identity.MandateInput{Kind: identity.Handler, Principal: c.Party, Agent: ben.Party,
			Scope: []string{"food_licence", "signboard"}, Evidence: "授权委托书"})
		noErr(t, err)
		actor, err := k.ActAs(ctx, ben.Actor, ben.Session.ID, c.Party)
		noErr(t, err)
		noErr(t, k.MayActIn(ctx, k.DB, actor, "food_licence"))
		wantCode(t, k.MayActIn(ctx, k.DB, actor, "hotel_licence"), "identity.out_of_scope")
		noErr(t, k.MayActIn(ctx, k.DB, c.Handler, "hotel_licence")) // every item
		noErr(t, k.MayActIn(ctx, k.DB, ben.Actor, "hotel_licence")) // for himself
		forged := ben.Actor
		forged.OnBehalfOf = ann.Party
		wantCode(t, k.MayActIn(ctx, k.DB, forged, "food_licence"), "identity.no_mandate")
		_, err = k.ActAs(ctx, ben.Actor, ben.Session.ID, ann.Party)
		wantCode(t, err, "identity.no_mandate")
		_, err = k.ActAs(ctx, ben.Actor, ann.Session.ID, c.Party) // another's session
		if !identity.NotSignedIn(err) {
			t.Errorf("%v", err)
		}
		actor, err = k.ActAs(ctx, actor, ben.Session.ID, "")
		if err != nil || actor.OnBehalfOf != "" {
			t.Errorf("%+v %v", actor, err)
		}
	})
}

func TestMandateHoldsFromADayToADay(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		c := k.Company("云上餐饮有限公司", ann)
		_, err := k.GrantMandate(ctx, k.Clerk(), identity.MandateInput{Kind: identity.Handler, Principal: c.Party, Agent: ben.Party,
			From: clock.MustDate("2026-03-03"), To: clock.MustDate("2026-03-03"), Evidence: "授权委托书"})
		noErr(t, err)
		token := ben.Token
		try := func() error {
			actor, session, err := k.Authenticate(ctx, token)
			if identity.NotSignedIn(err) {
				in, e := k.SignIn(ctx, ben.Login, identitytest.Password, from(""))
				noErr(t, e)
				token, actor, session = in.Token, in.Actor, in.Session
			}
			_, err = k.ActAs(ctx, actor, session.ID, c.Party)
			return err
		}
		wantCode(t, try(), "identity.no_mandate") // Monday
		h.pass(24 * time.Hour)
		noErr(t, try()) // Tuesday
		actor, session, err := k.Authenticate(ctx, token)
		if err != nil || actor.OnBehalfOf != c.Party || session.ActingName != c.Name {
			t.Fatalf("%+v %+v %v", actor, session, err)
		}
		h.pass(14*time.Hour + 30*time.Minute) // 23:30
		in, err := k.SignIn(ctx, ben.Login, identitytest.Password, from(""))
		noErr(t, err)
		_, err = k.ActAs(ctx, in.Actor, in.Session.ID, c.Party)
		noErr(t, err)
		h.pass(31 * time.Minute) // past midnight in Shanghai, in the middle of a session
		actor, session, err = k.Authenticate(ctx, in.Token)
		if err != nil || actor.OnBehalfOf != "" || !session.MandateEnded {
			t.Errorf("%+v %+v %v", actor, session, err)
		}
	})
}

func TestMandateEndsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		c := k.Company("云上餐饮有限公司", ann)
		wantCode(t, k.EndMandate(ctx, ben.Actor, c.Mandate.ID, "没有关系"), "identity.no_mandate")
		wantField(t, k.EndMandate(ctx, ann.Actor, c.Mandate.ID, ""), "reason", "identity.reason_required")
		noErr(t, k.EndMandate(ctx, ann.Actor, c.Mandate.ID, "已离职"))
		wantCode(t, k.EndMandate(ctx, ann.Actor, c.Mandate.ID, "已离职"), "identity.ended_before")
		actor, session, err := k.Authenticate(ctx, ann.Token)
		if err != nil || actor.OnBehalfOf != "" || actor.Has(gov.RoleHandler) || !session.MandateEnded {
			t.Errorf("%+v %+v %v", actor, session, err)
		}
		wantCode(t, k.MayActIn(ctx, k.DB, c.Handler, "food_licence"), "identity.no_mandate") // an actor loaded before the end
		verify(t, k)
	})
}

func TestWhoMayGrantWhat(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		boss, ann, ben, unseen := k.Person("老板"), k.Person("安心"), k.Person("本分"), k.Declared("未见者")
		c := k.Company("云上餐饮有限公司", ann)
		_, err := k.GrantMandate(ctx, k.Clerk(), identity.MandateInput{Kind: identity.LegalRepresentative, Principal: c.Party, Agent: boss.Party, Evidence: "营业执照"})
		noErr(t, err)
		grant := func(actor gov.Actor, kind identity.MandateKind, principal, agent string) error {
			_, err := k.GrantMandate(ctx, actor, identity.MandateInput{Kind: kind, Principal: principal, Agent: agent, Evidence: "授权委托书"})
			return err
		}
		wantCode(t, grant(c.Handler, identity.Handler, c.Party, ben.Party), "identity.denied") // a handler makes no handlers
		wantCode(t, grant(ben.Actor, identity.Handler, c.Party, ben.Party), "identity.denied")
		wantCode(t, grant(boss.Actor, identity.LegalRepresentative, c.Party, ben.Party), "identity.denied")
		wantCode(t, grant(boss.Actor, identity.Guardian, boss.Party, ben.Party), "identity.denied")
		wantCode(t, grant(unseen.Actor, identity.Agent, unseen.Party, ben.Party), "identity.denied")
		wantCode(t, grant(k.Clerk(), identity.Handler, c.Party, unseen.Party), "identity.not_seen")
		wantCode(t, grant(k.Clerk(), identity.Handler, ann.Party, ben.Party), "identity.mandate_mismatch")
		wantCode(t, grant(k.Clerk(), identity.Guardian, c.Party, ben.Party), "identity.mandate_mismatch")
		wantCode(t, grant(k.Clerk(), identity.Agent, ben.Party, c.Party), "identity.mandate_mismatch")
		wantCode(t, grant(k.Clerk(), identity.Agent, ben.Party, ben.Party), "identity.mandate_mismatch")
		noErr(t, grant(boss.Actor, identity.Handler, c.Party, ben.Party))
		wantCode(t, grant(boss.Actor, identity.Handler, c.Party, ben.Party), "identity.mandate_exists")
		noErr(t, grant(ann.Actor, identity.Agent, ann.Party, ben.Party))
		child := k.WalkIn("小孩子")
		noErr(t, grant(k.Clerk(), identity.Guardian, child.Party, ann.Party))
		all, err := k.MandatesFrom(ctx, k.Clerk(), c.Party)
		if err != nil || len(all) != 3 || all[0].Evidence == "" || all[0].AgentName == "" {
			t.Errorf("%+v %v", all, err)
		}
		_, err = k.MandatesFrom(ctx, unseen.Actor, c.Party)
		wantCode(t, err, "identity.no_party")
	})
}

func TestAgentNamedByNumberIsNotAnOracle(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		grant := func(name, number string) error {
			_, err := k.GrantMandate(ctx, ann.Actor, identity.MandateInput{Kind: identity.Agent, Principal: ann.Party, AgentName: name, AgentIDNumber: number})
			return err
		}
		wantCode(t, grant("本分", k.IDNumber()), "identity.agent_unknown")
		wantCode(t, grant("另一个", ben.IDNumber), "identity.agent_unknown")
		noErr(t, grant("本分", ben.IDNumber))
		var err error
		for range 30 {
			err = grant("猜一猜", k.IDNumber())
		}
		wantCode(t, err, "identity.too_many")
	})
}
