package applications_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Everything that is missing is told at once, in the order of the form and then of the materials; what is complete and
// declared is filed, once.
func TestFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := t.Context(), person("p1")
		x := d.start(me)
		missing, err := d.Examine(ctx, me, x)
		if err != nil || len(missing) != 2 || missing[0].Path != "id_number" || missing[1].Path != "material.portrait" {
			t.Fatal(missing, err)
		}
		_, err = d.File(ctx, me, x.ID, x.Version(), true)
		wantFields(t, "an incomplete one", err, "id_number", "material.portrait")
		x = d.complete(me, x)
		_, err = d.File(ctx, me, x.ID, x.Version(), false)
		wantFields(t, "not declared", err, "declared")
		_, err = d.File(ctx, me, x.ID, x.Version()-1, true)
		wantCode(t, "an old version", err, "applications.stale")
		_, err = d.File(ctx, person("p2"), x.ID, x.Version(), true)
		wantCode(t, "a stranger", err, "applications.missing")
		if d.filed != 0 {
			t.Error("a case was opened for what was not filed")
		}
		filed, err := d.File(ctx, me, x.ID, x.Version(), true)
		if err != nil || filed.State != applications.Filed || filed.FiledAt != d.at {
			t.Fatal(filed, err)
		}
		if _, err := gov.ParseCaseNumber(string(filed.Number)); err != nil || !strings.HasPrefix(string(filed.Number), "44510320260302") {
			t.Errorf("number %s: %v", filed.Number, err)
		}
		again, err := d.File(ctx, me, x.ID, x.Version(), true)
		if err != nil || again.Number != filed.Number || d.filed != 1 {
			t.Errorf("a second click: %v, %d cases", err, d.filed)
		}
		if n := d.count(`SELECT count(*) FROM event WHERE type = 'application.filed'`); n != 1 {
			t.Errorf("%d facts", n)
		}
		_, err = d.Save(ctx, me, x.ID, filed.Version(), who, good(), true)
		wantCode(t, "editing what is filed", err, "applications.not_now")
	})
}

// A double click, from several screens: one case, one number, the same receipt for all.
func TestFiledOnceHoweverOften(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		me := person("p1")
		x := d.complete(me, d.start(me))
		numbers := make([]gov.CaseNumber, 5)
		var all sync.WaitGroup
		var mu sync.Mutex
		for i := range numbers {
			all.Go(func() {
				filed, err := d.File(t.Context(), me, x.ID, x.Version(), true)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				numbers[i] = filed.Number
			})
		}
		all.Wait()
		for _, n := range numbers {
			if n == "" || n != numbers[0] {
				t.Errorf("receipts differ: %v", numbers)
				break
			}
		}
		if n := d.count(`SELECT count(*) FROM event WHERE type = 'application.filed'`); n != 1 {
			t.Errorf("%d filings stand", n)
		}
	})
}

// What the case behind it refuses is not filed: no number, no fact, and the draft is as it was.
func TestAFilingThatIsRefusedElsewhere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		me := person("p1")
		x := d.complete(me, d.start(me))
		d.refuse = fault.Denied("identity.no_mandate")
		_, err := d.File(t.Context(), me, x.ID, x.Version(), true)
		wantCode(t, "refused", err, "identity.no_mandate")
		if now := d.again(x); now.State != applications.Draft || now.Number != "" || now.Version() != x.Version() || d.count(`SELECT count(*) FROM event`) != 0 {
			t.Errorf("%+v", now)
		}
		d.refuse = nil
		if filed, err := d.File(t.Context(), me, x.ID, x.Version(), true); err != nil || filed.Number == "" {
			t.Error("a draft that was refused once cannot be filed", err)
		}
	})
}

