package cases

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Sitting is an immediate item decided while the applicant waits.
type Sitting struct {
	Words      string
	Production Production
}

// Sit takes an immediate case (即办件) from submission to the grant in one
// transaction, leaving every entry of the longer way. The officer must hold
// every step at the body, except a review, which needs a second person.
func (s *Service) Sit(ctx context.Context, actor gov.Actor, caseID string, seen int64, in Sitting) (*Case, error) {
	var f fault.Fields
	limited(&f, "words", in.Words)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActAccept, func(tx *db.Tx, c *Case, rules *Rules) error {
		if err := maySit(actor, c, rules); err != nil {
			return err
		}
		if err := s.acceptIn(ctx, tx, actor, c, rules); err != nil {
			return err
		}
		if c.Step == Handle {
			if err := s.adviseIn(ctx, tx, actor, c, rules, AdviseGrant, in.Words); err != nil {
				return err
			}
		}
		if err := s.decideIn(ctx, tx, actor, c, rules, Decision{Grant: true, Words: in.Words}); err != nil {
			return err
		}
		if c.Step == Produce {
			return s.grantIn(ctx, tx, actor, c, rules, in.Production, in.Words)
		}
		return nil
	})
}

func maySit(a gov.Actor, c *Case, rules *Rules) error {
	if !rules.Immediate || rules.SiteVisit || rules.has(Review) {
		return fault.Conflict("cases.not_immediate")
	}
	return allow(a, c, a.HasAt(gov.RoleOfficer, c.Body) && a.HasAt(gov.RoleApprover, c.Body))
}

// MaySit tells a page whether to offer the sitting.
func (s *Service) MaySit(ctx context.Context, a gov.Actor, c *Case) bool {
	rules, err := s.items.Rules(ctx, c.LocalItem)
	return err == nil && c.State == Submitted && maySit(a, c, rules) == nil
}
