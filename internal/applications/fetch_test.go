package applications_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// shelf is the licence store behind an application, as far as the test fills it.
type shelf struct{ *desk }

func (s shelf) Held(_ context.Context, _ db.Reader, party string, types []string) (out []applications.Licence, _ error) {
	for _, l := range s.store {
		for _, of := range types {
			if l.Holder == party && l.Type == of {
				out = append(out, l)
			}
		}
	}
	return out, nil
}

func (s shelf) Several(_ context.Context, _ db.Reader, ids []string) (map[string]applications.Licence, error) {
	out := map[string]applications.Licence{}
	for _, id := range ids {
		if l, ok := s.store[id]; ok {
			out[id] = l
		}
	}
	return out, nil
}

func (s shelf) Faces(_ context.Context, _ db.Reader, ids []string) (map[string][]applications.FaceLine, error) {
	out := map[string][]applications.FaceLine{}
	for _, id := range ids {
		out[id] = []applications.FaceLine{{Key: "company_name", Label: "名称", Value: form.Plain("小满面馆（虚构）"), Class: form.Public},
			{Key: "id_number", Label: "公民身份号码", Value: form.Plain(number), Class: form.Sensitive}}
	}
	return out, nil
}

// licensed puts licences into the store and slots for them on the form: the company's
// business licence, its handler's card, and the card of somebody else.
func (d *desk) licensed() {
	d.store = map[string]applications.Licence{
		"biz":      {ID: "biz", Number: "ZZ012-1", Type: "business_licence", TypeName: "营业执照", Holder: "company", HolderKind: "organisation", State: "valid", Counts: true},
		"card":     {ID: "card", Number: "ZZ001-1", Type: "id_card", TypeName: "居民身份证", Holder: "handler", HolderKind: "person", State: "valid", Counts: true},
		"stranger": {ID: "stranger", Number: "ZZ012-2", Type: "business_licence", TypeName: "营业执照", Holder: "another", HolderKind: "organisation", State: "valid", Counts: true},
		"own":      {ID: "own", Number: "ZZ012-3", Type: "business_licence", TypeName: "营业执照", Holder: "person", HolderKind: "person", State: "valid", Counts: true},
	}
	d.def.Slots = append(d.def.Slots,
		applications.Slot{Key: "biz", Name: "营业执照", Required: true, Licence: "business_licence", LicenceName: "营业执照", Holder: applications.HeldByApplicant},
		applications.Slot{Key: "id_card_agent", Name: "代办人居民身份证", Licence: "id_card", Holder: applications.HeldByHandler},
		applications.Slot{Key: "id_card_dead", Name: "逝者居民身份证", Licence: "id_card"})
}

func (d *desk) state(licence, state string) {
	l := d.store[licence]
	l.State, l.Counts, l.Since = state, state == "valid", clock.MustDate("2026-03-01")
	d.store[licence] = l
}

func seen(a gov.Actor) gov.Actor {
	a.Assurance = 1
	return a
}

// fetch asks for a licence with consent.
func (d *desk) fetch(actor gov.Actor, x *applications.Application, slot, licence string) (*applications.Application, error) {
	return d.Fetch(d.t.Context(), actor, x.ID, x.Version(), slot, licence, true)
}

