package identity

import (
	"context"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// LookIn writes into the party's own chain that the actor saw these elements of
// it in clear, for a context that keeps the values itself (the answers of an
// application) and has checked that the actor may look. It stands with the party
// and not with the application, because there the person finds who looked
// (个人信息保护法 art. 44, 45) and no draft in hand goes stale. Fault:
// identity.purpose_required on "purpose".
func (s *Service) LookIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID string, elements []string, purpose string) error {
	purpose = gov.Normalise(purpose)
	if n := utf8.RuneCountInString(purpose); n < 2 || n > 200 {
		var f fault.Fields
		f.Add("purpose", "identity.purpose_required")
		return f.Err()
	}
	p, err := s.lockParty(ctx, tx, partyID)
	if err != nil {
		return err
	}
	return s.keepParty(ctx, tx, actor, &p, "look", look{Purpose: purpose, Elements: elements})
}
