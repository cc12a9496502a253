package licences

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Faced is a licence that counts, with its frozen face in clear.
type Faced struct {
	*Licence
	Face []FaceField
}

// mostFaced is how many licences of a holder are looked through for what their faces
// say of him.
const mostFaced = 30

// Standing gives the licences of a party that count on the day, newest first, with
// their faces: what a form need not ask. It asks for no actor but for the items his
// mandate reaches; who may fill in for the holder is decided before.
func (s *Service) Standing(ctx context.Context, r db.Reader, actor gov.Actor, holder string, on clock.Date) ([]Faced, error) {
	var out []Faced
	rows, err := r.Query(ctx, `SELECT `+columns+`, face, face_hash FROM licence WHERE holder = $1 AND state = 'valid' AND valid_from <= $2
		AND (valid_to = '' OR valid_to >= $2) ORDER BY id DESC LIMIT $3`, holder, on, mostFaced)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var sealed, want string
		l, err := scan(also{sc, []any{&sealed, &want}})
		if err != nil || !actor.Reaches(l.Item) {
			return struct{}{}, err
		}
		face, err := s.unseal(l.ID, sealed, want)
		out = append(out, Faced{l, face})
		return struct{}{}, err
	})
	return out, err
}

// also reads further columns behind those of the row.
type also struct {
	db.Scanner
	more []any
}

// Scan reads dest and the further columns.
func (a also) Scan(dest ...any) error { return a.Scanner.Scan(append(dest, a.more...)...) }