// A valid licence of the applicant is offered instead of the paper, fetched with
// consent, counts, and can be taken back; every step is in the journal.
func TestALicenceInsteadOfAPaper(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.complete(h, d.start(h))
		wantFields(t, "nothing handed in", filing(d, h, x), "material.biz")
		offers, unknown, err := d.Offered(t.Context(), h, x, d.def.Slots...)
		if err != nil || unknown || len(offers["biz"]) != 1 || len(offers["id_card_agent"]) != 1 || len(offers) != 2 {
			t.Fatalf("%+v %v %v", offers, unknown, err)
		}
		if o := offers["biz"][0]; o.Licence.ID != "biz" || strings.Join(o.Labels, " ") != "名称 公民身份号码" {
			t.Errorf("%+v", o)
		}
		_, err = d.Fetch(t.Context(), h, x.ID, x.Version(), "biz", "biz", false)
		wantFields(t, "without consent", err, "consent")
		if x, err = d.fetch(h, x, "biz", "biz"); err != nil {
			t.Fatal(err)
		}
		_, err = d.fetch(h, x, "biz", "biz")
		wantCode(t, "twice", err, "applications.fetched_already")
		have, err := d.FetchedOf(t.Context(), h, x)
		if err != nil || len(have) != 1 || have[0].ConsentedBy != h.Account || have[0].Seen != "valid" || have[0].Licence.Number != "ZZ012-1" {
			t.Fatalf("%+v %v", have, err)
		}
		if x, err = d.TakeBack(t.Context(), h, x.ID, x.Version(), have[0].ID); err != nil {
			t.Fatal(err)
		}
		wantFields(t, "taken back", filing(d, h, x), "material.biz")
		_, err = d.TakeBack(t.Context(), h, x.ID, x.Version(), have[0].ID)
		wantCode(t, "taken back twice", err, "applications.licence_missing")
		if x, err = d.fetch(h, x, "biz", "biz"); err != nil {
			t.Fatal(err)
		}
		if x, err = d.File(t.Context(), h, x.ID, x.Version(), true); err != nil {
			t.Fatal(err)
		}
		_, err = d.TakeBack(t.Context(), h, x.ID, x.Version(), have[0].ID)
		wantCode(t, "after filing", err, "applications.not_now")
		lines, err := d.Trace(t.Context(), h, x)
		if err != nil {
			t.Fatal(err)
		}
		var acts []string
		for _, l := range lines {
			acts = append(acts, l.Act)
			if l.Act == "fetch" && (l.OnBehalfOf != "company" || !strings.Contains(string(l.Payload), `"item":"示例许可"`) ||
				!strings.Contains(string(l.Payload), `"bodies":["示例局"]`)) {
				t.Errorf("the consent is kept as %s for %s", l.Payload, l.OnBehalfOf)
			}
		}
		if got := strings.Join(acts, " "); got != "start save attach fetch take_back fetch file" {
			t.Error(got)
		}
	})
}

func filing(d *desk, actor gov.Actor, x *applications.Application) error {
	d.t.Helper()
	_, err := d.File(d.t.Context(), actor, x.ID, x.Version(), true)
	return err
}

// Whoever may not is told that there is nothing: other people's licences, other
// types, mandates that do not reach, a declared identity, the other sort of holder.
func TestWhoMayFetch(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.start(h)
		for what, c := range map[string]struct {
			actor         gov.Actor
			slot, licence string
			code          string
		}{
			"another company's":                           {h, "biz", "stranger", "applications.licence_missing"},
			"no licence":                                  {h, "biz", "' OR 1=1 --", "applications.licence_missing"},
			"of another type":                             {h, "biz", "card", "applications.licence_missing"},
			"for a slot of somebody else":                 {h, "id_card_dead", "card", "applications.licence_missing"},
			"for no slot":                                 {h, "nothing", "biz", "applications.slot_missing"},
			"for a slot without licence":                  {h, "contract", "biz", "applications.licence_missing"},
			"a stranger":                                  {seen(person("other")), "biz", "biz", "applications.missing"},
			"the handler as himself":                      {seen(person("handler")), "biz", "biz", "applications.missing"},
			"beyond the mandate":                          {seen(handler("another")), "biz", "biz", "applications.missing"},
			"a declared identity":                         {handler(), "biz", "biz", "applications.fetch_unknown"},
			"a clerk with nobody":                         {clerk(), "biz", "biz", "applications.missing"},
			"an officer":                                  {staff(gov.RoleOfficer, body, region), "biz", "biz", "applications.missing"},
			"the company's own account for the handler's": {seen(person("company")), "id_card_agent", "card", "applications.licence_missing"},
		} {
			_, err := d.Fetch(t.Context(), c.actor, x.ID, 0, c.slot, c.licence, true)
			wantCode(t, what, err, c.code)
		}
		d.unseen = true
		_, err := d.fetch(h, x, "biz", "biz")
		wantCode(t, "a company nobody has seen", err, "applications.fetch_unknown")
		if offers, unknown, err := d.Offered(t.Context(), h, x, d.def.Slots...); err != nil || !unknown || len(offers) != 0 {
			t.Errorf("%v %v %v", offers, unknown, err)
		}
		d.unseen = false
		if _, err := d.fetch(seen(handler(permit)), x, "biz", "biz"); err != nil {
			t.Errorf("a mandate for this item carries the company's licence: %v", err)
		}
		if n := d.count(`SELECT count(*) FROM fetched`); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// A person's licences are not opened by a mandate for some items.
func TestANarrowMandateOpensNoPersonsLicence(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		agent := seen(person("agent"))
		agent.OnBehalfOf, agent.Items = "person", []string{permit}
		x := d.start(agent)
		_, err := d.fetch(agent, x, "biz", "own")
		wantCode(t, "a narrow mandate", err, "applications.licence_missing")
		agent.Items = nil
		if _, err := d.fetch(agent, x, "biz", "own"); err != nil {
			t.Errorf("a guardian: %v", err)
		}
	})
}

