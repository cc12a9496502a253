package journal

import (
	"context"

	"yimen/internal/platform/db"
)

// witness is what must stand exactly when an act stands.
type witness struct {
	write func(context.Context, *db.Tx) error
}

type witnessKey struct{}

// Witness gives a context under which write runs at the end of each transaction
// that writes an entry, before it commits: what it writes stands exactly when the
// act does. It is how an answer is kept for a program that asks twice (see once);
// the contexts need not know of it.
func Witness(ctx context.Context, write func(context.Context, *db.Tx) error) context.Context {
	return context.WithValue(ctx, witnessKey{}, &witness{write})
}

func attest(ctx context.Context, tx *db.Tx) {
	if w, ok := ctx.Value(witnessKey{}).(*witness); ok {
		tx.BeforeCommit(w, func(tx *db.Tx) error { return w.write(ctx, tx) })
	}
}
