package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// SignUpInput is what a resident declares of himself.
type SignUpInput struct {
	PersonInput
	Login    string
	Password string
}

// SignUp makes a party and an account with assurance 0 and signs in. The number
// is only declared: it neither finds nor touches a party seen before, so nobody
// reaches another's affairs by typing his number; a counter joins the two (Raise).
// Faults: fault.fields with name, id_type, id_number, phone, login, password;
// identity.too_many.
func (s *Service) SignUp(ctx context.Context, in SignUpInput, from Origin) (SignedIn, error) {
	p, f := in.PersonInput.check(s.today(), false)
	login := checkLogin(&f, "login", in.Login)
	checkPassword(&f, "password", in.Password, login)
	if err := f.Err(); err != nil {
		return SignedIn{}, err
	}
	if err := s.Throttle(ctx, "sign_up.address", from.Address, s.Limits.SignUps); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	row, a := s.newPerson(p), newAccount(gov.Person, login, hash)
	a.Party = row.ID
	actor := gov.Actor{Account: a.ID, Party: row.ID, Name: p.Name, Kind: gov.Person, Channel: from.Channel, Device: clip(from.Device)}
	var signed SignedIn
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		row, a := row, a // a repeated transaction begins with fresh rows
		if err := s.enterParty(ctx, tx, actor, &row, "declare", p); err != nil {
			return err
		}
		var err error
		a.head, err = s.record(ctx, tx, act{kind: KindAccount, id: a.ID, name: "sign_up", actor: actor, to: string(a.State),
			said: map[string]string{"login": login, "party": row.ID}})
		if err != nil {
			return err
		}
		if err := s.insertAccount(ctx, tx, &a); err != nil {
			return err
		}
		signed, err = s.openSession(ctx, tx, &a, from)
		return err
	})
	if err != nil {
		return SignedIn{}, taken(err, fault.Fields{{Path: "login", Code: "identity.login_taken"}}.Err())
	}
	signed.Actor, signed.Session, err = s.Authenticate(ctx, signed.Token)
	return signed, err
}

// enterParty journals and inserts a new party.
func (s *Service) enterParty(ctx context.Context, tx *db.Tx, actor gov.Actor, row *partyRow, name string, said any) (err error) {
	row.head, err = s.record(ctx, tx, act{kind: KindParty, id: row.ID, name: name, actor: actor, by: []gov.Role{gov.RoleClerk},
		to: partyActive, said: said})
	if err != nil {
		return err
	}
	return s.insertParty(ctx, tx, row)
}

// EditSelf corrects what the actor declared. Once seen at a counter only the
// telephone is his to change: name and number are the document's.
func (s *Service) EditSelf(ctx context.Context, actor gov.Actor, in PersonInput) error {
	if actor.Kind != gov.Person || actor.Party == "" {
		return notSignedIn()
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		row, err := s.lockParty(ctx, tx, actor.Party)
		if err != nil {
			return err
		}
		var said any
		if row.Assurance > 0 {
			var f fault.Fields
			phone := checkPhone(&f, "phone", in.Phone)
			if err := f.Err(); err != nil {
				return err
			}
			s.phone(&row, phone)
			said = map[string]string{"phone": phone}
		} else {
			p, f := in.check(dateOf(tx.Now()), false)
			if err := f.Err(); err != nil {
				return err
			}
			s.identify(&row, p)
			said = p
		}
		head, err := s.record(ctx, tx, act{kind: KindParty, id: row.ID, prev: row.head, name: "edit", actor: actor,
			from: partyActive, to: partyActive, said: said})
		if err != nil {
			return err
		}
		return s.saveParty(ctx, tx, &row, head)
	})
}
