package identity

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// PersonInput is what identifies a natural person, as typed.
type PersonInput struct {
	Name     string
	IDType   IDType // '' means ResidentCard
	IDNumber string
	Phone    string
	Region   string // 12 or fewer digits; '' when unknown
}

// person is a checked PersonInput.
type person struct {
	Name   string `json:"name"`
	IDType IDType `json:"id_type"`
	Number string `json:"id_number"`
	Phone  string `json:"phone"`
	Region string `json:"region"`
}

// check brings every value to its stored form; the paths of its faults are name,
// id_type, id_number, phone and region. A phone is needed unless optional says so
// (a walk-in may have none).
func (in PersonInput) check(today clock.Date, phoneOptional bool) (person, fault.Fields) {
	var f fault.Fields
	p := person{Name: checkName(&f, "name", in.Name, 2, 50), IDType: in.IDType}
	if p.IDType == "" {
		p.IDType = ResidentCard
	}
	p.Number = checkNumber(&f, "id_number", &p.IDType, in.IDNumber, today)
	if in.Phone != "" || !phoneOptional {
		p.Phone = checkPhone(&f, "phone", in.Phone)
	}
	if in.Region != "" {
		region, err := gov.ParseRegion(in.Region)
		if err != nil {
			f.Add("region", "identity.bad_region")
		}
		p.Region = string(region)
	}
	return p, f
}

// checkName refuses what no name has (control characters, tags) and keeps the rest:
// names have middle dots, blanks and rare characters. from and to count characters.
func checkName(f *fault.Fields, path, text string, from, to int) string {
	name := gov.Tidy(text)
	if n := utf8.RuneCountInString(name); n < from || n > to {
		f.Add(path, "identity.name_length", "from", from, "to", to)
		return name
	}
	for _, r := range name {
		if r == utf8.RuneError || r == '\n' || r == '\t' || r == '<' || r == '>' || (!unicode.IsPrint(r) && r != ' ') {
			f.Add(path, "identity.name_characters")
			break
		}
	}
	return name
}

// checkNumber tells a wrong length and a wrong check digit apart, because the remedy
// differs; other defects only say: compare with the card.
func checkNumber(f *fault.Fields, path string, t *IDType, text string, today clock.Date) string {
	switch *t {
	case ResidentCard:
	case HKMOPermit, TaiwanPermit, Passport, OfficerCard:
		number, err := gov.ParseDocumentNumber(text)
		if err != nil {
			f.Add(path, "identity.bad_document_number")
		}
		return number
	default:
		f.Add("id_type", "identity.bad_id_type")
		return ""
	}
	number, err := gov.ParseIDNumber(text)
	switch {
	case errors.Is(err, gov.ErrLength):
		f.Add(path, "identity.id_number_length")
	case errors.Is(err, gov.ErrCheckDigit):
		f.Add(path, "identity.id_number_check")
	case err != nil:
		f.Add(path, "identity.bad_id_number")
	default:
		if born, err := clock.ParseDate(number.BirthDate()); err != nil || born.After(today) {
			f.Add(path, "identity.not_born_yet")
		}
	}
	return string(number)
}

// checkPhone gives the 11 digits; foreign numbers cannot get our messages.
func checkPhone(f *fault.Fields, path, text string) string {
	phone, err := gov.ParsePhone(text)
	if err != nil {
		f.Add(path, "identity.bad_phone")
	}
	return string(phone)
}

// newPerson makes the row of a person who was not known yet.
func (s *Service) newPerson(p person) partyRow {
	row := partyRow{state: partyActive}
	row.ID, row.Kind = id.New(), PersonParty
	s.identify(&row, p)
	return row
}

// identify puts the checked values into the row, sealed.
func (s *Service) identify(row *partyRow, p person) {
	row.Name, row.IDType, row.Region = p.Name, p.IDType, p.Region
	row.sealedNumber, row.idIndex = s.seal(p.Number, aadNumber(row.ID)), s.indexNumber(p.IDType, p.Number)
	s.phone(row, p.Phone)
}

// phone sets the sealed telephone and its index together; empty clears both.
func (s *Service) phone(row *partyRow, phone string) {
	row.sealedPhone, row.phoneIndex = s.seal(phone, aadPhone(row.ID)), ""
	if phone != "" {
		row.phoneIndex = s.indexPhone(phone)
	}
}
