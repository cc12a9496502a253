package app_test

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/ratings"
)

// TestLine takes 食品经营许可 from the first answer to the rating.
func TestLine(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx := t.Context()
		handler := apptest.Handler(t, a, "handler1")
		x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
		if _, err := gov.ParseCaseNumber(string(x.Number)); err != nil {
			t.Fatalf("number %s: %v", x.Number, err)
		}
		c, err := a.Cases.ByApplication(ctx, handler, x.ID)
		if err != nil || c.State != cases.Submitted || c.AcceptDue.IsZero() {
			t.Fatalf("%+v %v", c, err)
		}
		clerk := apptest.As(t, a, "clerk1", gov.Counter)
		if c, err = a.Cases.Accept(ctx, clerk, c.ID, c.Version()); err != nil {
			t.Fatal(err)
		}
		officer := apptest.As(t, a, "scjg-officer", gov.Web)
		if _, err := a.Cases.Advise(ctx, officer, c.ID, c.Version(), cases.AdviseGrant, "齐全"); err == nil {
			t.Fatal("a favourable opinion without the site visit of art. 34")
		}
		second := apptest.As(t, a, "scjg-officer2", gov.Web)
		c, err = a.Cases.RecordVisit(ctx, officer, c.ID, c.Version(), cases.Visit{On: apptest.Today(a), Second: second.Account, Passed: true, Record: "布局符合"})
		if err != nil {
			t.Fatal(err)
		}
		if c, err = a.Cases.Advise(ctx, officer, c.ID, c.Version(), cases.AdviseGrant, "齐全"); err != nil || c.Step != cases.Review {
			t.Fatal(c, err)
		}
		reviewer := apptest.As(t, a, "scjg-reviewer", gov.Web)
		if c, err = a.Cases.Advise(ctx, reviewer, c.ID, c.Version(), cases.AdviseGrant, "同意"); err != nil || c.Step != cases.Approve {
			t.Fatal(c, err)
		}
		approver := apptest.As(t, a, "scjg-approver", gov.Web)
		if c, err = a.Cases.Decide(ctx, approver, c.ID, c.Version(), cases.Decision{Grant: true}); err != nil || c.State != cases.Granted {
			t.Fatal(c, err)
		}
		l, err := a.Licences.Licence(ctx, handler, c.Licence)
		if err != nil || l.HolderName != x.ApplicantName || l.Status(apptest.Today(a)) != licences.Valid {
			t.Fatal(l, err)
		}
		outlet := apptest.As(t, a, "outlet1", gov.Counter)
		if c, err = a.Cases.Deliver(ctx, outlet, c.ID, c.Version(), cases.Handing{Way: cases.Handed, Recipient: "钱经办"}); err != nil || c.State != cases.Delivered {
			t.Fatal(c, err)
		}
		if err := a.Ratings.Give(ctx, handler, c.ID, ratings.Rating{Score: ratings.Best, Tags: []string{"fast"}}); err != nil {
			t.Fatal(err)
		}
		if err := a.Ratings.Give(ctx, handler, c.ID, ratings.Rating{Score: ratings.Worst}); err == nil {
			t.Fatal("rated twice")
		}
		holds(t, a)
	})
}

// holds verifies the whole journal against every row.
func holds(t *testing.T, a *app.App) {
	t.Helper()
	report, err := a.Book.Verify(t.Context(), a.DB, app.Nouns(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range report.Breaks {
		t.Error(b)
	}
}
