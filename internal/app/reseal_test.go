package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/once"
	"yimen/internal/platform/reseal"
	"yimen/internal/ratings"
	"yimen/internal/registers"
	"yimen/internal/rehearsal"
	"yimen/internal/supervision"
)

// eachWithKeys is apptest.Each with a key file that the test may rotate.
func eachWithKeys(t *testing.T, f func(t *testing.T, a *app.App, keyFile string)) {
	t.Run("sqlite", func(t *testing.T) {
		a := apptest.SQLite(t, nil)
		f(t, a, app.KeyFile(a.Config))
	})
	t.Run("postgres", func(t *testing.T) {
		ring, err := os.ReadFile(apptest.KeyFile(t))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(path, ring, 0o600); err != nil {
			t.Fatal(err)
		}
		url := apptest.PostgresURL(t)
		f(t, apptest.Open(t, map[string]string{"data": t.TempDir(), "keys": path, "db": url, "listen": "127.0.0.1:0"}, nil), path)
	})
}

// sealedStory leaves at least one value in every sealed column.
func sealedStory(t *testing.T, a *app.App) *cases.Case {
	t.Helper()
	ctx := t.Context()
	handler, stage := apptest.Handler(t, a, "handler1"), a.Stage()
	bring := func(goal rehearsal.Goal) *cases.Case {
		x := apptest.Filed(t, a, handler, "food-business-licence", "445103")
		c, err := a.Cases.ByApplication(ctx, handler, x.ID)
		if err == nil {
			c, err = stage.Bring(ctx, handler, c, goal)
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	bring(rehearsal.Goal{State: cases.Correcting})
	held := bring(rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
	held, err := a.Cases.AskExtension(ctx, apptest.As(t, a, "scjg-officer", gov.Web), held.ID, held.Version(), 5, "需要补充核查")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Cases.DecideExtension(ctx, apptest.As(t, a, "scjg-approver", gov.Web), held.ID, held.Version(), true, "同意延长"); err != nil {
		t.Fatal(err)
	}
	bundle, err := stage.FileBundle(ctx, handler, rehearsal.Choice{Bundle: "enterprise-info-change", Region: "445103", Answers: map[string]string{"name_changed": "是"}})
	if err == nil { // what its first member grants is supplied to the others
		_, err = stage.BringBundle(ctx, handler, bundle.ID, rehearsal.Goal{State: cases.Delivered})
	}
	if err != nil {
		t.Fatal(err)
	}
	supervised(t, a, held.ID)
	sealedJoint(t, a)
	disputedAndAnswered(t, a, handler)
	if err := a.Identity.SetContact(ctx, apptest.As(t, a, "scjg-officer", gov.Web), "officer@example.org", "13000000201"); err != nil {
		t.Fatal(err)
	}
	c := bring(rehearsal.Goal{State: cases.Delivered})
	if err := a.Ratings.Give(ctx, handler, c.ID, ratings.Rating{Score: ratings.Best, Words: "很快"}); err != nil {
		t.Fatal(err)
	}
	_, err = a.Once.Do(ctx, once.Ask{Caller: handler.Account, Key: "k1", Said: func() ([]byte, error) { return []byte("said"), nil }},
		func(context.Context) error { return nil },
		func(context.Context, db.Reader) (once.Answer, error) {
			return once.Answer{Status: 200, Body: []byte("{}")}, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// disputedAndAnswered plays a dispute of a register's value from the press to the answer.
func disputedAndAnswered(t *testing.T, a *app.App, handler gov.Actor) {
	t.Helper()
	ctx, x := t.Context(), begin(t, a, handler, food)
	def, err := a.Applications.Definition(ctx, x)
	if err == nil {
		x, err = a.Applications.Dispute(ctx, handler, x.ID, 0, disputedKey)
	}
	if err == nil {
		x, err = a.Applications.Save(ctx, handler, x.ID, 0, def.PageFor(disputedKey), form.Answers{disputedKey: form.Plain("何实际")}, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	owner := apptest.As(t, a, "scjg-officer", gov.Web)
	d, err := a.Registers.Dispute(ctx, owner, x.Sources[disputedKey].Dispute)
	if err == nil {
		_, err = a.Registers.Answer(ctx, owner, d.ID, d.Version(), registers.Answer{Reason: "登记档案为准"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// supervised plays a card from its answer to the decision on its appeal, and an order to its end.
func supervised(t *testing.T, a *app.App, caseID string) {
	t.Helper()
	ctx := t.Context()
	officer, supervisor := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "supervisor", gov.Web)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.Supervision.Raise(ctx, supervision.Breach{Case: caseID, Rule: supervision.Unpublished, Actor: officer}))
	cards, err := a.Supervision.Cards(ctx, supervisor, supervision.CardFilter{}, "", 1)
	if err != nil || len(cards) != 1 {
		t.Fatal(cards, err)
	}
	card, err := a.Supervision.Answer(ctx, officer, cards[0].ID, cards[0].Version(), "系统误报")
	must(err)
	card, err = a.Supervision.Appeal(ctx, officer, card.ID, card.Version(), "清单上有这份材料")
	must(err)
	_, err = a.Supervision.Uphold(ctx, supervisor, card.ID, card.Version(), "清单上没有")
	must(err)
	order, err := a.Supervision.Issue(ctx, supervisor, supervision.Issuing{Case: caseID, Subject: "请说明情况"})
	must(err)
	order, err = a.Supervision.Reply(ctx, officer, order.ID, order.Version(), "已经整改")
	must(err)
	_, err = a.Supervision.Close(ctx, supervisor, order.ID, order.Version(), "同意")
	must(err)
}

// sealedValues finds, without asking the program, every column of the database that holds a sealed text, and how many
// of them lie under a key.
func sealedValues(t *testing.T, d *db.DB, kid string) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, table := range dbtest.ReadSchema(t, d).Tables {
		for _, c := range table.Columns {
			if c.Type != "TEXT" {
				continue
			}
			var n int
			err := d.Row(t.Context(), `SELECT count(*) FROM `+table.Name+` WHERE substr(`+c.Name+`, 1, $1) = $2`, len("v1."+kid), "v1."+kid).Scan(&n)
			if err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				found[table.Name+"."+c.Name] = n
			}
		}
	}
	return found
}

// standing is every column of the tables that hold sealed ones, but for those.
func standing(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	sealed := map[string]bool{}
	tables := map[string]bool{}
	for _, c := range app.Sealed() {
		sealed[c.String()], tables[c.Table] = true, true
	}
	out := map[string][]string{}
	for _, table := range dbtest.ReadSchema(t, d).Tables {
		if !tables[table.Name] {
			continue
		}
		var columns []string
		for _, c := range table.Columns {
			if !sealed[table.Name+"."+c.Name] {
				columns = append(columns, "CAST("+c.Name+" AS TEXT)")
			}
		}
		rows, err := d.Query(t.Context(), `SELECT `+strings.Join(columns, ` || '|' || `)+` FROM `+table.Name+` ORDER BY 1`)
		all, err := db.All(rows, err, db.Text)
		if err != nil {
			t.Fatal(err)
		}
		out[table.Name] = all
	}
	return out
}

// work runs jobs until none is due.
func work(t *testing.T, a *app.App) {
	t.Helper()
	for range 50 {
		if n, err := a.Jobs.Once(t.Context()); err != nil || n == 0 {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("jobs without end")
}

// TestRotationSealsEverythingAnew: after a rotation nothing is left under the old key, and nothing else has changed.
func TestRotationSealsEverythingAnew(t *testing.T) {
	t.Parallel()
	eachWithKeys(t, func(t *testing.T, a *app.App, keyFile string) {
		ctx := t.Context()
		c := sealedStory(t, a)
		var declared []string
		for _, x := range app.Sealed() {
			declared = append(declared, x.String())
		}
		slices.Sort(declared)
		if diff := cmp.Diff(declared, slices.Sorted(maps.Keys(sealedValues(t, a.DB, "")))); diff != "" {
			t.Fatalf("sealed columns (-declared by Sealed +found):\n%s", diff)
		}
		officer := apptest.As(t, a, "scjg-officer", gov.Web)
		read := func() string { return everything(t, a, officer, c) }
		said, old := read(), a.Ring.Current()
		if err := a.Plant(ctx); err != nil {
			t.Fatal(err)
		}
		work(t, a) // what the day brings, and a walk that finds nothing
		was := standing(t, a.DB)

		if _, err := keys.Rotate(keyFile); err != nil {
			t.Fatal(err)
		}
		if rotated, err := a.Ring.Refresh(); !rotated || err != nil {
			t.Fatal(rotated, err)
		}
		if n := stale(t, a); n == 0 {
			t.Fatal("nothing is stale after a rotation")
		}
		if err := a.Plant(ctx); err != nil {
			t.Fatal(err)
		}
		work(t, a)
		if left := sealedValues(t, a.DB, old); len(left) > 0 || stale(t, a) != 0 {
			t.Errorf("still under the old key: %v", left)
		}
		if diff := cmp.Diff(was, standing(t, a.DB)); diff != "" {
			t.Errorf("a walk changes ciphertexts and nothing else (-before +after):\n%s", diff)
		}
		if now := read(); now != said {
			t.Errorf("what can be read has changed:\n%s", cmp.Diff(said, now))
		}
		holds(t, a)
		stragglers(t, a)
	})
}

// everything reads one case through what hides its words.
func everything(t *testing.T, a *app.App, officer gov.Actor, c *cases.Case) string {
	t.Helper()
	ctx := t.Context()
	var b bytes.Buffer
	add := func(v any, err error) {
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	add(a.Cases.Trace(ctx, officer, c))
	add(a.Cases.Opinions(ctx, officer, c))
	add(a.Cases.Visits(ctx, officer, c))
	add(a.Cases.Deliveries(ctx, officer, c))
	letters, err := a.Cases.Letters(ctx, officer, c.ID)
	if err != nil || len(letters) == 0 {
		t.Fatal(letters, err)
	}
	html, err := a.Cases.LetterBytes(ctx, officer, letters[0].ID)
	add(string(html), err)
	l, err := a.Licences.Licence(ctx, officer, c.Licence)
	if err != nil {
		t.Fatal(err)
	}
	add(a.Licences.Face(ctx, officer, l))
	x, err := a.Applications.Application(ctx, officer, c.Application)
	if err != nil {
		t.Fatal(err)
	}
	add(x.Answers, nil)
	r, err := a.Ratings.Of(ctx, c.ID)
	if err != nil || r.Words != "很快" {
		t.Fatal(r, err)
	}
	return b.String()
}

func stale(t *testing.T, a *app.App) int64 {
	t.Helper()
	n, err := a.Stale(t.Context(), func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stragglers: a process may go on under the old key for a moment; the pass of an hour later finds what it wrote. A
// third finds nothing and is the last.
func stragglers(t *testing.T, a *app.App) {
	t.Helper()
	due := func() (n int) {
		err := a.DB.Row(t.Context(), `SELECT count(*) FROM job WHERE kind = 'keys.reseal' AND state = 'waiting' AND key LIKE $1`,
			a.Ring.Current()+"/%").Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if due() != 1 {
		t.Fatalf("%d walks wait", due())
	}
	err := a.DB.Do(t.Context(), func(tx *db.Tx) error {
		return tx.Exec(t.Context(), `UPDATE job SET due = $1 WHERE kind = 'keys.reseal' AND state = 'waiting'`, int64(a.Now()))
	})
	if err != nil {
		t.Fatal(err)
	}
	work(t, a)
	if due() != 0 {
		t.Error("a pass that found nothing plants another")
	}
	var parked int
	if err := a.DB.Row(t.Context(), `SELECT count(*) FROM job WHERE state = 'parked' OR reason <> ''`).Scan(&parked); err != nil || parked != 0 {
		t.Error("jobs failed", parked, err)
	}
}

// TestRunningServerTakesUpARotation: nobody restarts anything; a minute is far more than it takes.
func TestRunningServerTakesUpARotation(t *testing.T) {
	t.Parallel()
	eachWithKeys(t, func(t *testing.T, a *app.App, keyFile string) {
		if a.DB.Dialect() == db.SQLite {
			a = apptest.SQLite(t, nil)
			keyFile = app.KeyFile(a.Config)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Work(ctx) }()
		defer func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		old := a.Ring.Current()
		after, err := keys.Rotate(keyFile)
		if err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
			if a.Ring.Current() == after.Current() && len(sealedValues(t, a.DB, old)) == 0 {
				return
			}
			if time.Now().After(until) {
				t.Fatalf("key %s, left %v", a.Ring.Current(), sealedValues(t, a.DB, old))
			}
		}
	})
}

// TestRoundsStopAndGoOn: a walk stopped after any round goes on where it stood, and a value somebody writes meanwhile
// is not undone.
func TestRoundsStopAndGoOn(t *testing.T) {
	t.Parallel()
	eachWithKeys(t, func(t *testing.T, a *app.App, keyFile string) {
		sealedStory(t, a)
		if _, err := keys.Rotate(keyFile); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Ring.Refresh(); err != nil {
			t.Fatal(err)
		}
		before, changed, at := stale(t, a), 0, reseal.Mark{}
		for rounds := 0; ; rounds++ {
			if rounds > 1000 {
				t.Fatal("a walk without end")
			}
			again, done, err := reseal.Round(t.Context(), a.DB, a.Ring, app.Sealed(), at)
			if err != nil || len(done.Unreadable) > 0 {
				t.Fatal(done, err)
			}
			changed += done.Changed
			// the same mark once more, as after a crash: it finds everything done
			twice, repeated, err := reseal.Round(t.Context(), a.DB, a.Ring, app.Sealed(), at)
			if err != nil || repeated.Changed != 0 || cmp.Diff(again, twice) != "" {
				t.Fatal(repeated, err, cmp.Diff(again, twice))
			}
			if at = again; done.End {
				break
			}
		}
		if int64(changed) != before || stale(t, a) != 0 {
			t.Errorf("%d of %d sealed anew, %d left", changed, before, stale(t, a))
		}
		holds(t, a)
	})
}
