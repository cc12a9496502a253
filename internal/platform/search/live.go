package search

import (
	"context"
	"iter"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Live holds the snapshot that is searched and replaces it while searches run. The zero value is ready and finds nothing.
type Live struct {
	index    atomic.Pointer[Index]
	building sync.Mutex
}

// Index gives the snapshot of the moment; a request takes it once and uses it to its end. Never nil.
func (l *Live) Index() *Index {
	if x := l.index.Load(); x != nil {
		return x
	}
	return &Index{}
}

// Search asks the snapshot of the moment.
func (l *Live) Search(q Query) Result { return l.Index().Search(q) }

// Renew builds a snapshot and puts it in the place of an older one; a generation that is there already is not built again.
// It runs in the caller's goroutine, so start it in the background. One building runs at a time, because its memory peak
// comes on top of the snapshot in use. An error or the end of ctx leaves the snapshot as it was.
func (l *Live) Renew(ctx context.Context, docs iter.Seq2[Doc, error], o Options) error {
	l.building.Lock()
	defer l.building.Unlock()
	if x := l.index.Load(); x != nil && x.generation >= o.Generation {
		return nil
	}
	// A building holds the old snapshot, the pieces and the new one at once. Collecting more often meanwhile halves the
	// peak for a few percent of time; what is left behind is given back, because buildings are minutes apart at least.
	defer debug.FreeOSMemory()
	defer debug.SetGCPercent(debug.SetGCPercent(buildingGC))
	x, err := Build(untilDone(ctx, docs), o)
	if err != nil {
		return err
	}
	l.index.Store(x)
	return nil
}

// buildingGC is the garbage collector's percentage while an index is built.
const buildingGC = 25

// untilDone ends docs with ctx.
func untilDone(ctx context.Context, docs iter.Seq2[Doc, error]) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for d, err := range docs {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}
