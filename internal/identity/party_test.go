package identity_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
)

func TestBlindIndexFindsWhatLiesEncrypted(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Person("安心")
		c := k.Company("云上餐饮有限公司", ann)
		spaced := ann.IDNumber[:6] + " " + ann.IDNumber[6:14] + " " + strings.ToLower(ann.IDNumber[14:])
		for query, want := range map[string]string{
			ann.IDNumber: ann.Party, spaced: ann.Party, ann.Phone: ann.Party, "+86 " + ann.Phone: ann.Party,
			"安心": ann.Party, c.CreditCode: c.Party, strings.ToLower(c.CreditCode): c.Party, "云上餐": c.Party,
		} {
			found, more, err := k.FindParty(ctx, k.Clerk(), query)
			noErr(t, err)
			if len(found) != 1 || found[0].ID != want || more {
				t.Errorf("%q: %+v", query, found)
				continue
			}
			if p := found[0]; p.Kind == identity.PersonParty &&
				(strings.Contains(fmt.Sprint(p), ann.IDNumber) || strings.Contains(fmt.Sprint(p), ann.Phone) || p.Account != ann.Actor.Account) {
				t.Errorf("not masked, or without account: %+v", p)
			}
		}
		for _, query := range []string{"", "安", "%%", "__", "安%", "990000", strings.Repeat("安", 500), k.IDNumber()} {
			found, _, err := k.FindParty(ctx, k.Clerk(), query)
			if err != nil || len(found) != 0 {
				t.Errorf("%.20q: %v %v", query, found, err)
			}
		}
		for _, stranger := range []gov.Actor{ann.Actor, c.Handler, gov.Nobody(gov.Web),
			k.Staff("管理员", k.Hall(), gov.RoleAdministrator, gov.RoleOfficer).Actor} {
			_, _, err := k.FindParty(ctx, stranger, ann.IDNumber)
			wantCode(t, err, "identity.denied")
		}
	})
}

func TestManyOfOneNameAreCutAndSaidSo(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		for range 21 {
			k.WalkIn("同名者")
		}
		found, more, err := k.FindParty(ctx, k.Clerk(), "同名")
		if err != nil || len(found) != 20 || !more {
			t.Errorf("%d %v %v", len(found), more, err)
		}
	})
}

// No clear value of a sensitive element may lie anywhere in the files of the
// database, whatever acts were played: not in a column, a payload, an index.
func TestNothingSensitiveLiesInTheFile(t *testing.T) {
	d := dbtest.SQLite(t, nil)
	var file string
	noErr(t, d.Row(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&file))
	k := identitytest.New(t, d)
	var secrets []string
	keep := func(p identitytest.Person) identitytest.Person {
		secrets = append(secrets, p.IDNumber, p.Phone)
		return p
	}
	ann := keep(k.Person("安心"))
	keep(k.Declared("本分"))
	walk := keep(k.WalkIn("来访者"))
	c := k.Company("云上餐饮有限公司", ann)
	legal, legalPhone, address := k.IDNumber(), k.Phone(), "示范县秘密路2718号"
	_, err := k.RegisterOrganisation(ctx, k.Clerk(), identity.OrganisationInput{Name: "海上渔业有限公司", CreditCode: k.CreditCode(),
		LegalName: "法代表", LegalIDNumber: legal, LegalPhone: legalPhone}, "营业执照原件")
	noErr(t, err)
	_, err = k.Declare(ctx, ann.Actor, ann.Party, map[string]string{"residence_address": address})
	noErr(t, err)
	secrets = append(secrets, legal, legalPhone, address, identitytest.Password)
	_, err = k.Reveal(ctx, k.Clerk(), ann.Party, "id_number", "核对原件")
	noErr(t, err)
	_, _, err = k.FindParty(ctx, k.Clerk(), walk.IDNumber)
	noErr(t, err)
	for _, login := range []string{ann.IDNumber, ann.Phone, walk.IDNumber} { // typed by mistake, counted as failures
		_, err = k.SignIn(ctx, login, "wrong-password", identity.Origin{Address: "10.99.88.77"})
		wantCode(t, err, "identity.sign_in_failed")
	}
	secrets = append(secrets, "10.99.88.77", ann.Token)
	_, err = k.MandatesFrom(ctx, c.Handler, c.Party)
	noErr(t, err)
	scanFiles(t, filepath.Dir(file), secrets, c.CreditCode) // the write-ahead log is among them
}

