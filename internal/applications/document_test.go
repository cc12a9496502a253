package applications_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
)

// A paper that was filed once is in the library, and in the next application in one
// press: the same bytes, with the trust they have.
func TestAPaperIsUsedAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		h := person("p")
		x := d.file(h)
		if all, _, err := d.Documents(t.Context(), person("other"), true, ""); err != nil || len(all) != 0 {
			t.Fatalf("a stranger's library: %v %v", all, err)
		}
		all, more, err := d.Documents(t.Context(), h, false, "")
		if err != nil || more != "" || len(all) != 1 || all[0].Trust != applications.SelfMade || all[0].Number != x.Number || all[0].Slot != "portrait" {
			t.Fatalf("%+v %q %v", all, more, err)
		}
		paper := all[0].ID
		if _, err := d.CheckOriginal(t.Context(), clerk(), x.ID, paper); err != nil {
			t.Fatal(err)
		}
		y := d.start(h)
		_, err = d.Reuse(t.Context(), h, y.ID, y.Version(), "nothing", paper)
		wantCode(t, "no such slot", err, "applications.slot_missing")
		_, err = d.Reuse(t.Context(), h, y.ID, y.Version(), "contract", "nothing")
		wantCode(t, "no such paper", err, "applications.file_missing")
		if y, err = d.Reuse(t.Context(), h, y.ID, y.Version(), "contract", paper); err != nil {
			t.Fatal(err)
		}
		_, err = d.Reuse(t.Context(), h, y.ID, y.Version(), "contract", paper)
		wantCode(t, "twice", err, "applications.reused_already")
		have, err := d.Attachments(t.Context(), h, y)
		if err != nil || len(have) != 1 || have[0].Reused != paper || have[0].Trust != applications.Checked || have[0].Blob != all[0].Blob {
			t.Fatalf("%+v %v", have, err)
		}
		if n := d.count(`SELECT refs FROM blob WHERE id = $1`, have[0].Blob); n != 2 {
			t.Errorf("%d references", n)
		}
		_, content, err := d.OpenFile(t.Context(), h, y.ID, have[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		if got, err := io.ReadAll(content); err != nil || !bytes.Equal(got, picture(1)) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if err := d.Discard(t.Context(), h, y.ID, y.Version()); err != nil {
			t.Fatal(err)
		}
		if n := d.count(`SELECT refs FROM blob WHERE id = $1`, have[0].Blob); n != 1 {
			t.Errorf("after the draft was thrown away: %d references", n)
		}
	})
}

// Other people's papers, drafts' papers and those beyond a mandate are none.
func TestWhosePapersTheyAre(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		owner := person("p")
		x := d.file(owner)
		theirs, _, _ := d.Documents(t.Context(), owner, false, "")
		stranger := person("other")
		y := d.start(stranger)
		_, err := d.Reuse(t.Context(), stranger, y.ID, y.Version(), "contract", theirs[0].ID)
		wantCode(t, "a stranger's paper", err, "applications.file_missing")
		_, err = d.Reuse(t.Context(), stranger, x.ID, 0, "contract", theirs[0].ID)
		wantCode(t, "into a stranger's application", err, "applications.missing")
		wantCode(t, "hide a stranger's", d.Hide(t.Context(), stranger, theirs[0].ID, true), "applications.file_missing")
		wantCode(t, "date a stranger's", d.Expiry(t.Context(), clerk(), theirs[0].ID, d.today()), "applications.file_missing")
		draft := d.complete(owner, d.start(owner))
		have, _ := d.Attachments(t.Context(), owner, draft)
		_, err = d.Reuse(t.Context(), owner, draft.ID, draft.Version(), "contract", have[0].ID)
		wantCode(t, "not filed yet", err, "applications.file_missing")

		d.file(handler())
		if all, _, _ := d.Documents(t.Context(), handler(permit), false, ""); len(all) != 1 {
			t.Errorf("a mandate for the item: %d", len(all))
		}
		company, _, _ := d.Documents(t.Context(), handler(), false, "")
		if all, _, _ := d.Documents(t.Context(), handler("another"), false, ""); len(all) != 0 {
			t.Errorf("a mandate for another item: %d", len(all))
		}
		wantCode(t, "beyond the mandate", d.Hide(t.Context(), handler("another"), company[0].ID, true), "applications.file_missing")
		at := clerk()
		at.OnBehalfOf = "company"
		if all, _, _ := d.Documents(t.Context(), at, false, ""); len(all) != 1 {
			t.Errorf("at the window: %d", len(all))
		}
		if all, _, _ := d.Documents(t.Context(), clerk(), false, ""); len(all) != 0 {
			t.Errorf("a clerk with nobody: %d", len(all))
		}
		far := staff(gov.RoleClerk, "x", elsewhere)
		far.OnBehalfOf = "company"
		if all, _, _ := d.Documents(t.Context(), far, false, ""); len(all) != 0 {
			t.Errorf("a clerk elsewhere: %d", len(all))
		}
	})
}

