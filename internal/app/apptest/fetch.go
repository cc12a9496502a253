package apptest

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/rehearsal"
)

// Fetching files a food licence in Guxiang with the company's business licence, which
// it had before this program came, in the place of its copy; it gives the case and the
// licence.
func Fetching(t testing.TB, a *app.App, handler gov.Actor) (*cases.Case, string) {
	t.Helper()
	ctx := t.Context()
	g, err := a.Catalogue.GuideAt(ctx, "food-business-licence", "445103")
	if err != nil {
		t.Fatal(err)
	}
	x, err := a.Applications.Start(ctx, handler, g.Local.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	def, err := a.Applications.Definition(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	offers, _, err := a.Applications.Offered(ctx, handler, x, def.Slots...)
	if err != nil || len(offers["biz"]) != 1 {
		t.Fatalf("offered: %+v %v", offers, err)
	}
	biz := offers["biz"][0].Licence.ID
	if x, err = a.Applications.Fetch(ctx, handler, x.ID, x.Version(), "biz", biz, true); err != nil {
		t.Fatal(err)
	}
	x = alone(t, a, handler, Complete(t, a, handler, x), "biz")
	if x, err = a.Applications.File(ctx, handler, x.ID, x.Version(), true); err != nil {
		t.Fatal(err)
	}
	c, err := a.Cases.ByApplication(ctx, handler, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c, biz
}

// alone takes the files out of a slot, so that only the licence stands there.
func alone(t testing.TB, a *app.App, actor gov.Actor, x *applications.Application, slot string) *applications.Application {
	t.Helper()
	all, err := a.Applications.Attachments(t.Context(), actor, x)
	for _, f := range all {
		if err == nil && f.Slot == slot {
			x, err = a.Applications.Detach(t.Context(), actor, x.ID, x.Version(), f.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Revoke takes a licence back, as the head of the department that issued it.
func Revoke(t testing.TB, a *app.App, licence string) {
	t.Helper()
	Change(t, a, licence, licences.ActRevoke)
}

// Change does an act to a licence, as Revoke does.
func Change(t testing.TB, a *app.App, licence string, act licences.Act) {
	t.Helper()
	head := gov.Actor{Account: "head", Name: "负责人样例", Kind: gov.Staff, Channel: gov.Web}
	all, err := a.Licences.Several(t.Context(), a.DB, []string{licence})
	if err != nil || all[licence] == nil {
		t.Fatalf("licence %s: %v", licence, err)
	}
	l := all[licence]
	head.Posts = []gov.Post{{ID: "head", Body: l.Issuer, Region: string(l.Region), Role: gov.RoleApprover}}
	_, err = a.Licences.Change(t.Context(), head, l.ID, l.Version(),
		licences.StatusChange{Act: act, Ground: "提供虚假材料", Article: "行政许可法第六十九条"})
	if err != nil {
		t.Fatal(err)
	}
}

// Replacing brings a case that stands on a licence so far that the officer asks for
// another in its place, because it fell after the case was accepted.
func Replacing(t testing.TB, a *app.App, handler gov.Actor) (c *cases.Case, fallen string) {
	t.Helper()
	return ReplacingAfter(t, a, handler, licences.ActRevoke)
}

// ReplacingAfter is Replacing of a licence that fell by this act.
func ReplacingAfter(t testing.TB, a *app.App, handler gov.Actor, act licences.Act) (c *cases.Case, fallen string) {
	t.Helper()
	c, fallen = Fetching(t, a, handler)
	c, err := a.Stage().Bring(t.Context(), handler, c, rehearsal.Goal{State: cases.Accepted, Step: cases.Approve})
	if err != nil {
		t.Fatal(err)
	}
	Change(t, a, fallen, act)
	c, err = a.Cases.AskReplacement(t.Context(), As(t, a, "scjg-officer", gov.Web), c.ID, c.Version(), "营业执照已撤销，请换用有效的执照")
	if err != nil {
		t.Fatal(err)
	}
	return c, fallen
}

// Another enters a second licence like this one of an organisation, under a number of
// its own, which it gives.
func Another(t testing.TB, a *app.App, licence string) string {
	t.Helper()
	ctx := t.Context()
	all, err := a.Licences.Several(ctx, a.DB, []string{licence})
	if err != nil {
		t.Fatal(err)
	}
	l := all[licence]
	issuer, err := a.Identity.Body(ctx, a.DB, l.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	faces, err := a.Licences.Faces(ctx, a.DB, []string{licence})
	if err != nil {
		t.Fatal(err)
	}
	line := app.LicenceLine{Type: l.Type, Issuer: issuer.CreditCode, HolderName: l.HolderName, IssuedOn: l.IssuedOn, Number: "CD-2"}
	for _, x := range faces[licence] {
		if x.Key == "uscc" {
			line.Holder = x.Value.Text
		}
	}
	report, err := a.ImportLicences(ctx, identity.System("file", gov.Import), []app.LicenceLine{line}, nil)
	if err != nil || report.Added != 1 {
		t.Fatalf("%+v %v", report, err)
	}
	return line.Number
}
