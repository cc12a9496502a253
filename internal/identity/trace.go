package identity

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/journal"
)

// mostTraced is how much of his own chain a person is shown at once.
const mostTraced = 200

// Trace gives a person what was done with his own data, looks in clear among it,
// newest first (个人信息保护法 art. 44 and 45). It is about the person who signed
// in, also while he acts for another. Fault: identity.no_history for an account
// that is no person's.
func (s *Service) Trace(ctx context.Context, actor gov.Actor) ([]journal.Line, error) {
	lines, err := s.History(ctx, s.DB, actor, journal.Subject{Kind: KindParty, ID: actor.Party})
	slices.Reverse(lines)
	return lines[:min(len(lines), mostTraced)], err
}
