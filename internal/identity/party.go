package identity

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// PartyKind tells a natural person from everything that has a credit code.
type PartyKind string

// The two kinds: 自然人, and 法人 with 非法人组织 and 个体工商户.
const (
	PersonParty  PartyKind = "person"
	Organisation PartyKind = "organisation"
)

// IDType is a kind of identity document, spelled as the options of the element
// id_type, which is catalogue data.
type IDType string

// The documents of the element dictionary.
const (
	ResidentCard IDType = "居民身份证"
	HKMOPermit   IDType = "港澳居民来往内地通行证"
	TaiwanPermit IDType = "台湾居民来往大陆通行证"
	Passport     IDType = "护照"
	OfficerCard  IDType = "军官证"
)

// IDTypes lists the documents in display order.
func IDTypes() []IDType {
	return []IDType{ResidentCard, HKMOPermit, TaiwanPermit, Passport, OfficerCard}
}

// Party states. A merged party is only a signpost to the one it was merged into.
const (
	partyActive = "active"
	partyMerged = "merged"
)

// Party is a person or an organisation as a screen may show it: the number and
// the telephone are masked here whoever looks; clear values come from Profile
// (one's own) and Reveal (a look, journaled).
type Party struct {
	ID         string
	Kind       PartyKind
	Name       string
	IDType     IDType // of a person
	IDNumber   string // masked, '' for an organisation
	CreditCode string // of an organisation; public, never masked
	Phone      string // masked
	Region     string // where the party lives or is registered, '' when unknown
	Assurance  int    // 0 declared, 1 seen at a counter, 2 from an upstream identity
	SeenOn     clock.Date
	Account    string // id, empty for a party that cannot sign in; filled by Party and FindParty
	Login      string // the account's, so that a clerk can ask whether it is his
}

// partyRow is the row with its values still sealed.
type partyRow struct {
	Party
	sealedNumber, sealedPhone, sealedProfile string
	idIndex, phoneIndex                      string
	state, into                              string
	createdAt                                int64
	head                                     journal.Head
}

const partySelect = `SELECT p.id, p.kind, p.name, p.id_type, p.id_number, p.id_index, p.credit_code, p.phone, p.phone_index,
	p.profile, p.region, p.assurance, p.seen_on, p.state, p.merged_into, p.created_at, p.version, p.head FROM party p`

func scanParty(r db.Scanner) (p partyRow, err error) {
	err = r.Scan(&p.ID, &p.Kind, &p.Name, &p.IDType, &p.sealedNumber, &p.idIndex, &p.CreditCode, &p.sealedPhone, &p.phoneIndex,
		&p.sealedProfile, &p.Region, &p.Assurance, &p.SeenOn, &p.state, &p.into, &p.createdAt, &p.head.Version, &p.head.Hash)
	return p, err
}

// loadParty reads a party; of a merged one, the party it was merged into.
func (s *Service) loadParty(ctx context.Context, r db.Reader, partyID string) (partyRow, error) {
	return s.followParty(ctx, r, partyID, "")
}

// lockParty is loadParty for writing.
func (s *Service) lockParty(ctx context.Context, tx *db.Tx, partyID string) (partyRow, error) {
	return s.followParty(ctx, tx, partyID, " /*for update*/")
}

// followParty asks again when the first answer is a signpost.
func (s *Service) followParty(ctx context.Context, r db.Reader, partyID, lock string) (partyRow, error) {
	p, err := one(ctx, r, scanParty, "identity.no_party", partySelect+` WHERE p.id = $1`+lock, partyID)
	if err == nil && p.into != "" { // one step: only a party never seen is merged, and only into one that was
		p, err = one(ctx, r, scanParty, "identity.no_party", partySelect+` WHERE p.id = $1`+lock, p.into)
	}
	return p, err
}

// Where each sealed value belongs; the ring binds it there.
func aadNumber(partyID string) string  { return "party.id_number:" + partyID }
func aadPhone(partyID string) string   { return "party.phone:" + partyID }
func aadProfile(partyID string) string { return "party.profile:" + partyID }

// indexNumber: the document's kind is part of what is hashed, because a passport
// and a permit may bear the same number.
func (s *Service) indexNumber(t IDType, number string) string {
	return s.Ring.Index("party.id_number", string(t)+":"+number)
}

func (s *Service) indexPhone(phone string) string { return s.Ring.Index("party.phone", phone) }

// open decrypts one column; "" stays "".
func (s *Service) open(sealed, aad string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := s.Ring.Open(sealed, aad)
	if err != nil {
		return "", fault.Internal(err, "identity.unreadable")
	}
	return string(plain), nil
}

// seal encrypts one column; "" stays "".
func (s *Service) seal(plain, aad string) string {
	if plain == "" {
		return ""
	}
	return s.Ring.Seal([]byte(plain), aad)
}

// masked gives the party for screens.
func (s *Service) masked(p partyRow) (Party, error) {
	number, err := s.open(p.sealedNumber, aadNumber(p.ID))
	if err != nil {
		return Party{}, err
	}
	phone, err := s.open(p.sealedPhone, aadPhone(p.ID))
	if err != nil {
		return Party{}, err
	}
	p.IDNumber, p.Phone = maskNumber(p.IDType, number), gov.Phone(phone).Masked()
	return p.Party, nil
}

