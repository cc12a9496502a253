package dbtest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
)

const probe = `CREATE TABLE probe (
	id     TEXT PRIMARY KEY, -- a comment, with a comma
	kind   TEXT NOT NULL DEFAULT 'a,b' CHECK (kind IN ('a,b','(','c')),
	count  BIGINT NOT NULL DEFAULT 0 CHECK (count >= 0),
	free   TEXT,
	done   BOOLEAN NOT NULL DEFAULT FALSE,
	CHECK ((kind = 'c') = (count > 5))
)`

// The comparison of the two engines is worth what this reading is worth.
func TestReadSchemaSeesWhatWasMade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Do(t.Context(), func(tx *db.Tx) error {
			if err := tx.Exec(t.Context(), probe); err != nil {
				return err
			}
			return tx.Exec(t.Context(), `CREATE UNIQUE INDEX probe_kind ON probe (kind) WHERE done`)
		})
		if err != nil {
			t.Fatal(err)
		}
		table := dbtest.ReadSchema(t, d).Table("probe")
		if table == nil {
			t.Fatal("the table is not seen")
		}
		want := []dbtest.Column{
			{Name: "id", Type: "TEXT"}, {Name: "kind", Type: "TEXT", Default: "'a,b'"}, {Name: "count", Type: "BIGINT", Default: "0"},
			{Name: "free", Type: "TEXT", Null: true}, {Name: "done", Type: "BOOLEAN", Default: "FALSE"},
		}
		got := slices.Clone(table.Columns)
		for i := range got {
			got[i].Rest = ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"(", "a,b", "c"}, table.Allowed("kind")); diff != "" {
			t.Error(diff)
		}
		if table.Allowed("count") != nil || len(table.Indexes) != 1 || len(table.Constraints) == 0 {
			t.Errorf("%v %v %v", table.Allowed("count"), table.Indexes, table.Constraints)
		}
	})
}
