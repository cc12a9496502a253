package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
)

// The company's business licence, which it had before this program came, stands for
// the paper; revoked between filing and decision it stops the grant, the officer
// learns which and since when, the applicant is told at once, and a refusal is
// possible still.
func TestALicenceRevokedBetweenFilingAndDecision(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx := t.Context()
		handler := apptest.Handler(t, a, "handler1")
		c, biz := apptest.Fetching(t, a, handler)
		c, err := a.Stage().Bring(ctx, handler, c, rehearsal.Goal{State: cases.Accepted, Step: cases.Approve})
		if err != nil {
			t.Fatal(err)
		}
		head := apptest.As(t, a, "scjg-approver", gov.Web)
		apptest.Revoke(t, a, biz)
		_, err = a.Cases.Decide(ctx, head, c.ID, c.Version(), cases.Decision{Grant: true})
		e, ok := fault.As(err)
		if !ok || e.Code != "applications.stands_on_revoked" || e.Args["name"] != "营业执照" || e.Args["since"] != apptest.Today(a) {
			t.Fatalf("granted on a revoked licence: %v", err)
		}
		told, err := a.Messages.Inbox(ctx, handler, messages.Page{Limit: 5})
		if err != nil || !slices.ContainsFunc(told, func(m messages.Received) bool { return m.Key == messages.CaseLicenceFallen }) {
			t.Errorf("the applicant was not told: %+v %v", told, err)
		}
		toldStaff, err := a.Messages.Inbox(ctx, gov.Actor{Kind: gov.Staff, Account: c.Officer}, messages.Page{Limit: 5})
		if err != nil || !slices.ContainsFunc(toldStaff, func(m messages.Received) bool { return m.Key == messages.StandsFallen }) {
			t.Errorf("the officer was not told: %+v %v", toldStaff, err)
		}
		now, err := a.Cases.Case(ctx, head, c.ID)
		if err != nil || now.State != cases.Accepted || now.Version() != c.Version() {
			t.Fatalf("a grant that was stopped left something behind: %+v %v", now, err)
		}
		if now, err = a.Cases.AskReplacement(ctx, apptest.As(t, a, "scjg-officer", gov.Web), c.ID, c.Version(), "营业执照已撤销"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Cases.Decide(ctx, head, c.ID, now.Version(), cases.Decision{Reason: "营业执照已撤销", Article: "食品安全法第三十五条"}); err != nil {
			t.Errorf("refused: %v", err)
		}
		if x, err := a.Applications.Application(ctx, handler, c.Application); err != nil || x.State != applications.Filed || len(x.Defects) > 0 {
			t.Errorf("a decision leaves open what was asked for: %+v %v", x, err)
		}
		holds(t, a)
	})
}

// After acceptance the officer can ask for another licence or the paper in the place
// of the fallen one, and for nothing else; the limits run on; what the applicant hands
// in lets the case be granted, and a refusal closes what was asked for.
func TestAFallenLicenceIsReplaced(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	ctx, handler := t.Context(), apptest.Handler(t, a, "handler1")
	officer, head := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "scjg-approver", gov.Web)
	c, biz := apptest.Fetching(t, a, handler)
	c, err := a.Stage().Bring(ctx, handler, c, rehearsal.Goal{State: cases.Accepted, Step: cases.Approve})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Cases.AskReplacement(ctx, officer, c.ID, c.Version(), "营业执照")
	if !fault.Is(err, "applications.nothing_fallen") {
		t.Fatalf("nothing fell: %v", err)
	}
	apptest.Revoke(t, a, biz)
	_, err = a.Cases.AskReplacement(ctx, handler, c.ID, c.Version(), "营业执照")
	if !fault.Is(err, "cases.denied") {
		t.Fatalf("the applicant: %v", err)
	}
	due := c.PromisedDue
	if c, err = a.Cases.AskReplacement(ctx, officer, c.ID, c.Version(), "营业执照已撤销，请换用有效的执照"); err != nil || c.State != cases.Accepted || c.PromisedDue != due {
		t.Fatalf("%+v %v", c, err)
	}
	_, err = a.Cases.AskReplacement(ctx, officer, c.ID, c.Version(), "再要一次")
	if !fault.Is(err, "applications.replacement_open") {
		t.Fatalf("asked twice: %v", err)
	}
	x, err := a.Applications.Application(ctx, handler, c.Application)
	if err != nil || x.State != applications.Amending || len(x.Defects) != 1 || x.Defects[0].Key != "biz" || x.Editable("phone") {
		t.Fatalf("%+v %v", x, err)
	}
	_, err = a.Applications.Amend(ctx, handler, x.ID, x.Version())
	if e, ok := fault.As(err); !ok || len(e.Fields) == 0 || e.Fields[0].Path != "material.biz" {
		t.Fatalf("answered with nothing: %v", err)
	}
	if x, err = a.Applications.Attach(ctx, handler, x.ID, x.Version(), "biz", "执照.png", bytes.NewReader(rehearsal.Picture())); err != nil {
		t.Fatal(err)
	}
	if have, err := a.Applications.FetchedOf(ctx, handler, x); err != nil || len(have) > 0 {
		t.Fatalf("the paper took its place, and the consent stands: %+v %v", have, err)
	}
	trace, err := a.Applications.Trace(ctx, handler, x)
	if err != nil || !slices.ContainsFunc(trace, func(l journal.Line) bool { return l.Act == string(applications.ActTakeBack) }) {
		t.Fatalf("its end is not in the journal: %v", err)
	}
	if x, err = a.Applications.Amend(ctx, handler, x.ID, x.Version()); err != nil || x.State != applications.Filed {
		t.Fatalf("%+v %v", x, err)
	}
	if c, err = a.Cases.Case(ctx, head, c.ID); err != nil || c.State != cases.Accepted || c.Step != cases.Approve || c.PromisedDue != due {
		t.Fatalf("%+v %v", c, err)
	}
	if _, err := a.Cases.Decide(ctx, head, c.ID, c.Version(), cases.Decision{Grant: true}); err != nil {
		t.Fatalf("granted on what replaced it: %v", err)
	}
	holds(t, a)
}

