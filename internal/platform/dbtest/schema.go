package dbtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"yimen/internal/platform/db"
)

// Schema is what a database holds after all migrations, in the form of the
// engine that holds it. The bookkeeping of migrations and of the engine itself
// is left out.
type Schema struct {
	Tables []Table
	Rest   []string // functions and views, which belong to no table
}

// Table is one table with all that hangs on it.
type Table struct {
	Name        string
	Columns     []Column
	Constraints []string // primary key, unique, foreign and several-column checks, as SQL
	Indexes     []string // CREATE INDEX …
	Triggers    []string // CREATE TRIGGER …
	allowed     map[string][]string
}

// Column is one column. Type and Default are in the spelling both engines share
// (TEXT, BIGINT, BOOLEAN; 0, ”, FALSE), Rest is what else stands behind it.
type Column struct {
	Name    string
	Type    string
	Null    bool
	Default string
	Rest    string
}

// ReadSchema reads the schema of a migrated database.
func ReadSchema(t testing.TB, d *db.DB) Schema {
	t.Helper()
	read := readSQLite
	if d.Dialect() == db.Postgres {
		read = readPostgres
	}
	s, err := read(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(s.Tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return s
}

// Table finds a table, or nil.
func (s Schema) Table(name string) *Table {
	i := slices.IndexFunc(s.Tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Tables[i]
}

// Allowed gives the sorted values that a CHECK of the form `column IN (…)` lets
// into the column, nil when there is no such check.
func (t *Table) Allowed(column string) []string { return t.allowed[column] }

// SQL writes the schema as one readable text: tables by name, columns as they
// stand, one thing a line.
func (s Schema) SQL() string {
	var b strings.Builder
	for _, t := range s.Tables {
		fmt.Fprintf(&b, "CREATE TABLE %s (\n  %s\n);\n", t.Name, strings.Join(t.lines(), ",\n  "))
		for _, x := range slices.Concat(t.Indexes, t.Triggers) {
			b.WriteString(x + ";\n")
		}
		b.WriteString("\n")
	}
	for _, x := range s.Rest {
		b.WriteString(x + ";\n\n")
	}
	return strings.TrimSpace(b.String()) + "\n"
}

func (t *Table) lines() []string {
	wide := 0
	for _, c := range t.Columns {
		wide = max(wide, len(c.Name))
	}
	var out []string
	for _, c := range t.Columns {
		line := fmt.Sprintf("%-*s  %s", wide, c.Name, c.Type)
		if !c.Null && !strings.Contains(c.Rest, "PRIMARY KEY") {
			line += " NOT NULL"
		}
		if c.Default != "" {
			line += " DEFAULT " + c.Default
		}
		if c.Rest != "" {
			line += " " + c.Rest
		}
		out = append(out, line)
	}
	return append(out, t.Constraints...)
}

// own leaves out what goose and SQLite keep for themselves.
func own(table string) bool {
	return table != "goose_db_version" && !strings.HasPrefix(table, "sqlite_")
}

// quoted gives the sorted text literals of an SQL expression.
func quoted(expression string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(expression, "'")
		if !ok {
			break
		}
		var value string
		if value, expression, ok = strings.Cut(rest, "'"); !ok {
			break
		}
		out = append(out, value)
	}
	slices.Sort(out)
	return out
}

// list reads rows of texts.
func list(ctx context.Context, d *db.DB, columns int, sql string) ([][]string, error) {
	rows, err := d.Query(ctx, sql)
	return db.All(rows, err, func(s db.Scanner) ([]string, error) {
		out := make([]string, columns)
		into := make([]any, columns)
		for i := range out {
			into[i] = &out[i]
		}
		return out, s.Scan(into...)
	})
}
