package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// RaiseInput is what the clerk read from the original while its owner stood
// before him. It must agree with what the account declared: otherwise the owner
// corrects it first (EditSelf), so that a clerk's slip never gives an account to
// somebody else's person.
type RaiseInput struct {
	Party    string // of the account, found by the clerk
	Name     string
	IDType   IDType
	IDNumber string
	Evidence string
}

// Raise lifts an account from declared to seen. When the person was seen before
// as a walk-in, the two parties become one: the declared one is merged into the
// seen one, and Reactions.PartyMerged moves what others hold. Both identities
// stand in the journal. Faults: identity.denied, identity.number_differs,
// identity.name_differs, identity.already_raised (this account, or another one of
// the same person), identity.no_account.
func (s *Service) Raise(ctx context.Context, clerk gov.Actor, in RaiseInput) (Party, error) {
	if !CanRaise(clerk) {
		return Party{}, denied()
	}
	p, f := PersonInput{Name: in.Name, IDType: in.IDType, IDNumber: in.IDNumber}.check(s.today(), true)
	evidence := checkEvidence(&f, in.Evidence)
	if err := f.Err(); err != nil {
		return Party{}, err
	}
	var out partyRow
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := one(ctx, tx, scanAccount, "identity.no_account",
			accountSelect+` WHERE a.party = $1 AND a.kind = 'person' AND a.state <> 'closed' /*for update*/`, in.Party)
		if err != nil {
			return err
		}
		if a.Party == clerk.Party || a.ID == clerk.Account {
			return fault.Denied("identity.own_account")
		}
		declared, err := s.lockParty(ctx, tx, in.Party)
		if err != nil {
			return err
		}
		switch {
		case a.Assurance > 0:
			return fault.Conflict("identity.already_raised")
		case declared.idIndex != s.indexNumber(p.IDType, p.Number):
			return fault.Invalid("identity.number_differs")
		case declared.Name != p.Name:
			return fault.Invalid("identity.name_differs")
		}
		out, err = s.raise(ctx, tx, clerk, &a, declared, evidence)
		return err
	})
	if err != nil {
		return Party{}, taken(err, fault.Conflict("identity.already_raised"))
	}
	return s.masked(out)
}

// raise does it once everything agrees: join with the person seen before, or let
// the declared party become the seen one. The clerk acts on the person's behalf, so
// both identities stand in every entry.
func (s *Service) raise(ctx context.Context, tx *db.Tx, clerk gov.Actor, a *Account, declared partyRow, evidence string) (partyRow, error) {
	clerk.OnBehalfOf = declared.ID
	number, err := s.open(declared.sealedNumber, aadNumber(declared.ID))
	if err != nil {
		return partyRow{}, err
	}
	seen, found, err := s.seenPerson(ctx, tx, declared.IDType, number)
	if err != nil {
		return partyRow{}, err
	}
	if found {
		err = s.merge(ctx, tx, clerk, declared, &seen)
	} else {
		seen = declared
		seen.Assurance, seen.SeenOn = 1, dateOf(tx.Now())
		err = s.keepParty(ctx, tx, clerk, &seen, "raise", map[string]string{"evidence": evidence})
	}
	if err != nil {
		return partyRow{}, err
	}
	a.Assurance, a.Party = 1, seen.ID
	head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "raise", actor: clerk,
		by: []gov.Role{gov.RoleClerk}, from: string(a.State), to: string(a.State), said: map[string]any{"evidence": evidence, "assurance": 1}})
	if err != nil {
		return partyRow{}, err
	}
	if err := s.saveAccount(ctx, tx, a, head); err != nil {
		return partyRow{}, err
	}
	return seen, s.publish(ctx, tx, "party.raised", seen.ID, PartyRaised{seen.ID, 1})
}

// keepParty journals an act on a live party and saves it.
func (s *Service) keepParty(ctx context.Context, tx *db.Tx, actor gov.Actor, row *partyRow, name string, said any) error {
	head, err := s.record(ctx, tx, act{kind: KindParty, id: row.ID, prev: row.head, name: name, actor: actor,
		by: []gov.Role{gov.RoleClerk}, from: partyActive, to: row.state, said: said})
	if err != nil {
		return err
	}
	return s.saveParty(ctx, tx, row, head)
}

// merge makes the declared party a signpost to the seen one. What its owner typed
// of himself goes along; what a register said of the seen one stands.
func (s *Service) merge(ctx context.Context, tx *db.Tx, clerk gov.Actor, declared partyRow, seen *partyRow) error {
	other, _, err := accountOf(ctx, tx, seen.ID)
	if err != nil {
		return err
	}
	if other != "" {
		return fault.Conflict("identity.already_raised")
	}
	if err := s.moveValues(declared, seen); err != nil {
		return err
	}
	seen.SeenOn = dateOf(tx.Now())
	if err := s.keepParty(ctx, tx, clerk, seen, "join", map[string]string{"from": declared.ID}); err != nil {
		return err
	}
	declared.state, declared.into = partyMerged, seen.ID
	if err := s.keepParty(ctx, tx, clerk, &declared, "merge", map[string]string{"into": seen.ID}); err != nil {
		return err
	}
	m := PartyMerged{From: declared.ID, Into: seen.ID}
	if err := s.publish(ctx, tx, "party.merged", declared.ID, m); err != nil {
		return err
	}
	if s.react.PartyMerged == nil {
		return nil
	}
	return s.react.PartyMerged(ctx, tx, clerk, m)
}

// moveValues carries telephone and own typed values over where the seen party
// has none.
func (s *Service) moveValues(declared partyRow, seen *partyRow) error {
	phone, err := s.open(declared.sealedPhone, aadPhone(declared.ID))
	if err != nil {
		return err
	}
	if seen.sealedPhone == "" {
		s.phone(seen, phone)
	}
	theirs, err := s.openProfile(declared)
	if err != nil {
		return err
	}
	ours, err := s.openProfile(*seen)
	if err != nil {
		return err
	}
	for element, v := range theirs {
		if _, have := ours[element]; !have {
			ours[element] = v
		}
	}
	return s.sealProfile(seen, ours)
}
