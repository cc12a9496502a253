package identity

import (
	"context"
	"slices"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// look is what the journal keeps of a look in clear: never the value.
type look struct {
	Purpose  string   `json:"purpose"`
	Elements []string `json:"elements"`
}

func instant(i int64) now.Instant { return now.Instant(i) }

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Reveal gives one element of a party in clear and journals the look with its
// purpose (个人信息保护法 art. 51: access by need, recorded). element is a key of the
// dictionary: id_number, phone, domicile_address …; "" is the answer for one that
// is not known. Faults: identity.no_party (may not see the party),
// identity.denied, identity.purpose_required.
func (s *Service) Reveal(ctx context.Context, actor gov.Actor, partyID, element, purpose string) (string, error) {
	if !CanSeeParty(actor, partyID) {
		return "", noParty()
	}
	if !CanReveal(actor) && !isConcerned(actor, partyID) {
		return "", denied()
	}
	var value string
	err := s.DB.Do(ctx, func(tx *db.Tx) (err error) {
		value, err = s.RevealIn(ctx, tx, actor, partyID, element, purpose)
		return err
	})
	return value, err
}

// RevealIn is Reveal for a context that has checked by its own rule that the
// actor may look (an officer at the applicant of his case).
func (s *Service) RevealIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID, element, purpose string) (string, error) {
	purpose, err := checkPurpose(purpose)
	if err != nil {
		return "", err
	}
	p, err := s.lockParty(ctx, tx, partyID)
	if err != nil {
		return "", err
	}
	values, err := s.known(p)
	if err != nil {
		return "", err
	}
	return values[element].Value, s.keepParty(ctx, tx, actor, &p, "look", look{Purpose: purpose, Elements: []string{element}})
}

// LookIn writes into the party's own chain that the actor saw these elements of
// it in clear, for a context that keeps the values itself (the answers of an
// application) and has checked that the actor may look. It stands with the party
// and not with the application, because there the person finds who looked
// (个人信息保护法 art. 44, 45) and no draft in hand goes stale. Fault:
// identity.purpose_required on "purpose".
func (s *Service) LookIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID string, elements []string, purpose string) error {
	purpose, err := checkPurpose(purpose)
	if err != nil {
		return err
	}
	p, err := s.lockParty(ctx, tx, partyID)
	if err != nil {
		return err
	}
	return s.keepParty(ctx, tx, actor, &p, "look", look{Purpose: purpose, Elements: elements})
}

// checkPurpose: a look without a reason that can be read later is no look.
func checkPurpose(text string) (string, error) {
	purpose := gov.Tidy(text)
	if n := utf8.RuneCountInString(purpose); n < 2 || n > 200 {
		return "", fault.Fields{{Path: "purpose", Code: "identity.purpose_required"}}.Err()
	}
	return purpose, nil
}
