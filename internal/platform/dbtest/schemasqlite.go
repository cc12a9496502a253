package dbtest

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"yimen/internal/platform/db"
)

// readSQLite takes the statements apart that SQLite keeps as they were given: it
// has no other record of its checks.
func readSQLite(ctx context.Context, d *db.DB) (Schema, error) {
	var s Schema
	stored, err := list(ctx, d, 4, `SELECT type, tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL
		ORDER BY CASE type WHEN 'table' THEN 0 ELSE 1 END, name`)
	if err != nil {
		return s, err
	}
	for _, r := range stored {
		kind, table, sql := r[0], r[1], r[3]
		if !own(table) {
			continue
		}
		if kind == "table" {
			s.Tables = append(s.Tables, tableOf(table, sql))
			continue
		}
		if kind == "view" {
			s.Rest = append(s.Rest, oneLine(sql))
			continue
		}
		t := s.Table(table)
		switch kind {
		case "index":
			t.Indexes = append(t.Indexes, oneLine(sql))
		case "trigger":
			t.Triggers = append(t.Triggers, oneLine(sql))
		}
	}
	return s, nil
}

var (
	lineComment = regexp.MustCompile(`--[^\n]*`)
	constraint  = regexp.MustCompile(`^(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|CONSTRAINT)\b`)
	columnParts = regexp.MustCompile(`^"?([a-z_][a-z0-9_]*)"? ([A-Z]+)(.*)$`)
	defaultPart = regexp.MustCompile(` DEFAULT ('[^']*'|[^ ]+)`)
	inCheck     = regexp.MustCompile(`CHECK \(([a-z_]+) IN (\((?:'[^']*'|[^()'])*\))\)`)
)

// tableOf reads a CREATE TABLE statement.
func tableOf(name, sql string) Table {
	t := Table{Name: name, allowed: map[string][]string{}}
	sql = oneLine(lineComment.ReplaceAllString(sql, ""))
	body := sql[strings.Index(sql, "(")+1 : strings.LastIndex(sql, ")")]
	for _, part := range split(body) {
		m := columnParts.FindStringSubmatch(part)
		if m == nil || constraint.MatchString(part) {
			t.Constraints = append(t.Constraints, part)
			continue
		}
		c := Column{Name: m[1], Type: m[2], Null: true}
		rest := m[3]
		if d := defaultPart.FindStringSubmatch(rest); d != nil {
			c.Default, rest = d[1], strings.Replace(rest, d[0], "", 1)
		}
		// a primary key may be NULL in SQLite unless it says otherwise; the
		// program makes every key itself, and PostgreSQL refuses one
		if strings.Contains(rest, " NOT NULL") || strings.Contains(rest, " PRIMARY KEY") {
			c.Null = false
		}
		c.Rest = strings.TrimSpace(strings.Replace(rest, " NOT NULL", "", 1))
		if in := inCheck.FindStringSubmatch(rest); in != nil && in[1] == c.Name {
			t.allowed[c.Name] = quoted(in[2])
		}
		t.Columns = append(t.Columns, c)
	}
	return t.keyed()
}

// keyed takes the NULL from the columns of a primary key of several columns.
func (t Table) keyed() Table {
	for _, c := range t.Constraints {
		names, ok := strings.CutPrefix(c, "PRIMARY KEY (")
		if !ok {
			continue
		}
		key := strings.Split(strings.TrimSuffix(names, ")"), ", ")
		for i := range t.Columns {
			if slices.Contains(key, t.Columns[i].Name) {
				t.Columns[i].Null = false
			}
		}
	}
	return t
}

// split cuts at the commas that stand in no bracket and no literal.
func split(body string) []string {
	var out []string
	depth, from, literal := 0, 0, false
	for i, c := range body {
		switch {
		case c == '\'':
			literal = !literal
		case literal:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out, from = append(out, strings.TrimSpace(body[from:i])), i+1
		}
	}
	return append(out, strings.TrimSpace(body[from:]))
}

func oneLine(sql string) string { return strings.Join(strings.Fields(sql), " ") }
