package desk_test

import (
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// panel is what a case's page says of the others of its bundle.
func panel(t *testing.T, a *kittest.Answer) string {
	t.Helper()
	for _, n := range a.Doc.Find("main .card") {
		if text := htmlcheck.Text(n); strings.HasPrefix(text, "一件事：") {
			return text
		}
	}
	t.Fatalf("no panel of the bundle: %s", a.Doc.Text("main"))
	return ""
}

// A department sees at its own case which others there are, where and how far, and
// what waits for it; of what was filed for them, of their papers and their pages it
// sees nothing.
func TestABundlesCaseShowsTheOthers(t *testing.T) {
	h := open(t)
	ctx, stage := t.Context(), h.app.Stage()
	applicant := apptest.As(t, h.app, "resident1", gov.Web)
	x, err := stage.FileBundle(ctx, applicant, rehearsal.Choice{Bundle: "second-hand-house", Region: "445103100200",
		Answers: map[string]string{"loan": "否", "gas": "是"}})
	if err != nil {
		t.Fatal(err)
	}
	all, err := h.app.Cases.Together(ctx, applicant, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	tax, transfer := all[0], all[1]
	// Somebody who serves at the tax office and nowhere else.
	clerk := h.site.As(gov.Actor{Account: "tax-only", Name: "税承办", Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "p", Body: tax.Body, Region: "445103", Role: gov.RoleOfficer}}})
	page := clerk.Get(path(tax.Case)).Wants(t, 200)
	list := clerk.Get("/desk/cases?tab=all&q="+x.Number.Grouped()).Wants(t, 200, tax.ItemName) // the number on the receipt of the whole
	list.Lacks(t, transfer.Number.Grouped(), "/desk/cases/"+transfer.ID)
	text := panel(t, page)
	for _, s := range all {
		if !strings.Contains(text, s.ItemName) || !strings.Contains(text, s.BodyName) {
			t.Errorf("%s of %s is not in %q", s.ItemName, s.BodyName, text)
		}
		if s.ID == tax.ID {
			continue
		}
		if page.Doc.Count("a[href=/desk/cases/"+s.ID+"]") != 0 {
			t.Errorf("a link to the case of %s", s.BodyName)
		}
		page.Lacks(t, s.Number.Grouped(), string(s.Number))
		for _, below := range []string{"", "visits", "letters", "trace", "dates", "joint"} {
			clerk.Get(path(s.Case, below)).Wants(t, 404)
		}
	}
	for _, want := range []string{tax.ItemName + " 本件", "等待前项办结", "等“" + tax.ItemName + "”办成"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	whole, err := h.app.Applications.Application(ctx, applicant, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	own, err := h.app.Applications.Definition(ctx, whole)
	if err != nil {
		t.Fatal(err)
	}
	shown := page.Doc.Text("main")
	others := 0
	for _, f := range own.Form {
		mine := false
		for _, m := range own.Members {
			if m.LocalItem == tax.LocalItem {
				_, mine = m.Form.Field(f.Key)
			}
		}
		if !mine && !whole.Answers[f.Key].IsZero() {
			if others++; strings.Contains(shown, f.Label) {
				t.Errorf("the tax office reads %s, which its form does not ask", f.Label)
			}
		}
	}
	if others == 0 {
		t.Fatal("the members ask nothing that the tax office must not see")
	}

	// The office that serves at both follows the link; the state of one is seen at the other.
	if _, err := stage.Bring(ctx, applicant, tax.Case, rehearsal.Goal{State: cases.Refused}); err != nil {
		t.Fatal(err)
	}
	both := h.as("officer")
	text = panel(t, both.Get(path(transfer.Case, "dates")).Wants(t, 200))
	if !strings.Contains(text, "前项未成，已终止") || !strings.Contains(text, "因为“"+tax.ItemName+"”未获准予") {
		t.Error(text)
	}
	if both.Get(path(transfer.Case, "dates")).Doc.Count("a[href=/desk/cases/"+tax.ID+"]") == 0 {
		t.Error("no way to the other case of one's own")
	}
	if single := h.bring("handler1", food, cases.Submitted, cases.NoStep); strings.Contains(both.Get(path(single)).Body, "一件事：") {
		t.Error("a case of one item has a panel")
	}
}

// What waits for another of its bundle is neither ended nor under way: it has a tab of
// its own, while there is any, and its page says what it waits for, who applies and
// where the others are; nothing of what was filed, also after it was cut off.
func TestWhatWaitsAtTheDesk(t *testing.T) {
	h := open(t)
	ctx, stage := t.Context(), h.app.Stage()
	applicant := apptest.As(t, h.app, "resident1", gov.Web)
	x, err := stage.FileBundle(ctx, applicant, rehearsal.Choice{Bundle: "second-hand-house", Region: "445103100200",
		Answers: map[string]string{"loan": "否", "gas": "是"}})
	if err != nil {
		t.Fatal(err)
	}
	all, err := h.app.Cases.Together(ctx, applicant, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	tax, transfer, gas := all[0], all[1], all[len(all)-1]
	officer := h.site.As(gov.Actor{Account: "gas-only", Name: "气承办", Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "p", Body: gas.Body, Region: "445103", Role: gov.RoleOfficer}}})
	number := "&q=" + string(gas.Number)
	officer.Get("/desk/cases?tab=all"+number).Wants(t, 200, "全部在办 0", "等待前项 1").Lacks(t, gas.Number.Grouped())
	officer.Get("/desk/cases?tab=ended").Wants(t, 200, "等待前项 1").Lacks(t, gas.Number.Grouped())
	officer.Get("/desk/cases?tab=waiting"+number).Wants(t, 200, gas.Number.Grouped())
	officer.Get("/desk/cases?tab=waiting&after=_"+gas.ID).Wants(t, 200).Lacks(t, gas.Number.Grouped())

	unread := func(want string) {
		t.Helper()
		page := officer.Get(officer.Get(path(gas.Case)).Header.Get("Location")).Wants(t, 200, gas.ItemName, applicant.Name, want)
		page.Lacks(t, "为什么是这一天", "现在：已结束", "显示敏感信息的明文")
		panel(t, page)
		officer.Post(path(gas.Case, "looks"), form(gas.Case, "purpose", "核对身份")).Wants(t, 404)
		officer.Get(path(gas.Case, "files/any")).Wants(t, 404)
		for _, below := range []string{"visits", "letters"} {
			if got := officer.Get(path(gas.Case, below)); got.Status == 200 {
				t.Errorf("%s is shown", below)
			}
		}
	}
	unread("等“" + transfer.ItemName + "”办成后")
	if _, err := stage.Bring(ctx, applicant, tax.Case, rehearsal.Goal{State: cases.Refused}); err != nil {
		t.Fatal(err)
	}
	unread("前项未成，已终止")
	officer.Get("/desk/cases?tab=ended").Wants(t, 200, gas.Number.Grouped()).Lacks(t, "等待前项")
}
