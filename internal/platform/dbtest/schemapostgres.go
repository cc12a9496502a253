package dbtest

import (
	"context"
	"regexp"
	"strings"

	"yimen/internal/platform/db"
)

// readPostgres asks PostgreSQL's catalogue, which writes every expression in a
// form of its own.
func readPostgres(ctx context.Context, d *db.DB) (Schema, error) {
	var s Schema
	for _, read := range []func(context.Context, *db.DB, *Schema) error{
		postgresColumns, postgresConstraints, postgresIndexes, postgresTriggers, postgresFunctions, postgresViews,
	} {
		if err := read(ctx, d, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

const inSchema = ` JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() `

func postgresColumns(ctx context.Context, d *db.DB, s *Schema) error {
	all, err := list(ctx, d, 5, `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
			CASE WHEN a.attnotnull THEN '' ELSE 'null' END, COALESCE(pg_get_expr(f.adbin, f.adrelid), '')
		FROM pg_class c`+inSchema+`
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
		WHERE c.relkind = 'r' ORDER BY c.relname, a.attnum`)
	for _, r := range all {
		if !own(r[0]) {
			continue
		}
		if s.Table(r[0]) == nil {
			s.Tables = append(s.Tables, Table{Name: r[0], allowed: map[string][]string{}})
		}
		t := s.Table(r[0])
		t.Columns = append(t.Columns, Column{Name: r[1], Type: strings.ToUpper(r[2]), Null: r[3] != "", Default: plain(r[4])})
	}
	return err
}

// plain writes a default as the migrations do.
func plain(expression string) string {
	expression = strings.TrimSuffix(strings.TrimSuffix(expression, "::text"), "::bigint")
	switch expression {
	case "true", "false":
		return strings.ToUpper(expression)
	case "'0'":
		return "0"
	}
	return expression
}

var anyOf = regexp.MustCompile(`^CHECK \(\(([a-z_]+) = ANY \(ARRAY\[(.*)\]\)\)\)$`)

func postgresConstraints(ctx context.Context, d *db.DB, s *Schema) error {
	all, err := list(ctx, d, 3, `SELECT c.relname, x.conname, pg_get_constraintdef(x.oid)
		FROM pg_constraint x JOIN pg_class c ON c.oid = x.conrelid`+inSchema+`
		WHERE x.contype IN ('p', 'u', 'f', 'c')
		ORDER BY c.relname, array_position(ARRAY['p', 'u', 'f', 'c'], x.contype::text), x.conname`)
	for _, r := range all {
		if !own(r[0]) {
			continue
		}
		t := s.Table(r[0])
		t.Constraints = append(t.Constraints, "CONSTRAINT "+r[1]+" "+r[2])
		if m := anyOf.FindStringSubmatch(r[2]); m != nil {
			t.allowed[m[1]] = quoted(m[2])
		}
	}
	return err
}

func postgresIndexes(ctx context.Context, d *db.DB, s *Schema) error {
	all, err := list(ctx, d, 3, `SELECT c.relname, i.relname, pg_get_indexdef(x.indexrelid)
		FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid`+inSchema+`
		JOIN pg_class i ON i.oid = x.indexrelid
		WHERE c.relkind = 'r' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u'))
		ORDER BY c.relname, i.relname`)
	for _, r := range all {
		if own(r[0]) {
			t := s.Table(r[0])
			t.Indexes = append(t.Indexes, bare(r[2]))
		}
	}
	return err
}

func postgresTriggers(ctx context.Context, d *db.DB, s *Schema) error {
	all, err := list(ctx, d, 3, `SELECT c.relname, g.tgname, pg_get_triggerdef(g.oid)
		FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid`+inSchema+`
		WHERE NOT g.tgisinternal ORDER BY c.relname, g.tgname`)
	for _, r := range all {
		if own(r[0]) {
			t := s.Table(r[0])
			t.Triggers = append(t.Triggers, bare(r[2]))
		}
	}
	return err
}

func postgresFunctions(ctx context.Context, d *db.DB, s *Schema) error {
	all, err := list(ctx, d, 2, `SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = current_schema() ORDER BY p.proname`)
	for _, r := range all {
		s.Rest = append(s.Rest, strings.TrimSpace(bare(r[1])))
	}
	return err
}

func postgresViews(ctx context.Context, d *db.DB, s *Schema) error {
	all, err := list(ctx, d, 2, `SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c`+inSchema+`
		WHERE c.relkind = 'v' ORDER BY c.relname`)
	for _, r := range all {
		s.Rest = append(s.Rest, "CREATE VIEW "+r[0]+" AS "+strings.TrimSuffix(oneLine(bare(r[1])), ";"))
	}
	return err
}

// bare takes the name of the schema away: an installation may use another.
func bare(sql string) string { return strings.ReplaceAll(sql, "public.", "") }
