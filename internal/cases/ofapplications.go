package cases

import (
	"context"

	"yimen/internal/platform/db"
)

// RunningOf gives the cases of these applications from which something is still
// awaited, oldest first, for reactions to what happened elsewhere; it asks for no
// actor because nobody sees what it gives.
func (s *Service) RunningOf(ctx context.Context, r db.Reader, applications []string) ([]*Case, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM cases WHERE application in_list($1) AND awaits <> '' ORDER BY id`, db.List(applications))
	return db.All(rows, err, scan)
}
