package main

import (
	"context"
	"fmt"
	"strings"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/platform/db"
	"yimen/internal/rehearsal"
)

// crowded are the items whose real cases are multiplied: several departments of
// the district, with and without special procedures.
var crowded = []string{"food-business-licence", "food-production-licence", "drug-retail-licence", "road-freight-licence",
	"hygiene-licence", "hr-service-licence", "outdoor-ad", "gas-licence"}

const dueDays = 60 // over which the multiplied cases are due

// crowd plays one real case of each item until it is accepted, and multiplies them
// to n open cases, due over the coming days. vary says what differs from row to
// row of a table; every other column is that of the real one.
func crowd(ctx context.Context, a *app.App, n int) error {
	ids, err := models(ctx, a)
	if err != nil {
		return err
	}
	return multiply(ctx, a, "cases", "id", ids, n, map[string]string{
		"id":     `'c0000000-0000-7000-8000-' || substr(CAST(1000000000000 + g.i AS TEXT), 2)`,
		"number": `'44510320261121' || substr(CAST(10000000 + g.i AS TEXT), 2)`,
		"token":  `'t-' || CAST(g.i AS TEXT)`, "due_on": `days.d`, "promised_due": `days.d`, "statutory_due": `days.d`,
	})
}

func models(ctx context.Context, a *app.App) ([]string, error) {
	t, stage := stand{ctx: ctx}, a.Stage()
	applicant := apptest.Handler(t, a, "handler2")
	var ids []string
	for _, item := range crowded {
		x, err := stage.File(ctx, applicant, item, "445103")
		if err != nil {
			return nil, err
		}
		c, err := a.Cases.ByApplication(ctx, applicant, x.ID)
		if err != nil {
			return nil, err
		}
		if c, err = stage.Bring(ctx, applicant, c, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle}); err != nil {
			return nil, err
		}
		ids = append(ids, c.ID)
	}
	return ids, nil
}

// multiply makes n rows of a table from its model rows, in one statement.
func multiply(ctx context.Context, a *app.App, table, key string, models []string, n int, vary map[string]string) error {
	d := a.DB
	columns, err := columnsOf(ctx, d, table)
	if err != nil {
		return err
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = "t." + c
		if v, ok := vary[c]; ok {
			values[i] = v
		}
	}
	first := apptest.Today(a).AddDays(2)
	days := make([]string, dueDays)
	for k := range days {
		days[k] = fmt.Sprintf("(%d, '%s')", k, first.AddDays(k))
	}
	sql := fmt.Sprintf(`WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < %d),
		days(k, d) AS (VALUES %s),
		t AS (SELECT row_number() OVER (ORDER BY %s) - 1 AS r, %s.* FROM %s WHERE %s in_list($1))
		INSERT INTO %s (%s) SELECT %s FROM g JOIN t ON t.r = g.i %% %d JOIN days ON days.k = (g.i / 7) %% %d`,
		n, strings.Join(days, ","), key, table, table, key, table, strings.Join(columns, ", "), strings.Join(values, ", "), len(models), dueDays)
	if err := d.Do(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, sql, db.List(models)) }); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return d.Do(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, "ANALYZE") })
}

func columnsOf(ctx context.Context, d *db.DB, table string) ([]string, error) {
	sql := `SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position`
	if d.Dialect() == db.SQLite {
		sql = `SELECT name FROM pragma_table_info($1) ORDER BY cid`
	}
	rows, err := d.Query(ctx, sql, table)
	return db.All(rows, err, db.Text)
}
