package cases

import (
	"context"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

const presenceTime = 3 * time.Minute // a page left open speaks up again before that

// Present notes that the actor has the case open and tells who else has. It is a
// courtesy between colleagues; what decides is the version.
func (s *Service) Present(ctx context.Context, actor gov.Actor, c *Case) (others []string, err error) {
	if err := allow(actor, c, serves(actor, c)); err != nil {
		return nil, err
	}
	err = s.db.Do(ctx, func(tx *db.Tx) error {
		err := tx.Exec(ctx, `INSERT INTO presence (cases, account, name, until) VALUES ($1, $2, $3, $4)
			ON CONFLICT (cases, account) DO UPDATE SET until = $4`,
			c.ID, actor.Account, actor.Name, int64(tx.Now().Add(presenceTime)))
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT name FROM presence WHERE cases = $1 AND account <> $2 AND until > $3 ORDER BY name`,
			c.ID, actor.Account, int64(tx.Now()))
		others, err = db.All(rows, err, db.Text)
		return err
	})
	return others, err
}

// Leave takes the note away again.
func (s *Service) Leave(ctx context.Context, actor gov.Actor, caseID string) error {
	return s.db.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `DELETE FROM presence WHERE (cases = $1 AND account = $2) OR until < $3`,
			caseID, actor.Account, int64(tx.Now()))
	})
}

// RatedIn marks the case as rated, in the rating's transaction.
func (s *Service) RatedIn(ctx context.Context, tx *db.Tx, actor gov.Actor, caseID string) (*Case, error) {
	c, err := lock(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	if err := s.ready(actor, c, 0, ActRate); err != nil {
		return nil, err
	}
	if c.Rated {
		return nil, fault.Conflict("cases.rated_already")
	}
	if err := s.act(ctx, tx, c, actor, ActRate, Change{Rated: true}); err != nil {
		return nil, err
	}
	return c, save(ctx, tx, c)
}
