package catalogue

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
)

// held is what is kept in memory of one generation: the dictionaries and counts
// that nearly every page needs, and nothing that grows with the number of items.
type held struct {
	building sync.Mutex
	current  atomic.Pointer[snapshot]
	watched  atomic.Bool  // Watch tells the newest generation, nobody need ask
	newest   atomic.Int64 // generation, as far as this process knows
}

type snapshot struct {
	generation  int64
	departments []Department // by code
	byID        map[string]Department
	elements    map[string]set.Element
	licences    map[string]set.LicenceType
	calendar    *clock.Calendar
	shelves     Shelves
	bundles     []BundleInfo
	papers      merge.Elsewhere
}

// moved is told of a new generation, by our own commits and by Watch.
func (s *Service) moved(generation int64) {
	for {
		old := s.held.newest.Load()
		if generation <= old {
			return
		}
		if s.held.newest.CompareAndSwap(old, generation) {
			break
		}
	}
	s.guides.clear()
	s.finder.kick()
}

// Watch follows the generation until ctx ends: it hears the bell that a change
// rings, looks anyway every few seconds, and keeps the search index new. Run it
// once in every process that serves; without it every call asks the database.
func (s *Service) Watch(ctx context.Context) error {
	look := make(chan struct{}, 1)
	go func() {
		for ctx.Err() == nil { // a lost connection is made again
			err := s.DB.Listen(ctx, Channel, func() { ring(look) })
			if ctx.Err() == nil {
				s.Log.Warn("catalogue: listening ended", "error", err)
				pause(ctx, time.Second)
			}
		}
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.keepIndex(ctx)
	}()
	defer func() { s.held.watched.Store(false); <-done }()
	const patience = 3 * time.Second
	for ctx.Err() == nil {
		g, err := s.Generation(ctx, s.DB)
		if err != nil {
			s.held.watched.Store(false)
			s.Log.Warn("catalogue: generation not read", "error", err)
		} else {
			s.moved(g)
			s.held.watched.Store(true)
		}
		select {
		case <-ctx.Done():
		case <-look:
		case <-time.After(patience):
		}
	}
	return ctx.Err()
}

func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// latest is the generation to answer from.
func (s *Service) latest(ctx context.Context) (int64, error) {
	if s.held.watched.Load() {
		return s.held.newest.Load(), nil
	}
	return s.Generation(ctx, s.DB)
}

// snapshot gives what is held of the newest generation, building it at need.
func (s *Service) snapshot(ctx context.Context) (*snapshot, error) {
	g, err := s.latest(ctx)
	if err != nil {
		return nil, err
	}
	if c := s.held.current.Load(); c != nil && c.generation == g {
		return c, nil
	}
	s.moved(g)
	s.held.building.Lock()
	defer s.held.building.Unlock()
	if c := s.held.current.Load(); c != nil && c.generation >= g {
		return c, nil
	}
	c, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	s.held.current.Store(c)
	return c, nil
}

// take reads a snapshot. Its generation is read first: what changes while it is
// read makes it old, never wrongly new.
func (s *Service) take(ctx context.Context) (*snapshot, error) {
	c := &snapshot{byID: map[string]Department{}}
	var err error
	if c.generation, err = s.Generation(ctx, s.DB); err != nil {
		return nil, err
	}
	d, err := s.dictionary(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	c.elements, c.licences = d.elements, d.licences
	if c.departments, err = s.readDepartments(ctx); err != nil {
		return nil, err
	}
	for _, x := range c.departments {
		c.byID[x.ID] = x
	}
	if c.calendar, err = s.CalendarIn(ctx, s.DB); err != nil {
		return nil, err
	}
	if c.bundles, err = s.readBundles(ctx); err != nil {
		return nil, err
	}
	c.shelves, err = s.readShelves(ctx, c)
	return c, err
}
