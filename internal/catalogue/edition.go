package catalogue

import (
	"context"
	"strconv"
)

// Edition names the generation that answers now, from memory where Watch runs.
// What is kept made from the catalogue (a rendered page) carries it and is made
// anew when it moves.
func (s *Service) Edition(ctx context.Context) (string, error) {
	g, err := s.latest(ctx)
	return strconv.FormatInt(g, 10), err
}
