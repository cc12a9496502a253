package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/platform/pgtest"
	"yimen/internal/rehearsal"
)

const (
	fiveMembers = 5
	inFlight    = 1000 // bundles that are decided side by side
	bundlesFile = "bundle.pgbench.sql"
)

// bundles measures the filing of a bundle of five members, which opens five cases
// in one transaction, against pgbench writing the same rows; and then a thousand
// bundles that departments decide eight at a time.
func bundles(ctx context.Context, b *bench) ([]figure, error) {
	server, err := pgtest.Launch(ctx, pgtest.Config{Durable: true})
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	r := &recorder{}
	a, err := openTown(ctx, map[string]string{"data": scratch(b, "bundles"), "db": server.URL, "db-conns": "16"}, r.trace)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	five, applicant, err := ofFive(ctx, a)
	if err != nil {
		return nil, err
	}
	flight, err := deciding(ctx, b, a, five, applicant) // first: the floor leaves copied drafts that nobody can open
	if err != nil {
		return nil, err
	}
	filed, err := filingBundles(ctx, b, a, server.URL, r, five, applicant)
	return append(flight, filed...), err
}

// ofFive is the first bundle whose members, with the first answer to every
// question, are five.
func ofFive(ctx context.Context, a *app.App) (*catalogue.Composition, gov.Actor, error) {
	all, err := a.Catalogue.Bundles(ctx)
	if err != nil {
		return nil, gov.Actor{}, err
	}
	for _, info := range all {
		x, err := a.Catalogue.Bundle(ctx, info.ID)
		if err != nil {
			return nil, gov.Actor{}, err
		}
		answers := map[string]string{}
		for _, q := range x.Questions {
			answers[q.ID] = q.Options[0]
		}
		c, err := a.Catalogue.Compose(ctx, info.ID, "445103", answers, nil)
		if err != nil || len(c.Members) != fiveMembers {
			continue
		}
		t := stand{ctx: ctx}
		if c.Audience == set.ForOrganisations && !slices.ContainsFunc(c.Members, func(m catalogue.Composed) bool { return m.Founds() }) {
			return c, apptest.Handler(t, a, "handler2"), nil
		}
		return c, apptest.As(t, a, "resident1", gov.Mobile), nil
	}
	return nil, gov.Actor{}, errors.New("no bundle has five members")
}

func filingBundles(ctx context.Context, b *bench, a *app.App, url string, r *recorder, five *catalogue.Composition, applicant gov.Actor) ([]figure, error) {
	draft := func() (*applications.Application, error) {
		x, err := a.Applications.Start(ctx, applicant, five.ID, true)
		if err != nil {
			return nil, err
		}
		return a.Stage().Complete(ctx, applicant, x)
	}
	file := func(x *applications.Application) error {
		_, err := a.Applications.File(ctx, applicant, x.ID, x.Version(), true)
		return err
	}
	var two [2][]statement
	var model string
	for i := range 6 {
		x, err := draft()
		if err != nil {
			return nil, err
		}
		if two[i%2], err = r.take(func() error { return file(x) }); err != nil {
			return nil, err
		}
		if i == 4 {
			model = x.ID
		}
	}
	steps, err := floor(two[0], two[1])
	if err != nil {
		return nil, err
	}
	n := b.cases / 2
	drafts := make([]*applications.Application, n)
	for i := range drafts {
		if drafts[i], err = draft(); err != nil {
			return nil, err
		}
	}
	if err := cloneDrafts(ctx, a.DB, steps, model, n*4); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := spread(drafts, file); err != nil {
		return nil, err
	}
	ours := float64(n) / time.Since(began).Seconds()
	script := filepath.Join(b.dir, bundlesFile)
	if err := os.WriteFile(script, []byte(pgbench(steps)), 0o644); err != nil {
		return nil, err
	}
	rate, err := runPgbench(ctx, url, script, n/workers*2)
	if err != nil {
		return nil, err
	}
	return []figure{figure{Name: fmt.Sprintf("filing a bundle of %d (%s), PostgreSQL, 8 workers", fiveMembers, five.Bundle), Value: ours,
		Unit: "filings/s", Note: "floor: pgbench writing the same rows in one transaction"}.against(rate).atLeast(0.4)}, nil
}

// spread gives each of all to one of eight workers.
func spread[T any](all []T, do func(T) error) error {
	var next atomic.Int64
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(all) || errs[w] != nil {
					return
				}
				errs[w] = do(all[i])
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// deciding brings the cases of many bundles to their decisions, eight at a time in
// an order that mixes bundles and departments. A deadlock or a lost opening would
// leave a case behind, and is an error.
func deciding(ctx context.Context, b *bench, a *app.App, five *catalogue.Composition, applicant gov.Actor) ([]figure, error) {
	n := min(inFlight, b.cases*2)
	stage := a.Stage()
	filed := make([]*applications.Application, n)
	for i := range filed {
		x, err := stage.FileBundle(ctx, applicant, rehearsal.Choice{Bundle: five.Bundle, Region: "445103", Answers: five.Answers})
		if err != nil {
			return nil, err
		}
		filed[i] = x
	}
	began, decided := time.Now(), 0
	for {
		var open []*cases.Case
		for _, x := range filed {
			all, err := a.Cases.Together(ctx, applicant, x.ID)
			if err != nil {
				return nil, err
			}
			for _, c := range all {
				if c.State == cases.Submitted {
					open = append(open, c.Case)
				}
			}
		}
		if len(open) == 0 {
			break
		}
		// neighbours in the list are of one bundle: they are decided at one instant
		if err := spread(open, func(c *cases.Case) error {
			_, err := stage.Bring(ctx, applicant, c, rehearsal.Goal{State: cases.Granted})
			return err
		}); err != nil {
			return nil, err
		}
		decided += len(open)
	}
	if decided != n*fiveMembers {
		return nil, fmt.Errorf("%d of %d cases were decided", decided, n*fiveMembers)
	}
	took := time.Since(began)
	return []figure{{Name: fmt.Sprintf("%d bundles in flight, deciding 8 at a time, PostgreSQL", n), Value: float64(decided) / took.Seconds(),
		Unit: "decisions/s", Note: fmt.Sprintf("%d cases from filed to granted, no deadlock", decided)}}, nil
}
