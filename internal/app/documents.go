package app

import (
	"context"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
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
// final; a fallen one stops the grant and nothing else. WHEN it is decided THEN
// nothing more can be replaced.
func (a handling) standing(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, act cases.Act, change cases.Change) error {
	asked := act == cases.ActRefuse
	if act == cases.ActGrant || act == cases.ActAdvance && change.Step == cases.Produce {
		var err error
		if asked, err = a.Applications.StandIn(ctx, tx, c.Dossier()); err != nil {
			return err
		}
	}
	if !asked {
		return nil
	}
	return a.Applications.CloseAmendmentIn(ctx, tx, actor, c.Dossier())
}

// licenceChanged: WHEN licences are suspended, restored, revoked, cancelled or expire
// THEN applicants whose cases are to be decided on them hear of it at once, and not from
// a refusal, and so does who handles the case; for one that counts again nobody is asked
// to put another in its place any more.
func (a *App) licenceChanged(ctx context.Context, tx *db.Tx, all ...*licences.Licence) error {
	changed := map[string]*licences.Licence{}
	var ids, issuing, again []string
	for _, l := range all {
		changed[l.ID], ids, issuing = l, append(ids, l.ID), append(issuing, l.Case)
		if l.State == licences.Valid {
			again = append(again, l.ID)
		}
	}
	issued, err := a.Cases.BundlesOf(ctx, tx, issuing)
	if err != nil {
		return err
	}
	using, err := a.Applications.Using(ctx, tx, ids)
	if err != nil {
		return err
	}
	undecided, err := a.Cases.UndecidedOf(ctx, tx, append(issued, using...))
	if err != nil || len(undecided) == 0 {
		return err
	}
	stands, err := a.Applications.StandingOn(ctx, tx, ids, applicationsOf(undecided))
	if err != nil {
		return err
	}
	if err := (handling{a}).spare(ctx, tx, undecided, stands, again); err != nil {
		return err
	}
	return handling{a}.tellStands(ctx, tx, undecided, stands, changed)
}

// spare takes back the demand to replace what counts again. The cases are locked in the
// order of their ids, then each application, as for an answer of the applicant: whoever
// asks for a replacement in this moment either is seen here or finds nothing fallen.
func (a handling) spare(ctx context.Context, tx *db.Tx, undecided []*cases.Case, stands []applications.Stand, again []string) error {
	var ids []string
	for _, c := range undecided {
		on := func(x applications.Stand) bool {
			return !x.Inside && x.Dossier == c.Dossier() && slices.Contains(again, x.Licence)
		}
		if c.State != cases.Waiting && slices.ContainsFunc(stands, on) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	locked, err := a.Cases.LockIn(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c := locked[id]
		if !c.Handled() { // what a notice of art. 32 asks for is answered
			continue
		}
		spared, err := a.Applications.SpareIn(ctx, tx, identity.System("系统", gov.API), c.Dossier(), again)
		if err != nil {
			return err
		}
		if len(spared) == 0 {
			continue
		}
		if err := a.Cases.SpareReplacementIn(ctx, tx, c, defectsOf(spared)); err != nil {
			return err
		}
	}
	return nil
}

// tellStands tells the applicant once of a licence, however many cases stand on it,
// and each department that works on one of them.
func (a handling) tellStands(ctx context.Context, tx *db.Tx, undecided []*cases.Case, stands []applications.Stand, changed map[string]*licences.Licence) error {
	told := map[applications.Stand]bool{}
	for _, c := range undecided {
		for _, x := range stands {
			one := applications.Stand{Application: x.Application, Licence: x.Licence}
			if x.Dossier != c.Dossier() || told[x] {
				continue
			}
			if err := a.tellStanding(ctx, tx, c, changed[x.Licence], x.Inside, !told[one]); err != nil {
				return err
			}
			told[x], told[one] = true, true
		}
	}
	return nil
}

func applicationsOf(all []*cases.Case) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.Application
	}
	return out
}

