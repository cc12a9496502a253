package identity

import (
	"context"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// WalkIn is a person at the counter. Evidence says which document the clerk saw;
// without a document nobody can be served in his own name.
type WalkIn struct {
	PersonInput
	Evidence string
}

// CreateWalkIn enters a person who was seen, or finds him when he was seen before
// (then the name must agree, and a new telephone is noted). A party that was only
// declared under the same number is left alone: it may be another's.
// Faults: identity.denied; fault.fields; identity.name_differs.
func (s *Service) CreateWalkIn(ctx context.Context, clerk gov.Actor, in WalkIn) (Party, error) {
	var p Party
	create := func(tx *db.Tx) (err error) {
		p, err = s.CreateWalkInIn(ctx, tx, clerk, in)
		return err
	}
	err := s.DB.Do(ctx, create)
	if db.IsUnique(err) { // another window entered the same person at this moment: now he is known
		err = s.DB.Do(ctx, create)
	}
	return p, taken(err, fault.Conflict("identity.stale"))
}

// CreateWalkInIn is CreateWalkIn inside another's transaction.
func (s *Service) CreateWalkInIn(ctx context.Context, tx *db.Tx, clerk gov.Actor, in WalkIn) (Party, error) {
	if !CanRegister(clerk) {
		return Party{}, denied()
	}
	p, f := in.PersonInput.check(dateOf(tx.Now()), true)
	evidence := checkEvidence(&f, in.Evidence)
	if err := f.Err(); err != nil {
		return Party{}, err
	}
	row, found, err := s.seenPerson(ctx, tx, p.IDType, p.Number)
	if err != nil {
		return Party{}, err
	}
	if found {
		return s.recogniseWalkIn(ctx, tx, clerk, row, p, evidence)
	}
	row = s.newPerson(p)
	row.Assurance, row.SeenOn = 1, dateOf(tx.Now())
	err = s.enterParty(ctx, tx, clerk, &row, "register", map[string]any{"person": p, "evidence": evidence})
	if err != nil {
		return Party{}, err
	}
	return s.masked(row)
}

// recogniseWalkIn notes that a known person came again.
func (s *Service) recogniseWalkIn(ctx context.Context, tx *db.Tx, clerk gov.Actor, row partyRow, p person, evidence string) (Party, error) {
	if row.Name != p.Name {
		return Party{}, fault.Conflict("identity.name_differs")
	}
	if p.Phone != "" {
		s.phone(&row, p.Phone)
	}
	row.SeenOn = dateOf(tx.Now())
	head, err := s.record(ctx, tx, act{kind: KindParty, id: row.ID, prev: row.head, name: "recognise", actor: clerk,
		by: []gov.Role{gov.RoleClerk}, from: partyActive, to: partyActive, said: map[string]string{"evidence": evidence, "phone": p.Phone}})
	if err != nil {
		return Party{}, err
	}
	if err := s.saveParty(ctx, tx, &row, head); err != nil {
		return Party{}, err
	}
	return s.masked(row)
}

// seenPerson finds, locked, the one party that was seen with a document.
func (s *Service) seenPerson(ctx context.Context, tx *db.Tx, t IDType, number string) (partyRow, bool, error) {
	row, err := db.One(tx.Row(ctx, partySelect+` WHERE p.id_index = $1 AND p.assurance > 0 AND p.state = 'active' /*for update*/`,
		s.indexNumber(t, number)), scanParty)
	if db.NoRows(err) {
		return partyRow{}, false, nil
	}
	return row, err == nil, err
}

// checkEvidence asks for words, not for a list to choose from: what was seen may
// have to be defended years later.
func checkEvidence(f *fault.Fields, text string) string {
	evidence := gov.Tidy(text)
	if evidence == "" || utf8.RuneCountInString(evidence) > 500 {
		f.Add("evidence", "identity.evidence_required")
	}
	return evidence
}