// A licence that a member of the bundle issued and that falls stops who stands on it;
// nobody can be asked for another. Applicant and officer hear what to do, and the next
// licence for the same item takes its place by itself.
func TestASuppliedLicenceFallsAndIsRenewed(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx := t.Context()
		b := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "second-hand-house", flat)
		tax := b.bring("deed-tax", rehearsal.Goal{State: cases.Granted})
		c := b.bring("realestate-transfer", rehearsal.Goal{State: cases.Accepted, Step: cases.Approve})
		apptest.Revoke(t, a, tax.Licence)
		if m := b.exactlyTold(messages.CaseSuppliedFallen); m.Args["item"] != c.ItemName || m.Link != "/cases/"+c.ID {
			t.Error(m.Args, m.Link)
		}
		officer := gov.Actor{Kind: gov.Staff, Account: c.Officer}
		wasTold := func(key messages.Key) bool {
			all, err := a.Messages.Inbox(ctx, officer, messages.Page{Limit: messages.MostOnPage})
			return err == nil && slices.ContainsFunc(all, func(m messages.Received) bool { return m.Key == key && m.Link == "/desk/cases/"+c.ID })
		}
		if !wasTold(messages.StandsSuppliedFallen) || wasTold(messages.StandsRenewed) {
			t.Error("the officer was not told")
		}
		grant := func() error {
			return a.DB.Do(ctx, func(tx *db.Tx) error { _, err := a.Applications.StandIn(ctx, tx, c.Dossier()); return err })
		}
		if err := grant(); !fault.Is(err, "applications.stands_inside") {
			t.Fatalf("it stands on a revoked licence: %v", err)
		}
		_, err := a.Cases.AskReplacement(ctx, officerAt(t, a, c.Body), c.ID, c.Version(), "请更换")
		if !fault.Is(err, "applications.nothing_fallen") {
			t.Fatalf("asked of the applicant: %v", err)
		}
		again := play(t, a.Stage(), b.applicant, "deed-tax", rehearsal.Goal{State: cases.Granted})
		x, err := a.Applications.Application(ctx, b.applicant, c.Dossier())
		if err != nil || x.Received().Papers["deed_tax"].Licence != again.Licence {
			t.Fatalf("%+v %v", x.Received().Papers, err)
		}
		if err := grant(); err != nil || !wasTold(messages.StandsRenewed) {
			t.Fatal("the new one does not count:", err)
		}
		c = b.bring("realestate-transfer", rehearsal.Goal{State: cases.Granted})
		apptest.Revoke(t, a, again.Licence)
		if len(b.told(messages.CaseSuppliedFallen)) != 1 {
			t.Error("what is decided hears no more")
		}
		holds(t, a)
	})
}

