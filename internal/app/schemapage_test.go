package app_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yimen/internal/platform/dbtest"
)

// schemaPage writes every table under the package that owns it, with the words
// that stand above it in its migration.
func schemaPage(t *testing.T) string {
	schema := dbtest.ReadSchema(t, dbtest.SQLite(t, nil))
	words, owners := tableWords(t), tableOwners(t)
	var b strings.Builder
	b.WriteString(`# Schema

Both databases have these tables with these columns; the whole text is in [schema.sqlite.golden](../../migrations/schema.sqlite.golden)
and [schema.postgres.golden](../../migrations/schema.postgres.golden). Ids and codes are TEXT, instants BIGINT microseconds since 1970 in UTC (0 = not
yet), legal dates TEXT ` + "`YYYY-MM-DD`" + ` ('' = none), money BIGINT fen, JSON TEXT. A table is named in the SQL of its owner only.
`)
	var seen []string
	for _, owner := range owners {
		fmt.Fprintf(&b, "\n## %s\n", owner.dir)
		for _, name := range owner.tables {
			table := schema.Table(name)
			if table == nil {
				continue
			}
			seen = append(seen, name)
			fmt.Fprintf(&b, "\n### %s\n\n%s\n\n", name, words[name])
			tableRows(&b, table)
		}
	}
	for _, table := range schema.Tables {
		if !slices.Contains(seen, table.Name) {
			t.Errorf("table %s has no owner: name it in the `Tables:` line of a package comment", table.Name)
		}
	}
	return b.String()
}

func tableRows(b *strings.Builder, table *dbtest.Table) {
	b.WriteString("| column | type | default | holds |\n|---|---|---|---|\n")
	for _, c := range table.Columns {
		kind := strings.ToLower(c.Type)
		if c.Null {
			kind += ", may be null"
		}
		def := c.Default
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", c.Name, kind, def, strings.ReplaceAll(c.Rest, "|", "\\|"))
	}
	for _, x := range slices.Concat(table.Constraints, table.Indexes) {
		fmt.Fprintf(b, "\n- `%s`", x)
	}
	if len(table.Constraints)+len(table.Indexes) > 0 {
		b.WriteString("\n")
	}
}

var createTable = regexp.MustCompile(`(?m)((?:^--[^\n]*\n)*)^CREATE TABLE ([a-z_]+)`)

// tableWords gives the comment above every CREATE TABLE.
func tableWords(t *testing.T) map[string]string {
	out := map[string]string{}
	for _, path := range glob(t, root+"/migrations/*.sql") {
		for _, m := range createTable.FindAllStringSubmatch(read(t, path), -1) {
			var words []string
			for line := range strings.Lines(m[1]) {
				if line = strings.TrimSpace(strings.TrimPrefix(line, "--")); !strings.HasPrefix(line, "+goose") {
					words = append(words, line)
				}
			}
			if text := strings.Join(words, " "); text != "" || out[m[2]] == "" {
				out[m[2]] = text
			}
		}
	}
	return out
}

// tableOwner is a package with the tables its comment names.
type tableOwner struct {
	dir    string
	tables []string
}

var tableName = regexp.MustCompile(`[a-z_]+`)

func tableOwners(t *testing.T) []tableOwner {
	var out []tableOwner
	for _, pattern := range []string{"../*/*.go", "../*/*/*.go"} {
		var dirs []string
		for _, path := range glob(t, pattern) {
			dirs = append(dirs, filepath.Dir(path))
		}
		for _, dir := range slices.Compact(dirs) {
			pkg, err := filepath.Rel("..", dir)
			if err != nil {
				t.Fatal(err)
			}
			if text := heading(t, filepath.ToSlash(pkg), "Tables"); text != "" && !strings.HasPrefix(text, "none") {
				out = append(out, tableOwner{"internal/" + filepath.ToSlash(pkg), tableName.FindAllString(text, -1)})
			}
		}
	}
	return out
}
