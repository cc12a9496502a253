package app

import (
	"context"
	"slices"
	"time"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
)

// The few things a context needs of another, in the words of the one that asks.

// applicationItems gives applications the form and slots of a local item.
type applicationItems struct{ *App }

func (a applicationItems) Definition(ctx context.Context, localItem string) (*applications.Definition, error) {
	g, err := a.Catalogue.Guide(ctx, localItem)
	if fault.Is(err, "catalogue.no_local_item") { // then it is a choice of a bundle's members
		c, e := a.Catalogue.Composition(ctx, localItem)
		if fault.Is(e, "catalogue.no_composition") {
			return nil, err // neither: what is asked for is an item
		}
		if e != nil {
			return nil, e
		}
		return a.composed(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	body, err := a.Identity.Body(ctx, a.DB, g.Local.Body)
	if err != nil {
		return nil, err
	}
	return a.local(g, body), nil
}

// local is the definition of an application for one item at one body.
func (a applicationItems) local(g *catalogue.Guide, body identity.Body) *applications.Definition {
	return &applications.Definition{
		Item: g.Version.Item.ID, ItemName: g.Version.Item.Name, LocalItem: g.Local.ID, Body: g.Local.Body,
		BodyName: body.Name, Region: gov.Region(g.Local.Region), Audience: audience(g.Version), Form: g.Form,
		Groups: g.Groups, Slots: slots(g.Asked(), g.Form), Online: g.Online(),
	}
}

func (a applicationItems) RegionExists(ctx context.Context, code string) bool {
	_, err := a.Catalogue.Region(ctx, code)
	return err == nil
}

func (a applicationItems) Layout() *form.Layout { return a.Catalogue.Layout }

// audience says who may apply. An item that founds an organisation is applied for
// by the person who founds it.
func audience(v *catalogue.Version) []string {
	var out []string
	if v.ForPerson() || v.Founds() {
		out = append(out, "person")
	}
	if v.ForOrganisation() && !v.Founds() {
		out = append(out, "organisation")
	}
	return out
}

// slots are the materials to hand in. A file field is answered in the slot of a
// material that carries its element, so that a photo is not asked for twice;
// where none does it has a slot of its own.
func slots(asked []catalogue.Material, f form.Form) []applications.Slot {
	var out []applications.Slot
	for _, m := range asked {
		out = append(out, applications.Slot{Key: m.Key, Name: m.Name, Necessity: m.Necessity,
			Required: m.Necessity == set.Necessary, Forms: m.Forms, Copies: m.Copies, Basis: m.LegalBasis, Source: m.Source,
			Licence: replacing(m), LicenceName: m.LicenceName, Holder: applications.HolderOf(m.Key, m.Name, replacing(m))})
	}
	for _, x := range f {
		if x.Type != form.File {
			continue
		}
		at := slices.IndexFunc(asked, func(m catalogue.Material) bool { return slices.Contains(m.Elements, x.Key) })
		if at < 0 {
			at = len(out)
			out = append(out, applications.Slot{Key: x.Key, Name: x.Label, Necessity: set.Optional, Copies: 1, Source: set.FromApplicant})
		}
		out[at].Fields = append(out[at].Fields, x.Key)
		if x.Required {
			out[at].Required, out[at].Necessity = true, set.Necessary
		}
	}
	return out
}

// dayUnit reads the catalogue's word, which its import has checked.
func dayUnit(text string) clock.Unit {
	unit, err := clock.ParseUnit(text)
	if err != nil {
		return clock.Working
	}
	return unit
}

// permit is the item type to which 行政许可法 applies by itself.
const permit = "行政许可"

// caseItems gives cases the rules of a local item.
type caseItems struct{ *App }

func (a caseItems) Rules(ctx context.Context, localItem string) (*cases.Rules, error) {
	g, err := a.Catalogue.Guide(ctx, localItem)
	if err != nil {
		return nil, err
	}
	item := &g.Version.Item
	r := &cases.Rules{
		Item: item.ID, ItemName: item.Name, Department: g.Local.Department, Permit: item.Type == permit, Immediate: item.Immediate,
		Promised: cases.Limit{Days: item.CommitmentDays, Unit: g.Unit()}, Form: g.Form,
		LegalBasis: g.BasisTexts(), Limited: item.QuantityLimit != "",
		Fee: cases.FeeRule{Charged: item.Fee.Charged, Standard: item.Fee.Standard, Basis: item.Fee.Basis},
	}
	if item.StatutoryLimit != set.LimitNone {
		r.Statutory = &cases.Limit{Days: item.StatutoryDays, Unit: g.Unit()}
	}
	for _, st := range g.Steps {
		r.Steps = append(r.Steps, cases.StepRule{Step: steps[st.Role], Stage: st.Stage, Days: st.Days})
		r.SiteVisit = r.SiteVisit || st.SiteVisit()
	}
	for _, m := range g.Materials {
		r.Materials = append(r.Materials, cases.Material{Key: m.Key, Name: m.Name, Necessity: m.Necessity, Generated: m.Generated})
	}
	for _, p := range item.Procedures {
		r.Procedures = append(r.Procedures, cases.ProcedureRule{Name: p.Name, Kind: p.Kind, MaxDays: p.MaxDays,
			Unit: dayUnit(p.DayUnit), Counted: p.Counted})
	}
	for _, c := range item.Conditions {
		r.Conditions = append(r.Conditions, cases.Condition{ID: c.ID, Text: c.Text})
	}
	if len(g.Results) > 0 {
		result(r, g.Version)
	}
	return r, nil
}

var steps = map[gov.Role]cases.Step{
	gov.RoleOfficer: cases.Handle, gov.RoleReviewer: cases.Review, gov.RoleApprover: cases.Approve,
}

func result(r *cases.Rules, v *catalogue.Version) {
	res := v.Results[0]
	r.ResultName = res.Name
	if len(res.Delivery) > 0 {
		r.DeliveryWay = res.Delivery[0]
	}
	if t := res.Type; t != nil {
		r.Licence = &cases.LicenceRule{Type: t.ID, Code: t.Code, Name: t.Name, Face: t.Face, Validity: res.Validity, Founds: v.Founds()}
	}
}

// people tells applications about applicants.
type people struct{ *App }

func (a people) Applicant(ctx context.Context, r db.Reader, actor gov.Actor) (applications.Party, error) {
	if actor.Concerned() == "" {
		return applications.Party{}, fault.Denied("applications.sign_in")
	}
	c, err := a.Identity.Card(ctx, r, actor.Concerned())
	return applications.Party{ID: c.ID, Kind: string(c.Kind), Name: c.Name, Assurance: c.Assurance}, err
}

// Enter lets a department's system do what a clerk does when somebody stands at the
// window: a person is found by document, or entered; an organisation by its credit
// code. A name that differs from the one known under the number is refused.
func (a people) Enter(ctx context.Context, tx *db.Tx, actor gov.Actor, in applications.Applicant) (gov.Actor, applications.Party, error) {
	party, err := a.enter(ctx, tx, actor, in)
	if err != nil {
		return actor, party, err
	}
	actor, err = identity.AtCounter(actor, party.ID)
	return actor, party, err
}

func (a people) enter(ctx context.Context, tx *db.Tx, actor gov.Actor, in applications.Applicant) (applications.Party, error) {
	if in.Kind != string(identity.Organisation) {
		p, err := a.Identity.CreateWalkInIn(ctx, tx, actor, identity.WalkIn{Evidence: in.Evidence, PersonInput: identity.PersonInput{
			Name: in.Name, IDType: identity.IDType(in.IDType), IDNumber: in.IDNumber, Phone: in.Phone}})
		return applications.Party{ID: p.ID, Kind: string(p.Kind), Name: p.Name}, err
	}
	if !identity.CanRegister(actor) {
		return applications.Party{}, fault.Denied("applications.denied")
	}
	code, err := gov.ParseCreditCode(in.CreditCode)
	if err != nil {
		var f fault.Fields
		f.Add("credit_code", "identity.bad_credit_code")
		return applications.Party{}, f.Err()
	}
	known, err := a.Identity.PartiesBy(ctx, tx, string(code))
	if err != nil {
		return applications.Party{}, err
	}
	if len(known) == 0 {
		p, err := a.Identity.RegisterOrganisationIn(ctx, tx, actor, identity.OrganisationInput{Name: in.Name,
			CreditCode: string(code), Phone: in.Phone}, in.Evidence)
		return applications.Party{ID: p.ID, Kind: string(p.Kind), Name: p.Name}, err
	}
	card, err := a.Identity.Card(ctx, tx, known[0])
	if err == nil && card.Name != gov.Tidy(in.Name) {
		err = fault.Conflict("identity.name_differs")
	}
	return applications.Party{ID: card.ID, Kind: string(card.Kind), Name: card.Name}, err
}

// handoverTries is five wrong codes in ten minutes (architecture.md, ids).
var handoverTries = identity.Rate{Count: 5, Per: 10 * time.Minute}

func (a people) ThrottleIn(ctx context.Context, tx *db.Tx, what, who string) error {
	return a.Identity.ThrottleIn(ctx, tx, what, who, handoverTries)
}

func (a people) ForgiveIn(ctx context.Context, tx *db.Tx, what, who string) error {
	return a.Identity.ForgiveIn(ctx, tx, what, who, handoverTries)
}

// bodies tells cases how a body signs and who serves there.
type bodies struct{ *App }

func (a bodies) Masthead(ctx context.Context, r db.Reader, body string) (cases.Masthead, error) {
	b, err := a.Identity.Body(ctx, r, body)
	return cases.Masthead{Name: b.Name, ShortName: b.ShortName, Address: b.Address, Phone: b.Phone}, err
}

func (a bodies) StaffAt(ctx context.Context, r db.Reader, body string) (map[string]string, error) {
	all, err := a.Identity.Holders(ctx, r, body, "")
	out := make(map[string]string, len(all))
	for _, h := range all {
		if h.Kind == gov.Staff { // a system is no official of art. 34
			out[h.Account] = h.Name
		}
	}
	return out, err
}

// sessions lets the pages' kit ask identity who holds a token.
type sessions struct{ *App }

func (a sessions) Authenticate(ctx context.Context, token string) (gov.Actor, kit.SessionInfo, error) {
	actor, s, err := a.Identity.Authenticate(ctx, token)
	if err != nil {
		return actor, kit.SessionInfo{}, err
	}
	if err := a.Identity.Touch(ctx, s); err != nil {
		return actor, kit.SessionInfo{}, err
	}
	return actor, kit.SessionInfo{ID: s.ID, Idle: s.Ends().Sub(a.Now()), Detail: s.ActingName, MustChange: s.MustChange}, nil
}

func (a sessions) AuthenticateToken(ctx context.Context, token string) (gov.Actor, []string, error) {
	actor, scopes, err := a.Identity.TokenActor(ctx, token)
	out := make([]string, len(scopes))
	for i, s := range scopes {
		out[i] = string(s)
	}
	return actor, out, err
}
