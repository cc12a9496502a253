package scores

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Info is a month's scores as a whole.
type Info struct {
	ID          string
	Month       Month
	State       State
	System      string // System.ID
	Hash        string // over all figures; what the signature is under
	ComputedAt  now.Instant
	SignedAt    now.Instant
	SignedBy    string
	SignedName  string
	SignedOn    clock.Date
	PublishedAt now.Instant

	head   journal.Head
	loaded int64
	was    State // before the act in hand
}

// Version is what a form must carry back to show which figures it saw.
func (x *Info) Version() int64 { return x.head.Version }

// Allows tells a page whether the act may follow now.
func (x *Info) Allows(act Act) bool { return Lifecycle.Allows(x.State, act) }

func (x *Info) next(act Act) error {
	to, err := Lifecycle.Next(x.State, act)
	if err != nil {
		return err
	}
	x.was, x.State = x.State, to
	return nil
}

const monthColumns = `id, month, state, system, hash, computed_at, signed_at, signed_by, signed_name, signed_on, published_at, version, head`

func scanMonth(r db.Scanner) (*Info, error) {
	x := &Info{}
	err := r.Scan(&x.ID, &x.Month, &x.State, &x.System, &x.Hash, &x.ComputedAt, &x.SignedAt, &x.SignedBy, &x.SignedName,
		&x.SignedOn, &x.PublishedAt, &x.head.Version, &x.head.Hash)
	x.loaded = x.head.Version
	return x, err
}

func (s *Service) month(ctx context.Context, r db.Reader, m Month) (*Info, error) {
	return found(r.Row(ctx, `SELECT `+monthColumns+` FROM score_month WHERE month = $1`, string(m)))
}

func (s *Service) lock(ctx context.Context, tx *db.Tx, m Month) (*Info, error) {
	return found(tx.Row(ctx, `SELECT `+monthColumns+` FROM score_month WHERE month = $1 /*for update*/`, string(m)))
}

func found(row db.Row) (*Info, error) {
	x, err := db.One(row, scanMonth)
	if db.NoRows(err) {
		return nil, fault.Missing("scores.missing")
	}
	return x, err
}

func insertMonth(ctx context.Context, tx *db.Tx, x *Info) error {
	return tx.Exec(ctx, `INSERT INTO score_month (`+monthColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
		x.ID, string(x.Month), string(x.State), x.System, x.Hash, int64(x.ComputedAt), int64(x.SignedAt), x.SignedBy, x.SignedName,
		x.SignedOn, int64(x.PublishedAt), x.head.Version, x.head.Hash)
}

func saveMonth(ctx context.Context, tx *db.Tx, x *Info) error {
	return tx.ExecOne(ctx, fault.Conflict("scores.stale"), `UPDATE score_month SET state = $3, system = $4, hash = $5, computed_at = $6,
		signed_at = $7, signed_by = $8, signed_name = $9, signed_on = $10, published_at = $11, version = $12, head = $13
		WHERE id = $1 AND version = $2`,
		x.ID, x.loaded, string(x.State), x.System, x.Hash, int64(x.ComputedAt), int64(x.SignedAt), x.SignedBy, x.SignedName,
		x.SignedOn, int64(x.PublishedAt), x.head.Version, x.head.Hash)
}

// writeLines replaces all lines of a month that is not signed.
func writeLines(ctx context.Context, tx *db.Tx, month string, all sheet) error {
	if err := tx.Exec(ctx, `DELETE FROM score_figure WHERE month = $1`, month); err != nil {
		return err
	}
	if err := tx.Exec(ctx, `DELETE FROM score_line WHERE month = $1`, month); err != nil {
		return err
	}
	heads := make([][]any, 0, len(all))
	var figures [][]any
	for _, l := range all {
		heads = append(heads, []any{month, l.Body, l.Item, l.BodyName, l.ItemName, l.Department, l.Region, l.Closed, l.Weighed, int64(l.Score)})
		for _, f := range l.Figures {
			figures = append(figures, []any{month, l.Body, l.Item, f.Code, f.Numerator, f.Denominator, int64(f.Value), int64(f.Points)})
		}
	}
	err := tx.Many(ctx, `INSERT INTO score_line (month, body, item, body_name, item_name, department, region, closed, weighed, score)`, "", heads)
	if err != nil {
		return err
	}
	return tx.Many(ctx, `INSERT INTO score_figure (month, body, item, code, numerator, denominator, value, points)`, "", figures)
}
