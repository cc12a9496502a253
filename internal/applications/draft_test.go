package applications_test

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

func reader(b []byte) io.Reader { return bytes.NewReader(b) }

// One draft per item and applicant unless another is asked for; what is known is filled in, with its source.
func TestStart(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		first, err := d.Start(ctx, person("p1"), here, false)
		if err != nil || first.Applicant != "p1" || first.ApplicantKind != "person" || first.ExpiresOn != d.today().AddDays(applications.KeptDays) {
			t.Fatal(first, err)
		}
		if got := first.Answers["applicant_name"].Text; got != "张示例" || first.Sources["applicant_name"].Source != "counter" || first.Handler != "" {
			t.Errorf("prefilled %q from %+v", got, first.Sources)
		}
		again, err := d.Start(ctx, person("p1"), here, false)
		if err != nil || again.ID != first.ID {
			t.Errorf("a second draft: %v", err)
		}
		another, err := d.Start(ctx, person("p1"), here, true)
		if err != nil || another.ID == first.ID || another.Token == first.Token {
			t.Errorf("no other draft: %v", err)
		}
		other, err := d.Start(ctx, person("p2"), here, false)
		if err != nil || other.ID == first.ID || other.ID == another.ID {
			t.Errorf("somebody else's draft: %v", err)
		}
		company, err := d.Start(ctx, handler(permit), here, false)
		if err != nil || company.Applicant != "company" || company.Handler != "handler" || company.Answers["applicant_name"].Text != "小满面馆（虚构）" {
			t.Errorf("%+v %v", company, err)
		}
		_, err = d.Start(ctx, handler("another"), here, false)
		wantCode(t, "beyond the mandate", err, "identity.out_of_scope")
		_, err = d.Start(ctx, gov.Nobody(gov.Web), here, false)
		wantCode(t, "nobody", err, "applications.sign_in")
		d.def.Audience = []string{"organisation"}
		_, err = d.Start(ctx, person("p1"), here, true)
		wantCode(t, "a person where companies apply", err, "applications.audience_person")
		_, err = d.Start(ctx, person("p1"), "elsewhere", true)
		wantCode(t, "an item that is not there", err, "catalogue.no_item")
	})
}

// A page with a defect is refused with all of them, and nothing of it is kept; kept for later it stays open.
func TestSave(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := t.Context(), person("p1")
		x := d.start(me)
		bad := form.Answers{"applicant_name": form.Plain(""), "id_number": form.Plain("990000189901010018")}
		_, err := d.Save(ctx, me, x.ID, x.Version(), who, bad, false)
		wantFields(t, "two defects", err, "applicant_name", "id_number")
		if now := d.again(x); now.Version() != x.Version() || now.Answers["id_number"].Text != "" {
			t.Error("a refused page was kept")
		}
		later, err := d.Save(ctx, me, x.ID, x.Version(), who, bad, true)
		if err != nil || later.PageDone(who) || later.Answers["id_number"].Text != "990000189901010018" || later.Answers["applicant_name"].Text != "" {
			t.Errorf("%+v %v", later, err)
		}
		if _, from := later.Sources["applicant_name"]; from {
			t.Error("an answer taken back still names its source")
		}
		spaced := form.Answers{"applicant_name": form.Plain(" 张示例 "), "id_number": form.Plain("９９0000 18990101 0013"), "note": form.Plain("of another page"), "photo": form.Plain("x")}
		done, err := d.Save(ctx, me, x.ID, later.Version(), who, spaced, false)
		if err != nil || !done.PageDone(who) || done.Answers["id_number"].Text != number || done.Answers["applicant_name"].Text != "张示例" {
			t.Fatalf("%+v %v", done, err)
		}
		if !done.Answers["note"].IsZero() || !done.Answers["photo"].IsZero() {
			t.Error("a page takes answers that it does not ask for")
		}
		_, err = d.Save(ctx, me, x.ID, later.Version(), who, good(), false)
		wantCode(t, "a version that is gone", err, "applications.stale")
		_, err = d.Save(ctx, me, x.ID, done.Version(), "no-such-page", good(), false)
		wantCode(t, "a page that is not there", err, "applications.page_missing")
		_, err = d.Save(ctx, person("p2"), x.ID, done.Version(), who, good(), false)
		wantCode(t, "a stranger", err, "applications.missing")
		var answers string
		if err := d.db.Row(ctx, `SELECT answers FROM application WHERE id = $1`, x.ID).Scan(&answers); err != nil || strings.Contains(answers, number) {
			t.Error("answers lie in clear", err)
		}
		own, version, err := d.OwnSince(ctx, me, x.ID, x.Version())
		if err != nil || !own || version != done.Version() {
			t.Error("his own saving makes a conflict with himself", own, version, err)
		}
	})
}

