package reseal

import (
	"context"
	"slices"

	"yimen/internal/platform/db"
	"yimen/internal/platform/keys"
)

// Mark is where a walk stands: after a key of a column. The zero Mark is the beginning.
type Mark struct {
	Column string   `json:"column,omitempty"` // table.column
	After  []string `json:"after,omitempty"`
}

// Done says what a round did.
type Done struct {
	Changed    int
	Unreadable []Unreadable
	End        bool // there is nothing after it
}

// Unreadable is a value that no key of the ring opens, left as it is: damaged, or sealed under a key that is not in
// this machine's file.
type Unreadable struct {
	Column string
	Key    []string
	Err    error
}

// rows of a round: its transaction is over within milliseconds also on SQLite, which lets one write at a time.
const rows = 200

// Round looks at the next rows of the walk over all columns and seals the stale ones anew. It gives the mark to go on
// from; calling it again with an earlier mark only looks again. A mark of a column that is no longer among all begins
// anew.
func Round(ctx context.Context, d *db.DB, ring *keys.Ring, all []Column, at Mark) (Mark, Done, error) {
	i := slices.IndexFunc(all, func(c Column) bool { return c.String() == at.Column })
	if i < 0 {
		i, at = 0, Mark{}
	}
	if len(all) == 0 {
		return Mark{}, Done{End: true}, nil
	}
	c := all[i]
	page, err := c.page(ctx, d, ring.Prefix(), at.After, rows)
	if err != nil {
		return at, Done{}, err
	}
	done, err := c.change(ctx, d, ring, page)
	if err != nil {
		return at, Done{}, err
	}
	switch {
	case len(page) == rows:
		return Mark{c.String(), page[len(page)-1].key}, done, nil
	case i+1 < len(all):
		return Mark{Column: all[i+1].String()}, done, nil
	}
	done.End = true
	return Mark{}, done, nil
}

func (c Column) change(ctx context.Context, d *db.DB, ring *keys.Ring, page []row) (done Done, err error) {
	anew := map[int]string{}
	for i, x := range page {
		if x.sealed == "" {
			continue
		}
		text, err := c.anew(ring, x)
		if err != nil {
			done.Unreadable = append(done.Unreadable, Unreadable{c.String(), x.key, err})
			continue
		}
		anew[i] = text
	}
	if done.Changed = len(anew); done.Changed == 0 {
		return done, nil
	}
	return done, d.Do(ctx, func(tx *db.Tx) error {
		for i, x := range page {
			if text, ok := anew[i]; ok {
				if err := c.replace(ctx, tx, x, text); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
