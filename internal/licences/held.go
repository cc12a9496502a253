package licences

import (
	"context"

	"yimen/internal/platform/db"
)

// Held gives the licences of these types that a party holds, in whatever status,
// newest first. It asks for no actor: applications offers them to whoever files for
// the party, and decides who that is.
func (s *Service) Held(ctx context.Context, r db.Reader, party string, types []string) ([]*Licence, error) {
	if party == "" || len(types) == 0 {
		return nil, nil
	}
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM licence WHERE holder = $1 AND type in_list($2) ORDER BY id DESC LIMIT 200`,
		party, db.List(types))
	return db.All(rows, err, scan)
}

// Several gives licences by id; unknown ids are left out. Like Held it is for a
// context that has asked who may know of them.
func (s *Service) Several(ctx context.Context, r db.Reader, ids []string) (map[string]*Licence, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM licence WHERE id in_list($1)`, db.List(ids))
	all, err := db.All(rows, err, scan)
	out := make(map[string]*Licence, len(all))
	for _, l := range all {
		out[l.ID] = l
	}
	return out, err
}

// Faces opens the frozen faces of several licences at once, for a context that has
// asked who may see them. Unknown ids are left out.
func (s *Service) Faces(ctx context.Context, r db.Reader, ids []string) (map[string][]FaceField, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	type sealed struct{ id, face, hash string }
	rows, err := r.Query(ctx, `SELECT id, face, face_hash FROM licence WHERE id in_list($1)`, db.List(ids))
	all, err := db.All(rows, err, func(sc db.Scanner) (x sealed, err error) {
		err = sc.Scan(&x.id, &x.face, &x.hash)
		return x, err
	})
	out := make(map[string][]FaceField, len(all))
	for _, x := range all {
		if out[x.id], err = s.unseal(x.id, x.face, x.hash); err != nil {
			return nil, err
		}
	}
	return out, err
}