// At the window the clerk records the consent of who stands there, a department's
// system that of whom its own counter saw: both are kept.
func TestConsentAtTheWindow(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		for _, kind := range []gov.ActorKind{gov.Staff, gov.Service} {
			alone := clerk()
			alone.Kind = kind
			c := alone
			c.OnBehalfOf = "company"
			x := d.start(c)
			_, err := d.fetch(alone, x, "biz", "biz")
			wantCode(t, "for nobody", err, "applications.fetch_unknown")
			d.unseen = true
			_, err = d.fetch(c, x, "biz", "biz")
			wantCode(t, "for a company nobody has seen", err, "applications.fetch_unknown")
			d.unseen = false
			officer := staff(gov.RoleOfficer, body, region)
			officer.Kind, officer.Account, officer.OnBehalfOf = kind, c.Account, "company"
			_, err = d.fetch(officer, x, "biz", "biz")
			wantCode(t, "without the clerk's post", err, "applications.missing")
			if x, err = d.fetch(c, x, "biz", "biz"); err != nil {
				t.Fatal(kind, err)
			}
			lines, err := d.Trace(t.Context(), c, x)
			if err != nil {
				t.Fatal(err)
			}
			if l := lines[len(lines)-1]; l.Act != "fetch" || l.Account != c.Account || l.OnBehalfOf != "company" {
				t.Errorf("%+v", l)
			}
		}
	})
}

// A licence that fell after it was fetched keeps the application from being filed,
// with its name, state, day and remedy; after filing it stops the grant.
func TestAFallenLicence(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.complete(h, d.start(h))
		x, err := d.fetch(h, x, "biz", "biz")
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range []string{"suspended", "revoked", "cancelled", "expired"} {
			d.state("biz", state)
			err := filing(d, h, x)
			wantFields(t, state, err, "material.biz")
			if e, ok := fault.As(err); !ok || e.Fields[0].Code != "applications.licence_"+state || e.Fields[0].Args["number"] != "ZZ012-1" {
				t.Errorf("%s: %+v", state, err)
			}
			_, err = d.fetch(h, d.start(h), "biz", "biz")
			wantFields(t, "fetch a "+state, err, "material.biz")
		}
		d.state("biz", "valid")
		if x, err = d.File(t.Context(), h, x.ID, x.Version(), true); err != nil {
			t.Fatal(err)
		}
		if _, err := d.StandIn(t.Context(), d.db, x.ID); err != nil {
			t.Fatal(err)
		}
		d.state("biz", "revoked")
		_, err = d.StandIn(t.Context(), d.db, x.ID)
		wantCode(t, "revoked", err, "applications.stands_on_revoked")
		if e, _ := fault.As(err); e.Args["name"] != "营业执照" || e.Args["since"] != clock.MustDate("2026-03-01") {
			t.Errorf("%+v", e.Args)
		}
		if all, err := d.Fallen(t.Context(), staff(gov.RoleOfficer, body, region), x); err != nil || len(all) != 1 {
			t.Errorf("%v %v", all, err)
		}
		_, err = d.Fallen(t.Context(), person("other"), x)
		wantCode(t, "a stranger", err, "applications.missing")
	})
}

