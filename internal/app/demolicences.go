package app

import (
	"context"
	"fmt"

	"yimen/internal/clock"
)

// playLicences brings in what the town's people and companies had before this
// program: their cards, household registers and business licences, each from the body
// that issues it, through the same import as an operator's file.
func (p *player) playLicences(ctx context.Context) error {
	police, market := p.bodies[bodyKey("ga", p.town.Region)], p.bodies[bodyKey("scjg", p.town.Region)]
	var lines []LicenceLine
	for i, r := range p.town.People {
		if r.Assurance == 0 {
			continue
		}
		issued := clock.MustDate("2016-05-04").AddDays(40 * i)
		lines = append(lines,
			LicenceLine{Type: "id_card", Issuer: police.CreditCode, Holder: r.IDNumber, HolderName: r.Name, IssuedOn: issued,
				ValidTo: issued.AddDays(20*365 + 4), Face: map[string]string{"gender": r.Gender, "ethnicity": "汉族", "birth_date": r.BirthDate,
					"domicile_address": r.Address}},
			LicenceLine{Type: "hukou_book", Issuer: police.CreditCode, Holder: r.IDNumber, HolderName: r.Name, IssuedOn: issued,
				Face: map[string]string{"householder_name": r.Name, "domicile_address": r.Address}})
	}
	for _, o := range p.town.Organisations {
		lines = append(lines, LicenceLine{Type: "business_licence", Issuer: market.CreditCode, Holder: o.CreditCode, HolderName: o.Name,
			IssuedOn: o.Established, Face: map[string]string{"company_type": o.Type, "legal_representative": o.LegalName,
				"registered_address": o.Registered, "establishment_date": o.Established.String()}})
	}
	for i := range lines {
		lines[i].Line = i + 1
	}
	report, err := p.ImportLicences(ctx, founder, lines, nil)
	if err == nil && len(report.Problems) > 0 {
		x := report.Problems[0]
		err = fmt.Errorf("licence %d of the town: %s %s", x.Line, x.Field.Path, x.Field.Code)
	}
	p.tick(1)
	return err
}
