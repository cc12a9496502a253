package identity

import "context"

// BodyNames gives the names of bodies by id, for lists that name many; bodies are
// public. Unknown ids are left out.
func (s *Service) BodyNames(ctx context.Context, ids []string) (map[string]string, error) {
	all, err := s.BodiesByID(ctx, s.DB, ids)
	out := make(map[string]string, len(all))
	for id, b := range all {
		out[id] = b.Name
	}
	return out, err
}

// BodiesWithin lists the bodies of a region and inside it, for lists of a
// supervisor; bodies are public.
func (s *Service) BodiesWithin(ctx context.Context, region string) ([]Body, error) {
	return s.BodiesOf(ctx, s.DB, region)
}
