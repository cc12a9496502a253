package blob

import (
	"context"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

const columns = `id, owner, hash, size, mime, data_key, retention, scanned, created_at`

func scan(row db.Scanner) (Blob, error) {
	var b Blob
	var at int64
	err := row.Scan(&b.ID, &b.Owner, &b.Hash, &b.Size, &b.Type, &b.dataKey, &b.Retention, &b.Scanned, &at)
	b.CreatedAt = now.Instant(at)
	return b, err
}

// insert adds the row, or a reference to the row that is there. The row that is there keeps its key, its bytes and its
// retention class.
func insert(ctx context.Context, tx *db.Tx, b Blob) (Blob, error) {
	return db.One(tx.Row(ctx, `
		INSERT INTO blob (id, owner, hash, size, mime, data_key, refs, retention, scanned, created_at, released_at)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, 0)
		ON CONFLICT (owner, hash) DO UPDATE SET refs = blob.refs + 1, released_at = 0
		RETURNING `+columns,
		b.ID, b.Owner, b.Hash, b.Size, b.Type, b.dataKey, b.Retention, b.Scanned, int64(tx.Now())), scan)
}

// idle locks rows that nobody has referred to since before.
func idle(ctx context.Context, tx *db.Tx, before now.Instant, limit int) ([]Blob, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM blob WHERE refs = 0 AND released_at < $1
		ORDER BY released_at, id LIMIT $2 /*skip locked*/`, int64(before), limit)
	return db.All(rows, err, scan)
}

func remove(ctx context.Context, tx *db.Tx, ids []string) error {
	return tx.Exec(ctx, `DELETE FROM blob WHERE refs = 0 AND id in_list($1)`, db.List(ids))
}

// known gives those of ids that have a row.
func known(ctx context.Context, q db.Reader, ids []string) (map[string]bool, error) {
	rows, err := q.Query(ctx, `SELECT id FROM blob WHERE id in_list($1)`, db.List(ids))
	list, err := db.All(rows, err, db.Text)
	if err != nil {
		return nil, err
	}
	found := make(map[string]bool, len(list))
	for _, id := range list {
		found[id] = true
	}
	return found, nil
}

// after pages through all rows by id.
func after(ctx context.Context, q db.Reader, id string, limit int) ([]Blob, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM blob WHERE id > $1 ORDER BY id LIMIT $2`, id, limit)
	return db.All(rows, err, scan)
}
