package migrations_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/goldtest"
)

// The schema as it stands after all migrations is kept beside them, one readable
// text an engine: a reviewer sees what a migration changes, and a migration that
// changes more than it meant to is seen.
func TestSchemaIsTheGoldenOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		goldtest.File(t, "schema."+string(d.Dialect())+".golden", dbtest.ReadSchema(t, d).SQL())
	})
}

// One SQL text speaks to both engines, so both must have the same tables with
// the same columns: name, type, nullability and default.
func TestEnginesAgreeOnColumns(t *testing.T) {
	embedded, server := both(t)
	if diff := cmp.Diff(columns(embedded), columns(server)); diff != "" {
		t.Errorf("SQLite and PostgreSQL differ (-SQLite +PostgreSQL):\n%s", diff)
	}
	if n := len(columns(embedded)); n < 30 {
		t.Fatalf("only %d tables were read", n)
	}
}

// An index that only one engine has is a query that is fast in tests only, or a
// rule of uniqueness that holds on one of them.
func TestEnginesAgreeOnIndexes(t *testing.T) {
	embedded, server := both(t)
	if diff := cmp.Diff(indexes(embedded), indexes(server)); diff != "" {
		t.Errorf("SQLite and PostgreSQL differ (-SQLite +PostgreSQL):\n%s", diff)
	}
}

// What a CHECK lets in must be the same set on both, or an act that passes every
// test on one fails on the other.
func TestEnginesAgreeOnAllowedValues(t *testing.T) {
	embedded, server := both(t)
	seen := 0
	for _, table := range embedded.Tables {
		for _, c := range table.Columns {
			here, there := table.Allowed(c.Name), server.Table(table.Name).Allowed(c.Name)
			if diff := cmp.Diff(here, there); diff != "" {
				t.Errorf("%s.%s (-SQLite +PostgreSQL):\n%s", table.Name, c.Name, diff)
			}
			seen += len(here)
		}
	}
	if seen < 50 {
		t.Fatalf("only %d values were compared", seen)
	}
}

func both(t *testing.T) (embedded, server dbtest.Schema) {
	t.Helper()
	return dbtest.ReadSchema(t, dbtest.SQLite(t, nil)), dbtest.ReadSchema(t, dbtest.Postgres(t, nil))
}

func columns(s dbtest.Schema) map[string]map[string]dbtest.Column {
	out := map[string]map[string]dbtest.Column{}
	for _, table := range s.Tables {
		out[table.Name] = map[string]dbtest.Column{}
		for _, c := range table.Columns {
			c.Rest = "" // SQLite writes constraints of one column behind it
			out[table.Name][c.Name] = c
		}
	}
	return out
}

// indexes gives "unique? name on table" of every index.
func indexes(s dbtest.Schema) []string {
	out := map[string]bool{}
	for _, table := range s.Tables {
		for _, sql := range table.Indexes {
			name, _, _ := strings.Cut(strings.Replace(sql, " USING btree", "", 1), " (")
			out[name] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}
