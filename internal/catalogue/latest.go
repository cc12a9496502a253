package catalogue

import (
	"context"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Latest gives the version now in force of the local item that the given one is a
// version of, which may be itself. Missing "catalogue.no_local_item" when it is none,
// or when the body does not handle the item any more.
func (s *Service) Latest(ctx context.Context, localItem string) (string, error) {
	id, err := db.One(s.DB.Row(ctx, `SELECT n.id FROM local_item l JOIN local_item n ON n.item = l.item AND n.body = l.body
		WHERE l.id = $1 AND n.superseded_at = 0`, localItem), db.Text)
	if db.NoRows(err) {
		return "", fault.Missing("catalogue.no_local_item")
	}
	return id, err
}
