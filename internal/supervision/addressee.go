package supervision

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

// Addressees gives a body with the people there that an order may go to, account →
// name, to those who may give it one.
func (s *Service) Addressees(ctx context.Context, actor gov.Actor, body string) (Body, map[string]string, error) {
	b, err := s.bodies.Body(ctx, s.db, body)
	switch {
	case fault.KindOf(err) == fault.KindMissing:
		return Body{}, nil, fault.Missing("supervision.missing")
	case err != nil:
		return Body{}, nil, err
	case !MayIssue(actor, b.Region):
		return Body{}, nil, fault.Missing("supervision.missing")
	}
	people, err := s.bodies.StaffAt(ctx, s.db, body)
	return b, people, err
}
