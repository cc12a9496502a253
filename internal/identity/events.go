package identity

import (
	"context"

	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
)

// PartyMerged says that a declared party was found to be one seen before.
// Nothing may name From any more.
type PartyMerged struct {
	From string `json:"from"`
	Into string `json:"into"`
}

// PartyRaised says that somebody looked at the person and the document.
type PartyRaised struct {
	Party     string `json:"party"`
	Assurance int    `json:"assurance"`
}

// MandateChanged tells of a mandate granted or ended.
type MandateChanged struct {
	Mandate   string `json:"mandate"`
	Principal string `json:"principal"`
	Agent     string `json:"agent"`
}

// BodyChanged tells of a body added or ended.
type BodyChanged struct {
	Body       string `json:"body"`
	Department string `json:"department"`
	Region     string `json:"region"`
}

func (s *Service) publish(ctx context.Context, tx *db.Tx, kind, subject string, data any) error {
	return s.Events.Publish(ctx, tx, event.Fact{Type: kind, Subject: subject, Data: data})
}