// A correction opens exactly what it names; a defect of a file question is answered in the slot of its material. What is
// filed again goes on, and what an applicant types meanwhile is his own.
func TestAmendment(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := t.Context(), person("p1")
		x := d.amending(me)
		if len(x.Defects) != 2 || x.Defects[1].Kind != "material" || x.Defects[1].Key != "portrait" {
			t.Fatalf("%+v", x.Defects)
		}
		if !x.Editable("id_number") || x.Editable("applicant_name") || !x.Attachable("portrait") || x.Attachable("contract") {
			t.Error("a correction opens something else than it names")
		}
		both := form.Answers{"applicant_name": form.Plain("别人"), "id_number": form.Plain(idOf("1900"))}
		x, err := d.Save(ctx, me, x.ID, x.Version(), who, both, false)
		if err != nil || x.Answers["applicant_name"].Text != "张示例" || x.Answers["id_number"].Text != idOf("1900") {
			t.Fatal(x, err)
		}
		_, err = d.Attach(ctx, me, x.ID, x.Version(), "contract", "x.png", reader(picture(3)))
		wantCode(t, "a material that was not named", err, "applications.not_editable")
		forms, err := d.FiledForms(ctx, staff(gov.RoleOfficer, body, region), x)
		if err != nil || len(forms) != 1 || forms[0].Answers["id_number"].Text != number {
			t.Errorf("the handler sees what is being typed: %+v %v", forms, err)
		}
		answered, err := d.Answered(ctx, me, x)
		if err != nil || !answered[x.Defects[0]] || answered[x.Defects[1]] {
			t.Errorf("%v %v", answered, err)
		}
		wrong := form.Answers{"id_number": form.Plain("1")}
		bad, err := d.Save(ctx, me, x.ID, x.Version(), who, wrong, true)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Amend(ctx, me, x.ID, bad.Version())
		wantFields(t, "an answer that is wrong again", err, "id_number")
		x, err = d.Save(ctx, me, x.ID, bad.Version(), who, both, false)
		if err == nil {
			x, err = d.Amend(ctx, me, x.ID, x.Version())
		}
		if err != nil || x.State != applications.Filed || len(x.Defects) != 0 || d.amended != 1 {
			t.Fatal(x, err)
		}
		if forms, err = d.FiledForms(ctx, me, x); err != nil || len(forms) != 2 || forms[1].Answers["id_number"].Text != idOf("1900") {
			t.Errorf("%+v %v", forms, err)
		}
	})
}

// idOf is a number of the demonstration region for somebody born in that year.
func idOf(year string) string {
	n, err := gov.ComposeIDNumber("990000" + year + "0101001")
	if err != nil {
		panic(err)
	}
	return string(n)
}

// Files: of the kinds that are told before, within the limits, in the slots of the item, and only into what is open.
func TestAttach(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := t.Context(), person("p1")
		x := d.start(me)
		try := func(actor gov.Actor, slot, name string, content io.Reader) error {
			next, err := d.Attach(ctx, actor, x.ID, x.Version(), slot, name, content)
			if err == nil {
				x = next
			}
			return err
		}
		wantCode(t, "a slot that is not there", try(me, "passport", "a.png", reader(picture(1))), "applications.slot_missing")
		wantCode(t, "a program", try(me, "contract", "a.png", strings.NewReader("MZ\x90\x00 this is no picture")), "blob.type")
		wantCode(t, "nothing", try(me, "contract", "a.png", strings.NewReader("")), "blob.empty")
		wantCode(t, "21 MB", try(me, "contract", "a.png", io.MultiReader(reader(picture(1)), &zeros{left: applications.MostBytes})), "blob.too_large")
		wantCode(t, "a stranger", try(person("p2"), "contract", "a.png", reader(picture(1))), "applications.missing")
		if n := d.count(`SELECT count(*) FROM attachment`); n != 0 {
			t.Fatalf("%d of those were kept", n)
		}
		for i := range applications.MostFiles {
			if err := try(me, "contract", "../../第"+strings.Repeat("长", 200)+".png", reader(picture(i))); err != nil {
				t.Fatal(i, err)
			}
		}
		wantCode(t, "one more", try(me, "contract", "a.png", reader(picture(99))), "applications.too_many_files")
		if err := try(me, "portrait", "a.png", reader(picture(0))); err != nil { // the same photo in another slot is one blob
			t.Fatal(err)
		}
		all, err := d.Attachments(ctx, me, x)
		if err != nil || len(all) != applications.MostFiles+1 || d.count(`SELECT count(*) FROM blob`) != applications.MostFiles {
			t.Fatalf("%d files of %d contents, %v", len(all), d.count(`SELECT count(*) FROM blob`), err)
		}
		for _, a := range all {
			if n := len([]rune(a.Name)); n > 120 || strings.Contains(a.Name, "/") || !strings.HasSuffix(a.Name, ".png") {
				t.Errorf("a name of %d signs: %s", n, a.Name)
			}
		}
		if own := all[len(all)-1]; own.Trust != applications.SelfMade || all[0].Trust != applications.Uploaded {
			t.Errorf("trust %s and %s", own.Trust, all[0].Trust)
		}
		got, content, err := d.OpenFile(ctx, me, x.ID, all[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(content)
		if err = errors.Join(err, content.Close()); err != nil || string(b) != string(picture(0)) || got.Type != "image/png" {
			t.Error(got, err)
		}
		_, _, err = d.OpenFile(ctx, person("p2"), x.ID, all[0].ID)
		wantCode(t, "a stranger's look", err, "applications.missing")
		d.detached(t, me, x, all[0])
	})
}

