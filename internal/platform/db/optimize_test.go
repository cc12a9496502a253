package db_test

import (
	"strings"
	"testing"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// The planner of an embedded database goes by how many rows there were when they were
// last counted: one is read as it is, among many it is looked up, by a column whose
// values differ. They are counted on the day's round, and when the program opens; what
// it guesses without is not the same.
func TestOptimizeTeachesThePlanner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func() *db.DB {
		d, err := db.Open(t.Context(), db.Options{Dir: dir, Now: now.System})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	plan := func(d *db.DB) string {
		rows, err := d.Query(t.Context(), `EXPLAIN QUERY PLAN SELECT * FROM thing WHERE a = 1 AND b > 4990`)
		steps, err := db.All(rows, err, func(s db.Scanner) (step string, err error) {
			var n int64
			return step, s.Scan(&n, &n, &n, &step)
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(steps, "; ")
	}
	run := func(d *db.DB, texts ...string) {
		err := d.Do(t.Context(), func(tx *db.Tx) error {
			for _, text := range texts {
				if err := tx.Exec(t.Context(), text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	round := func(d *db.DB) {
		if err := d.Optimize(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d := open()
	run(d, `CREATE TABLE thing (a BIGINT, b BIGINT, c BIGINT)`, `CREATE INDEX thing_equal ON thing (a)`, `CREATE INDEX thing_more ON thing (b)`,
		`INSERT INTO thing VALUES (1, 1, 1)`)
	round(d) // the statistics of a day on which one row was there
	if p := plan(d); !strings.Contains(p, "SCAN thing") {
		t.Fatalf("the planner knows better than this test: %s", p)
	}
	run(d, `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i < 5000) INSERT INTO thing SELECT 1, i, i FROM n`)
	round(d)
	if p := plan(d); !strings.Contains(p, "thing_more") {
		t.Errorf("after a day's round: %s", p)
	}
	run(d, `DELETE FROM sqlite_stat1`)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open()
	defer d.Close()
	if p := plan(d); !strings.Contains(p, "thing_more") {
		t.Errorf("after opening anew: %s", p)
	}
}
