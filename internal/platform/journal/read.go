package journal

import (
	"context"

	"yimen/internal/platform/db"
)

// ActLook is the act of seeing something in clear that is hidden on screens. It
// has a name here because looks are read across all subjects.
const ActLook = "look"

// MostLines is the longest page of entries.
const MostLines = 100

// Looks reads looks of all subjects, newest first, before an entry (” for the
// newest), with payloads in clear.
func (b *Book) Looks(ctx context.Context, r db.Reader, before string) ([]Line, error) {
	if before == "" {
		before = "~" // after every UUID
	}
	rows, err := r.Query(ctx, `SELECT `+lineColumns+` FROM journal j LEFT JOIN journal_payload p ON p.entry = j.id
		WHERE j.act = 'look' AND j.id < $1 ORDER BY j.id DESC LIMIT $2`, before, MostLines)
	return b.opened(rows, err)
}

// By reads what an account did, newest first, before an entry (” for the newest),
// without payloads.
func (b *Book) By(ctx context.Context, r db.Reader, account, before string) ([]Line, error) {
	if before == "" {
		before = "~"
	}
	rows, err := r.Query(ctx, `SELECT `+lineColumns+` FROM journal j LEFT JOIN journal_payload p ON p.entry = j.id
		WHERE j.actor = $1 AND j.id < $2 ORDER BY j.id DESC LIMIT $3`, account, before, MostLines)
	closed, err := db.All(rows, err, scanLine)
	out := make([]Line, len(closed))
	for i := range closed {
		out[i] = closed[i].Line
		out[i].Erased = closed[i].erasedAt != 0
	}
	return out, err
}

func (b *Book) opened(rows *db.Rows, err error) ([]Line, error) {
	closed, err := db.All(rows, err, scanLine)
	if err != nil {
		return nil, err
	}
	out := make([]Line, len(closed))
	for i := range closed {
		if err := b.open(&closed[i]); err != nil {
			return nil, err
		}
		out[i] = closed[i].Line
	}
	return out, nil
}

// Empty says that no act has ever been recorded.
func Empty(ctx context.Context, r db.Reader) (bool, error) {
	var n int
	err := r.Row(ctx, `SELECT count(*) FROM (SELECT 1 FROM journal LIMIT 1) j`).Scan(&n)
	return n == 0, err
}
