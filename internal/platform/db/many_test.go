package db_test

import (
	"fmt"
	"testing"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
)

// TestManyWritesEveryRow for every size around those of its statements, and leaves
// the rest to the tail.
func TestManyWritesEveryRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{0, 1, 4, 5, 24, 25, 26, 61} {
			rows := make([][]any, n)
			for i := range rows {
				rows[i] = []any{fmt.Sprintf("many/%d/%03d", n, i), fmt.Sprint(i)}
			}
			write := func(tail string) error {
				return d.Do(ctx, func(tx *db.Tx) error { return tx.Many(ctx, `INSERT INTO setting (key, value)`, tail, rows) })
			}
			if err := write(""); err != nil {
				t.Fatal(err)
			}
			if n > 0 && !db.IsUnique(write("")) {
				t.Error("the keys were not taken")
			}
			if err := write("ON CONFLICT (key) DO UPDATE SET value = excluded.value || '!'"); err != nil {
				t.Fatal(err)
			}
			got, err := d.Query(ctx, `SELECT value FROM setting WHERE key >= $1 AND key < $2 ORDER BY key`, fmt.Sprintf("many/%d/", n), fmt.Sprintf("many/%d0", n))
			all, err := db.All(got, err, db.Text)
			if err != nil || len(all) != n {
				t.Fatalf("%d of %d rows, %v", len(all), n, err)
			}
			for i, v := range all {
				if v != fmt.Sprint(i)+"!" {
					t.Errorf("row %d of %d is %q", i, n, v)
				}
			}
		}
	})
}
