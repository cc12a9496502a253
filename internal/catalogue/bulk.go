package catalogue

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/platform/db"
)

// Bulk writes go as inserts of several rows. The sizes are few, so that
// statements are few and stay prepared, and small, because the SQLite driver
// takes time by the square of a statement's parameters.
var bulkSizes = []int{25, 5, 1}

// flushAt is after how many rows of a long import PostgreSQL gets them.
const flushAt = 200

// writeRows runs "INSERT INTO table (columns) VALUES … tail" for all rows, each a slice of
// values in the order of columns.
func writeRows(ctx context.Context, tx *db.Tx, table string, columns []string, tail string, rows [][]any) error {
	for _, size := range bulkSizes {
		text := insertText(table, columns, tail, size)
		for len(rows) >= size {
			args := make([]any, 0, size*len(columns))
			for _, r := range rows[:size] {
				args = append(args, r...)
			}
			if err := tx.Exec(ctx, text, args...); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

// flush reads a little: on PostgreSQL statements queue in memory until something
// is read, and a set may be as large as a province's.
func flush(ctx context.Context, tx *db.Tx) error {
	var one int64
	return tx.Row(ctx, `SELECT generation FROM catalogue_generation WHERE id = $1`, wholeID).Scan(&one)
}

func insertText(table string, columns []string, tail string, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	n := 0
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range columns {
			if j > 0 {
				b.WriteString(", ")
			}
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	b.WriteString(" " + tail)
	return b.String()
}

// onConflict is the tail of an upsert: the row with the same key takes all other
// columns of the new one.
func onConflict(key string, columns []string) string {
	var sets []string
	for _, c := range columns {
		if !strings.Contains(","+key+",", ","+c+",") {
			sets = append(sets, c+" = excluded."+c)
		}
	}
	return "ON CONFLICT (" + key + ") DO UPDATE SET " + strings.Join(sets, ", ")
}

// batch collects rows and writes them when there are enough.
type batch struct {
	tx      *db.Tx
	table   string
	columns []string
	tail    string
	rows    [][]any
}

func (b *batch) add(ctx context.Context, row ...any) error {
	b.rows = append(b.rows, row)
	if len(b.rows) < flushAt {
		return nil
	}
	if err := b.write(ctx); err != nil {
		return err
	}
	return flush(ctx, b.tx)
}

func (b *batch) write(ctx context.Context) error {
	rows := b.rows
	b.rows = b.rows[:0]
	return writeRows(ctx, b.tx, b.table, b.columns, b.tail, rows)
}
