package identity

import (
	"context"
	"encoding/json"
	"net/mail"
	"slices"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Contact is how somebody is reached, in clear.
type Contact struct {
	Phone  string // 11 digits
	Mail   string
	Locale string // '' for Chinese
}

// Where the sealed contact of an account belongs. A resident's telephone is his
// party's; account.phone is a member of staff's.
func aadAccountMail(accountID string) string  { return "account.mail:" + accountID }
func aadAccountPhone(accountID string) string { return "account.phone:" + accountID }

// Reach gives, for the moment of sending and to the program alone, how an account
// is reached, or a party that has none. A suspended or closed account gives nothing:
// who has left the service hears no more of it. Nobody looks, so it is no look; what
// was sent stands with the message.
func (s *Service) Reach(ctx context.Context, r db.Reader, accountID, partyID string) (Contact, error) {
	var c Contact
	if accountID != "" {
		a, err := s.readContact(ctx, r, accountID)
		if db.NoRows(err) || err == nil && a.state != AccountActive {
			return Contact{}, nil
		}
		if err != nil || a.kind != gov.Person {
			return a.Contact, err
		}
		c, partyID = a.Contact, a.party
	}
	if partyID == "" {
		return c, nil
	}
	p, err := s.loadParty(ctx, r, partyID)
	if err != nil {
		return Contact{}, err
	}
	c.Phone, err = s.open(p.sealedPhone, aadPhone(p.ID))
	return c, err
}

// contactRow is what an account says of how it is reached.
type contactRow struct {
	Contact
	kind  gov.ActorKind
	state AccountState
	party string
}

func (s *Service) readContact(ctx context.Context, r db.Reader, accountID string) (c contactRow, err error) {
	var sealedMail, sealedPhone string
	err = r.Row(ctx, `SELECT kind, state, party, locale, mail, phone FROM account WHERE id = $1`, accountID).
		Scan(&c.kind, &c.state, &c.party, &c.Locale, &sealedMail, &sealedPhone)
	if err != nil {
		return c, err
	}
	if c.Mail, err = s.open(sealedMail, aadAccountMail(accountID)); err != nil {
		return c, err
	}
	c.Phone, err = s.open(sealedPhone, aadAccountPhone(accountID))
	return c, err
}

// OwnContact is how the actor's own account is reached; the telephone is masked.
func (s *Service) OwnContact(ctx context.Context, actor gov.Actor) (Contact, error) {
	if !actor.SignedIn() {
		return Contact{}, notSignedIn()
	}
	c, err := s.Reach(ctx, s.DB, actor.Account, "")
	c.Phone = gov.Phone(c.Phone).Masked()
	return c, err
}

// SetContact changes the actor's own mail address, "" for none, and a member of
// staff's telephone, "" to leave it as it is; a resident's is changed by EditSelf.
// Faults: fault.fields with mail, phone.
func (s *Service) SetContact(ctx context.Context, actor gov.Actor, address, phone string) error {
	if !actor.SignedIn() {
		return notSignedIn()
	}
	var f fault.Fields
	address = checkMail(&f, "mail", address)
	if actor.Kind == gov.Person {
		phone = ""
	}
	if phone != "" {
		phone = checkPhone(&f, "phone", phone)
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, actor.Account)
		if err != nil {
			return err
		}
		have, err := s.readContact(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if phone == "" {
			phone = have.Phone
		}
		if have.Mail == address && have.Phone == phone {
			return nil
		}
		head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "set_contact", actor: actor,
			from: string(a.State), to: string(a.State), said: map[string]string{"mail": address, "phone": phone}})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, stale(), `UPDATE account SET mail = $2, phone = $3, version = $4, head = $5 WHERE id = $1 AND version = $6`,
			a.ID, s.seal(address, aadAccountMail(a.ID)), s.seal(phone, aadAccountPhone(a.ID)), head.Version, head.Hash, a.head.Version)
	})
}

const mostMail = 254 // RFC 5321 with RFC 3696 erratum 1690

// checkMail asks for one bare ASCII address; "" is none. More than its form only a
// delivered mail can show.
func checkMail(f *fault.Fields, path, text string) string {
	address := strings.TrimSpace(gov.Normalise(text))
	if address == "" {
		return ""
	}
	a, err := mail.ParseAddress(address)
	_, domain, _ := strings.Cut(address, "@")
	bad := err != nil || a.Address != address || len(address) > mostMail || !strings.Contains(strings.Trim(domain, "."), ".")
	for _, c := range address {
		bad = bad || c <= ' ' || c > '~'
	}
	if bad {
		f.Add(path, "identity.bad_mail")
	}
	return address
}

// Addressees gives the accounts that hear of a party's affair in an item: the
// party's own, and the one that filed it while its holder may still act for the
// party there. An organisation whose handler is gone is told through its others.
// Empty when nobody can sign in for the party.
func (s *Service) Addressees(ctx context.Context, r db.Reader, partyID, filedBy, item string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT id, '' AS scope FROM account WHERE party = $1 AND state = 'active'
		UNION ALL SELECT a.id, m.scope FROM mandate m JOIN account a ON a.party = m.agent
		WHERE m.principal = $1 AND m.state = 'active' AND m.valid_from <= $2 AND (m.valid_to = '' OR m.valid_to >= $2)
		AND a.state = 'active' LIMIT 100`, partyID, s.today())
	all, err := db.All(rows, err, scanHearer)
	if err != nil {
		return nil, err
	}
	var own, filed, others []string
	for _, h := range all {
		switch {
		case h.scope == nil:
			own = append(own, h.account)
		case !(Mandate{Scope: h.scope}).Covers(item):
		case h.account == filedBy:
			filed = []string{h.account}
		default:
			others = append(others, h.account)
		}
	}
	if out := append(own, filed...); len(out) > 0 {
		return out, nil
	}
	slices.Sort(others)
	return slices.Compact(others), nil
}

// hearer is an account that may hear of an affair; scope is nil for one's own.
type hearer struct {
	account string
	scope   []string
}

func scanHearer(r db.Scanner) (h hearer, err error) {
	var scope string
	if err = r.Scan(&h.account, &scope); err == nil && scope != "" {
		err = json.Unmarshal([]byte(scope), &h.scope)
	}
	return h, err
}
