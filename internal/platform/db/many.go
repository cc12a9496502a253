package db

import (
	"context"
	"strconv"
	"strings"
)

// Rows of one insert. The sizes are few, so that statements are few and stay
// prepared, and small, because the SQLite driver takes time by the square of a
// statement's parameters.
var manySizes = [...]int{25, 5, 1}

// Many inserts rows with few statements, in their order: insert is the head
// ("INSERT INTO t (a, b)"), tail what follows the values (an ON CONFLICT, or
// nothing). All rows have as many values as the head has columns. As with Exec,
// an error may surface later.
func (t *Tx) Many(ctx context.Context, insert, tail string, rows [][]any) error {
	for _, size := range manySizes {
		if len(rows) < size {
			continue
		}
		width := len(rows[0])
		text := insert + " VALUES " + values(size, width) + " " + tail
		for len(rows) >= size {
			args := make([]any, 0, size*width)
			for _, r := range rows[:size] {
				args = append(args, r...)
			}
			if err := t.Exec(ctx, text, args...); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

// values writes ($1,$2),($3,$4) for two rows of two.
func values(rows, width int) string {
	var b strings.Builder
	for i := range rows * width {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%width == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}