// Past its day a paper is flagged and not offered, and a draft that holds it is not
// filed; hidden ones leave the list and nothing else. Each saying is in the journal.
func TestWhatIsSaidOfAPaper(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		h := person("p")
		x := d.file(h)
		all, _, _ := d.Documents(t.Context(), h, false, "")
		paper := all[0].ID
		y := d.complete(h, d.start(h))
		if err := d.Expiry(t.Context(), h, paper, d.today()); err != nil {
			t.Fatal(err)
		}
		if all, _, _ = d.Documents(t.Context(), h, false, ""); all[0].Expired(d.today()) || all[0].ExpiresOn != d.today() {
			t.Errorf("on its last day: %+v", all[0])
		}
		d.pass(24 * time.Hour)
		if all, _, _ = d.Documents(t.Context(), h, false, ""); !all[0].Expired(d.today()) {
			t.Errorf("past its day: %+v", all[0])
		}
		_, err := d.Reuse(t.Context(), h, y.ID, y.Version(), "contract", paper)
		wantCode(t, "past its day", err, "applications.paper_expired")
		wantFields(t, "the same content in a draft", filing(d, h, y), "material.portrait")
		if err := d.Expiry(t.Context(), h, paper, clock.Date{}); err != nil {
			t.Fatal(err)
		}
		if _, err = d.File(t.Context(), h, y.ID, y.Version(), true); err != nil {
			t.Fatal(err)
		}
		if err := d.Hide(t.Context(), h, paper, true); err != nil {
			t.Fatal(err)
		}
		if all, _, _ := d.Documents(t.Context(), h, false, ""); len(all) != 0 {
			t.Errorf("hidden: %+v", all)
		}
		if all, _, _ := d.Documents(t.Context(), h, true, ""); len(all) != 1 || !all[0].Hidden {
			t.Errorf("with the hidden ones: %+v", all)
		}
		if have, err := d.Attachments(t.Context(), h, x); err != nil || len(have) != 1 {
			t.Errorf("the case holds it still: %v %v", have, err)
		}
		if err := d.Hide(t.Context(), h, paper, false); err != nil {
			t.Fatal(err)
		}
		if n := d.count(`SELECT count(*) FROM journal WHERE subject_kind = 'document'`); n != 4 {
			t.Errorf("%d entries", n)
		}
		report, err := d.book.Verify(t.Context(), d.db, []journal.Noun{{Kind: applications.DocumentKind, Table: "document"}}, func() {})
		if err != nil || len(report.Breaks) > 0 {
			t.Error(report.Breaks, err)
		}
	})
}

// newer is the next version of the item: another question on the page of the rest,
// an option less, no contract.
func (d *desk) newer() {
	next := *d.def
	next.LocalItem = "permit-here-2"
	next.Form = form.New(append(form.Form{}, d.def.Form...))
	next.Form = form.New(append(append(form.Form{}, d.def.Form...), form.Field{Key: "area", Label: "面积", Type: form.Integer, Required: true, Class: form.Internal}))
	next.Groups = d.layout.Arrange(next.Form)
	next.Slots = d.def.Slots[:1]
	d.latest = &next
}

// One press copies an earlier application of the same item: answers that a person
// gave, papers, nothing filed; what the item changed is open.
func TestACopyOfAnEarlierApplication(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		h := person("p")
		x := d.complete(h, d.start(h))
		x, err := d.Save(t.Context(), h, x.ID, x.Version(), d.def.PageFor("note"), form.Answers{"note": form.Plain("临街")}, false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.StartFrom(t.Context(), h, x.ID)
		wantCode(t, "of a draft", err, "applications.not_filed")
		if x, err = d.File(t.Context(), h, x.ID, x.Version(), true); err != nil {
			t.Fatal(err)
		}
		d.newer()
		c, err := d.StartFrom(t.Context(), h, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Found || c.State != applications.Draft || c.Number != "" || c.LocalItem != "permit-here-2" || c.Answers["note"].Text != "临街" ||
			c.Application.Answers["id_number"].Text != number || c.Papers != 1 {
			t.Errorf("%+v", c)
		}
		if c.Sources["applicant_name"].Source != "counter" || c.Sources["note"].Source != "" {
			t.Errorf("sources: %+v", c.Sources)
		}
		if !c.PageDone(who) || len(c.Open) != 1 || c.PageDone(d.latest.PageFor("area")) {
			t.Errorf("done %v, open %v", c.Done, c.Open)
		}
		again, err := d.StartFrom(t.Context(), h, x.ID)
		if err != nil || !again.Found || again.ID != c.ID {
			t.Errorf("pressed twice: %+v %v", again, err)
		}
		wantFields(t, "what is new", filing(d, h, c.Application), "area")
		for what, actor := range map[string]gov.Actor{"a stranger": person("other"), "an officer": staff(gov.RoleOfficer, body, region), "a clerk with nobody": clerk()} {
			if _, err := d.StartFrom(t.Context(), actor, x.ID); err == nil {
				t.Errorf("%s copies it", what)
			}
		}
		_, err = d.StartFrom(t.Context(), h, "nothing")
		wantCode(t, "nothing", err, "applications.missing")
		if list, err := d.EarlierOf(t.Context(), h, permit); err != nil || len(list) != 1 || list[0].ID != x.ID {
			t.Errorf("%v %v", list, err)
		}
		if list, _ := d.EarlierOf(t.Context(), person("other"), permit); len(list) != 0 {
			t.Errorf("a stranger's: %v", list)
		}
	})
}

// Licences are not copied, papers past their day neither; the same version keeps
// every page done.
func TestACopyAsksForConsentAnew(t *testing.T) {
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
		all, _, _ := d.Documents(t.Context(), h, false, "")
		if err := d.Expiry(t.Context(), h, all[0].ID, d.today().AddDays(-1)); err != nil {
			t.Fatal(err)
		}
		c, err := d.StartFrom(t.Context(), h, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := d.FetchedOf(t.Context(), h, c.Application); err != nil || len(have) != 0 || c.Papers != 0 || len(c.Open) != 0 {
			t.Errorf("%v %v %+v", have, err, c)
		}
		wantFields(t, "papers", filing(d, h, c.Application), "material.portrait", "material.biz")
		_, err = d.StartFrom(t.Context(), handler("another"), x.ID)
		wantCode(t, "beyond the mandate", err, "applications.missing")
	})
}
