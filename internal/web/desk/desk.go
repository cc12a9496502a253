package desk

import (
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/registers"
	"yimen/internal/supervision"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Deps is what the pages work with.
type Deps struct {
	Applications *applications.Service
	Cases        *cases.Service
	Joint        *joint.Service
	Licences     *licences.Service
	Identity     *identity.Service
	Catalogue    *catalogue.Service
	Supervision  *supervision.Service
	Registers    *registers.Service
	Now          now.Clock
}

// Desk is the pages of the departments.
type Desk struct {
	applications *applications.Service
	cases        *cases.Service
	joint        *joint.Service
	licences     *licences.Service
	identity     *identity.Service
	catalogue    *catalogue.Service
	supervision  *supervision.Service
	registers    *registers.Service
	now          now.Clock
	dossiers     dossier.Reader
}

// New makes the pages. Every field of d is needed.
func New(d Deps) *Desk {
	return &Desk{applications: d.Applications, cases: d.Cases, joint: d.Joint, licences: d.Licences, identity: d.Identity,
		catalogue: d.Catalogue, supervision: d.Supervision, registers: d.Registers, now: d.Now, dossiers: dossier.Reader{Applications: d.Applications, Catalogue: d.Catalogue}}
}

// Who may open a page at all; what may be seen and done of one case is asked of
// its context.
var (
	readers  = kit.Roles(gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover, gov.RoleSupervisor)
	workers  = kit.Roles(gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover)
	officer  = kit.Roles(gov.RoleOfficer)
	advisers = kit.Roles(gov.RoleOfficer, gov.RoleReviewer)
	approver = kit.Roles(gov.RoleApprover)
	sitters  = kit.Roles(gov.RoleOfficer, gov.RoleApprover)
)

// Routes are the addresses under /desk.
func (s *Desk) Routes() []kit.Route {
	get := func(pattern string, a kit.Access, h kit.Handler) kit.Route {
		return kit.Route{Method: "GET", Pattern: pattern, Access: a, Handler: h}
	}
	post := func(pattern string, a kit.Access, h kit.Handler) kit.Route {
		return kit.Route{Method: "POST", Pattern: pattern, Access: a, Handler: h}
	}
	const c = "/desk/cases/{id}"
	return append(append(s.disputeRoutes(), s.jointRoutes()...), []kit.Route{
		get("/desk", readers, s.front),
		get("/desk/cases", readers, s.workList),
		get("/desk/batch", advisers, s.batch),
		post("/desk/batch", advisers, s.adviseBatch),
		get(c, readers, s.form),
		get(c+"/visits", readers, s.visits),
		get(c+"/letters", readers, s.letters),
		get(c+"/dates", readers, s.dates),
		get(c+"/trace", readers, s.trace),
		post(c+"/presence", workers, s.presence),
		get(c+"/files/{file}", workers, s.file),
		post(c+"/files/{file}/original", officer, s.compare),
		post(c+"/looks", workers, s.look),
		get(c+"/letters/{letter}", workers, s.letter),
		post(c+"/acceptance", officer, s.accept),
		get(c+"/decline", officer, s.declinePage),
		post(c+"/decline", officer, s.decline),
		get(c+"/correction", officer, s.correctionPage),
		post(c+"/correction", officer, s.correct),
		get(c+"/sitting", sitters, s.sittingPage),
		post(c+"/sitting", sitters, s.sit),
		post(c+"/visits", officer, s.visit),
		post(c+"/advice", advisers, s.advise),
		post(c+"/grant", approver, s.grant),
		get(c+"/refusal", approver, s.refusalPage),
		post(c+"/refusal", approver, s.refuse),
		get(c+"/return", workers, s.returnPage),
		post(c+"/return", workers, s.giveBack),
		get(c+"/production", officer, s.productionPage),
		post(c+"/production", officer, s.produce),
		get(c+"/service", officer, s.servingPage),
		post(c+"/service", officer, s.serve),
		get(c+"/suspension", officer, s.suspensionPage),
		post(c+"/suspension", officer, s.suspend),
		get(c+"/resumption", officer, s.resumptionPage),
		post(c+"/resumption", officer, s.resume),
		get(c+"/extension", officer, s.extensionPage),
		post(c+"/extension", officer, s.askExtension),
		get(c+"/approval", approver, s.approvalPage),
		post(c+"/approval", approver, s.approve),
		get(c+"/replacement", officer, s.replacementPage),
		post(c+"/replacement", officer, s.askReplacement),
		get(c+"/termination", officer, s.terminationPage),
		post(c+"/termination", officer, s.terminate),
		get("/desk/licences", readers, s.licenceList),
		get("/desk/licences/{id}", readers, s.licence),
		get("/desk/licences/{id}/status", approver, s.statusPage),
		post("/desk/licences/{id}/status", approver, s.changeStatus),
	}...)
}

// disputeRoutes are the correction tasks of the bodies one works at.
func (s *Desk) disputeRoutes() []kit.Route {
	return []kit.Route{
		{Method: "GET", Pattern: "/desk/disputes", Access: workers, Handler: s.disputeList},
		{Method: "GET", Pattern: "/desk/disputes/{dispute}", Access: workers, Handler: s.dispute},
		{Method: "POST", Pattern: "/desk/disputes/{dispute}/answer", Access: workers, Handler: s.answerDispute},
		{Method: "GET", Pattern: "/desk/exports/disputes.csv", Access: workers, Handler: s.exportDisputes},
	}
}

func (s *Desk) today() clock.Date { return clock.DateOf(s.now().Time()) }

// front leads to the work list.
func (s *Desk) front(q *kit.Request) error { return q.Redirect("/desk/cases") }

// page is the frame of every page here; area is the part of the workplace. Cards
// and orders that wait for an answer are counted beside it: whoever works here must
// not have to look for them.
func (s *Desk) page(q *kit.Request, title, area string) ui.Page {
	p := ui.Page{Title: title, Layout: ui.LayoutStaff, Area: q.T("desk.area"), Nav: []ui.Link{
		{Text: q.T("desk.nav_cases"), Href: "/desk/cases", Current: area == areaCases, Key: "g"},
		{Text: q.T("desk.nav_licences"), Href: "/desk/licences", Current: area == areaLicences, Key: "l"},
	}}
	if !works(q.Actor) {
		p.Nav = append(p.Nav, ui.Link{Text: q.T("desk.nav_oversight"), Href: "/oversight"})
		return p
	}
	cards := ui.Link{Text: q.T("desk.nav_cards"), Href: "/oversight/cards?tab=asked"}
	if n, err := s.supervision.CardCount(q.Context(), q.Actor, supervision.CardFilter{Asked: true}); err == nil && n > 0 {
		cards.Count = dossier.Counted(n)
	}
	orders := ui.Link{Text: q.T("desk.nav_orders"), Href: "/oversight/orders?tab=issued"}
	if n, err := s.supervision.OrderCount(q.Context(), q.Actor, supervision.OrderFilter{State: supervision.OrderIssued}); err == nil && n > 0 {
		orders.Count = dossier.Counted(n)
	}
	disputes := ui.Link{Text: q.T("registers.disputes"), Href: disputesPath, Current: area == areaDisputes}
	if n, err := s.registers.Count(q.Context(), q.Actor, registers.Filter{State: registers.Open}); err == nil && n > 0 {
		disputes.Count = dossier.Counted(n)
	}
	together := ui.Link{Text: q.T("joint.nav"), Href: jointPath, Current: area == areaJoint}
	if n, err := s.joint.Count(q.Context(), q.Actor, joint.Filter{Asked: true}); err == nil && n > 0 {
		together.Count = dossier.Counted(n)
	}
	p.Nav = append(p.Nav, together, cards, orders, disputes)
	return p
}

const (
	areaCases    = "cases"
	areaLicences = "licences"
)

// works tells whether the actor holds a post of the departments, or only watches.
func works(a gov.Actor) bool {
	return a.HasAny(gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover)
}

// bodies lists the bodies at which the actor works, each once.
func bodies(a gov.Actor) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover} {
		for _, b := range a.Bodies(r) {
			if !seen[b] {
				seen[b] = true
				out = append(out, b)
			}
		}
	}
	return out
}

// errNoPage is the answer to an address below a case that leads nowhere.
var errNoPage = fault.Missing("faults.page")