// Two tabs save at once: one stands, the other is told.
func TestTwoTabs(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		me := person("p1")
		x := d.start(me)
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = d.Save(t.Context(), me, x.ID, x.Version(), who, good(), false) })
		}
		all.Wait()
		stood := 0
		for _, err := range errs {
			if err == nil {
				stood++
			} else {
				wantCode(t, "the slower", err, "applications.stale")
			}
		}
		if stood != 1 || d.again(x).Version() != x.Version()+1 {
			t.Errorf("%d stand", stood)
		}
	})
}

// A draft is kept through its last day, which every change moves; then its answers and files are gone.
func TestADraftExpires(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := t.Context(), person("p1")
		old := d.complete(me, d.start(me))
		filed := d.file(me)
		d.pass(29 * 24 * time.Hour)
		touched := d.start(person("p2"))
		if n := d.expire(); n != 0 {
			t.Errorf("%d expired early", n)
		}
		d.pass(24 * time.Hour) // the last day
		if n := d.expire(); n != 0 || old.ExpiresOn != d.today() {
			t.Errorf("%d expired on the last day %s", n, old.ExpiresOn)
		}
		d.pass(24 * time.Hour)
		if n := d.expire(); n != 1 {
			t.Errorf("%d expired, want the one", n)
		}
		gone := d.again(old)
		if gone.State != applications.Discarded || len(gone.Answers) != 0 || d.again(touched).State != applications.Draft || d.again(filed).State != applications.Filed {
			t.Errorf("%+v", gone)
		}
		if n := d.count(`SELECT count(*) FROM attachment WHERE application = $1 AND removed_at = 0`, old.ID); n != 0 {
			t.Errorf("%d files are left", n)
		}
		if n := d.count(`SELECT refs FROM blob WHERE owner = 'p1'`); n != 1 { // the filed one holds the same photo
			t.Errorf("the photo is referred to %d times", n)
		}
		drafts, err := d.Drafts(ctx, me)
		if err != nil || len(drafts) != 0 {
			t.Error(drafts, err)
		}
		_, err = d.Save(ctx, me, old.ID, 0, who, good(), true)
		wantCode(t, "writing into what is gone", err, "applications.not_now")
	})
}

func (d *desk) expire() (n int) {
	d.t.Helper()
	for {
		round, err := d.round()
		if err != nil {
			d.t.Fatal(err)
		}
		if n += round; round == 0 {
			return n
		}
	}
}

// Lists show what details open, and nobody else's.
func TestDrafts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		mine, company := d.start(person("p1")), d.start(handler())
		for name, x := range map[string]struct {
			actor gov.Actor
			want  []string
		}{
			"himself": {person("p1"), []string{mine.ID}}, "the handler": {handler(), []string{company.ID}},
			"the handler of this item": {handler(permit), []string{company.ID}}, "of another": {handler("another"), nil},
			"of none": {func() gov.Actor { a := handler(); a.Items = []string{}; return a }(), nil},
			"a clerk": {clerk(), nil}, "nobody": {gov.Nobody(gov.Web), nil},
		} {
			got, err := d.Drafts(t.Context(), x.actor)
			if err != nil || len(got) != len(x.want) || len(got) == 1 && got[0].ID != x.want[0] {
				t.Errorf("%s: %v %v", name, got, err)
			}
			for _, id := range []string{mine.ID, company.ID} {
				_, err := d.Application(t.Context(), x.actor, id)
				if opens := err == nil; opens != (len(x.want) == 1 && x.want[0] == id) || err != nil && fault.KindOf(err) != fault.KindMissing {
					t.Errorf("%s opens %s: %v", name, id, err)
				}
			}
		}
	})
}
