package event

import (
	"context"
	"encoding/json"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// Numbered is a fact with its place in the feed.
type Numbered struct {
	Position int64
	ID       string
	Source   string
	Type     string
	Subject  string
	At       now.Instant
	Data     json.RawMessage
}

// MostRead is the longest piece of the feed that is read at once.
const MostRead = 500

// Read gives the facts after a position, in order. Who reads goes on after the
// last position it got: nothing is skipped, because a position is given only
// after the commit, and none is given twice. What a reader may see of them is the
// caller's to decide.
func Read(ctx context.Context, r db.Reader, after int64, limit int) ([]Numbered, error) {
	if limit <= 0 || limit > MostRead {
		limit = MostRead
	}
	rows, err := r.Query(ctx, `SELECT position, id, source, type, subject, at, data FROM event
		WHERE position > $1 ORDER BY position LIMIT $2`, after, limit)
	return db.All(rows, err, func(s db.Scanner) (n Numbered, err error) {
		var data string
		err = s.Scan(&n.Position, &n.ID, &n.Source, &n.Type, &n.Subject, &n.At, &data)
		n.Data = json.RawMessage(data)
		return n, err
	})
}