// tellStanding tells who handles a case which licence it is, and on request its
// applicant: what is theirs to replace, what its issuer has to restore or renew, and
// what counts again.
func (a handling) tellStanding(ctx context.Context, tx *db.Tx, c *cases.Case, l *licences.Licence, inside, applicant bool) error {
	toApplicant, toStaff := messages.CaseLicenceFallen, messages.StandsFallen
	switch {
	case l.State == licences.Valid:
		toApplicant, toStaff = messages.CaseLicenceRestored, messages.StandsRestored
	case inside:
		toApplicant, toStaff = messages.CaseSuppliedFallen, messages.StandsSuppliedFallen
	}
	if applicant {
		m := messages.Message{Key: toApplicant, Urgent: true, Link: "/cases/" + c.ID, Args: standingArgs(c, l)}
		if err := a.send(ctx, tx, c, m); err != nil {
			return err
		}
	}
	if c.State == cases.Waiting { // no department has it yet
		return nil
	}
	return a.Messages.TellIn(ctx, tx, toOfficer(messages.Message{Key: toStaff, Urgent: true, Link: deskCase(c.ID), Args: standingArgs(c, l)}, c.Officer, c.Body))
}

func standingArgs(c *cases.Case, l *licences.Licence) messages.Args {
	return messages.Args{"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number), "licence": l.TypeName, "licence_number": l.Number}
}

// supplyOf is what a licence gives to the members of a bundle that build on its item.
func (a handling) supplyOf(ctx context.Context, tx *db.Tx, l *licences.Licence) (applications.Supply, error) {
	in := applications.Supply{Item: l.Item, Type: l.Type, Licence: l.ID, Identifier: l.Identifier, Number: l.Number,
		Name: l.TypeName, On: l.IssuedOn, Face: form.Answers{}}
	faces, err := a.Licences.Faces(ctx, tx, []string{l.ID})
	for _, x := range faces[l.ID] {
		in.Face[x.Key] = x.Value
	}
	return in, err
}

// renewed: WHEN a licence is issued to whom an earlier one of the same item has fallen
// THEN it takes its place with those members of bundles that still have to be decided
// on the fallen one. Nobody else could replace that, and nobody is asked for what the
// store holds.
func (a handling) renewed(ctx context.Context, tx *db.Tx, actor gov.Actor, l *licences.Licence) error {
	held, err := a.Licences.Held(ctx, tx, l.Holder, []string{l.Type})
	if err != nil {
		return err
	}
	var ids, issuing []string
	for _, x := range held {
		if x.Item == l.Item && x.Case != "" && x.Status(l.IssuedOn) != licences.Valid {
			ids, issuing = append(ids, x.ID), append(issuing, x.Case)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	bundles, err := a.Cases.BundlesOf(ctx, tx, issuing)
	if err != nil || len(bundles) == 0 {
		return err
	}
	undecided, err := a.Cases.UndecidedOf(ctx, tx, bundles)
	if err != nil {
		return err
	}
	stands, err := a.Applications.StandingOn(ctx, tx, ids, applicationsOf(undecided))
	if err != nil || len(stands) == 0 {
		return err
	}
	in, err := a.supplyOf(ctx, tx, l)
	if err != nil {
		return err
	}
	return a.succeed(ctx, tx, actor, undecided, stands, in, l)
}

// succeed supplies a licence to the cases that stand on its fallen predecessor, and
// tells who works on them.
func (a handling) succeed(ctx context.Context, tx *db.Tx, actor gov.Actor, undecided []*cases.Case, stands []applications.Stand, in applications.Supply, l *licences.Licence) error {
	var told []messages.Message
	for _, c := range undecided {
		if !slices.ContainsFunc(stands, func(x applications.Stand) bool { return x.Inside && x.Dossier == c.Dossier() }) {
			continue
		}
		in.To = []string{c.LocalItem}
		if err := a.Applications.SupplyIn(ctx, tx, actor, c.Application, in); err != nil {
			return err
		}
		if c.State != cases.Waiting { // no department has it yet
			told = append(told, toOfficer(messages.Message{Key: messages.StandsRenewed, Link: deskCase(c.ID), Args: standingArgs(c, l)}, c.Officer, c.Body))
		}
	}
	return a.Messages.TellIn(ctx, tx, told...)
}

// replacing is the type of licence that replaces a paper, ” for none.
func replacing(m catalogue.Material) string {
	if !m.Replaceable {
		return ""
	}
	return m.Licence
}
