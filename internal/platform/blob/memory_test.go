package blob

import (
	"bytes"
	"context"
	"io"
	"iter"
	"maps"
	"sync"

	"yimen/internal/platform/now"
)

// memory is a Store for tests that need many objects or a failing line.
type memory struct {
	mu      sync.Mutex
	objects map[string][]byte
	fail    error
}

func newMemory() *memory { return &memory{objects: map[string][]byte{}} }

func (m *memory) Put(_ context.Context, name string, r io.ReadSeeker, _ int64) error {
	b, err := io.ReadAll(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil || err != nil {
		return m.fail
	}
	m.objects[name] = b
	return nil
}

func (m *memory) Open(_ context.Context, name string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.objects[name]
	if !ok {
		return nil, ErrGone
	}
	return io.NopCloser(bytes.NewReader(b)), m.fail
}

func (m *memory) Delete(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, name)
	return m.fail
}

func (m *memory) List(context.Context) iter.Seq2[Object, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	snapshot := maps.Clone(m.objects)
	return func(yield func(Object, error) bool) {
		for name, b := range snapshot {
			if !yield(Object{Name: name, Size: int64(len(b)), At: now.System()}, m.fail) {
				return
			}
		}
	}
}

func (m *memory) Check(context.Context) error { return m.fail }
