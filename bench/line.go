package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"yimen/internal/app"
	"yimen/internal/applications"
	"yimen/internal/platform/db"
	"yimen/internal/platform/pgtest"
)

const workers = 8

// timed takes the drafts through the line with 8 workers and gives acts a second.
func timed(ctx context.Context, a *app.App, p people, drafts []*applications.Application) (float64, error) {
	next := make(chan *applications.Application)
	errs := make([]error, workers)
	var all sync.WaitGroup
	began := time.Now()
	for w := range workers {
		all.Go(func() {
			for d := range next {
				if err := line(ctx, a, p, d.ID, d.Version()); err != nil {
					errs[w] = errors.Join(errs[w], err)
				}
			}
		})
	}
	for _, d := range drafts {
		next <- d
	}
	close(next)
	all.Wait()
	return float64(len(drafts)*acts) / time.Since(began).Seconds(), errors.Join(errs...)
}

func prepare(ctx context.Context, a *app.App, p people, n int) ([]*applications.Application, error) {
	out := make([]*applications.Application, n)
	for i := range out {
		x, err := ready(ctx, a, p)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

// recorded plays a few cases to warm up and then two that are recorded.
func recorded(ctx context.Context, a *app.App, p people, r *recorder) ([]step, string, error) {
	drafts, err := prepare(ctx, a, p, 6)
	if err != nil {
		return nil, "", err
	}
	var two [2][]statement
	for i, d := range drafts {
		sent, err := r.take(func() error { return line(ctx, a, p, d.ID, d.Version()) })
		if err != nil {
			return nil, "", err
		}
		two[i%2] = sent
	}
	steps, err := floor(two[0], two[1])
	return steps, drafts[len(drafts)-2].ID, err
}

// draftClass is the varying value that stands for the application's id.
func draftClass(steps []step, id string) (argument, error) {
	for _, s := range steps {
		for _, a := range s.args {
			if a.class > 0 && a.value == id {
				return a, nil
			}
		}
	}
	return argument{}, fmt.Errorf("the application's id was not recorded")
}

// linePostgres measures the line on PostgreSQL against pgbench doing the same
// transactions, statement by statement, over the same kind of connection.
func linePostgres(ctx context.Context, b *bench) ([]figure, error) {
	server, err := pgtest.Launch(ctx, pgtest.Config{Durable: true})
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	r := &recorder{}
	a, err := openTown(ctx, map[string]string{"data": scratch(b, "pg"), "db": server.URL}, r.trace)
	if err != nil {
		return nil, err
	}
	stop, err := watch(ctx, a)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	defer stop()
	p := signIn(ctx, a)
	steps, draft, err := recorded(ctx, a, p, r)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(b.record, []byte(pgbench(steps)), 0o644); err != nil {
		return nil, err
	}
	drafts, err := prepare(ctx, a, p, b.cases)
	if err != nil {
		return nil, err
	}
	if err := cloneDrafts(ctx, a.DB, steps, draft, b.cases*4); err != nil {
		return nil, err
	}
	ours, err := timed(ctx, a, p, drafts)
	if err != nil {
		return nil, err
	}
	rate, err := runPgbench(ctx, server.URL, b.record, b.cases/workers*2)
	if err != nil {
		return nil, err
	}
	return []figure{figure{Name: "line on PostgreSQL, 8 workers", Value: ours, Unit: "acts/s",
		Note: "floor: pgbench -M prepared -c 8 -j 2"}.against(rate * acts).atLeast(0.4)}, nil
}

// watch runs what a serving process runs beside requests and the line relies on.
func watch(ctx context.Context, a *app.App) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = a.Catalogue.Watch(ctx)
	}()
	time.Sleep(500 * time.Millisecond)
	return func() { cancel(); <-done }, nil
}

// cloneDrafts copies the recorded draft and its files for every case the floor
// will file: the floor must not pay for making them.
func cloneDrafts(ctx context.Context, d *db.DB, steps []step, draft string, n int) error {
	class, err := draftClass(steps, draft)
	if err != nil {
		return err
	}
	apps, err := copying(ctx, d, "application", map[string]string{"id": "$2", "number": "''", "token": "$2", "state": "'draft'", "filed_at": "0",
		"version": "(SELECT count(*) FROM journal j WHERE j.subject = application.id AND j.act <> 'file')"}, "id = $1")
	if err != nil {
		return err
	}
	papers, err := copying(ctx, d, "attachment", map[string]string{"id": "id || $2", "application": "$2"}, "application = $1")
	if err != nil {
		return err
	}
	for w := range workers {
		for i := 1; i <= n/workers; i++ {
			k := class.text(w*1_000_000 + i)
			err := d.Do(ctx, func(tx *db.Tx) error {
				return errors.Join(tx.Exec(ctx, apps, draft, k), tx.Exec(ctx, papers, draft, k))
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// copying is the statement that copies rows of a table with some columns changed.
func copying(ctx context.Context, d *db.DB, table string, change map[string]string, where string) (string, error) {
	columns, err := columnsOf(ctx, d, table)
	if err != nil {
		return "", err
	}
	values := slices.Clone(columns)
	for i, c := range columns {
		if v, ok := change[c]; ok {
			values[i] = v
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s", table, strings.Join(columns, ", "), strings.Join(values, ", "), table, where), nil
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

func runPgbench(ctx context.Context, url, script string, each int) (float64, error) {
	tool, err := exec.LookPath("pgbench")
	if err != nil {
		if tool = "/usr/lib/postgresql/15/bin/pgbench"; !exists(tool) {
			return 0, err
		}
	}
	return transactions(exec.CommandContext(ctx, tool, "-n", "-M", "prepared", "-c", strconv.Itoa(workers), "-j", "2",
		"-t", strconv.Itoa(each), "-D", "i=0", "-f", script, url))
}

// transactions runs pgbench and gives its transactions a second.
func transactions(tool *exec.Cmd) (float64, error) {
	out, err := tool.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w\n%.2000s", err, out)
	}
	m := tps.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench told no rate:\n%s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// pgbenchFor runs a script from sixteen clients for some seconds.
func pgbenchFor(ctx context.Context, url, script string, seconds int) (float64, error) {
	tool, err := exec.LookPath("pgbench")
	if err != nil {
		if tool = "/usr/lib/postgresql/15/bin/pgbench"; !exists(tool) {
			return 0, err
		}
	}
	return transactions(exec.CommandContext(ctx, tool, "-n", "-M", "prepared", "-c", strconv.Itoa(readers), "-j", "2",
		"-T", strconv.Itoa(seconds), "-f", script, url))
}
