package e2e

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"yimen/e2e/harness"
	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/platform/db"
	"yimen/internal/platform/journal"
	"yimen/internal/ratings"
	"yimen/internal/rehearsal"
)

// forgery is something that somebody with the database's password could do behind
// the program's back.
type forgery struct {
	name string
	// do gets the case's id; every statement must work once the triggers are gone.
	do []string
	// guarded is which of them the triggers refuse, -1 for none.
	guarded int
	// kind, version and reason are what verify must name first.
	kind    string
	version int64
	reason  string
}

const (
	entryOf = `(SELECT id FROM journal WHERE subject_kind = 'case' AND subject = '$case' AND version = `
	lastOne = entryOf + `8)`
)

var forgeries = []forgery{
	{"an entry is changed", []string{`UPDATE journal SET actor_name = '别人' WHERE id = ` + entryOf + `3)`},
		0, "case", 3, "its fields do not give its hash"},
	{"an entry is taken out", []string{`DELETE FROM journal_payload WHERE entry = ` + entryOf + `4)`,
		`DELETE FROM journal WHERE id = ` + entryOf + `4)`}, 0, "case", 5, "versions 4 to 4 are missing before it"},
	{"the tail is cut", []string{`DELETE FROM journal_payload WHERE entry = ` + lastOne, `DELETE FROM journal WHERE id = ` + lastOne},
		0, "case", 8, "the row stands at version 8, which the journal does not have"},
	{"the tail is cut and the row put back", []string{
		`UPDATE cases SET rated = FALSE, version = 7, head = (SELECT hash FROM journal WHERE id = ` + entryOf + `7)) WHERE id = '$case'`,
		`DELETE FROM journal_payload WHERE entry = ` + lastOne, `DELETE FROM journal WHERE id = ` + lastOne},
		1, "journal", 0, "1 of the "},
	{"the row moves without an entry", []string{`UPDATE cases SET state = 'granted', awaits = 'outlet' WHERE id = '$case'`},
		-1, "case", 8, `the row says "granted", its last entry "delivered"`},
	{"the row is gone", []string{`DELETE FROM rating`}, -1, "rating", 1, "its row is gone"},
	{"a payload is gone", []string{`DELETE FROM journal_payload WHERE entry = ` + entryOf + `3)`},
		0, "case", 3, "its payload is gone without an erasure"},
	{"a payload is another's", []string{`UPDATE journal_payload SET body = (SELECT body FROM journal_payload WHERE entry = ` + entryOf +
		`4)) WHERE entry = ` + entryOf + `3)`}, 0, "case", 3, "its payload cannot be opened"},
}

// TestTampering changes what only acts may change, and `yimen journal verify` names
// the first place. Without the triggers taken away most of it is refused at once.
func TestTampering(t *testing.T) {
	t.Parallel()
	for _, f := range forgeries {
		t.Run(f.name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, a *app.App) { f.found(t, a) })
		})
	}
}

func (f *forgery) found(t *testing.T, a *app.App) {
	id := rated(t, a)
	where := []string{"--data", a.Config.Text("data"), "--db", a.Config.Text("db"), "--keys", app.KeyFile(a.Config)}
	if got := harness.Run(t, append([]string{"journal", "verify"}, where...)...); got.Code != 0 {
		t.Fatalf("broken before anything was done to it: %+v", got)
	}
	behind := direct(t, a)
	if f.guarded >= 0 {
		if _, err := behind.Exec(strings.ReplaceAll(f.do[f.guarded], "$case", id)); err == nil {
			t.Error("the triggers let it pass")
		}
	}
	disarm(t, a, behind)
	for _, statement := range f.do {
		if _, err := behind.Exec(strings.ReplaceAll(statement, "$case", id)); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	got := harness.Run(t, append([]string{"journal", "verify", "--json"}, where...)...)
	var report journal.Report
	if err := json.Unmarshal([]byte(got.Out), &report); err != nil || got.Code != 1 || len(report.Breaks) == 0 {
		t.Fatalf("%+v %v", got, err)
	}
	first := report.Breaks[0]
	if first.Kind != f.kind || !strings.Contains(first.Reason, f.reason) || f.version != 0 && first.Version != f.version ||
		f.kind == "case" && first.Subject != id {
		t.Errorf("the first broken place is said to be %v of %v", first, report.Breaks)
	}
	said := harness.Run(t, append([]string{"journal", "verify"}, where...)...)
	if said.Code != 1 || !strings.Contains(said.Out, "first broken: "+first.String()) {
		t.Errorf("in words: %+v", said)
	}
}

// rated plays a case to its end; it then has eight entries.
func rated(t *testing.T, a *app.App) string {
	t.Helper()
	ctx, stage := t.Context(), a.Stage()
	handler := apptest.Handler(t, a, "handler1")
	x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
	c, err := a.Cases.ByApplication(ctx, handler, x.ID)
	if err == nil {
		c, err = stage.Bring(ctx, handler, c, rehearsal.Goal{State: cases.Delivered})
	}
	if err == nil {
		err = a.Ratings.Give(ctx, handler, c.ID, ratings.Rating{Score: ratings.Best})
	}
	if err == nil {
		_, err = a.Sequencer.Once(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// direct is a way into the database beside the program.
func direct(t *testing.T, a *app.App) *sql.DB {
	t.Helper()
	driver, address := "sqlite", filepath.Join(a.Config.Text("data"), db.FileName)
	if a.DB.Dialect() == db.Postgres {
		driver, address = "pgx", a.Config.Text("db")
	}
	d, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// disarm takes the triggers away, as somebody with the owner's password can.
func disarm(t *testing.T, a *app.App, d *sql.DB) {
	t.Helper()
	statements := []string{`DROP TRIGGER journal_no_delete`, `DROP TRIGGER journal_no_update`,
		`DROP TRIGGER journal_payload_no_delete`, `DROP TRIGGER journal_payload_frozen`}
	if a.DB.Dialect() == db.Postgres {
		statements = []string{`ALTER TABLE journal DISABLE TRIGGER USER`, `ALTER TABLE journal_payload DISABLE TRIGGER USER`}
	}
	for _, s := range statements {
		if _, err := d.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}