// A second notice may ask for what could not be seen when the first was written: a
// licence that fell after it. One that had fallen before was overlooked.
func TestALicenceFallsBetweenTwoNotices(t *testing.T) {
	t.Parallel()
	held(t, func(t *testing.T, a *app.App, at *now.Instant) {
		ctx := t.Context()
		handler, officer := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "scjg-officer", gov.Web)
		notify := func(c *cases.Case, kind cases.DefectKind, key string) *cases.Case {
			*at = at.Add(24 * time.Hour)
			c, err := a.Cases.NotifyCorrection(ctx, officer, c.ID, c.Version(), []cases.Defect{{Kind: kind, Key: key, Reason: "不清楚"}})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		answered := func(c *cases.Case) *cases.Case {
			x, err := a.Applications.Application(ctx, handler, c.Application)
			if err == nil {
				_, err = a.Applications.Amend(ctx, handler, x.ID, x.Version())
			}
			if err == nil {
				c, err = a.Cases.Case(ctx, officer, c.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		later, biz := apptest.Fetching(t, a, handler)
		before, _ := apptest.Fetching(t, a, handler)
		later = answered(notify(later, cases.FieldDefect, "premises_area"))
		*at = at.Add(24 * time.Hour)
		apptest.Revoke(t, a, biz)
		before = answered(notify(before, cases.FieldDefect, "premises_area"))
		for c, overlooked := range map[*cases.Case]bool{later: false, before: true} {
			notify(c, cases.MaterialDefect, "biz")
			if got := fmt.Sprint(raised(t, a, c.ID)); strings.Contains(got, "second_correction") != overlooked {
				t.Errorf("overlooked %v: %s", overlooked, got)
			}
		}
		holds(t, a)
	})
}

// A licence that a grant of this program issued is in the store at once, and in the
// holder's next application.
func TestAnIssuedLicenceIsFetchedAtOnce(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	handler := apptest.Handler(t, a, "handler1")
	c := play(t, a.Stage(), handler, "food-business-licence", rehearsal.Goal{State: cases.Granted})
	all, err := a.Licences.Held(t.Context(), a.DB, c.Applicant, []string{"food_licence"})
	if err != nil || len(all) != 1 || all[0].ID != c.Licence || !all[0].In(apptest.Today(a)) {
		t.Fatalf("%+v %v", all, err)
	}
}

// The operator's file: a line that is wrong is named, and then nothing is taken in;
// read twice, nothing is doubled; a holder nobody knew is entered.
func TestLicencesFromAFile(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	ctx := t.Context()
	all, err := a.Identity.Bodies(ctx, a.DB)
	if err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for _, b := range all {
		if b.Region == "445103000000" {
			code[b.Department] = b.CreditCode
		}
	}
	read := func(rows ...string) app.LicenceReport {
		t.Helper()
		lines, problems := app.ReadLicences(strings.NewReader("\ufefftype,issuer,holder,holder_name,issued_on,valid_to,number,gender\n" + strings.Join(rows, "\n") + "\n"))
		if len(problems) > 0 {
			return app.LicenceReport{Problems: problems}
		}
		r, err := a.ImportLicences(ctx, identity.System("file", gov.Import), lines, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := apptest.Rows(t, a.DB, "licence")
	good := "id_card," + code["ga"] + ",990000197907070017,甄示例,2019-01-02,2039-01-01,,女"
	r := read(good,
		"nothing,"+code["ga"]+",990000197907070017,甄示例,2019-01-02,,,",
		"id_card,"+code["scjg"]+",990000197907070017,甄示例,2019-01-02,,,",
		"business_licence,"+code["scjg"]+",990000197907070017,甄示例,2019-01-02,,,",
		"id_card,"+code["ga"]+",990000197907070018,甄示例,2019-01-02,,,",
		"id_card,"+code["ga"]+",990000197907070017,甄示例,2099-01-02,,990000197907070017,",
		"id_card,"+code["ga"]+",990000197907070017,甄示例,soon,,,")
	if len(r.Problems) == 0 || r.Added != 0 || apptest.Rows(t, a.DB, "licence") != before {
		t.Fatalf("%+v", r)
	}
	r = read(good, "nothing,x,y,z,2019-01-02,,,")
	if len(r.Problems) != 1 || r.Problems[0].Line != 3 || r.Problems[0].Field.Path != "type" {
		t.Errorf("%+v", r.Problems)
	}
	if r = read(good); len(r.Problems) != 0 || r.Added != 1 {
		t.Fatalf("%+v", r)
	}
	if r = read(good); r.Added != 0 || r.Known != 1 || apptest.Rows(t, a.DB, "licence") != before+1 {
		t.Errorf("read twice: %+v", r)
	}
	const head = "type,issuer,holder,holder_name,issued_on"
	for text, want := range map[string]string{"": "1  licences.import_no_heading", "a,b\n": "1 type licences.import_column",
		head + ",type\n": "1 type licences.import_twice", head + "\n": "2  licences.import_empty", head + "\nid_card\n": "2  licences.import_unreadable",
		head + "\n\"id_card,1\n": "2  licences.import_unreadable", "\"" + head: "1  licences.import_unreadable",
		head + "\nid_card,1,2,\xd0\xd5\xc3\xfb,2019-01-02\n": "2  licences.import_utf8", "\xc0\xe0,issuer\n": "1  licences.import_utf8",
		head + "\n\nid_card,1,2,3,2019-13-02\n": "3 issued_on licences.import_date"} {
		_, problems := app.ReadLicences(strings.NewReader(text))
		if len(problems) == 0 {
			t.Errorf("%q is read", text)
		} else if x := problems[0]; fmt.Sprint(x.Line, " ", x.Field.Path, " ", x.Field.Code) != want {
			t.Errorf("%q: %d %s %s, want %s", text, x.Line, x.Field.Path, x.Field.Code, want)
		}
	}
}

// A consent names exactly the departments that get the licence: of a bundle those of
// the members that ask for it, and not the first member's for all.
func TestAConsentNamesWhoGetsIt(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	b := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "second-hand-house", flat)
	def, err := a.Applications.Definition(t.Context(), b.application())
	if err != nil {
		t.Fatal(err)
	}
	for slot, want := range map[string]string{"house_contract": "潮安区税务局 潮安区自然资源局", "biz": "潮安区自然资源局 潮安区供电公司 潮安区供水公司 潮安区燃气公司", "court_doc": "潮安区自然资源局"} {
		if got := strings.Join(def.Recipients(slot), " "); got != want {
			t.Errorf("%s goes to %s, want %s", slot, got, want)
		}
	}
	for _, slot := range def.Slots {
		if len(def.Recipients(slot.Key)) == 0 {
			t.Errorf("%s goes to nobody", slot.Key)
		}
	}
}

// A draft of a bundle goes on under another choice: what both choices ask stays, what is
// asked no more goes with its papers, and a consent ends whose licence would go to
// departments that it did not name.
func TestADraftUnderAnotherChoice(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, me := t.Context(), apptest.As(t, a, "resident1", gov.Web)
		compose := func(way string) string {
			c, err := a.Catalogue.Compose(ctx, "retirement", village, map[string]string{"way": way}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return c.ID
		}
		x, err := a.Applications.Start(ctx, me, compose("特殊工种提前退休"), true)
		if err != nil {
			t.Fatal(err)
		}
		def, err := a.Applications.Definition(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		offers, _, err := a.Applications.Offered(ctx, me, x, def.Slots...)
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range []string{"id_card", "hukou"} {
			if x, err = a.Applications.Fetch(ctx, me, x.ID, x.Version(), slot, offers[slot][0].Licence.ID, true); err != nil {
				t.Fatal(err)
			}
		}
		x = apptest.Complete(t, a, me, x)
		typed := x.Answers
		moved, err := a.Applications.Rechoose(ctx, me, x.ID, x.Version(), compose("正常退休"))
		if err != nil || moved.LocalItem == x.LocalItem {
			t.Fatal(err)
		}
		next, err := a.Applications.Definition(ctx, moved)
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for key, v := range typed {
			if now, asked := moved.Answers[key], next.Form.Has(key); asked && !now.Equal(v) {
				t.Errorf("%s was %v and is %v", key, v, now)
			} else if !asked {
				lost++
			}
		}
		if lost == 0 || len(moved.Answers) == 0 {
			t.Errorf("nothing differs: %d of %d", lost, len(typed))
		}
		all, err := a.Applications.Attachments(ctx, me, moved)
		if err != nil || len(all) == 0 {
			t.Fatal(len(all), err)
		}
		for _, f := range all {
			if !slices.ContainsFunc(next.Slots, func(s applications.Slot) bool { return s.Key == f.Slot }) {
				t.Errorf("%s is kept for nobody", f.Slot)
			}
		}
		if have, err := a.Applications.FetchedOf(ctx, me, moved); err != nil || len(have) != 1 || have[0].Slot != "hukou" {
			t.Errorf("the card goes to other departments than were named, the household register to the same: %+v %v", have, err)
		}
		if _, err := a.Applications.Rechoose(ctx, me, x.ID, x.Version(), compose("特殊工种提前退休")); !fault.Is(err, "applications.stale") {
			t.Errorf("of an old page: %v", err)
		}
		g, err := a.Catalogue.GuideAt(ctx, "residence-permit", "445103")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Applications.Rechoose(ctx, me, x.ID, moved.Version(), g.Local.ID); !fault.Is(err, "applications.missing") {
			t.Errorf("into another matter: %v", err)
		}
		moved = apptest.Complete(t, a, me, moved)
		if _, err := a.Applications.File(ctx, me, moved.ID, moved.Version(), true); err != nil {
			t.Fatal(err)
		}
		if n := len((&together{t, a, me, moved.ID}).all()); n != len(next.Members) {
			t.Errorf("%d cases for %d members", n, len(next.Members))
		}
		holds(t, a)
	})
}