func scanFiles(t *testing.T, dir string, secrets []string, public string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	noErr(t, err)
	var all []byte
	for _, name := range files {
		b, err := os.ReadFile(name)
		noErr(t, err)
		all = append(all, b...)
	}
	if !bytes.Contains(all, []byte(public)) {
		t.Fatal("the scan does not even find a public value")
	}
	for _, s := range secrets {
		if bytes.Contains(all, []byte(s)) {
			t.Errorf("%q lies in clear in the database", s)
		}
	}
}

func TestSealedValuesDoNotOpenElsewhere(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		noErr(t, k.DB.Do(ctx, func(tx *db.Tx) error { // somebody with the database copies a number to another row
			return tx.Exec(ctx, `UPDATE party SET id_number = (SELECT id_number FROM party WHERE id = $1) WHERE id = $2`, ann.Party, ben.Party)
		}))
		_, err := k.Party(ctx, k.DB, ben.Actor, ben.Party)
		wantCode(t, err, "identity.unreadable")
		other, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
		noErr(t, err)
		thief := identitytest.With(t, identity.Deps{DB: k.DB, Ring: other})
		if _, err := thief.Party(ctx, k.DB, ann.Actor, ann.Party); !fault.Is(err, "identity.unreadable") {
			t.Errorf("another ring opens: %v", err)
		}
		found, _, err := thief.FindParty(ctx, thief.Root, ann.IDNumber)
		if err != nil || len(found) != 0 {
			t.Errorf("another index key finds: %v %v", found, err)
		}
	})
}

func TestWhoSeesWhom(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		c := k.Company("云上餐饮有限公司", ann)
		admin := k.Staff("管理员", k.Hall(), gov.RoleAdministrator).Actor
		auditor := k.Staff("审计员", k.Hall(), gov.RoleAuditor).Actor
		officer := k.Staff("甄审", k.Hall(), gov.RoleOfficer).Actor
		sees := func(actor gov.Actor, party string) bool {
			p, err := k.Party(ctx, k.DB, actor, party)
			if err != nil {
				wantCode(t, err, "identity.no_party")
				return false
			}
			if strings.Contains(fmt.Sprint(p), ann.IDNumber) {
				t.Errorf("%s sees the number in clear", actor.Name)
			}
			return true
		}
		for _, x := range []struct {
			who   gov.Actor
			party string
			want  bool
		}{
			{ann.Actor, ann.Party, true}, {ben.Actor, ann.Party, false}, {c.Handler, c.Party, true}, {c.Handler, ann.Party, true},
			{ann.Actor, c.Party, false}, {ben.Actor, c.Party, false}, {k.Clerk(), ann.Party, true}, {officer, c.Party, true},
			{admin, ann.Party, false}, {auditor, ann.Party, false}, {gov.Nobody(gov.Web), ann.Party, false},
		} {
			if got := sees(x.who, x.party); got != x.want {
				t.Errorf("%s sees %s: %v", x.who.Name, x.party, got)
			}
		}
		_, err := k.Reveal(ctx, officer, ann.Party, "id_number", "看一看")
		wantCode(t, err, "identity.denied")
		_, err = k.Reveal(ctx, admin, ann.Party, "id_number", "看一看")
		wantCode(t, err, "identity.no_party")
	})
}

func TestALookInClearIsAnActItsSubjectCanRead(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Person("安心")
		_, err := k.Reveal(ctx, k.Clerk(), ann.Party, "id_number", "")
		wantField(t, err, "purpose", "identity.purpose_required")
		value, err := k.Reveal(ctx, k.Clerk(), ann.Party, "id_number", "核对身份证原件")
		noErr(t, err)
		if value != ann.IDNumber {
			t.Fatalf("%q", value)
		}
		lines, err := k.History(ctx, k.DB, ann.Actor, journal.Subject{Kind: identity.KindParty, ID: ann.Party})
		noErr(t, err)
		last := lines[len(lines)-1]
		if last.Act != "look" || last.Name != "甄柜员" || last.Post == "" || !strings.Contains(string(last.Payload), "核对身份证原件") ||
			strings.Contains(string(last.Payload), ann.IDNumber) {
			t.Errorf("%+v %s", last, last.Payload)
		}
		auditor := k.Staff("审计员", k.Hall(), gov.RoleAuditor).Actor
		lines, err = k.History(ctx, k.DB, auditor, journal.Subject{Kind: identity.KindParty, ID: ann.Party})
		noErr(t, err)
		for _, l := range lines {
			if l.Payload != nil {
				t.Errorf("the auditor reads what was said: %s", l.Payload)
			}
		}
		_, err = k.History(ctx, k.DB, k.Clerk(), journal.Subject{Kind: identity.KindParty, ID: ann.Party})
		wantCode(t, err, "identity.no_history")
		verify(t, k)
	})
}

