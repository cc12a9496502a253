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
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/ratings"
)

// Every effect that one context causes in another, in the same transaction.

// filing: WHEN an application is filed THEN its case opens; of a bundle one for each
// member, at the same moment.
type filing struct{ *App }

func (a filing) Filed(ctx context.Context, tx *db.Tx, actor gov.Actor, f applications.Filing) error {
	if err := a.Identity.MayActIn(ctx, tx, actor, f.Item); err != nil {
		return err
	}
	account := ""
	if actor.Kind == gov.Person {
		account = actor.Account
	}
	if actor.Kind == gov.Person {
		if err := a.remember(ctx, tx, actor, f); err != nil {
			return err
		}
	}
	if err := a.measured(ctx, tx, actor, f); err != nil {
		return err
	}
	o := cases.Opening{
		Number: f.Number, Application: f.ID, LocalItem: f.LocalItem, Body: f.Body, BodyName: f.Definition.BodyName,
		Region: f.Region, Applicant: f.Applicant, ApplicantKind: f.ApplicantKind, ApplicantName: f.ApplicantName,
		Account: account, Channel: actor.Channel, Device: actor.Device, DeliveryWay: f.Answers["delivery_way"].Text,
		FiledAt: f.FiledAt,
	}
	if f.Definition.Bundle() {
		return a.openMembers(ctx, tx, actor, f, o)
	}
	_, err := a.Cases.OpenIn(ctx, tx, actor, o)
	return err
}

