package event

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// Fact is something that became true. Data is marshalled as JSON and holds ids
// and states, never sensitive elements.
type Fact struct {
	Type    string // "case.granted": context.past-tense
	Subject string // the noun's id
	Data    any
}

// Source names this installation in every fact, as CloudEvents wants it.
type Source string

// Publish writes the fact into the caller's transaction.
func (s Source) Publish(ctx context.Context, tx *db.Tx, f Fact) error {
	data, err := json.Marshal(f.Data)
	if err != nil {
		return fault.Internal(err, "event.data")
	}
	return tx.Exec(ctx, `INSERT INTO event (id, source, type, subject, at, data) VALUES ($1,$2,$3,$4,$5,$6)`,
		id.New(), string(s), f.Type, f.Subject, int64(tx.Now()), string(data))
}

const (
	batch = 2000
	pause = time.Second
)

// Sequencer gives positions. Any number may run; the lock on the sequence's row
// lets one number at a time, and its going away frees it.
type Sequencer struct {
	DB  *db.DB
	Log *slog.Logger
}

// Run numbers until ctx ends.
func (s *Sequencer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.Once(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("sequencer", "error", err)
		}
		if n < batch {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}

// Once numbers at most one batch of each sequence and tells the larger count.
func (s *Sequencer) Once(ctx context.Context) (int, error) {
	most := 0
	for _, seq := range []string{"event", "journal"} {
		n, err := s.number(ctx, seq)
		if err != nil {
			return most, err
		}
		most = max(most, n)
	}
	return most, nil
}

// number reads first without a transaction: an idle installation writes nothing.
func (s *Sequencer) number(ctx context.Context, seq string) (int, error) {
	var some string
	err := s.DB.Row(ctx, `SELECT id FROM `+seq+` WHERE position IS NULL LIMIT 1`).Scan(&some)
	if db.NoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		n = 0
		if err := tx.Exec(ctx, `INSERT INTO sequence (name, next) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING`, seq); err != nil {
			return err
		}
		var next int64
		err := tx.Row(ctx, `SELECT next FROM sequence WHERE name = $1 /*skip locked*/`, seq).Scan(&next)
		if db.NoRows(err) {
			return nil // another node is numbering
		}
		if err != nil {
			return err
		}
		n, err = give(ctx, tx, seq, next)
		return err
	})
	return n, err
}

// Next is the position that the next row of a sequence ("event", "journal") gets: one more than
// were ever numbered, also when rows have gone since.
func Next(ctx context.Context, r db.Reader, seq string) (int64, error) {
	var next int64
	err := r.Row(ctx, `SELECT next FROM sequence WHERE name = $1`, seq).Scan(&next)
	if db.NoRows(err) {
		return 1, nil
	}
	return next, err
}

func give(ctx context.Context, tx *db.Tx, seq string, next int64) (int, error) {
	rows, err := tx.Query(ctx, `UPDATE `+seq+` SET position = v.place FROM (
		SELECT id, row_number() OVER (ORDER BY id) - 1 + $1 AS place FROM (
			SELECT id FROM `+seq+` WHERE position IS NULL ORDER BY id LIMIT $2) u) v
		WHERE `+seq+`.id = v.id RETURNING `+seq+`.id`, next, batch)
	done, err := db.All(rows, err, db.Text)
	if err != nil || len(done) == 0 {
		return 0, err
	}
	return len(done), tx.Exec(ctx, `UPDATE sequence SET next = $2 WHERE name = $1`, seq, next+int64(len(done)))
}