// A correction that names the material lets a fallen licence be replaced; one that
// does not is not held up by it, because nobody could put it right there.
func TestAFallenLicenceInACorrection(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.complete(h, d.start(h))
		x, err := d.fetch(h, x, "biz", "biz")
		if err != nil {
			t.Fatal(err)
		}
		if x, err = d.File(t.Context(), h, x.ID, x.Version(), true); err != nil {
			t.Fatal(err)
		}
		d.state("biz", "revoked")
		ask := func(defects ...applications.Defect) {
			err := d.db.Do(t.Context(), func(tx *db.Tx) error { return d.OpenAmendmentIn(t.Context(), tx, clerk(), x.ID, defects) })
			if err != nil {
				t.Fatal(err)
			}
			x = d.again(x)
		}
		ask(applications.Defect{Kind: "field", Key: "id_number", Reason: "不一致"})
		have, _ := d.FetchedOf(t.Context(), h, x)
		_, err = d.TakeBack(t.Context(), h, x.ID, x.Version(), have[0].ID)
		wantCode(t, "not asked for", err, "applications.not_editable")
		if x, err = d.Amend(t.Context(), h, x.ID, x.Version()); err != nil {
			t.Fatal(err)
		}
		ask(applications.Defect{Kind: "material", Key: "biz", Reason: "证照已撤销"})
		_, err = d.Amend(t.Context(), h, x.ID, x.Version())
		wantFields(t, "not replaced", err, "material.biz")
		if x, err = d.TakeBack(t.Context(), h, x.ID, x.Version(), have[0].ID); err != nil {
			t.Fatal(err)
		}
		if x, err = d.Attach(t.Context(), h, x.ID, x.Version(), "biz", "执照.png", bytes.NewReader(picture(3))); err != nil {
			t.Fatal(err)
		}
		if x, err = d.Amend(t.Context(), h, x.ID, x.Version()); err != nil {
			t.Fatal(err)
		}
		if _, err := d.StandIn(t.Context(), d.db, x.ID); err != nil {
			t.Errorf("after the copy was handed in: %v", err)
		}
	})
}

// Of two licences one counts again: that is asked for no more, the other still is; and
// what the applicant has taken back already he has to replace.
func TestALicenceThatCountsAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.complete(h, d.start(h))
		x, err := d.fetch(h, x, "biz", "biz")
		if err == nil {
			x, err = d.fetch(h, x, "id_card_agent", "card")
		}
		if err == nil {
			x, err = d.File(t.Context(), h, x.ID, x.Version(), true)
		}
		if err != nil {
			t.Fatal(err)
		}
		spare := func(licence, want string) {
			t.Helper()
			d.state(licence, "valid")
			var spared []applications.Defect
			err := d.db.Do(t.Context(), func(tx *db.Tx) (err error) {
				spared, err = d.SpareIn(t.Context(), tx, clerk(), x.ID, []string{licence})
				return err
			})
			x = d.again(x)
			if got := fmt.Sprint(spared, x.Defects); err != nil || got != want {
				t.Errorf("%s counts again: spared and left %s, want %s, %v", licence, got, want, err)
			}
		}
		spare("biz", "[] []")
		d.state("biz", "suspended")
		d.state("card", "suspended")
		err = d.db.Do(t.Context(), func(tx *db.Tx) error {
			_, err := d.ReplaceIn(t.Context(), tx, clerk(), x.ID, "暂扣")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		spare("biz", "[{material biz 营业执照 暂扣 }] [{material id_card_agent 代办人居民身份证 暂扣 }]")
		have, err := d.FetchedOf(t.Context(), h, x)
		if err != nil || len(have) != 2 || x.State != applications.Amending {
			t.Fatal(have, x.State, err)
		}
		if x, err = d.TakeBack(t.Context(), h, x.ID, x.Version(), have[1].ID); err != nil {
			t.Fatal(err)
		}
		spare("card", "[] [{material id_card_agent 代办人居民身份证 暂扣 }]")
	})
}