func TestProfileFillsForms(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		today := clock.DateOf(h.now().Time())
		ben := k.Declared("本分")
		n, err := k.Declare(ctx, ben.Actor, ben.Party, map[string]string{
			"residence_address": "示范县示范路5号", "id_number": "别人的号码", "BAD KEY": "x", "email": strings.Repeat("x", 5000)})
		noErr(t, err)
		if n != 1 {
			t.Errorf("%d values kept", n)
		}
		own, err := k.Profile(ctx, k.DB, ben.Actor, ben.Party)
		noErr(t, err)
		for element, want := range map[string]string{"applicant_name": "本分", "id_number": ben.IDNumber, "phone": ben.Phone,
			"id_type": "居民身份证", "residence_address": "示范县示范路5号", "birth_date": gov.IDNumber(ben.IDNumber).BirthDate()} {
			if v := own[element]; v.Value != want || v.Source != identity.Declared || v.On != today {
				t.Errorf("%s: %+v, want %s", element, v, want)
			}
		}
		// what a licence says is for those who were seen
		noErr(t, k.DB.Do(ctx, func(tx *db.Tx) error {
			return k.RecordValuesIn(ctx, tx, k.Root, ben.Party, identity.Licence, "居住证 1号", map[string]string{
				"domicile_address": "示范县老家村", "residence_address": "示范县新居路9号", "id_number": "x"})
		}))
		own, err = k.Profile(ctx, k.DB, ben.Actor, ben.Party)
		noErr(t, err)
		if _, has := own["domicile_address"]; has || own["residence_address"].Value != "" {
			t.Errorf("register-grade values were given to assurance 0: %+v", own)
		}
		_, err = k.Raise(ctx, k.Clerk(), identity.RaiseInput{Party: ben.Party, Name: ben.Name, IDNumber: ben.IDNumber, Evidence: "身份证"})
		noErr(t, err)
		actor, _, err := k.Authenticate(ctx, ben.Token)
		noErr(t, err)
		own, err = k.Profile(ctx, k.DB, actor, ben.Party)
		noErr(t, err)
		if v := own["domicile_address"]; v.Value != "示范县老家村" || v.Source != identity.Licence || v.Detail != "居住证 1号" {
			t.Errorf("%+v", v)
		}
		if own["id_number"].Source != identity.Counter || own["id_number"].Value != ben.IDNumber {
			t.Errorf("%+v", own["id_number"])
		}
		n, err = k.Declare(ctx, actor, ben.Party, map[string]string{"domicile_address": "我说了算", "residence_address": "也由我说"})
		if err != nil || n != 0 {
			t.Errorf("a register's word was overtyped: %d %v", n, err)
		}
		verify(t, k)
	})
}

func TestProfileOfACompanyNamesItsHandler(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Person("安心")
		c := k.Company("云上餐饮有限公司", ann)
		p, err := k.Profile(ctx, k.DB, c.Handler, c.Party)
		noErr(t, err)
		for element, want := range map[string]string{"company_name": c.Name, "uscc": c.CreditCode, "legal_representative": "法代表",
			"company_type": "有限责任公司", "establishment_date": "2021-03-01", "registered_address": "示范县示范路1号",
			"agent_name": "安心", "agent_id_number": ann.IDNumber, "contact_phone": ann.Phone, "applicant_name": "安心"} {
			if p[element].Value != want {
				t.Errorf("%s: %+v, want %s", element, p[element], want)
			}
		}
		if _, err := k.Profile(ctx, k.DB, ann.Actor, c.Party); !fault.Is(err, "identity.no_party") {
			t.Errorf("without acting for it: %v", err)
		}
		if _, err := k.Profile(ctx, k.DB, k.Clerk(), c.Party); !fault.Is(err, "identity.no_party") {
			t.Errorf("staff without a trace: %v", err)
		}
		counter, err := identity.AtCounter(k.Clerk(), c.Party)
		noErr(t, err)
		noErr(t, k.DB.Do(ctx, func(tx *db.Tx) error {
			p, err = k.ProfileIn(ctx, tx, counter, c.Party, "prefill")
			return err
		}))
		lines, err := k.Book.Of(ctx, k.DB, journal.Subject{Kind: identity.KindParty, ID: c.Party})
		noErr(t, err)
		last := lines[len(lines)-1]
		if p["uscc"].Value != c.CreditCode || last.Act != "look" || last.OnBehalfOf != c.Party || last.Account != counter.Account {
			t.Errorf("%+v", last)
		}
	})
}

