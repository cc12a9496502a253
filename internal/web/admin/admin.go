package admin

import (
	"slices"

	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/messages"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/registers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Deps is what the pages work with.
type Deps struct {
	Identity  *identity.Service
	Catalogue *catalogue.Service
	Cases     *cases.Service
	Messages  *messages.Service
	Registers *registers.Service
	Now       now.Clock
	Settings  []Setting
}

// Setting is an option of this installation as it runs. The value of a secret is
// not handed over at all, only whether there is one.
type Setting struct {
	Name, Env, Value, Help string
	Secret, Set            bool
}

// Admin is the pages of the administration.
type Admin struct {
	identity  *identity.Service
	catalogue *catalogue.Service
	cases     *cases.Service
	now       now.Clock
	messages  *messages.Service
	registers *registers.Service
	settings  []Setting
}

// New makes the pages.
func New(d Deps) *Admin {
	return &Admin{identity: d.Identity, catalogue: d.Catalogue, cases: d.Cases, now: d.Now, messages: d.Messages, registers: d.Registers, settings: d.Settings}
}

// The doors. What may be done behind them is asked of the contexts.
var (
	anyDoor       = kit.Roles(gov.RoleAdministrator, gov.RoleSecurity, gov.RoleEditor, gov.RoleAuditor)
	keepers       = kit.Roles(gov.RoleAdministrator, gov.RoleSecurity)
	administrator = kit.Roles(gov.RoleAdministrator)
	security      = kit.Roles(gov.RoleSecurity)
	editor        = kit.Roles(gov.RoleEditor)
	calendarDoor  = kit.Roles(gov.RoleEditor, gov.RoleAdministrator)
	auditor       = kit.Roles(gov.RoleAuditor)
)

// Routes are the addresses under /admin.
func (s *Admin) Routes() []kit.Route {
	get := func(pattern string, a kit.Access, h kit.Handler) kit.Route {
		return kit.Route{Method: "GET", Pattern: "/admin" + pattern, Access: a, Handler: h}
	}
	post := func(pattern string, a kit.Access, h kit.Handler) kit.Route {
		return kit.Route{Method: "POST", Pattern: "/admin" + pattern, Access: a, Handler: h}
	}
	return []kit.Route{
		get("", anyDoor, s.front),
		get("/bodies", keepers, s.bodies),
		get("/bodies/new", administrator, s.newBody),
		post("/bodies", administrator, s.addBody),
		get("/bodies/{id}", keepers, s.body),
		post("/bodies/{id}", administrator, s.editBody),
		get("/bodies/{id}/end", administrator, s.endBodyPage),
		post("/bodies/{id}/end", administrator, s.endBody),
		get("/accounts", keepers, s.accounts),
		get("/accounts/new", keepers, s.newAccount),
		post("/accounts", keepers, s.addAccount),
		get("/accounts/{id}", keepers, s.account),
		post("/accounts/{id}/posts", keepers, s.addPost),
		get("/accounts/{id}/posts/{post}/end", keepers, s.endPostPage),
		post("/accounts/{id}/posts/{post}/end", keepers, s.endPost),
		get("/accounts/{id}/posts/{post}/deputy", keepers, s.deputyPage),
		post("/accounts/{id}/posts/{post}/deputy", keepers, s.setDeputy),
		post("/accounts/{id}/password", keepers, s.resetPassword),
		post("/accounts/{id}/state", security, s.setState),
		post("/accounts/{id}/lock", security, s.unlock),
		post("/accounts/{id}/tokens", security, s.issueToken),
		post("/accounts/{id}/tokens/{token}/revocation", security, s.revokeToken),
		get("/catalogue", editor, s.catalogueHome),
		get("/catalogue/acts/{number}", editor, s.catalogueAct),
		get("/catalogue/items", editor, s.items),
		get("/catalogue/items/{id}", editor, s.item),
		get("/catalogue/items/{id}/difference", editor, s.difference),
		get("/catalogue/items/{id}/bodies/{body}", editor, s.localItem),
		get("/catalogue/import", editor, s.importPage),
		post("/catalogue/import", editor, s.importSet),
		get("/catalogue/synonyms", editor, s.synonyms),
		post("/catalogue/synonyms", editor, s.importSynonyms),
		get("/calendar", calendarDoor, s.calendar),
		get("/calendar/file", calendarDoor, s.calendarFile),
		post("/calendar/proposals", editor, s.propose),
		get("/calendar/proposals/{id}", editor, s.proposal),
		post("/calendar/proposals/{id}", editor, s.confirm),
		get("/calendar/proposals/{id}/cases", editor, s.proposalCases),
		post("/calendar/proposals/{id}/discard", editor, s.discard),
		get("/journal", auditor, s.journal),
		get("/journal/looks", auditor, s.looks),
		get("/journal/actors", auditor, s.actors),
		get("/settings", administrator, s.settingsPage),
		get("/messages", administrator, s.parkedPage),
		post("/messages", administrator, s.resend),
	}
}

func (s *Admin) today() clock.Date { return clock.DateOf(s.now().Time()) }

// The parts of the workplace.
const (
	areaBodies    = "/admin/bodies"
	areaAccounts  = "/admin/accounts"
	areaCatalogue = "/admin/catalogue"
	areaCalendar  = "/admin/calendar"
	areaJournal   = "/admin/journal"
	areaSettings  = "/admin/settings"
)

// areas are the parts with who has a door to them, in the order of the navigation.
var areas = []struct {
	path, key string
	roles     []gov.Role
}{
	{areaAccounts, "admin.nav_accounts", []gov.Role{gov.RoleAdministrator, gov.RoleSecurity}},
	{areaBodies, "admin.nav_bodies", []gov.Role{gov.RoleAdministrator, gov.RoleSecurity}},
	{areaCatalogue, "admin.nav_catalogue", []gov.Role{gov.RoleEditor}},
	{areaCalendar, "calendar.nav", []gov.Role{gov.RoleEditor, gov.RoleAdministrator}},
	{areaJournal, "admin.nav_journal", []gov.Role{gov.RoleAuditor}},
	{areaSettings, "admin.nav_settings", []gov.Role{gov.RoleAdministrator}},
}

// front leads to the first part the actor has a door to.
func (s *Admin) front(q *kit.Request) error {
	for _, a := range areas {
		if q.Actor.HasAny(a.roles...) {
			return q.Redirect(a.path)
		}
	}
	return fault.Denied("faults.role")
}

// page is the frame of every page here.
func page(q *kit.Request, title, area string) ui.Page {
	p := ui.Page{Title: title, Layout: ui.LayoutStaff, Area: q.T("admin.area")}
	for _, a := range areas {
		if q.Actor.HasAny(a.roles...) {
			p.Nav = append(p.Nav, ui.Link{Text: q.T(a.key), Href: a.path, Current: a.path == area})
		}
	}
	return p
}

// region is the region a keeper looks at: the one asked for when it is his, else
// the first of his posts.
func region(q *kit.Request) string {
	own := regions(q.Actor)
	if asked := q.Param("region"); slices.Contains(own, asked) {
		return asked
	}
	if len(own) > 0 {
		return own[0]
	}
	return ""
}

// regions are those a keeper keeps, each once.
func regions(a gov.Actor) []string {
	var out []string
	for _, role := range []gov.Role{gov.RoleAdministrator, gov.RoleSecurity} {
		for _, r := range a.Regions(role) {
			if !slices.Contains(out, string(r)) {
				out = append(out, string(r))
			}
		}
	}
	return out
}

// regionOptions are a keeper's regions by name.
func (s *Admin) regionOptions(q *kit.Request) ([]ui.Option, error) {
	codes := regions(q.Actor)
	names, err := s.catalogue.RegionNames(q.Context(), codes)
	out := make([]ui.Option, len(codes))
	for i, code := range codes {
		out[i] = ui.Option{Value: code, Label: nameOr(names, code)}
	}
	return out, err
}

func nameOr(names map[string]string, code string) string {
	if name := names[code]; name != "" {
		return name
	}
	return code
}

// refused shows a form again when an input was wrong, and passes all else on.
func refused(q *kit.Request, err error, again func(ui.Form) error) error {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindInvalid && !(e.Kind == fault.KindConflict && e.Code != staleCode) {
		return err
	}
	f, formErr := q.Form()
	if formErr != nil {
		return formErr
	}
	faults := e.Fields
	if len(faults) == 0 {
		faults = fault.Fields{{Code: e.Code, Args: e.Args}}
	}
	return again(f.View(faults...))
}

const staleCode = "identity.stale"

// seen refuses a form that was made from an older version of its subject.
func seen(f *kit.Form, version int64) error {
	if f.Version() != version {
		return fault.Conflict(staleCode)
	}
	return nil
}

// errMissing is the answer to what is not in the keeper's regions: it is not his
// to know that it exists.
var errMissing = fault.Missing("faults.page")
