package identity

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Source says where a value comes from; a form shows it beside the value.
type Source string

// The sources. All but Declared are register-grade: the applicant does not
// overtype them, and they are filled in only for an actor of assurance 1.
const (
	Declared Source = "declared" // typed by the party itself
	Counter  Source = "counter"  // read by a clerk from an original
	Licence  Source = "licence"  // the face of a licence this installation issued
	Register Source = "register" // another authority's register
)

// Value is one element known of a party.
type Value struct {
	Value  string     `json:"value"`
	Source Source     `json:"source"`
	Detail string     `json:"detail,omitempty"` // the licence's number, the register's name
	On     clock.Date `json:"on,omitzero"`
}

// Values are by element key of the dictionary (seed/catalogue/data_elements.yaml).
type Values map[string]Value

// Limits of a profile: it is one sealed column, read whole.
const (
	maxElements = 300
	maxValue    = 2000 // characters
)

// A key as the dictionary writes it. Whether the dictionary has it is not asked:
// the catalogue may change under a profile.
var elementForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// openProfile gives the values kept beside the columns, never nil.
func (s *Service) openProfile(p partyRow) (Values, error) {
	values := Values{}
	text, err := s.open(p.sealedProfile, aadProfile(p.ID))
	if err != nil || text == "" {
		return values, err
	}
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		return nil, fault.Internal(err, "identity.unreadable")
	}
	return values, nil
}

func (s *Service) sealProfile(p *partyRow, values Values) error {
	p.sealedProfile = ""
	if len(values) == 0 {
		return nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return fault.Internal(err, "identity.unreadable")
	}
	p.sealedProfile = s.seal(string(text), aadProfile(p.ID))
	return nil
}

// Profile gives, in clear, what the actor's form may be filled with: his own
// values or those of the party he acts for under a mandate, agent_* and contact_*
// being himself then. Values that are not his own word need assurance 1.
// Staff are refused here: their look is an act, see ProfileIn. Fault:
// identity.no_party.
func (s *Service) Profile(ctx context.Context, r db.Reader, actor gov.Actor, partyID string) (Values, error) {
	if !isConcerned(actor, partyID) && !isSystem(actor) {
		return nil, noParty()
	}
	p, err := s.loadParty(ctx, r, partyID)
	if err != nil {
		return nil, err
	}
	values, err := s.known(p)
	if err != nil {
		return nil, err
	}
	if partyID == actor.OnBehalfOf && actor.Party != partyID {
		self, err := s.loadParty(ctx, r, actor.Party)
		if err != nil {
			return nil, err
		}
		if err := s.addAgent(values, self, p.Kind); err != nil {
			return nil, err
		}
	}
	if actor.Assurance < 1 && !isSystem(actor) {
		for element, v := range values {
			if v.Source != Declared {
				delete(values, element)
			}
		}
	}
	return values, nil
}

// ProfileIn is Profile inside another's transaction and for the counter too: a
// clerk who acts for the party (AtCounter) gets its values, and his look is
// journaled in the same transaction with purpose, e.g. "prefill".
func (s *Service) ProfileIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID, purpose string) (Values, error) {
	if actor.Kind != gov.Staff && actor.Kind != gov.Service {
		return s.Profile(ctx, tx, actor, partyID)
	}
	if !CanRegister(actor) || actor.OnBehalfOf != partyID {
		return nil, noParty()
	}
	p, err := s.lockParty(ctx, tx, partyID)
	if err != nil {
		return nil, err
	}
	values, err := s.known(p)
	if err != nil {
		return nil, err
	}
	return values, s.keepParty(ctx, tx, actor, &p, "look", look{Purpose: purpose, Elements: keysOf(values)})
}

// known joins what the columns say with the profile; columns win.
func (s *Service) known(p partyRow) (Values, error) {
	values, err := s.openProfile(p)
	if err != nil {
		return nil, err
	}
	number, err := s.open(p.sealedNumber, aadNumber(p.ID))
	if err != nil {
		return nil, err
	}
	phone, err := s.open(p.sealedPhone, aadPhone(p.ID))
	if err != nil {
		return nil, err
	}
	source, on := Declared, clock.DateOf(instant(p.createdAt).Time())
	if p.Assurance > 0 {
		source, on = Counter, p.SeenOn
	}
	put := func(element, value string, source Source) {
		if value != "" {
			values[element] = Value{Value: value, Source: source, On: on}
		}
	}
	put("phone", phone, Declared)
	if p.Kind == Organisation {
		put("company_name", p.Name, source)
		put("uscc", p.CreditCode, source)
		put("contact_phone", phone, Declared)
		return values, nil
	}
	put("applicant_name", p.Name, source)
	put("id_type", string(p.IDType), source)
	put("id_number", number, source)
	if p.IDType == ResidentCard {
		put("birth_date", gov.IDNumber(number).BirthDate(), source)
		put("gender", genders[gov.IDNumber(number).Sex()], source)
	}
	return values, nil
}