func TestSeenOnceThenKnown(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		walk := k.WalkIn("来访者")
		in := identity.WalkIn{PersonInput: identity.PersonInput{Name: "来访者", IDNumber: walk.IDNumber}, Evidence: "身份证"}
		again, err := k.CreateWalkIn(ctx, k.Clerk(), in)
		noErr(t, err)
		if again.ID != walk.Party || again.Assurance != 1 || again.Phone == "" {
			t.Errorf("%+v", again)
		}
		in.Name = "另一名"
		_, err = k.CreateWalkIn(ctx, k.Clerk(), in)
		wantCode(t, err, "identity.name_differs")
		noErr(t, k.Rename(ctx, k.Clerk(), walk.Party, "另一名", "户口簿更名页"))
		again, err = k.CreateWalkIn(ctx, k.Clerk(), in)
		if err != nil || again.ID != walk.Party || again.Name != "另一名" {
			t.Errorf("%+v %v", again, err)
		}
		in.Evidence = ""
		_, err = k.CreateWalkIn(ctx, k.Clerk(), in)
		wantField(t, err, "evidence", "identity.evidence_required")
		_, err = k.CreateWalkIn(ctx, k.Staff("甄审", k.Hall(), gov.RoleOfficer).Actor, in)
		wantCode(t, err, "identity.denied")
		// a number that was only declared is not the person at the counter
		impostor := k.Declared("冒名者")
		real, err := k.CreateWalkIn(ctx, k.Clerk(), identity.WalkIn{Evidence: "身份证",
			PersonInput: identity.PersonInput{Name: "真主人", IDNumber: impostor.IDNumber}})
		noErr(t, err)
		if real.ID == impostor.Party {
			t.Error("the counter served a declared party")
		}
		verify(t, k)
	})
}

func TestTwoWindowsEnterOnePersonOnce(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		number, clerk := k.IDNumber(), k.Clerk()
		var ids sync.Map
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				p, err := k.CreateWalkIn(ctx, clerk, identity.WalkIn{PersonInput: identity.PersonInput{Name: "来访者", IDNumber: number}, Evidence: "身份证"})
				if err != nil {
					t.Error(err)
				}
				ids.Store(p.ID, true)
			})
		}
		all.Wait()
		n := 0
		ids.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d parties for one person", n)
		}
		verify(t, k)
	})
}

func TestRaiseJoinsAccountAndWalkIn(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		var moved []identity.PartyMerged
		k.React(identity.Reactions{PartyMerged: func(_ ctxT, _ *db.Tx, actor gov.Actor, m identity.PartyMerged) error {
			moved = append(moved, m)
			return nil
		}})
		ann := k.Declared("安心")
		_, err := k.Declare(ctx, ann.Actor, ann.Party, map[string]string{"residence_address": "示范县示范路5号"})
		noErr(t, err)
		walk, err := k.CreateWalkIn(ctx, k.Clerk(), identity.WalkIn{PersonInput: identity.PersonInput{Name: "安心", IDNumber: ann.IDNumber}, Evidence: "身份证"})
		noErr(t, err)
		raise := identity.RaiseInput{Party: ann.Party, Name: "安心", IDNumber: ann.IDNumber, Evidence: "身份证原件"}
		wrong := raise
		wrong.IDNumber = k.IDNumber()
		_, err = k.Raise(ctx, k.Clerk(), wrong)
		wantCode(t, err, "identity.number_differs")
		wrong = raise
		wrong.Name = "安逸"
		_, err = k.Raise(ctx, k.Clerk(), wrong)
		wantCode(t, err, "identity.name_differs")
		_, err = k.Raise(ctx, ann.Actor, raise)
		wantCode(t, err, "identity.denied")
		p, err := k.Raise(ctx, k.Clerk(), raise)
		noErr(t, err)
		if p.ID != walk.ID || !slices.Equal(moved, []identity.PartyMerged{{From: ann.Party, Into: walk.ID}}) {
			t.Fatalf("%+v %+v", p, moved)
		}
		actor, _, err := k.Authenticate(ctx, ann.Token)
		noErr(t, err)
		if actor.Party != walk.ID || actor.Assurance != 1 {
			t.Errorf("%+v", actor)
		}
		own, err := k.Profile(ctx, k.DB, actor, actor.Party)
		noErr(t, err)
		if own["residence_address"].Value == "" || own["phone"].Value != ann.Phone {
			t.Errorf("what he had typed is lost: %+v", own)
		}
		card, err := k.Card(ctx, k.DB, ann.Party)
		if err != nil || card.ID != walk.ID {
			t.Errorf("the old id leads to %+v %v", card, err)
		}
		_, err = k.Raise(ctx, k.Clerk(), raise)
		wantCode(t, err, "identity.no_account") // the party has moved on
		// a second account of the same person is not raised
		in, err := k.SignUp(ctx, identity.SignUpInput{PersonInput: identity.PersonInput{Name: "安心", IDNumber: ann.IDNumber, Phone: k.Phone()},
			Login: "second-try", Password: identitytest.Password}, from(""))
		noErr(t, err)
		raise.Party = in.Actor.Party
		_, err = k.Raise(ctx, k.Clerk(), raise)
		wantCode(t, err, "identity.already_raised")
		verify(t, k)
	})
}

