package blob

import (
	"context"
	"iter"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
	"yimen/internal/platform/reseal"
)

// Retain adds a reference: another row now refers to the same blob. Fault: CodeMissing, at the latest from Do.
func (s *Service) Retain(ctx context.Context, tx *db.Tx, id string) error {
	return tx.ExecOne(ctx, missing(), `UPDATE blob SET refs = refs + 1, released_at = 0 WHERE id = $1`, id)
}

// Release takes a reference away. The bytes stay until the sweep, so that a transaction that rolls back has lost nothing
// and the same file filed again is simply there. Fault: CodeMissing, also when there is no reference left.
func (s *Service) Release(ctx context.Context, tx *db.Tx, id string) error {
	return tx.ExecOne(ctx, missing(), `
		UPDATE blob SET refs = refs - 1, released_at = CASE WHEN refs = 1 THEN $2 ELSE released_at END
		WHERE id = $1 AND refs > 0`, id, int64(tx.Now()))
}

// Swept says what a sweep removed.
type Swept struct {
	Blobs   int // rows that nobody referred to any more, with their bytes
	Orphans int // bytes without a row
}

const sweepBatch = 500

// Sweep removes blobs released, and bytes orphaned, more than age ago, an hour at least.
// Run daily: it walks the whole store. Several processes may run it at once. It can be stopped and called again at any time.
func (s *Service) Sweep(ctx context.Context, age time.Duration) (Swept, error) {
	age = max(age, 2*maxStaged)
	var swept Swept
	for {
		n, err := s.sweepIdle(ctx, age)
		swept.Blobs += n
		if err != nil {
			return swept, err
		}
		if n < sweepBatch {
			break
		}
	}
	n, err := s.sweepOrphans(ctx, s.clock().Add(-age))
	swept.Orphans = n
	return swept, err
}

// sweepIdle deletes the rows first: bytes that outlive a crash here are orphans, rows without bytes would be damage.
func (s *Service) sweepIdle(ctx context.Context, age time.Duration) (int, error) {
	var list []Blob
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		var err error
		if list, err = idle(ctx, tx, tx.Now().Add(-age), sweepBatch); err != nil || len(list) == 0 {
			return err
		}
		ids := make([]string, len(list))
		for i, b := range list {
			ids[i] = b.ID
		}
		return remove(ctx, tx, ids)
	})
	if err != nil {
		return 0, err
	}
	for _, b := range list {
		if err := s.Store.Delete(ctx, s.name(b.Owner, b.Hash, b.ID)); err != nil {
			return len(list), err
		}
	}
	return len(list), nil
}

func (s *Service) sweepOrphans(ctx context.Context, before now.Instant) (int, error) {
	removed := 0
	batch := make([]string, 0, sweepBatch)
	flush := func() error {
		n, err := s.dropUnknown(ctx, batch)
		removed, batch = removed+n, batch[:0]
		return err
	}
	for o, err := range s.Store.List(ctx) {
		if err != nil {
			return removed, err
		}
		if o.At >= before {
			continue
		}
		if batch = append(batch, o.Name); len(batch) == sweepBatch {
			if err := flush(); err != nil {
				return removed, err
			}
		}
	}
	return removed, flush()
}

// dropUnknown deletes the objects of names that no row stands for. The id is the end of the name.
func (s *Service) dropUnknown(ctx context.Context, names []string) (int, error) {
	if len(names) == 0 {
		return 0, nil
	}
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = idOf(name)
	}
	kept, err := known(ctx, s.DB, ids)
	if err != nil {
		return 0, err
	}
	removed := 0
	for i, name := range names {
		if kept[ids[i]] {
			continue
		}
		if err := s.Store.Delete(ctx, name); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

func idOf(name string) string { return name[len(name)-36:] }

// All walks every row by id, a page at a time, for `yimen check` and backups.
func (s *Service) All(ctx context.Context) iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		for last := ""; ; {
			page, err := after(ctx, s.DB, last, sweepBatch)
			if err != nil {
				yield(Blob{}, err)
				return
			}
			for _, b := range page {
				if !yield(b, nil) {
					return
				}
				last = b.ID
			}
			if len(page) < sweepBatch {
				return
			}
		}
	}
}

// Sealed lists the column that lies under the ring, for the walk after a rotation: data keys are wrapped anew, the
// files themselves stay as they are.
func Sealed() []reseal.Column {
	return []reseal.Column{{Table: "blob", Name: "data_key", Key: []string{"id"}, Bound: []string{"owner"}, Wrapped: true,
		Aad: func(v []string) string { return bound(v[1], v[0]) }}}
}
