package app_test

import (
	"fmt"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// TestTenThousandFollowTheCalendar changes the calendar under ten thousand running cases
// of the whole program: the workers bring every one of them to its new date, with its
// entry in the journal and its row in supervision's watch, and the journal holds.
func TestTenThousandFollowTheCalendar(t *testing.T) {
	t.Parallel()
	many := 10_000
	if testing.Short() {
		many /= 10
	}
	atHeldTime(t, func(t *testing.T, a *app.App, _ *now.Instant) {
		c := openCase(t, a)
		openMore(t, a, c, many-1)
		years := altered(t, a, false, c.AcceptDue)
		o, err := a.Catalogue.Outlook(t.Context(), years)
		if err != nil {
			t.Fatal(err)
		}
		r, err := a.Catalogue.ImportCalendar(t.Context(), calendarKeeper, years, o.Hash)
		if err != nil {
			t.Fatal(err)
		}
		work(t, a)
		after := caseOf(t, a, c.Application).AcceptDue
		if !after.After(c.AcceptDue) {
			t.Fatalf("due %s → %s", c.AcceptDue, after)
		}
		for what, sql := range map[string]string{
			"cases at the new date":   `SELECT count(*) FROM cases WHERE accept_due = $1 AND $2 <> ''`,
			"watched at the new date": `SELECT count(*) FROM watch WHERE due_on = $1 AND $2 <> ''`,
			"cases with an entry":     `SELECT count(DISTINCT subject) FROM journal WHERE $1 <> '' AND act = $2`,
			"entries":                 `SELECT count(*) FROM journal WHERE $1 <> '' AND act = $2`,
		} {
			var n int
			if err := a.DB.Row(t.Context(), sql, after.String(), string(cases.ActRecount)).Scan(&n); err != nil || n != many {
				t.Errorf("%s: %d, %v", what, n, err)
			}
		}
		all, err := a.Cases.Recounts(t.Context())
		if done := all[r.Version]; err != nil || done.Looked != int64(many) || done.Moved != int64(many) || !done.Done() {
			t.Errorf("%+v, %v", done, err)
		}
		holds(t, a)
	})
}

// openMore opens n cases like c, as filing does, and without the forms behind them.
func openMore(t *testing.T, a *app.App, c *cases.Case, n int) {
	t.Helper()
	handler := apptest.Handler(t, a, "handler1")
	const atOnce = 500
	for done := 0; done < n; done += atOnce {
		err := a.DB.Do(t.Context(), func(tx *db.Tx) error {
			for i := done; i < min(n, done+atOnce); i++ {
				number, err := gov.ComposeCaseNumber(gov.Region("445103000000"), c.SubmittedOn.String(), 1000+i)
				if err != nil {
					return err
				}
				_, err = a.Cases.OpenIn(t.Context(), tx, handler, cases.Opening{Number: number, Application: fmt.Sprintf("like-%d", i), LocalItem: c.LocalItem,
					Body: c.Body, BodyName: c.BodyName, Region: c.Region, Applicant: c.Applicant, ApplicantKind: c.ApplicantKind,
					ApplicantName: c.ApplicantName, Account: c.Account, Channel: c.Channel, FiledAt: tx.Now()})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