// The face is for who works on the filed application; a look in clear is kept.
func TestFacesOfFetchedLicences(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.complete(h, d.start(h))
		x, err := d.fetch(h, x, "biz", "biz")
		if err != nil {
			t.Fatal(err)
		}
		officer := staff(gov.RoleOfficer, body, region)
		if got, err := d.Faces(t.Context(), officer, x); err != nil || got != nil {
			t.Errorf("of a draft: %v %v", got, err)
		}
		if x, err = d.File(t.Context(), h, x.ID, x.Version(), true); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Faces(t.Context(), officer, x); err != nil || len(got["biz"]) != 2 {
			t.Errorf("%v %v", got, err)
		}
		for _, a := range []gov.Actor{person("other"), staff(gov.RoleOfficer, "x", region), staff(gov.RoleSupervisor, body, region), h} {
			if got, _ := d.Faces(t.Context(), a, x); got != nil {
				t.Errorf("%s reads the face", a.Account)
			}
		}
		if _, err := d.Look(t.Context(), officer, x.ID, "核对"); err != nil {
			t.Fatal(err)
		}
		if strings.Join(d.looked, " ") != "id_number" {
			t.Errorf("kept: %v", d.looked)
		}
	})
}

// Consents end with a draft that is not filed.
func TestConsentsEndWithTheDraft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.licensed()
		h := seen(handler())
		x := d.start(h)
		x, err := d.fetch(h, x, "biz", "biz")
		if err != nil {
			t.Fatal(err)
		}
		y := d.start(h)
		if y, err = d.fetch(h, y, "biz", "biz"); err != nil {
			t.Fatal(err)
		}
		if err := d.Discard(t.Context(), h, x.ID, x.Version()); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Using(t.Context(), d.db, []string{"biz"}); err != nil || len(got) != 1 || got[0] != y.ID {
			t.Errorf("%v %v", got, err)
		}
		d.pass(60 * 24 * time.Hour)
		if n, err := d.round(); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		if n := d.count(`SELECT count(*) FROM fetched WHERE removed_at = 0`); n != 0 {
			t.Errorf("%d consents outlive their drafts", n)
		}
	})
}

// Whose licence a material is, in the catalogue's own words.
func TestHolderOf(t *testing.T) {
	for _, x := range []struct {
		key, name, licence string
		want               applications.Holder
	}{
		{"id_card", "居民身份证", "id_card", applications.HeldByApplicant},
		{"biz", "营业执照", "business_licence", applications.HeldByApplicant},
		{"hukou", "居民户口簿", "hukou_book", applications.HeldByApplicant},
		{"premises", "经营场所使用证明", "realestate_cert", applications.HeldByApplicant},
		{"id_card_agent", "代办人居民身份证", "id_card", applications.HeldByHandler},
		{"id_card_agent", "居民身份证", "id_card", applications.HeldByHandler},
		{"id_card_legalrep", "法定代表人（负责人）居民身份证", "id_card", applications.HeldByNobody},
		{"id_card_dead", "逝者居民身份证", "id_card", applications.HeldByNobody},
		{"id_card_parents", "父母双方居民身份证", "id_card", applications.HeldByNobody},
		{"shareholder_id", "股东（发起人）主体资格证明或身份证明", "id_card", applications.HeldByNobody},
		{"id_card_x", "居民身份证", "id_card", applications.HeldByNobody},
		{"lease", "租赁合同", "", applications.HeldByNobody},
	} {
		if got := applications.HolderOf(x.key, x.name, x.licence); got != x.want {
			t.Errorf("%s %s: %q, want %q", x.key, x.name, got, x.want)
		}
	}
}
