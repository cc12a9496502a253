package app_test

import (
	"maps"
	"slices"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/messages"
	"yimen/internal/platform/fault"
	"yimen/internal/rehearsal"
)

// A licence that counts again is asked for no more: the demand ends by itself, in its own
// trace, applicant and officer hear of it, and the case is granted on it.
func TestARestoredLicenceIsNotAskedFor(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	ctx, handler := t.Context(), apptest.Handler(t, a, "handler1")
	officer, head := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "scjg-approver", gov.Web)
	before, biz := apptest.ReplacingAfter(t, a, handler, licences.ActSuspend)
	apptest.Change(t, a, biz, licences.ActRestore)
	if x, err := a.Applications.Application(ctx, handler, before.Application); err != nil || x.State != applications.Filed || len(x.Defects) > 0 {
		t.Fatalf("still asked for: %+v %v", x, err)
	}
	c, err := a.Cases.Case(ctx, head, before.ID)
	if err != nil || c.State != cases.Accepted || c.Step != cases.Approve || c.PromisedDue != before.PromisedDue || c.Version() != before.Version()+1 {
		t.Fatalf("%+v %v", c, err)
	}
	lines, err := a.Cases.Trace(ctx, officer, c)
	if err != nil {
		t.Fatal(err)
	}
	if last := lines[len(lines)-1]; last.Act != string(cases.ActSpareReplace) || last.Name != "系统" || len(last.Change.Defects) != 1 || last.Change.Defects[0].Key != "biz" {
		t.Errorf("%+v", last)
	}
	for key, who := range map[messages.Key]gov.Actor{messages.CaseLicenceRestored: handler, messages.StandsRestored: {Kind: gov.Staff, Account: c.Officer}} {
		told, err := a.Messages.Inbox(ctx, who, messages.Page{Limit: messages.MostOnPage})
		told = slices.DeleteFunc(told, func(m messages.Received) bool { return m.Key != key })
		if err != nil || len(told) != 1 || told[0].Args["number"] != c.Number.Grouped() || told[0].Args["licence"] != "营业执照" {
			t.Errorf("%s: %+v %v", key, told, err)
		}
	}
	if _, err := a.Cases.AskReplacement(ctx, officer, c.ID, c.Version(), "再要一次"); !fault.Is(err, "applications.nothing_fallen") {
		t.Errorf("nothing is fallen: %v", err)
	}
	if _, err := a.Cases.Decide(ctx, head, c.ID, c.Version(), cases.Decision{Grant: true}); err != nil {
		t.Errorf("granted on what counts again: %v", err)
	}
	holds(t, a)
}

// Of a bundle that ends for each member that asked, and a correction of another goes on.
func TestARestoredLicenceOfABundle(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx := t.Context()
		b, licence, asking := fetchingBundle(t, a)
		apptest.Change(t, a, licence, licences.ActSuspend)
		asks := b.bring(asking[0], rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		if _, err := a.Cases.AskReplacement(ctx, officerAt(t, a, asks.Body), asks.ID, asks.Version(), "已暂扣"); err != nil {
			t.Fatal(err)
		}
		corrects := b.bring(asking[1], rehearsal.Goal{State: cases.Correcting})
		apptest.Change(t, a, licence, licences.ActRestore)
		if x := b.application(); x.State != applications.Amending || len(x.Defects) != 1 || x.Defects[0].Member != corrects.LocalItem {
			t.Errorf("%+v", x.Defects)
		}
		if c := b.of(asking[0]).Case; c.Version() != asks.Version()+2 {
			t.Errorf("asked and spared, it is at %d after %d", c.Version(), asks.Version())
		}
		b.exactlyTold(messages.CaseLicenceRestored)
		holds(t, a)
	})
}

// fetchingBundle files a bundle for which one licence was fetched that two of its
// members ask for at once.
func fetchingBundle(t *testing.T, a *app.App) (b *together, licence string, asking []string) {
	t.Helper()
	ctx, me := t.Context(), apptest.As(t, a, "resident1", gov.Web)
	c, err := a.Catalogue.Compose(ctx, "rural-house", village, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := a.Applications.Start(ctx, me, c.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	def, err := a.Applications.Definition(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	offers, _, err := a.Applications.Offered(ctx, me, x, def.Slots...)
	if err != nil || len(offers["id_card"]) == 0 {
		t.Fatalf("%+v %v", offers, err)
	}
	licence = offers["id_card"][0].Licence.ID
	if x, err = a.Applications.Fetch(ctx, me, x.ID, x.Version(), "id_card", licence, true); err != nil {
		t.Fatal(err)
	}
	x = apptest.Complete(t, a, me, x)
	if x, err = a.Applications.File(ctx, me, x.ID, x.Version(), true); err != nil {
		t.Fatal(err)
	}
	b = &together{t, a, me, x.ID}
	for _, m := range def.Members {
		if b.of(m.Item).State == cases.Submitted && slices.Contains(slices.Collect(maps.Values(m.Papers)), "id_card") {
			asking = append(asking, m.Item)
		}
	}
	if len(asking) < 2 {
		t.Fatal("it is asked for by", asking)
	}
	return b, licence, asking
}
