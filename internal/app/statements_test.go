package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/config"
)

// sent collects the statements of one act.
type sent struct {
	mu    sync.Mutex
	texts []string
}

// generationsAsked is what the watches of catalogue and rules ask every few seconds
// beside the acts; see watched.
var generationsAsked = []string{"SELECT generation FROM catalogue_generation WHERE id = $1",
	"SELECT COALESCE(sum(version), 0) FROM supervision_rule"}

func (s *sent) trace(sql string, _ []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, strings.Join(strings.Fields(sql), " "))
}

// take gives what do sends, each statement on one line.
func (s *sent) take(t *testing.T, do func() error) []string {
	t.Helper()
	s.mu.Lock()
	s.texts = nil
	s.mu.Unlock()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.texts), func(sql string) bool { return slices.Contains(generationsAsked, sql) })
}

// watched runs the watches of catalogue and rules as a serving process does, until
// the test ends, and waits until acts no longer ask for generations themselves.
func (s *sent) watched(t *testing.T, a *app.App) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var both sync.WaitGroup
	both.Go(func() { _ = a.Catalogue.Watch(ctx) }) // ends with ctx
	both.Go(func() { a.Supervision.Watch(ctx) })
	t.Cleanup(func() { cancel(); both.Wait() })
	for range 600 {
		s.mu.Lock()
		s.texts = nil
		s.mu.Unlock()
		if _, err := a.Catalogue.Calendar(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Supervision.Rules(ctx); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		asked := len(s.texts)
		s.mu.Unlock()
		if asked == 0 && a.Catalogue.IndexGeneration() > 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the catalogue is not being watched")
}

// trips groups statements as PostgreSQL gets them: what does not want rows waits
// for what does, or for COMMIT.
func trips(statements []string) [][]string {
	var out [][]string
	var waiting []string
	for _, sql := range statements {
		waiting = append(waiting, sql)
		if sql == "COMMIT" || strings.HasPrefix(sql, "SELECT") || strings.Contains(sql, " RETURNING ") {
			out, waiting = append(out, waiting), nil
		}
	}
	return out
}

// recordedAct is one act of the line with what it sent.
type recordedAct struct {
	name  string
	trips [][]string
}

// statementsPage plays 食品经营许可 from filing to the hand-over on PostgreSQL, once
// so that caches are warm and then once with a recorder.
func statementsPage(t *testing.T) string {
	var rec sent
	options := map[string]string{"data": t.TempDir(), "keys": apptest.KeyFile(t), "db": apptest.PostgresURL(t)}
	v, err := config.Read(app.Options, app.Prefix, func(n string) (string, bool) { s, ok := options[n]; return s, ok },
		func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), v, app.Mode{Trace: rec.trace, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	a.Reached("https://yimen.example")
	rec.watched(t, a)
	playLine(t, a, &rec)
	acts := playLine(t, a, &rec)
	var b strings.Builder
	b.WriteString(`# What one act sends to PostgreSQL

食品经营许可, recorded from a run. Statements share a round trip until one of them has to answer (see
[one-click.md](../explain/one-click.md)). What the pages around an act read (the session, the case, its guide) is not in it.

| act | statements | round trips |
|---|---|---|
`)
	var accepted [][]string
	for _, x := range acts {
		n := 0
		for _, trip := range x.trips {
			n += len(trip)
		}
		fmt.Fprintf(&b, "| %s | %d | %d |\n", x.name, n, len(x.trips))
		if x.name == "accept 受理" {
			accepted = x.trips
		}
	}
	b.WriteString("\n## Accepting a case\n")
	for i, trip := range accepted {
		fmt.Fprintf(&b, "\nRound trip %d:\n\n```sql\n%s\n```\n", i+1, strings.Join(shortened(trip), ";\n"))
	}
	return b.String()
}

// shortened keeps a statement readable: long lists of columns are cut.
func shortened(all []string) []string {
	out := make([]string, len(all))
	for i, sql := range all {
		if r := []rune(sql); len(r) > 200 {
			sql = string(r[:140]) + " … " + string(r[len(r)-50:])
		}
		out[i] = sql
	}
	return out
}

func playLine(t *testing.T, a *app.App, rec *sent) []recordedAct {
	ctx := t.Context()
	handler := apptest.Handler(t, a, "handler1")
	clerk, outlet := apptest.As(t, a, "clerk1", gov.Counter), apptest.As(t, a, "outlet1", gov.Counter)
	officer, second := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "scjg-officer2", gov.Web)
	reviewer, approver := apptest.As(t, a, "scjg-reviewer", gov.Web), apptest.As(t, a, "scjg-approver", gov.Web)
	var x *applications.Application
	var c *cases.Case
	g, err := a.Catalogue.GuideAt(ctx, "food-business-licence", "445103")
	if err != nil {
		t.Fatal(err)
	}
	if x, err = a.Applications.Start(ctx, handler, g.Local.ID, true); err != nil {
		t.Fatal(err)
	}
	x = apptest.Complete(t, a, handler, x)
	var out []recordedAct
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"file 提交", func() (err error) { x, err = a.Applications.File(ctx, handler, x.ID, x.Version(), true); return err }},
		{"", func() (err error) { c, err = a.Cases.ByApplication(ctx, handler, x.ID); return err }},
		{"accept 受理", func() (err error) { c, err = a.Cases.Accept(ctx, clerk, c.ID, c.Version()); return err }},
		{"visit 现场核查", func() (err error) {
			c, err = a.Cases.RecordVisit(ctx, officer, c.ID, c.Version(), cases.Visit{On: apptest.Today(a), Second: second.Account, Passed: true, Record: "布局符合"})
			return err
		}},
		{"advance 承办", func() (err error) {
			c, err = a.Cases.Advise(ctx, officer, c.ID, c.Version(), cases.AdviseGrant, "齐全")
			return err
		}},
		{"advance 审核", func() (err error) {
			c, err = a.Cases.Advise(ctx, reviewer, c.ID, c.Version(), cases.AdviseGrant, "同意")
			return err
		}},
		{"grant 准予，发证", func() (err error) {
			c, err = a.Cases.Decide(ctx, approver, c.ID, c.Version(), cases.Decision{Grant: true})
			return err
		}},
		{"deliver 送达", func() (err error) {
			c, err = a.Cases.Deliver(ctx, outlet, c.ID, c.Version(), cases.Handing{Way: cases.Handed, Recipient: "钱经办"})
			return err
		}},
	} {
		if statements := rec.take(t, step.do); step.name != "" {
			out = append(out, recordedAct{step.name, trips(statements)})
		}
	}
	return out
}
