package identity

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// OrganisationInput is what the business licence (or another founding document)
// of an organisation says. Only Name and CreditCode are needed.
type OrganisationInput struct {
	Name          string
	CreditCode    string
	Type          string // element company_type: 有限责任公司 …
	LegalName     string // 法定代表人（负责人）
	LegalIDNumber string
	LegalPhone    string
	Registered    string // registered_address
	Business      string // business_address
	Established   clock.Date
	Phone         string
	Region        string
}

// organisation is a checked OrganisationInput; Values are by element.
type organisation struct {
	Name   string            `json:"name"`
	Code   string            `json:"credit_code"`
	Phone  string            `json:"phone"`
	Region string            `json:"region"`
	Values map[string]string `json:"values"`
}

// check brings every value to its stored form; empty ones are left out of Values,
// so that a form is never filled with nothing.
func (in OrganisationInput) check(today clock.Date) (organisation, fault.Fields) {
	var f fault.Fields
	o := organisation{Name: checkName(&f, "name", in.Name, 2, 100), Values: map[string]string{}}
	code, err := gov.ParseCreditCode(in.CreditCode)
	if err != nil {
		f.Add("credit_code", "identity.bad_credit_code")
	}
	o.Code = string(code)
	if in.LegalName != "" {
		o.Values["legal_representative"] = checkName(&f, "legal_name", in.LegalName, 2, 50)
	}
	if in.LegalIDNumber != "" {
		card := ResidentCard
		o.Values["legal_rep_id_number"] = checkNumber(&f, "legal_id_number", &card, in.LegalIDNumber, today)
	}
	if in.LegalPhone != "" {
		o.Values["legal_rep_phone"] = checkPhone(&f, "legal_phone", in.LegalPhone)
	}
	if in.Phone != "" {
		o.Phone = checkPhone(&f, "phone", in.Phone)
	}
	if in.Region != "" {
		region, err := gov.ParseRegion(in.Region)
		if err != nil {
			f.Add("region", "identity.bad_region")
		}
		o.Region = string(region)
	}
	for path, v := range map[string][2]string{"registered": {"registered_address", in.Registered},
		"business": {"business_address", in.Business}, "type": {"company_type", in.Type}} {
		if text := gov.Tidy(v[1]); len(text) > 600 {
			f.Add(path, "identity.too_long", "most", 200)
		} else if text != "" {
			o.Values[v[0]] = text
		}
	}
	if !in.Established.IsZero() {
		o.Values["establishment_date"] = in.Established.String()
	}
	return o, f
}

// RegisterOrganisation enters an organisation whose founding document a clerk
// saw. Faults: identity.denied; fault.fields with name, credit_code, legal_name,
// legal_id_number, legal_phone, registered, business, type, phone, region,
// evidence; identity.organisation_exists.
func (s *Service) RegisterOrganisation(ctx context.Context, clerk gov.Actor, in OrganisationInput, evidence string) (Party, error) {
	var p Party
	err := s.DB.Do(ctx, func(tx *db.Tx) (err error) {
		p, err = s.RegisterOrganisationIn(ctx, tx, clerk, in, evidence)
		return err
	})
	return p, taken(err, fault.Conflict("identity.organisation_exists"))
}

// RegisterOrganisationIn is RegisterOrganisation inside another's transaction.
func (s *Service) RegisterOrganisationIn(ctx context.Context, tx *db.Tx, clerk gov.Actor, in OrganisationInput, evidence string) (Party, error) {
	if !CanRegister(clerk) {
		return Party{}, denied()
	}
	o, f := in.check(dateOf(tx.Now()))
	evidence = checkEvidence(&f, evidence)
	if err := f.Err(); err != nil {
		return Party{}, err
	}
	_, found, err := s.lockOrganisation(ctx, tx, o.Code)
	if err != nil {
		return Party{}, err
	}
	if found {
		return Party{}, fault.Conflict("identity.organisation_exists")
	}
	row, err := s.found(ctx, tx, clerk, o, Counter, evidence)
	if err != nil {
		return Party{}, err
	}
	return s.masked(row)
}

// CreateOrganisationIn is for items that found an organisation: the applicant is
// the person, and the grant creates the organisation and lets the person act for
// it as handler (one who was never seen gets the mandate at a counter later). detail names the licence it comes from. An organisation that
// already has the credit code and the name is taken, so that a repeated reaction
// changes nothing; another name under the code is identity.organisation_exists.
// actor is who granted.
func (s *Service) CreateOrganisationIn(ctx context.Context, tx *db.Tx, actor gov.Actor, founder string, in OrganisationInput, detail string) (Party, error) {
	o, f := in.check(dateOf(tx.Now()))
	if err := f.Err(); err != nil {
		return Party{}, err
	}
	row, found, err := s.lockOrganisation(ctx, tx, o.Code)
	if err != nil {
		return Party{}, err
	}
	if found && row.Name != o.Name {
		return Party{}, fault.Conflict("identity.organisation_exists")
	}
	if !found {
		if row, err = s.found(ctx, tx, actor, o, Licence, detail); err != nil {
			return Party{}, err
		}
	}
	if seen, err := s.seenFounder(ctx, tx, founder); err != nil || !seen {
		return s.maskedOr(row, err)
	}
	m := Mandate{Kind: Handler, Principal: row.ID, Agent: founder, Scope: []string{ScopeAll}, ValidFrom: dateOf(tx.Now())}
	if has, err := hasMandate(ctx, tx, m); err != nil {
		return Party{}, err
	} else if !has {
		if _, err := s.grantIn(ctx, tx, actor, m, detail); err != nil {
			return Party{}, err
		}
	}
	return s.masked(row)
}

// seenFounder: only a person who was seen can be a handler. An organisation that
// founds another, or a person nobody has seen, gets the mandate at a counter.
func (s *Service) seenFounder(ctx context.Context, tx *db.Tx, founder string) (bool, error) {
	p, err := s.loadParty(ctx, tx, founder)
	return p.Kind == PersonParty && p.Assurance > 0, err
}

func (s *Service) maskedOr(row partyRow, err error) (Party, error) {
	if err != nil {
		return Party{}, err
	}
	return s.masked(row)
}

// lockOrganisation finds by credit code, which one party has for life.
func (s *Service) lockOrganisation(ctx context.Context, tx *db.Tx, code string) (partyRow, bool, error) {
	row, err := db.One(tx.Row(ctx, partySelect+` WHERE p.credit_code = $1 /*for update*/`, code), scanParty)
	if db.NoRows(err) {
		return partyRow{}, false, nil
	}
	return row, err == nil, err
}

// found makes the party with the values its founding document gives.
func (s *Service) found(ctx context.Context, tx *db.Tx, actor gov.Actor, o organisation, source Source, evidence string) (partyRow, error) {
	on := dateOf(tx.Now())
	row := partyRow{state: partyActive}
	row.ID, row.Kind, row.Name, row.CreditCode, row.Region = id.New(), Organisation, o.Name, o.Code, o.Region
	row.Assurance, row.SeenOn, row.createdAt = 1, on, int64(tx.Now())
	s.phone(&row, o.Phone)
	values := Values{}
	for element, v := range o.Values {
		values[element] = Value{Value: v, Source: source, Detail: evidence, On: on}
	}
	if err := s.sealProfile(&row, values); err != nil {
		return row, err
	}
	return row, s.enterParty(ctx, tx, actor, &row, "register", map[string]any{"organisation": o, "evidence": evidence})
}