// detached takes a file out and finds nothing of it but what another slot holds.
func (d *desk) detached(t *testing.T, me gov.Actor, x *applications.Application, file applications.Attachment) {
	ctx := t.Context()
	other := d.start(person("p2"))
	_, err := d.Detach(ctx, person("p2"), other.ID, other.Version(), file.ID)
	wantCode(t, "through another application", err, "applications.file_missing")
	x, err = d.Detach(ctx, me, x.ID, x.Version(), file.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Detach(ctx, me, x.ID, x.Version(), file.ID)
	wantCode(t, "twice", err, "applications.file_missing")
	_, _, err = d.OpenFile(ctx, me, x.ID, file.ID)
	wantCode(t, "opening it", err, "applications.file_missing")
	if n := d.count(`SELECT refs FROM blob WHERE id = $1`, file.Blob); n != 1 {
		t.Errorf("the other slot's photo is referred to %d times", n)
	}
}

// zeros is a long and boring file.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	clear(p[:n])
	z.left -= n
	return n, nil
}

// A copy is compared with its original once, by who may, and is worth more from then on.
func TestCheckOriginal(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		x := d.file(person("p1"))
		all, err := d.Attachments(ctx, clerk(), x)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		_, err = d.CheckOriginal(ctx, staff(gov.RoleReviewer, body, region), x.ID, all[0].ID)
		wantCode(t, "a reviewer", err, "applications.denied")
		_, err = d.CheckOriginal(ctx, person("p1"), x.ID, all[0].ID)
		wantCode(t, "the applicant himself", err, "applications.denied")
		if _, err = d.CheckOriginal(ctx, clerk(), x.ID, all[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err = d.CheckOriginal(ctx, clerk(), x.ID, all[0].ID)
		wantCode(t, "twice", err, "applications.checked_already")
		if all, err = d.Attachments(ctx, clerk(), x); err != nil || all[0].Trust != applications.Checked || all[0].CheckedBy != clerk().Account {
			t.Error(all, err)
		}
	})
}

// A look in clear is for who works on it, and is kept with its elements.
func TestLook(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.file(person("p1"))
		clear, err := d.Look(t.Context(), staff(gov.RoleOfficer, body, region), x.ID, "case")
		if err != nil || len(clear) != 1 || clear["id_number"].Text != number || len(d.looked) != 1 || d.looked[0] != "id_number" {
			t.Fatal(clear, d.looked, err)
		}
		for name, actor := range map[string]gov.Actor{"another body": staff(gov.RoleOfficer, "x", region), "a supervisor": staff(gov.RoleSupervisor, body, region), "nobody": gov.Nobody(gov.Web)} {
			_, err := d.Look(t.Context(), actor, x.ID, "case")
			wantCode(t, name, err, "applications.missing")
		}
		_, err = d.Look(t.Context(), person("p1"), x.ID, "case")
		wantCode(t, "the applicant, who has no need to", err, "applications.denied")
		if len(d.looked) != 1 {
			t.Error("a look that was refused was kept")
		}
	})
}

// A department's system files in one message what its counter took down.
func TestSubmit(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		system := gov.Actor{Account: "system", Name: "窗口系统", Kind: gov.Service, Channel: gov.API, Posts: clerk().Posts}
		in := applications.Submission{ID: "01993f7e-0000-7000-8000-000000000001", LocalItem: here, Answers: good(),
			Applicant: applications.Applicant{Kind: "person", Name: "张示例"}}
		for name, x := range map[string]struct {
			change func(*applications.Submission)
			paths  []string
		}{
			"an answer nobody asked for":     {func(in *applications.Submission) { in.Answers = form.Answers{"shoe_size": form.Plain("42")} }, []string{"shoe_size"}},
			"a file as text":                 {func(in *applications.Submission) { in.Answers = form.Answers{"photo": form.Plain("x")} }, []string{"photo"}},
			"filed without a declaration":    {func(in *applications.Submission) { in.File = true }, []string{"declared"}},
			"somebody the item is not for":   {func(in *applications.Submission) { in.Applicant.Kind = "animal" }, []string{"applicant.kind"}},
			"an applicant without a name":    {func(in *applications.Submission) { in.Applicant.Name = "" }, []string{"applicant.name"}},
			"filed without what is required": {func(in *applications.Submission) { in.File, in.Declared = true, true }, []string{"material.portrait"}},
		} {
			bad := in
			x.change(&bad)
			_, err := d.Submit(ctx, system, bad)
			wantFields(t, name, err, x.paths...)
		}
		_, err := d.Submit(ctx, staff(gov.RoleClerk, "x", elsewhere), in)
		wantCode(t, "from another county", err, "applications.denied")
		if n := d.count(`SELECT count(*) FROM application`); n != 0 {
			t.Fatalf("%d of those stand", n)
		}
		x, err := d.Submit(ctx, system, in)
		if err != nil || x.State != applications.Draft || x.Applicant != "walk-in" || !x.PageDone(who) || x.Account != "system" {
			t.Fatal(x, err)
		}
		held, err := d.HeldAt(ctx, d.db, system, x.ID)
		if err != nil || len(held.Defects) != 1 || held.Defects[0].Path != "material.portrait" {
			t.Errorf("%+v %v", held.Defects, err)
		}
		if _, err := d.Submit(ctx, system, in); !db.IsUnique(err) {
			t.Errorf("the same message again: %v", err)
		}
	})
}

