package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Rename notes a new name of a seen party on a paper the clerk saw (更名): a
// walk-in whose name differs from the one on record, a company renamed elsewhere.
// Faults: identity.denied, identity.not_seen, fault.fields with name, evidence.
func (s *Service) Rename(ctx context.Context, clerk gov.Actor, partyID, name, evidence string) error {
	if !CanRegister(clerk) {
		return denied()
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error { return s.RenameIn(ctx, tx, clerk, partyID, name, evidence) })
}

// RenameIn is Rename inside another's transaction, for a reaction to a granted
// change of name; it asks for no role.
func (s *Service) RenameIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID, name, evidence string) error {
	p, err := s.lockParty(ctx, tx, partyID)
	if err != nil {
		return err
	}
	var f fault.Fields
	most := 50
	if p.Kind == Organisation {
		most = 100
	}
	name = checkName(&f, "name", name, 2, most)
	evidence = checkEvidence(&f, evidence)
	switch {
	case len(f) > 0:
		return f.Err()
	case p.Assurance < 1:
		return fault.Denied("identity.not_seen")
	case p.Name == name:
		return nil
	}
	was := p.Name
	p.Name, p.SeenOn = name, dateOf(tx.Now())
	return s.keepParty(ctx, tx, actor, &p, "rename", map[string]string{"from": was, "to": name, "evidence": evidence})
}
