package scores

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
)

const systemColumns = `id, number, origin, document, adopted_at`

func scanSystem(r db.Scanner) (*System, error) {
	s := &System{}
	var document string
	if err := r.Scan(&s.ID, &s.Number, &s.Origin, &document, &s.AdoptedAt); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(document), s); err != nil {
		return nil, fault.Internal(err, "scores.unreadable")
	}
	return s, nil
}

func (s *Service) system(ctx context.Context, r db.Reader, id string) (*System, error) {
	return db.One(r.Row(ctx, `SELECT `+systemColumns+` FROM score_system WHERE id = $1`, id), scanSystem)
}

func newest(ctx context.Context, r db.Reader) (*System, error) {
	x, err := db.One(r.Row(ctx, `SELECT `+systemColumns+` FROM score_system ORDER BY number DESC LIMIT 1`), scanSystem)
	if db.NoRows(err) {
		return nil, nil
	}
	return x, err
}

// InForce is the edition that the next month is computed with; before anything was
// computed the one of the program.
func (s *Service) InForce(ctx context.Context) (*System, error) {
	x, err := newest(ctx, s.d.DB)
	if err == nil && (x == nil || x.Origin == FromSeed) {
		x = s.seeded(x)
	}
	return x, err
}

// seeded is the program's own edition, under the stored one's number when it is the
// same.
func (s *Service) seeded(stored *System) *System {
	if stored != nil {
		_, was := stored.document()
		if _, is := s.d.Seed.document(); was == is {
			return stored
		}
	}
	return s.d.Seed
}

// current is InForce as it stands in the database: a release with another seed
// becomes an edition, unless a supervisor has set one of his own.
func (s *Service) current(ctx context.Context, actor gov.Actor) (*System, error) {
	x, err := s.InForce(ctx)
	if err != nil || x.ID != "" {
		return x, err
	}
	return s.adopt(ctx, actor, x, FromSeed)
}

// Adopt makes an index system the one that months are computed with from now on;
// what is computed keeps its own. The same system again is no new edition.
func (s *Service) Adopt(ctx context.Context, actor gov.Actor, x *System) (*System, error) {
	if !s.MaySign(actor) {
		return nil, errDenied
	}
	return s.adopt(ctx, actor, x, FromSupervisor)
}

func (s *Service) adopt(ctx context.Context, actor gov.Actor, x *System, origin Origin) (*System, error) {
	var out *System
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		last, err := newest(ctx, tx)
		if err != nil {
			return err
		}
		text, hash := x.document()
		made := *x
		made.ID, made.Number, made.Origin, made.AdoptedAt = id.New(), 1, origin, tx.Now()
		if last != nil {
			if _, was := last.document(); was == hash && (origin == FromSeed || last.Origin == origin) {
				out = last
				return nil
			}
			made.Number = last.Number + 1
		}
		out = &made
		return s.insertSystem(ctx, tx, actor, &made, text, hash)
	})
	if db.IsUnique(err) {
		return nil, fault.Conflict("scores.stale")
	}
	return out, err
}

func (s *Service) insertSystem(ctx context.Context, tx *db.Tx, actor gov.Actor, x *System, text, hash string) error {
	head, err := s.d.Book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: KindSystem, ID: x.ID}, Act: "adopt",
		Actor: actor, To: "adopted", Payload: []byte(text)})
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `INSERT INTO score_system (id, number, origin, hash, document, adopted_at, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`, x.ID, x.Number, string(x.Origin), hash, text, int64(x.AdoptedAt), head.Version, head.Hash)
}

// Edition reads an edition by its number.
func (s *Service) Edition(ctx context.Context, number int64) (*System, error) {
	x, err := db.One(s.d.DB.Row(ctx, `SELECT `+systemColumns+` FROM score_system WHERE number = $1`, number), scanSystem)
	if db.NoRows(err) {
		return nil, fault.Missing("scores.missing")
	}
	return x, err
}
