package counter

import (
	"net/http"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func (s *Counter) partyRoutes() []kit.Route {
	return []kit.Route{
		route(http.MethodGet, "/counter/people/new", clerks, s.newPerson),
		route(http.MethodPost, "/counter/people/new", clerks, s.enterPerson),
		route(http.MethodGet, "/counter/organisations/new", clerks, s.newOrganisation),
		route(http.MethodPost, "/counter/organisations/new", clerks, s.enterOrganisation),
		route(http.MethodGet, "/counter/parties/{id}", clerks, s.party),
		route(http.MethodPost, "/counter/parties/{id}/looks", clerks, s.look),
		route(http.MethodGet, "/counter/parties/{id}/assurance", clerks, s.assurance),
		route(http.MethodPost, "/counter/parties/{id}/assurance", clerks, s.raise),
		route(http.MethodGet, "/counter/parties/{id}/password", clerks, s.password),
		route(http.MethodPost, "/counter/parties/{id}/password", clerks, s.resetPassword),
		route(http.MethodGet, "/counter/parties/{id}/mandates/new", clerks, s.newMandate),
		route(http.MethodPost, "/counter/parties/{id}/mandates/new", clerks, s.grantMandate),
		route(http.MethodPost, "/counter/parties/{id}/mandates/{mandate}/end", clerks, s.endMandate),
		route(http.MethodGet, "/counter/parties/{id}/items", clerks, s.items),
		route(http.MethodPost, "/counter/parties/{id}/items", clerks, s.begin),
	}
}

// partyView is one person or organisation as the clerk sees it: masked, with what
// can be done for it.
type partyView struct {
	identity.Party
	Look     ui.Form // the question for a value in clear
	Clear    []ui.Row
	Mandates []identity.Mandate
	Open     []waiting
	Waiting  []*cases.Case // for others of their bundle; no department has them yet
	Ended    []*cases.Case
	Drafts   []*applications.Application
	End      ui.Form // faults of ending a mandate
}

// endedSize is how many ended cases a party's page shows.
const endedSize = 10

func (s *Counter) party(q *kit.Request) error {
	v, err := s.partyView(q)
	if err != nil {
		return err
	}
	return s.showParty(q, v)
}

func (s *Counter) showParty(q *kit.Request, v *partyView) error {
	p := page(q, v.Name, "/counter")
	p.Crumbs = s.crumbs(q, ui.Link{Text: v.Name})
	p.Form = v.Look.With(v.End.Faults)
	return q.Render(p, partyPage(v))
}

// crumbs lead back to the clerk's first page.
func (s *Counter) crumbs(q *kit.Request, links ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: q.T("counter.nav_take"), Href: "/counter"}}, links...)
}

// one reads the party of the address.
func (s *Counter) one(q *kit.Request) (identity.Party, error) {
	return s.Identity.Party(q.Context(), s.Identity.DB, q.Actor, q.PathValue("id"))
}

// postedFor reads what was sent with the party of the address.
func (s *Counter) postedFor(q *kit.Request) (*kit.Form, identity.Party, error) {
	f, err := q.Form()
	if err != nil {
		return nil, identity.Party{}, err
	}
	who, err := s.one(q)
	return f, who, err
}

func (s *Counter) partyView(q *kit.Request) (*partyView, error) {
	ctx := q.Context()
	p, err := s.one(q)
	if err != nil {
		return nil, err
	}
	v := &partyView{Party: p}
	if v.Mandates, err = s.Identity.MandatesFrom(ctx, q.Actor, p.ID); err != nil {
		return nil, err
	}
	f := cases.Filter{Party: []string{p.ID}}
	if v.Ended, err = s.Cases.Ended(ctx, q.Actor, f, "", endedSize); err != nil {
		return nil, err
	}
	if v.Waiting, err = s.Cases.List(ctx, q.Actor, cases.Filter{Party: f.Party, State: cases.Waiting}, cases.Page{Limit: startSize}); err != nil {
		return nil, err
	}
	f.Awaits = underWay
	if v.Open, _, err = s.list(q, f, cases.Page{Limit: startSize + 1}, ""); err != nil {
		return nil, err
	}
	drafts, err := s.Applications.Drafts(ctx, q.Actor)
	for _, a := range drafts {
		if a.Applicant == p.ID {
			v.Drafts = append(v.Drafts, a)
		}
	}
	return v, err
}

// lookable are the elements a clerk may want to see in clear, by kind of party.
var lookable = map[identity.PartyKind][]string{
	identity.PersonParty:  {"id_number", "phone"},
	identity.Organisation: {"legal_rep_id_number", "legal_rep_phone", "phone"},
}

// look shows one value in clear; the look stands in the journal with its purpose
// before the page is drawn (个人信息保护法 art. 51).
func (s *Counter) look(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	v, err := s.partyView(q)
	if err != nil {
		return err
	}
	element := f.Text("element")
	var faults fault.Fields
	if !slices.Contains(lookable[v.Kind], element) {
		faults.Add("element", "faults.choose")
		v.Look = f.View(faults...)
		return s.showParty(q, v)
	}
	actor, err := identity.AtCounter(q.Actor, v.ID)
	if err != nil {
		return err
	}
	value, err := s.Identity.Reveal(q.Context(), actor, v.ID, element, f.Text("purpose"))
	if faults, err = onForm(err); err != nil {
		return err
	}
	if v.Look = f.View(faults...); len(faults) == 0 {
		if value == "" {
			value = q.T("counter.not_known")
		}
		v.Look = ui.Form{}
		v.Clear = []ui.Row{{Label: q.T("counter.element_" + element), Value: value, Num: true}}
	}
	return s.showParty(q, v)
}
