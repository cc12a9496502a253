package app

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// What an application needs of licences, and of the version of an item now in force.

// Latest is the version now in force; of a bundle the same choice under the versions
// now in force.
func (a applicationItems) Latest(ctx context.Context, localItem string) (string, error) {
	id, err := a.Catalogue.Latest(ctx, localItem)
	if !fault.Is(err, "catalogue.no_local_item") {
		return id, err
	}
	c, missing := a.Catalogue.Composition(ctx, localItem)
	if missing != nil {
		return "", err
	}
	var chosen []string
	var place gov.Region
	for _, m := range c.Members {
		chosen = append(chosen, m.Member.Item)
		if r := gov.Region(m.Local.Region); place == "" || r.Level() > place.Level() {
			place = r
		}
	}
	now, err := a.Catalogue.Compose(ctx, c.Bundle, string(place), c.Answers, chosen)
	if err != nil {
		return "", err
	}
	return now.ID, nil
}

// licenceStore tells applications about licences.
type licenceStore struct{ *App }

func (a licenceStore) Held(ctx context.Context, r db.Reader, party string, types []string) ([]applications.Licence, error) {
	all, err := a.Licences.Held(ctx, r, party, types)
	out := make([]applications.Licence, len(all))
	for i, l := range all {
		out[i] = a.told(l)
	}
	return out, err
}

func (a licenceStore) Several(ctx context.Context, r db.Reader, ids []string) (map[string]applications.Licence, error) {
	all, err := a.Licences.Several(ctx, r, ids)
	out := make(map[string]applications.Licence, len(all))
	for id, l := range all {
		out[id] = a.told(l)
	}
	return out, err
}

func (a licenceStore) told(l *licences.Licence) applications.Licence {
	today := clock.DateOf(a.Now().Time())
	return applications.Licence{ID: l.ID, Identifier: l.Identifier, Number: l.Number, Type: l.Type, TypeName: l.TypeName, Item: l.Item,
		Holder: l.Holder, HolderKind: l.HolderKind, HolderName: l.HolderName, IssuerName: l.IssuerName, State: string(l.Status(today)),
		Since: l.Since(today), Ground: l.Ground, ValidFrom: l.ValidFrom, ValidTo: l.ValidTo, Counts: l.In(today)}
}

func (a licenceStore) Faces(ctx context.Context, r db.Reader, ids []string) (map[string][]applications.FaceLine, error) {
	all, err := a.Licences.Faces(ctx, r, ids)
	out := make(map[string][]applications.FaceLine, len(all))
	for id, face := range all {
		for _, x := range face {
			out[id] = append(out[id], applications.FaceLine{Key: x.Key, Label: x.Label, Value: x.Value, Class: x.Class})
		}
	}
	return out, err
}

// standing: WHEN a case is about to be granted THEN every licence that its papers
// stand on still counts. It is asked at the decision and again when 制证 makes it
// final; a fallen one stops the grant and nothing else.
func (a handling) standing(ctx context.Context, tx *db.Tx, c *cases.Case, act cases.Act, change cases.Change) error {
	if act != cases.ActGrant && !(act == cases.ActAdvance && change.Step == cases.Produce) {
		return nil
	}
	return a.Applications.StandIn(ctx, tx, c.Dossier())
}

// licenceChanged: WHEN a licence is suspended, revoked or cancelled THEN applicants
// whose running cases stand on it hear of it at once, and not from a refusal.
func (a *App) licenceChanged(ctx context.Context, tx *db.Tx, _ gov.Actor, l *licences.Licence) error {
	if l.State == licences.Valid {
		return nil
	}
	used, err := a.Applications.StandingOn(ctx, tx, l.ID)
	if err != nil || len(used) == 0 {
		return err
	}
	running, err := a.Cases.RunningOf(ctx, tx, used)
	if err != nil {
		return err
	}
	told := map[string]bool{} // of a bundle once
	for _, c := range running {
		if told[c.Application] {
			continue
		}
		told[c.Application] = true
		if err := (handling{a}).tellFallen(ctx, tx, c, l); err != nil {
			return err
		}
	}
	return nil
}

// tellFallen tells the applicant, and whoever handles the case for him, which licence
// it is and how it stands.
func (a handling) tellFallen(ctx context.Context, tx *db.Tx, c *cases.Case, l *licences.Licence) error {
	told := messages.Message{Key: messages.CaseLicenceFallen, Urgent: true, Link: "/cases/" + c.ID,
		Args: messages.Args{"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number), "licence": l.TypeName,
			"licence_number": l.Number}}
	return a.send(ctx, tx, c, told)
}

// replacing is the type of licence that replaces a paper, ” for none.
func replacing(m catalogue.Material) string {
	if !m.Replaceable {
		return ""
	}
	return m.Licence
}