// maskNumber: an ID number keeps region and end (gov.IDNumber.Masked), a shorter
// document number only two characters at each end.
func maskNumber(t IDType, number string) string {
	if t == ResidentCard {
		return gov.IDNumber(number).Masked()
	}
	return gov.MaskMiddle(number, 2, 2)
}

// Party reads a party masked, following a merger. Fault: identity.no_party, also
// for one the actor may not see.
func (s *Service) Party(ctx context.Context, r db.Reader, actor gov.Actor, partyID string) (Party, error) {
	p, err := s.loadParty(ctx, r, partyID)
	if err != nil {
		return Party{}, err
	}
	if !CanSeeParty(actor, p.ID) {
		return Party{}, noParty()
	}
	out, err := s.masked(p)
	if err != nil {
		return Party{}, err
	}
	out.Account, out.Login, err = accountOf(ctx, r, p.ID)
	return out, err
}

// accountOf finds the account that signs in as the party, empty for none.
func accountOf(ctx context.Context, r db.Reader, partyID string) (account, login string, err error) {
	err = r.Row(ctx, `SELECT id, login FROM account WHERE party = $1 AND state <> 'closed'`, partyID).Scan(&account, &login)
	if db.NoRows(err) {
		err = nil
	}
	return account, login, err
}

// Card is what other contexts copy into their own rows: nothing sensitive.
type Card struct {
	ID         string
	Kind       PartyKind
	Name       string
	CreditCode string
	Region     string
	Assurance  int
}

// Card reads a party for a context's own row, inside its transaction; it asks for
// no actor, so it must not be shown to anybody who may not see that row. A merged
// party gives the one it was merged into. Fault: identity.no_party.
func (s *Service) Card(ctx context.Context, r db.Reader, partyID string) (Card, error) {
	p, err := s.loadParty(ctx, r, partyID)
	return Card{p.ID, p.Kind, p.Name, p.CreditCode, p.Region, p.Assurance}, err
}

// Applicant is the party the actor may apply for: himself, the one he acts for
// under a mandate, at a counter whoever stands there. Fault: identity.no_party.
func (s *Service) Applicant(ctx context.Context, r db.Reader, actor gov.Actor) (Card, error) {
	if !actor.SignedIn() || (actor.Kind != gov.Person && !CanRegister(actor)) {
		return Card{}, noParty()
	}
	return s.Card(ctx, r, actor.Concerned())
}

// Cards is Card for several parties in one query; unknown ids are left out
// and merged ones are themselves.
func (s *Service) Cards(ctx context.Context, r db.Reader, ids []string) (map[string]Card, error) {
	rows, err := r.Query(ctx, `SELECT id, kind, name, credit_code, region, assurance FROM party WHERE id in_list($1)`, db.List(ids))
	all, err := db.All(rows, err, func(r db.Scanner) (c Card, err error) {
		err = r.Scan(&c.ID, &c.Kind, &c.Name, &c.CreditCode, &c.Region, &c.Assurance)
		return c, err
	})
	byID := make(map[string]Card, len(all))
	for _, c := range all {
		byID[c.ID] = c
	}
	return byID, err
}

// insertParty writes a new row; state is active and nothing is merged into it yet.
func (s *Service) insertParty(ctx context.Context, tx *db.Tx, p *partyRow) error {
	return tx.Exec(ctx, `INSERT INTO party (id, kind, name, name_start, id_type, id_number, id_index, credit_code, phone,
		phone_index, profile, region, assurance, seen_on, state, created_at, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,'active',$15,$16,$17)`,
		p.ID, string(p.Kind), p.Name, nameStart(p.Name), string(p.IDType), p.sealedNumber, p.idIndex, p.CreditCode, p.sealedPhone,
		p.phoneIndex, p.sealedProfile, p.Region, p.Assurance, p.SeenOn, int64(tx.Now()), p.head.Version, p.head.Hash)
}

// saveParty writes everything that can change; head is the new one.
func (s *Service) saveParty(ctx context.Context, tx *db.Tx, p *partyRow, head journal.Head) error {
	err := tx.ExecOne(ctx, stale(), `UPDATE party SET name=$2, name_start=$3, id_type=$4, id_number=$5, id_index=$6, phone=$7,
		phone_index=$8, profile=$9, region=$10, assurance=$11, seen_on=$12, state=$13, merged_into=$14, version=$15, head=$16
		WHERE id=$1 AND version=$17`,
		p.ID, p.Name, nameStart(p.Name), string(p.IDType), p.sealedNumber, p.idIndex, p.sealedPhone,
		p.phoneIndex, p.sealedProfile, p.Region, p.Assurance, p.SeenOn, p.state, p.into, head.Version, head.Hash, p.head.Version)
	p.head = head
	return err
}

// nameStart is what a search by name looks up: the first two characters.
func nameStart(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), 2)])
}
