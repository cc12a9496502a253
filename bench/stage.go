package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/config"
	"yimen/internal/platform/db"
)

// stand lets the tests' builders serve here: what would fail a test ends the bench.
type stand struct {
	testing.TB
	ctx context.Context
}

func (s stand) Helper()                  {}
func (s stand) Context() context.Context { return s.ctx }
func (s stand) Fatal(args ...any)        { panic(fmt.Sprint(args...)) }
func (s stand) Fatalf(f string, a ...any) {
	panic(fmt.Sprintf(f, a...))
}

// openTown opens an installation with the demo town in it. options name where.
func openTown(ctx context.Context, options map[string]string, trace db.Trace) (*app.App, error) {
	a, err := openApp(ctx, options, trace)
	if err != nil {
		return nil, err
	}
	a.Reached("https://yimen.example")
	_, err = a.Demo(ctx, nil)
	return a, err
}

func openApp(ctx context.Context, options map[string]string, trace db.Trace) (*app.App, error) {
	v, err := config.Read(app.Options, app.Prefix, func(n string) (string, bool) { s, ok := options[n]; return s, ok },
		func(string) (string, bool) { return "", false })
	if err != nil {
		return nil, err
	}
	return app.New(ctx, v, app.Mode{Migrate: true, Log: slog.New(slog.DiscardHandler), Trace: trace})
}

// item is the one the line is measured with: three steps of the department, a
// licence whose face and dates follow from the form.
const item = "road-freight-licence"

// people act in the line, one of each.
type people struct {
	applicant, clerk, officer, reviewer, approver, outlet gov.Actor
}

func signIn(ctx context.Context, a *app.App) people {
	t := stand{ctx: ctx}
	return people{
		applicant: apptest.Handler(t, a, "handler2"), clerk: apptest.As(t, a, "clerk1", gov.Counter),
		officer: apptest.As(t, a, "officer", gov.Web), reviewer: apptest.As(t, a, "reviewer", gov.Web),
		approver: apptest.As(t, a, "approver", gov.Web), outlet: apptest.As(t, a, "outlet1", gov.Counter),
	}
}

// ready makes one draft that can be filed.
func ready(ctx context.Context, a *app.App, p people) (*applications.Application, error) {
	g, err := a.Catalogue.GuideAt(ctx, item, "445103")
	if err != nil {
		return nil, err
	}
	x, err := a.Applications.Start(ctx, p.applicant, g.Local.ID, true)
	if err != nil {
		return nil, err
	}
	return apptest.Complete(stand{ctx: ctx}, a, p.applicant, x), nil
}

// acts is how many acts line plays.
const acts = 6

// line takes a ready draft to the hand-over: filed, accepted, handled, reviewed,
// granted, delivered.
func line(ctx context.Context, a *app.App, p people, draft string, seen int64) error {
	x, err := a.Applications.File(ctx, p.applicant, draft, seen, true)
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	c, err := a.Cases.ByApplication(ctx, p.applicant, x.ID)
	if err != nil {
		return err
	}
	if c, err = a.Cases.Accept(ctx, p.clerk, c.ID, c.Version()); err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	if c, err = a.Cases.Advise(ctx, p.officer, c.ID, c.Version(), cases.AdviseGrant, "材料齐全"); err != nil {
		return fmt.Errorf("handle: %w", err)
	}
	if c, err = a.Cases.Advise(ctx, p.reviewer, c.ID, c.Version(), cases.AdviseGrant, "同意"); err != nil {
		return fmt.Errorf("review: %w", err)
	}
	if c, err = a.Cases.Decide(ctx, p.approver, c.ID, c.Version(), cases.Decision{Grant: true}); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	if c.State == cases.Granted {
		_, err = a.Cases.Deliver(ctx, p.outlet, c.ID, c.Version(), cases.Handing{Way: cases.Handed, Recipient: "示例领取人"})
	}
	if err == nil && c.State != cases.Granted {
		return fmt.Errorf("the line ended in %s/%s, it must pass granted", c.State, c.Step)
	}
	return err
}

func scratch(b *bench, name string) string {
	dir := filepath.Join(b.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		panic(err)
	}
	return dir
}
