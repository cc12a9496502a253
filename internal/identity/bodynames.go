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