func TestOrganisations(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		in := identity.OrganisationInput{Name: "云上餐饮有限公司", CreditCode: "91990000MA000001X0", LegalIDNumber: "1", Phone: "1"}
		_, err := k.RegisterOrganisation(ctx, k.Clerk(), in, "")
		for path, code := range map[string]string{"credit_code": "identity.bad_credit_code", "legal_id_number": "identity.id_number_length",
			"phone": "identity.bad_phone", "evidence": "identity.evidence_required"} {
			wantField(t, err, path, code)
		}
		in = identity.OrganisationInput{Name: "云上餐饮有限公司", CreditCode: k.CreditCode()}
		p, err := k.RegisterOrganisation(ctx, k.Clerk(), in, "营业执照")
		noErr(t, err)
		_, err = k.RegisterOrganisation(ctx, k.Clerk(), in, "营业执照")
		wantCode(t, err, "identity.organisation_exists")
		if p.CreditCode != in.CreditCode || p.Assurance != 1 {
			t.Errorf("%+v", p)
		}
	})
}

func TestAGrantFoundsAnOrganisation(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Declared("本分")
		in := identity.OrganisationInput{Name: "新芽商贸有限公司", CreditCode: k.CreditCode(), LegalName: "安心"}
		found := func(founder string, in identity.OrganisationInput) (p identity.Party, err error) {
			err = k.DB.Do(ctx, func(tx *db.Tx) error {
				p, err = k.CreateOrganisationIn(ctx, tx, k.Clerk(), founder, in, "营业执照 12号")
				return err
			})
			return p, err
		}
		p, err := found(ann.Party, in)
		noErr(t, err)
		twice, err := found(ann.Party, in)
		if err != nil || twice.ID != p.ID {
			t.Errorf("a repeated reaction: %+v %v", twice, err)
		}
		may, err := k.Principals(ctx, ann.Actor)
		noErr(t, err)
		if len(may) != 1 || may[0].Principal != p.ID || may[0].PrincipalName != in.Name || may[0].Kind != identity.Handler {
			t.Fatalf("%+v", may)
		}
		handler, err := k.ActAs(ctx, ann.Actor, ann.Session.ID, p.ID)
		noErr(t, err)
		values, err := k.Profile(ctx, k.DB, handler, p.ID)
		noErr(t, err)
		if v := values["legal_representative"]; v.Source != identity.Licence || v.Detail != "营业执照 12号" {
			t.Errorf("%+v", v)
		}
		in.Name = "另一个名称有限公司"
		_, err = found(ann.Party, in)
		wantCode(t, err, "identity.organisation_exists")
		// somebody nobody has seen founds, and comes to the counter for his mandate
		in = identity.OrganisationInput{Name: "老树商贸有限公司", CreditCode: k.CreditCode()}
		_, err = found(ben.Party, in)
		noErr(t, err)
		if may, err := k.Principals(ctx, ben.Actor); err != nil || len(may) != 0 {
			t.Errorf("%+v %v", may, err)
		}
		verify(t, k)
	})
}
