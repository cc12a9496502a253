package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the product's driver: the floor differs in the program above it only

	"yimen/internal/platform/db"
)

// lineSQLite measures the line on the embedded database against the same SQL
// without the application: one writer, prepared statements, synchronous=FULL.
func lineSQLite(ctx context.Context, b *bench) ([]figure, error) {
	dir := scratch(b, "sqlite")
	r := &recorder{}
	a, err := openTown(ctx, map[string]string{"data": dir}, r.trace)
	if err != nil {
		return nil, err
	}
	stop, err := watch(ctx, a)
	if err != nil {
		return nil, err
	}
	p := signIn(ctx, a)
	steps, draft, err := recorded(ctx, a, p, r)
	if err != nil {
		return nil, err
	}
	drafts, err := prepare(ctx, a, p, b.cases)
	if err != nil {
		return nil, err
	}
	if err := cloneDrafts(ctx, a.DB, steps, draft, b.cases*2); err != nil {
		return nil, err
	}
	ours, err := timed(ctx, a, p, drafts)
	stop()
	if err != nil {
		return nil, err
	}
	if err := a.Close(); err != nil {
		return nil, err
	}
	rate, err := floorSQLite(ctx, filepath.Join(dir, db.FileName), steps, b.cases)
	if err != nil {
		return nil, err
	}
	return []figure{figure{Name: "line on SQLite, 8 workers, synchronous=FULL", Value: ours, Unit: "acts/s",
		Note: "floor: the same SQL without the application"}.against(rate * acts).atLeast(0.6)}, nil
}

// floorSQLite plays the recorded statements for n cases and gives cases a second.
func floorSQLite(ctx context.Context, path string, steps []step, n int) (float64, error) {
	d, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_time_format=sqlite&_timezone=UTC")
	if err != nil {
		return 0, err
	}
	defer d.Close()
	conn, err := d.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	stmts := make([]*sql.Stmt, len(steps))
	for i, s := range steps {
		if stmts[i], err = conn.PrepareContext(ctx, sqliteText(s.sql)); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	for i := 1; i <= n; i++ {
		k := (i%workers)*1_000_000 + 1 + i/workers
		for j, s := range steps {
			if err := playSQLite(ctx, stmts[j], s, k); err != nil {
				return 0, err
			}
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

func sqliteText(text string) string {
	if text == "BEGIN" {
		return "BEGIN IMMEDIATE"
	}
	return text
}

func playSQLite(ctx context.Context, st *sql.Stmt, s step, k int) error {
	args := make([]any, len(s.args))
	for i, a := range s.args {
		if args[i] = a.value; a.class > 0 {
			args[i] = a.at(k)
		}
	}
	head := strings.ToUpper(strings.TrimSpace(s.sql))
	if !strings.HasPrefix(head, "SELECT") && !strings.Contains(head, "RETURNING") {
		_, err := st.ExecContext(ctx, args...)
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	into := make([]any, len(cols))
	for i := range into {
		into[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			rows.Close()
			return err
		}
	}
	return rows.Close()
}
