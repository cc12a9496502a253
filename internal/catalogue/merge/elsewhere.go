package merge

import (
	"errors"
	"slices"
	"sync"

	"yimen/internal/catalogue/set"
)

// Describe fills Papers: what the bundle requires beyond the item's own materials
// is described as another member lists it, else as elsewhere finds it (data
// README). What nobody lists keeps its key for a name. Errors are those of
// elsewhere.
func (m *Member) Describe(others [][]set.Material, elsewhere func(key string) (set.Material, bool, error)) error {
	for _, key := range m.Require {
		is := func(x set.Material) bool { return x.Key == key }
		if slices.ContainsFunc(m.Materials, is) {
			continue
		}
		paper, ok := set.Material{}, false
		for _, materials := range others {
			if i := slices.IndexFunc(materials, is); i >= 0 && !ok {
				paper, ok = materials[i], true
			}
		}
		if !ok {
			var err error
			if paper, ok, err = elsewhere(key); err != nil {
				return err
			}
		}
		if !ok {
			continue
		}
		if m.Papers == nil {
			m.Papers = map[string]set.Material{}
		}
		m.Papers[key] = paper
	}
	return nil
}

// Elsewhere remembers which material some item lists under a key. Bundles that
// require one which none of their members has are few, and the search is long.
type Elsewhere struct {
	mu    sync.Mutex
	found map[string]*set.Material // nil: no item has it
}

// errStop ends a walk that has found what it looked for; it never leaves Find.
var errStop = errors.New("stop")

// Find looks for a material; each walks all items until it is given an error,
// which it returns.
func (e *Elsewhere) Find(key string, each func(do func(set.Item) error) error) (set.Material, bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	got, known := e.found[key]
	if !known {
		err := each(func(item set.Item) error {
			i := slices.IndexFunc(item.Materials, func(x set.Material) bool { return x.Key == key })
			if i < 0 {
				return nil
			}
			got = &item.Materials[i]
			return errStop
		})
		if err != nil && !errors.Is(err, errStop) {
			return set.Material{}, false, err
		}
		if e.found == nil {
			e.found = map[string]*set.Material{}
		}
		e.found[key] = got
	}
	if got == nil {
		return set.Material{}, false, nil
	}
	return *got, true, nil
}