// genders are the options of the element gender, which is catalogue data.
var genders = map[gov.Sex]string{gov.Male: "男", gov.Female: "女"}

// addAgent puts the person who acts beside the party he acts for. For an
// organisation he is its contact as well, and the applicant's own elements are his.
func (s *Service) addAgent(values Values, self partyRow, principal PartyKind) error {
	own, err := s.known(self)
	if err != nil {
		return err
	}
	names := map[string]string{"applicant_name": "name", "id_number": "id_number", "phone": "phone"}
	prefixes := []string{"agent_"}
	if principal == Organisation {
		prefixes = append(prefixes, "contact_")
		for _, element := range []string{"applicant_name", "id_type", "id_number", "gender", "birth_date"} {
			if v, ok := own[element]; ok {
				values[element] = v
			}
		}
		values["phone"] = own["phone"]
	} else {
		prefixes = append(prefixes, "guardian_")
	}
	for element, short := range names {
		if v, ok := own[element]; ok && v.Value != "" {
			for _, prefix := range prefixes {
				values[prefix+short] = v
			}
		}
	}
	return nil
}

// Declare keeps values the actor typed of himself or of the party he acts for, to
// be offered next time; "" forgets one. What a clerk, a licence or a register
// said is not overtyped: such keys are left as they are, and the count of
// values kept is given.
func (s *Service) Declare(ctx context.Context, actor gov.Actor, partyID string, typed map[string]string) (int, error) {
	var n int
	err := s.DB.Do(ctx, func(tx *db.Tx) (err error) {
		n, err = s.DeclareIn(ctx, tx, actor, partyID, typed)
		return err
	})
	return n, err
}

// DeclareIn is Declare inside another's transaction: filing keeps what was typed.
func (s *Service) DeclareIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID string, typed map[string]string) (int, error) {
	if !isConcerned(actor, partyID) && !isSystem(actor) {
		return 0, noParty()
	}
	return s.keepValues(ctx, tx, actor, partyID, "declare_values", func(element string, have Value) (Value, bool) {
		if derived[element] || (have.Source != "" && have.Source != Declared) {
			return Value{}, false
		}
		return Value{Value: typed[element], Source: Declared}, true
	}, keysOf(typed))
}

// RecordValuesIn keeps what a licence or a register says of a party; it is called
// from reactions (a granted licence tells its holder's face fields) and from the
// counter. Declared values give way to it.
func (s *Service) RecordValuesIn(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID string, source Source, detail string, said map[string]string) error {
	if source == Declared || source == "" {
		return fault.Internal(errors.New("identity: a recorded value needs its source"), "identity.unreadable")
	}
	_, err := s.keepValues(ctx, tx, actor, partyID, "record_values", func(element string, _ Value) (Value, bool) {
		if derived[element] {
			return Value{}, false
		}
		return Value{Value: said[element], Source: source, Detail: detail}, true
	}, keysOf(said))
	return err
}

// derived elements come from columns and are changed only with them.
var derived = map[string]bool{"applicant_name": true, "id_type": true, "id_number": true, "birth_date": true, "gender": true,
	"phone": true, "company_name": true, "uscc": true}

// keepValues changes elements one by one; choose gives the new value and whether
// it may be kept. Nothing kept, nothing journaled.
func (s *Service) keepValues(ctx context.Context, tx *db.Tx, actor gov.Actor, partyID, name string,
	choose func(element string, have Value) (Value, bool), elements []string) (int, error) {
	p, err := s.lockParty(ctx, tx, partyID)
	if err != nil {
		return 0, err
	}
	values, err := s.openProfile(p)
	if err != nil {
		return 0, err
	}
	on := dateOf(tx.Now())
	changed := Values{}
	for _, element := range elements {
		have := values[element]
		v, may := choose(element, have)
		if !may || !elementForm.MatchString(element) || utf8.RuneCountInString(v.Value) > maxValue || v.Value == have.Value && v.Source == have.Source {
			continue
		}
		v.On = on
		changed[element] = v
		if values[element] = v; v.Value == "" {
			delete(values, element)
		}
	}
	if len(changed) == 0 || len(values) > maxElements {
		return 0, nil
	}
	if err := s.sealProfile(&p, values); err != nil {
		return 0, err
	}
	return len(changed), s.keepParty(ctx, tx, actor, &p, name, changed)
}
