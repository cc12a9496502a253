package reseal

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/platform/db"
	"yimen/internal/platform/keys"
)

// Column is one sealed TEXT column. Empty values are not sealed and are left alone.
type Column struct {
	Table string
	Name  string
	Key   []string // the primary key, TEXT columns: rows are walked in its order
	Bound []string // further columns that the aad is made of
	Aad   func(v []string) string
	// Wrapped marks data keys of files: only the short key is sealed anew, never the file.
	Wrapped bool
}

// Of is a column bound to its row's id.
func Of(table, name string, aad func(id string) string) Column {
	return Column{Table: table, Name: name, Key: []string{"id"}, Aad: func(v []string) string { return aad(v[0]) }}
}

// String names the column for a person: table.column.
func (c Column) String() string { return c.Table + "." + c.Name }

// Stale counts the rows whose value lies under another key than the ring's current one. It reads the whole table.
func (c Column) Stale(ctx context.Context, r db.Reader, ring *keys.Ring) (n int64, err error) {
	prefix := ring.Prefix()
	err = r.Row(ctx, `SELECT count(*) FROM `+c.Table+` WHERE `+c.Name+` <> '' AND substr(`+c.Name+`, 1, $1) <> $2`,
		len(prefix), prefix).Scan(&n)
	return n, err
}

// page reads up to limit rows after a key; a value that is not stale comes back empty, so that the walk costs little
// where there is nothing to do.
func (c Column) page(ctx context.Context, r db.Reader, prefix string, after []string, limit int) ([]row, error) {
	n := len(c.Key)
	args := []any{len(prefix), prefix, limit}
	where := ""
	if len(after) == n {
		marks := make([]string, n)
		for i, v := range after {
			args = append(args, v)
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		where = ` WHERE (` + strings.Join(c.Key, ", ") + `) > (` + strings.Join(marks, ", ") + `)`
	}
	keys := strings.Join(c.Key, ", ")
	rows, err := r.Query(ctx, `SELECT `+strings.Join(append(c.Key[:n:n], c.Bound...), ", ")+
		`, CASE WHEN substr(`+c.Name+`, 1, $1) = $2 THEN '' ELSE `+c.Name+` END FROM `+c.Table+where+
		` ORDER BY `+keys+` LIMIT $3`, args...)
	return db.All(rows, err, func(s db.Scanner) (row, error) {
		x := row{values: make([]string, n+len(c.Bound))}
		into := make([]any, len(x.values)+1)
		for i := range x.values {
			into[i] = &x.values[i]
		}
		into[len(x.values)] = &x.sealed
		err := s.Scan(into...)
		x.key = x.values[:n]
		return x, err
	})
}

// row is one row as the walk sees it; sealed is empty when there is nothing to do.
type row struct {
	key, values []string
	sealed      string
}

// anew gives the value under the current key. Errors as keys.Ring.Open.
func (c Column) anew(ring *keys.Ring, x row) (string, error) {
	if c.Wrapped {
		return ring.Rewrap(x.sealed, c.Aad(x.values))
	}
	return ring.Reseal(x.sealed, c.Aad(x.values))
}

// replace writes the new ciphertext where the old one still stands.
func (c Column) replace(ctx context.Context, tx *db.Tx, x row, sealed string) error {
	args := []any{x.sealed, sealed}
	where := make([]string, len(c.Key))
	for i, name := range c.Key {
		args = append(args, x.key[i])
		where[i] = name + " = $" + strconv.Itoa(len(args))
	}
	return tx.Exec(ctx, `UPDATE `+c.Table+` SET `+c.Name+` = $2 WHERE `+strings.Join(where, " AND ")+` AND `+c.Name+` = $1`, args...)
}
