package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Posted is a post as a journal's reader needs it: what it was, and where.
type Posted struct {
	Role   gov.Role
	Body   string
	Window string
}

// PostedByID gives posts by their ids, ended ones too: a trace names the post an
// act was done from. Who may read the trace is its owner's to decide.
func (s *Service) PostedByID(ctx context.Context, ids []string) (map[string]Posted, error) {
	out := make(map[string]Posted, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	type row struct {
		id string
		Posted
	}
	rows, err := s.DB.Query(ctx, `SELECT id, role, body, counter_window FROM post WHERE id in_list($1)`, db.List(ids))
	all, err := db.All(rows, err, func(r db.Scanner) (x row, err error) {
		err = r.Scan(&x.id, &x.Role, &x.Body, &x.Window)
		return x, err
	})
	for _, x := range all {
		out[x.id] = x.Posted
	}
	return out, err
}
