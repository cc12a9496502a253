package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"yimen/internal/app"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/id"
	"yimen/internal/platform/pgtest"
)

// overHTTP measures one act over the HTTP API: a department's system accepts
// cases, eight requests at a time, each with its own idempotency key.
func overHTTP(ctx context.Context, b *bench) ([]figure, error) {
	server, err := pgtest.Launch(ctx, pgtest.Config{Durable: true})
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	a, err := openTown(ctx, map[string]string{"data": scratch(b, "api"), "db": server.URL, "listen": "127.0.0.1:0"}, nil)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	token, err := department(ctx, a)
	if err != nil {
		return nil, err
	}
	cases, err := submitted(ctx, a, b.cases)
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	var took time.Duration
	err = serving(ctx, a, func(base string) (err error) {
		times, took, err = accepting(ctx, base, token, cases)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(times)
	ms := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
	return []figure{
		{Name: "acceptance over the HTTP API, 8 at a time", Value: float64(len(times)) / took.Seconds(), Unit: "acts/s",
			Note: "with its kept answer, PostgreSQL"},
		{Name: "acceptance over the HTTP API, p50", Value: ms(0.5), Unit: "ms"},
		{Name: "acceptance over the HTTP API, p99", Value: ms(0.99), Unit: "ms"},
	}, nil
}

// department makes a system that serves the counter's region and gives its token.
func department(ctx context.Context, a *app.App) (string, error) {
	s, err := a.Identity.CreateService(ctx, founder, identity.StaffInput{Name: "测速系统", Login: "bench", Region: "445103"})
	if err != nil {
		return "", err
	}
	hall, err := a.Identity.BodyAt(ctx, a.DB, "zs", "445103000000")
	if err != nil {
		return "", err
	}
	if _, err := a.Identity.AddPost(ctx, founder, identity.PostInput{Account: s.ID, Body: hall.ID, Role: gov.RoleClerk}); err != nil {
		return "", err
	}
	_, secret, err := a.Identity.IssueToken(ctx, founder, s.ID, "bench", identity.TokenScopes(), a.Now().Add(time.Hour))
	return secret, err
}

// waiting is a submitted case as a system knows it.
type waiting struct {
	id      string
	version int64
}

func submitted(ctx context.Context, a *app.App, n int) ([]waiting, error) {
	p := signIn(ctx, a)
	stage := a.Stage()
	out := make([]waiting, n)
	for i := range out {
		x, err := stage.File(ctx, p.applicant, item, "445103")
		if err != nil {
			return nil, err
		}
		c, err := a.Cases.ByApplication(ctx, p.applicant, x.ID)
		if err != nil {
			return nil, err
		}
		out[i] = waiting{c.ID, c.Version()}
	}
	return out, nil
}

func accepting(ctx context.Context, base, token string, all []waiting) ([]time.Duration, time.Duration, error) {
	next := make(chan int)
	times := make([]time.Duration, len(all))
	errs := make([]error, workers)
	var done sync.WaitGroup
	began := time.Now()
	for w := range workers {
		done.Go(func() {
			for i := range next {
				at := time.Now()
				if err := accept(ctx, base, token, all[i]); err != nil {
					errs[w] = err
				}
				times[i] = time.Since(at)
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	done.Wait()
	return times, time.Since(began), errors.Join(errs...)
}

func accept(ctx context.Context, base, token string, c waiting) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/v1/cases/"+c.id+"/acceptance",
		strings.NewReader(fmt.Sprintf(`{"version": %d}`, c.version)))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", id.New())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, body)
	}
	return err
}