// openMembers opens the cases of a bundle, predecessors first; ids follow each
// other in the order of the members, so that lists show them in it.
func (a filing) openMembers(ctx context.Context, tx *db.Tx, actor gov.Actor, f applications.Filing, o cases.Opening) error {
	def := f.Definition
	ids, openings := map[string]string{}, map[string]cases.Opening{}
	for i, m := range def.Members {
		x := o
		x.Case, x.Number, x.Bundle, x.BundleName = id.New(), f.Numbers[i], def.Item, def.ItemName
		x.LocalItem, x.Body, x.BodyName, x.Region = m.LocalItem, m.Body, m.BodyName, m.Region
		x.DeliveryWay = m.Merged.Project(m.Item, f.Answers)["delivery_way"].Text
		ids[m.Item], openings[m.Item] = x.Case, x
	}
	for _, layer := range def.Members[0].Merged.Layers {
		for _, item := range layer {
			x := openings[item]
			for _, p := range def.Members[0].Merged.After(item) {
				x.After = append(x.After, ids[p])
			}
			if _, err := a.Cases.OpenIn(ctx, tx, actor, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// remember: WHEN somebody files THEN what was typed of the applicant is offered
// next time (nothing is asked twice). What cannot be kept does not stop a filing.
func (a filing) remember(ctx context.Context, tx *db.Tx, actor gov.Actor, f applications.Filing) error {
	from := form.FromPerson
	if f.ApplicantKind == "organisation" {
		from = form.FromOrganisation
	}
	typed := map[string]string{}
	for key, attribute := range a.Catalogue.Layout.Prefill[from] {
		_, known := f.Sources[key]
		if v := f.Answers[key].Text; key == attribute && v != "" && !known {
			typed[key] = v
		}
	}
	if len(typed) == 0 {
		return nil
	}
	_, err := a.Identity.DeclareIn(ctx, tx, actor, f.Applicant, typed)
	if fault.KindOf(err) == fault.KindInvalid {
		return nil
	}
	return err
}

// Amending: WHEN an answer is about to be sent THEN its cases are locked in the order
// in which every act on them locks: first the case, then the application.
func (a filing) Amending(ctx context.Context, tx *db.Tx, application string) error {
	return a.Cases.LockAsked(ctx, tx, application)
}

// Amended: WHEN an application is amended THEN its case is resubmitted, or goes on
// with what replaced a fallen licence.
func (a filing) Amended(ctx context.Context, tx *db.Tx, actor gov.Actor, x *applications.Application, members []string) error {
	if err := a.Identity.MayActIn(ctx, tx, actor, x.Item); err != nil {
		return err
	}
	_, err := a.Cases.AmendedIn(ctx, tx, actor, x.ID, members...)
	return err
}

// handling: what a case's acts cause.
type handling struct{ *App }

// CorrectionNotified: WHEN a correction is asked for THEN exactly its defects may
// be edited in the application.
func (a handling) CorrectionNotified(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, defects []cases.Defect) error {
	open := make([]applications.Defect, len(defects))
	for i, d := range defects {
		open[i] = applications.Defect{Kind: string(d.Kind), Key: d.Key, Label: d.Label, Reason: d.Reason}
	}
	return a.Applications.OpenAmendmentIn(ctx, tx, actor, c.Dossier(), open)
}

// ReplacementAsked: WHEN a licence fell and another one is asked for THEN exactly its
// material may be edited in the application.
func (a handling) ReplacementAsked(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, reason string) ([]cases.Defect, error) {
	asked, err := a.Applications.ReplaceIn(ctx, tx, actor, c.Dossier(), reason)
	return defectsOf(asked), err
}

func defectsOf(asked []applications.Defect) []cases.Defect {
	out := make([]cases.Defect, len(asked))
	for i, d := range asked {
		out[i] = cases.Defect{Kind: cases.DefectKind(d.Kind), Key: d.Key, Label: d.Label, Reason: d.Reason}
	}
	return out
}

// Acted: WHEN anything is done to a case THEN whoever follows it knows.
func (a handling) Acted(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, act cases.Act, change cases.Change) error {
	if !c.SubmittedOn.IsZero() { // nobody is late with what has not begun
		if err := a.Supervision.WatchIn(ctx, tx, actor, c); err != nil {
			return err
		}
		if err := a.Supervision.FollowIn(ctx, tx, actor, c, act); err != nil {
			return err
		}
	}
	if c.Bundle != "" && !c.AcceptedOn.IsZero() && !c.Handled() && change.Event != nil { // before the application is locked: the step comes first
		if err := a.Joint.LeaveIn(ctx, tx, actor, c); err != nil {
			return err
		}
	}
	if err := a.standing(ctx, tx, actor, c, act, change); err != nil {
		return err
	}
	return a.tell(ctx, tx, actor, c, act, change)
}

// Follow: WHEN a case of a bundle is granted THEN its licence fills in what the
// other members need, and an organisation it founded is the holder of theirs.
func (a handling) Follow(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, act cases.Act) (holder string, err error) {
	if act != cases.ActGrant || c.Licence == "" {
		_, err = a.Applications.LockedIn(ctx, tx, c.Application)
		return "", err
	}
	issued, err := a.Licences.Several(ctx, tx, []string{c.Licence})
	if err != nil {
		return "", err
	}
	l := issued[c.Licence]
	in, err := a.supplyOf(ctx, tx, l)
	if err != nil {
		return "", err
	}
	if l.Holder != c.Applicant {
		holder = l.Holder
	}
	return holder, a.Applications.SupplyIn(ctx, tx, actor, c.Application, in)
}

// Closed: WHEN a case ends THEN nothing of its application is left open.
func (a handling) Closed(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case) error {
	if c.State == cases.Withdrawn { // whose mandate does not reach the item does not end its case
		if err := a.Identity.MayActIn(ctx, tx, actor, c.Item); err != nil {
			return err
		}
	}
	if c.State == cases.Delivered {
		return nil // the decision has closed what was open, see standing
	}
	return a.Applications.CloseAmendmentIn(ctx, tx, actor, c.Dossier())
}

// Issue: WHEN a case is granted THEN its licence is issued, and for items that
// found an organisation the organisation comes into being with its handler.
func (a handling) Issue(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, g cases.Grant) (string, error) {
	issuer, err := a.Identity.Body(ctx, tx, c.Body)
	if err != nil {
		return "", err
	}
	holder := identity.Card{ID: c.Applicant, Kind: identity.PartyKind(c.ApplicantKind), Name: c.ApplicantName}
	if c.Holder != "" {
		if holder, err = a.Identity.Card(ctx, tx, c.Holder); err != nil {
			return "", err
		}
	}
	if g.Rule.Founds {
		if holder, err = a.found(ctx, tx, actor, c, g); err != nil {
			return "", err
		}
	}
	face := make([]licences.FaceField, 0, len(g.Rule.Face))
	for _, x := range g.Rule.Face {
		face = append(face, licences.FaceField{Key: x.Key, Label: x.Label, Value: g.Face[x.Key], Class: x.Class})
	}
	l, err := a.Licences.IssueIn(ctx, tx, actor, licences.Issuing{
		Type: g.Rule.Type, TypeCode: g.Rule.Code, TypeName: g.Rule.Name, Case: c.ID, Item: c.Item, Holder: holder.ID,
		HolderKind: string(holder.Kind), HolderName: holder.Name, Issuer: c.Body, IssuerName: c.BodyName,
		IssuerCode: gov.CreditCode(issuer.CreditCode), Region: c.Region, IssuedOn: c.DecidedOn,
		ValidFrom: g.ValidFrom, ValidTo: g.ValidTo, Face: face,
	})
	if err != nil {
		return "", err
	}
	return l.ID, a.renewed(ctx, tx, actor, l)
}

// found makes the organisation that the licence brings into being.
func (a handling) found(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, g cases.Grant) (identity.Card, error) {
	answers, err := a.Applications.Answers(ctx, tx, c.Dossier())
	if err != nil {
		return identity.Card{}, err
	}
	of := func(key string) string {
		if v := g.Face[key].Text; v != "" {
			return v
		}
		return answers[key].Text
	}
	p, err := a.Identity.CreateOrganisationIn(ctx, tx, actor, c.Applicant, identity.OrganisationInput{
		Name: first(of("company_name"), c.ApplicantName), CreditCode: of("uscc"), LegalName: of("legal_representative"),
		LegalIDNumber: of("legal_rep_id_number"), LegalPhone: of("legal_rep_phone"), Registered: of("registered_address"),
		Business: of("business_address"), Type: of("company_type"), Region: string(c.Region),
	}, g.Rule.Name+" "+string(c.Number))
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		for i := range e.Fields { // the page of 制证 asked for these by their element keys
			if e.Fields[i].Path == "credit_code" {
				e.Fields[i].Path = "face.uscc"
			}
		}
	}
	if err != nil {
		return identity.Card{}, err
	}
	return a.Identity.Card(ctx, tx, p.ID)
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// rating: WHEN a rating is given THEN its case counts as rated.
type rating struct{ *App }

func (a rating) Given(ctx context.Context, tx *db.Tx, actor gov.Actor, caseID string) (ratings.Rated, error) {
	c, err := a.Cases.RatedIn(ctx, tx, actor, caseID)
	if err == nil {
		err = a.Identity.MayActIn(ctx, tx, actor, c.Item)
	}
	if err != nil {
		return ratings.Rated{}, err
	}
	return ratings.Rated{Case: c.ID, Number: c.Number, Item: c.Item, Body: c.Body, Region: c.Region, Party: c.Applicant}, nil
}

// GivenAll: WHEN a bundle is rated THEN each of its cases counts as rated that was
// not rated apart.
func (a rating) GivenAll(ctx context.Context, tx *db.Tx, actor gov.Actor, application string) ([]ratings.Rated, error) {
	all, err := a.Cases.RatedAllIn(ctx, tx, actor, application)
	out := make([]ratings.Rated, len(all))
	for i, c := range all {
		if err == nil {
			err = a.Identity.MayActIn(ctx, tx, actor, c.Item)
		}
		out[i] = ratings.Rated{Case: c.ID, Number: c.Number, Item: c.Item, Body: c.Body, Region: c.Region, Party: c.Applicant}
	}
	return out, err
}

// identityReactions: WHEN a declared party turns out to be one seen before THEN
// everything that names it follows. WHEN a body comes, changes or ends THEN it
// handles the items of its level and department, see catalogueReactions.
func (a *App) identityReactions() identity.Reactions {
	return identity.Reactions{BodiesChanged: catalogueReactions{a}.CatalogueChanged, PartyMerged: func(ctx context.Context, tx *db.Tx, _ gov.Actor, m identity.PartyMerged) error {
		for _, move := range []func(context.Context, *db.Tx, string, string) error{
			a.Applications.MovePartyIn, a.Cases.MovePartyIn, a.Licences.MoveHolderIn, a.Ratings.MovePartyIn, a.Messages.MovePartyIn, a.Registers.MovePartyIn,
		} {
			if err := move(ctx, tx, m.From, m.Into); err != nil {
				return err
			}
		}
		return nil
	}}
}

// catalogueReactions: WHEN the catalogue changes THEN every body has the local
// items of its level and department.
type catalogueReactions struct{ *App }

func (a catalogueReactions) CatalogueChanged(ctx context.Context, tx *db.Tx, actor gov.Actor) error {
	all, err := a.Identity.Bodies(ctx, tx)
	if err != nil {
		return err
	}
	today := clock.DateOf(tx.Now().Time())
	all = slices.DeleteFunc(all, func(b identity.Body) bool { return !b.InForce(today) })
	_, err = a.Catalogue.LocaliseIn(ctx, tx, actor, catalogueBodies(all))
	return err
}

// bodiesTurn: WHEN a day begins THEN bodies whose first day it is handle their
// items, and those whose last day has passed handle none. A day without such a
// body changes nothing.
func (a *App) bodiesTurn(ctx context.Context, tx *db.Tx) error {
	return catalogueReactions{a}.CatalogueChanged(ctx, tx, identity.System("calendar", gov.API))
}

func catalogueBodies(all []identity.Body) []catalogue.Body {
	out := make([]catalogue.Body, len(all))
	for i, b := range all {
		out[i] = catalogue.Body{ID: b.ID, Department: b.Department, Region: b.Region, Level: b.Level, CreditCode: b.CreditCode, Name: b.Name}
	}
	return out
}
