package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/pgtest"
)

const (
	readers  = 16  // clients of the list
	listSize = 100 // cases of a page
)

// listPostgres and listSQLite measure the case list of a department with a million
// open cases in the table: pages of a hundred from random places, sixteen clients,
// against a bare loop with the same driver, SQL and scan.
func listPostgres(ctx context.Context, b *bench) ([]figure, error) {
	server, err := pgtest.Launch(ctx, pgtest.Config{Durable: true})
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	options := map[string]string{"data": scratch(b, "list-pg"), "db": server.URL, "db-conns": "16"}
	return caseList(ctx, b, "PostgreSQL", options, func(sent statement) (bare, error) {
		config, err := pgxpool.ParseConfig(server.URL)
		if err != nil {
			return nil, err
		}
		config.MaxConns = readers
		pool, err := pgxpool.NewWithConfig(ctx, config)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, args []any) error {
			rows, err := pool.Query(ctx, sent.sql, args...)
			if err != nil {
				return err
			}
			kinds := make([]string, len(rows.FieldDescriptions()))
			for i, f := range rows.FieldDescriptions() {
				kinds[i] = oids[f.DataTypeOID]
			}
			return scanAll(rows, kinds)
		}, nil
	}, func(script string) (float64, error) { return pgbenchFor(ctx, server.URL, script, b.seconds) })
}

func listSQLite(ctx context.Context, b *bench) ([]figure, error) {
	dir := scratch(b, "list-sqlite")
	return caseList(ctx, b, "SQLite", map[string]string{"data": dir}, func(sent statement) (bare, error) {
		d, err := sql.Open("sqlite", "file:"+filepath.Join(dir, db.FileName)+"?mode=ro&_pragma=journal_mode(WAL)&_time_format=sqlite&_timezone=UTC")
		if err != nil {
			return nil, err
		}
		d.SetMaxOpenConns(readers)
		d.SetMaxIdleConns(readers)
		st, err := d.PrepareContext(ctx, sent.sql)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, args []any) error {
			rows, err := st.QueryContext(ctx, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			types, err := rows.ColumnTypes()
			if err != nil {
				return err
			}
			kinds := make([]string, len(types))
			for i, t := range types {
				kinds[i] = t.DatabaseTypeName()
			}
			return scanAll(rows, kinds)
		}, nil
	}, nil)
}

// bare runs the recorded statement once, and scans what comes.
type bare func(ctx context.Context, args []any) error

type scanner interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
}

// oids are the types of the list's columns on PostgreSQL, by the names of SQLite.
var oids = map[uint32]string{pgtype.TextOID: "TEXT", pgtype.Int8OID: "BIGINT", pgtype.BoolOID: "BOOLEAN"}

// scanAll scans each row into fresh values of its columns' types, as a list would.
func scanAll(rows scanner, kinds []string) error {
	n := 0
	for rows.Next() {
		dest := make([]any, len(kinds))
		for i, k := range kinds {
			switch k {
			case "TEXT":
				dest[i] = new(string)
			case "BIGINT":
				dest[i] = new(int64)
			case "BOOLEAN":
				dest[i] = new(bool)
			default:
				return fmt.Errorf("column %d is of type %q", i, k)
			}
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return errors.Join(errors.New("the page is empty"), rows.Err())
	}
	return rows.Err()
}

func caseList(ctx context.Context, b *bench, engine string, options map[string]string, open func(statement) (bare, error),
	pgbench func(script string) (float64, error)) ([]figure, error) {
	r := &recorder{}
	options["listen"] = "127.0.0.1:0"
	a, err := openTown(ctx, options, r.trace)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := crowd(ctx, a, b.open); err != nil {
		return nil, err
	}
	officer := apptest.As(stand{ctx: ctx}, a, "scjg-officer", gov.Web)
	page := func(ctx context.Context) error {
		_, err := a.Cases.List(ctx, officer, cases.Filter{Awaits: cases.Awaitable()}, somewhere(a))
		return err
	}
	sent, err := r.take(func() error { return page(ctx) })
	if err != nil || len(sent) != 1 {
		return nil, fmt.Errorf("a page of the list is %d statements: %w", len(sent), err)
	}
	one := statement{sql: a.DB.Text(sent[0].sql), args: sent[0].args}
	loop, err := open(one)
	if err != nil {
		return nil, err
	}
	service, err := hammer(ctx, b, page)
	if err != nil {
		return nil, err
	}
	floor, err := hammer(ctx, b, func(ctx context.Context) error { return loop(ctx, placed(sent[0].args, somewhere(a))) })
	if err != nil {
		return nil, err
	}
	over, err := listOverHTTP(ctx, b, a)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("case list of %d, page of %d, 16 clients, %s", b.open, listSize, engine)
	out := []figure{
		figure{Name: name + ", service", Value: service, Unit: "pages/s", Note: "floor: bare loop, same driver, SQL and scan"}.against(floor).atLeast(0.8),
		figure{Name: name + ", page over HTTP", Value: over, Unit: "pages/s"}.against(floor).atLeast(0.5),
	}
	if pgbench != nil {
		rate, err := pgbench(script(b, one))
		if err != nil {
			return out, err
		}
		out = append(out, figure{Name: name + ", pgbench", Value: rate, Unit: "pages/s"})
	}
	return out, nil
}

// somewhere is a random place in the list.
func somewhere(a *app.App) cases.Page {
	return cases.Page{Due: apptest.Today(a).AddDays(2 + rand.IntN(dueDays-1)), ID: fmt.Sprintf("c%07d", rand.IntN(10_000_000)), Limit: listSize}
}

// placed puts another place into recorded arguments: the date and the id are the
// last two before the limit.
func placed(args []any, p cases.Page) []any {
	out := append([]any(nil), args...)
	out[len(out)-3], out[len(out)-2] = p.Due.String(), p.ID
	return out
}

// hammer runs f from sixteen clients for the bench's seconds and gives runs a second.
func hammer(ctx context.Context, b *bench, f func(context.Context) error) (float64, error) {
	var done atomic.Int64
	errs := make([]error, readers)
	var all sync.WaitGroup
	began := time.Now()
	until := began.Add(time.Duration(b.seconds) * time.Second)
	for i := range readers {
		all.Go(func() {
			for time.Now().Before(until) && errs[i] == nil {
				errs[i] = f(ctx)
				done.Add(1)
			}
		})
	}
	all.Wait()
	return float64(done.Load()) / time.Since(began).Seconds(), errors.Join(errs...)
}

// listOverHTTP asks for the desk's page of the list through the full middleware.
func listOverHTTP(ctx context.Context, b *bench, a *app.App) (rate float64, err error) {
	cookie, err := session(ctx, a, "scjg-officer")
	if err != nil {
		return 0, err
	}
	err = serving(ctx, a, func(base string) (err error) {
		url := fmt.Sprintf("%s/desk/cases?tab=all&rows=%d", base, listSize)
		_, page, err := fetch(ctx, url, cookie)
		if err != nil {
			return err
		}
		if n := bytes.Count(page, []byte("445103-20261121-")); n < listSize {
			return fmt.Errorf("the page shows %d cases: %.300s", n, page)
		}
		return b.profiled(fmt.Sprintf("list-http-%s", a.DB.Dialect()), func() (err error) {
			rate, err = wrk(ctx, b, url, cookie)
			return err
		})
	})
	return rate, err
}

// script writes the statement for pgbench, with its arguments in place.
func script(b *bench, s statement) string {
	text := filled(s.sql, func(n int) argument { return argument{value: s.args[n]} })
	path := filepath.Join(b.dir, "list.pgbench.sql")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path
}
