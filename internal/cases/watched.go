package cases

import (
	"context"
	"fmt"

	"yimen/internal/platform/db"
)

// RunningPage gives a page of the cases in which somebody is awaited, after one id, with
// their ledgers; the rows are locked, so that nobody acts on them before the commit.
// It is for supervision, which keeps a watch on each.
func (s *Service) RunningPage(ctx context.Context, tx *db.Tx, after string) ([]*Case, error) {
	rows, err := tx.Query(ctx, runningPage+` /*for update*/`, after, countedAtOnce)
	page, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	for _, c := range page {
		if err := s.ledger(ctx, c); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// Noticed gives the defects of every correction notice of a case, the newest last,
// with what this transaction has added. It asks nobody who may see them: what they
// are pinned to is published, and reactions read only that.
func (s *Service) Noticed(ctx context.Context, tx *db.Tx, c *Case) ([][]Defect, error) {
	rows, err := tx.Query(ctx, `SELECT id, defects FROM correction WHERE cases = $1 ORDER BY seq`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (defects []Defect, err error) {
		var cid, sealed string
		if err := r.Scan(&cid, &sealed); err != nil {
			return nil, err
		}
		if err := s.unseal(sealed, "correction.defects:"+cid, &defects); err != nil {
			return nil, fmt.Errorf("correction %s: %w", cid, err)
		}
		return defects, nil
	})
}