// A code carries a draft to another screen: ten minutes, once, for the clerk or for the applicant himself.
func TestHandover(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := t.Context(), person("p1")
		x := d.start(me)
		code := func() applications.Handover {
			t.Helper()
			h, err := d.HandOver(ctx, me, x.ID)
			if err != nil || len(h.Code) != 6 || h.Until != d.at.Add(10*time.Minute) {
				t.Fatal(h, err)
			}
			return h
		}
		redeem := func(actor gov.Actor, code string) error {
			d.tries = map[string]int{}
			got, err := d.Redeem(ctx, actor, code)
			if err == nil && got.ID != x.ID {
				t.Errorf("it opens %s", got.ID)
			}
			return err
		}
		_, err := d.HandOver(ctx, person("p2"), x.ID)
		wantCode(t, "a code for what is not his", err, "applications.missing")
		old, fresh := code(), code()
		wantCode(t, "an older code", redeem(clerk(), old.Code), "applications.handover_wrong")
		if err := redeem(clerk(), " "+fresh.Code[:3]+" "+fresh.Code[3:]); err != nil {
			t.Errorf("typed with blanks: %v", err)
		}
		wantCode(t, "twice", redeem(clerk(), fresh.Code), "applications.handover_wrong")
		wantCode(t, "by its token, after", redeem(me, fresh.Token), "applications.handover_wrong")
		if d.again(x).Clerk != clerk().Account {
			t.Error("the draft is not in the clerk's hands")
		}
		if err := redeem(me, code().Token); err != nil {
			t.Errorf("by its token: %v", err)
		}
		late := code()
		d.pass(10 * time.Minute)
		wantCode(t, "ten minutes later", redeem(clerk(), late.Code), "applications.handover_wrong")
		guarded := code()
		for range 5 {
			wantCode(t, "somebody else's", redeem(person("p2"), guarded.Code), "applications.handover_not_yours")
		}
		wantCode(t, "after five wrong hands", redeem(clerk(), guarded.Code), "applications.handover_wrong")
		wantCode(t, "not signed in", redeem(gov.Nobody(gov.Web), code().Code), "applications.sign_in")
		d.tries = map[string]int{}
		for range 7 { // one draft after the other at a busy counter
			if _, err := d.Redeem(ctx, clerk(), code().Code); err != nil {
				t.Error("a right code:", err)
			}
		}
		for i := range 6 {
			_, err := d.Redeem(ctx, clerk(), "000000")
			if wrong := "applications.handover_wrong"; i < 5 {
				wantCode(t, "guessing", err, wrong)
			} else {
				wantCode(t, "guessing on", err, "identity.too_many")
			}
			if i == 0 {
				d.tries = map[string]int{"handover" + clerk().Account: 1}
			}
		}
	})
}

// Of several hands at once one gets the draft.
func TestHandoverAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		me := person("p1")
		x := d.start(me)
		h, err := d.HandOver(t.Context(), me, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				actor := clerk()
				actor.Account += string(rune('a' + i))
				_, errs[i] = d.Redeem(t.Context(), actor, h.Code)
			})
		}
		all.Wait()
		got := 0
		for _, err := range errs {
			if err == nil {
				got++
			} else if !fault.Is(err, "applications.handover_used") && !fault.Is(err, "applications.handover_wrong") {
				t.Error(err)
			}
		}
		if got != 1 {
			t.Errorf("%d hands have the draft", got)
		}
	})
}

// Two parties that turn out to be one have one set of applications.
func TestMoveParty(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x, y := d.start(person("p1")), d.start(handler())
		err := d.db.Do(t.Context(), func(tx *db.Tx) error {
			return errors.Join(d.MovePartyIn(t.Context(), tx, "p1", "p9"), d.MovePartyIn(t.Context(), tx, "handler", "p9"))
		})
		if err != nil || d.again(x).Applicant != "p9" || d.again(y).Handler != "p9" || d.again(y).Applicant != "company" {
			t.Error(d.again(x), d.again(y), err)
		}
	})
}
