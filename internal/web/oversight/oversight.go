package oversight

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/scores"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Deps is what the pages work with.
type Deps struct {
	Supervision  *supervision.Service
	Applications *applications.Service
	Cases        *cases.Service
	Catalogue    *catalogue.Service
	Identity     *identity.Service
	Scores       *scores.Service
	Now          now.Clock
}

// Oversight is the pages of supervision.
type Oversight struct {
	supervision  *supervision.Service
	applications *applications.Service
	cases        *cases.Service
	catalogue    *catalogue.Service
	identity     *identity.Service
	scores       *scores.Service
	now          now.Clock
}

// New makes the pages. Every field of d is needed.
func New(d Deps) *Oversight {
	return &Oversight{supervision: d.Supervision, applications: d.Applications, cases: d.Cases, catalogue: d.Catalogue, identity: d.Identity, scores: d.Scores, now: d.Now}
}

// The doors: who is supervised reads what is held against him. What may be done
// behind them is asked of supervision.
var (
	readers    = kit.Roles(gov.RoleSupervisor, gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover)
	workers    = kit.Roles(gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover)
	supervisor = kit.Roles(gov.RoleSupervisor)
)

// Routes are the addresses under /oversight.
func (s *Oversight) Routes() []kit.Route {
	get := func(pattern string, a kit.Access, h kit.Handler) kit.Route {
		return kit.Route{Method: "GET", Pattern: "/oversight" + pattern, Access: a, Handler: h}
	}
	post := func(pattern string, a kit.Access, h kit.Handler) kit.Route {
		return kit.Route{Method: "POST", Pattern: "/oversight" + pattern, Access: a, Handler: h}
	}
	return slices.Concat(s.scoreRoutes(), s.burdenRoutes(), []kit.Route{
		get("", readers, s.board),
		get("/cases", readers, s.watchedList),
		get("/cases/{id}", readers, s.replay),
		get("/exports/{file}", readers, s.export),
		get("/cards", readers, s.cardList),
		get("/cards/{card}", readers, s.card),
		post("/cards/{card}/answer", workers, s.answerCard),
		post("/cards/{card}/appeal", workers, s.appealCard),
		post("/cards/{card}/decision", supervisor, s.decideCard),
		get("/orders", readers, s.orderList),
		post("/orders", supervisor, s.issue),
		get("/orders/new", supervisor, s.issuePage),
		get("/orders/{order}", readers, s.order),
		post("/orders/{order}/reply", workers, s.reply),
		post("/orders/{order}/return", supervisor, s.giveBack),
		post("/orders/{order}/closing", supervisor, s.closeOrder),
		get("/rules", readers, s.ruleList),
		get("/rules/rule", readers, s.rule),
		post("/rules", supervisor, s.setRule),
		get("/trends", readers, s.trends),
	})
}

func (s *Oversight) today() clock.Date { return clock.DateOf(s.now().Time()) }

// The parts of the workplace, by their addresses.
const (
	areaBoard  = "/oversight"
	areaCards  = "/oversight/cards"
	areaOrders = "/oversight/orders"
	areaTrends = "/oversight/trends"
	areaRules  = "/oversight/rules"
)

// page is the frame of every page here. Who only works at a department keeps the
// way back to his desk.
func page(q *kit.Request, title, area string) ui.Page {
	p := ui.Page{Title: title, Layout: ui.LayoutStaff, Area: q.T("oversight.area")}
	if !supervises(q.Actor) {
		p.Area = q.T("desk.area")
		p.Nav = append(p.Nav, ui.Link{Text: q.T("desk.nav_cases"), Href: "/desk/cases", Key: "g"})
	}
	for _, l := range []ui.Link{
		{Text: q.T("oversight.nav_board"), Href: areaBoard, Key: "b"},
		{Text: q.T("oversight.nav_cards"), Href: areaCards, Key: "c"},
		{Text: q.T("oversight.nav_orders"), Href: areaOrders, Key: "o"},
		{Text: q.T("oversight.nav_trends"), Href: areaTrends, Key: "t"},
		{Text: q.T("oversight.nav_rules"), Href: areaRules, Key: "u"},
	} {
		l.Current = l.Href == area
		p.Nav = append(p.Nav, l)
	}
	if supervises(q.Actor) {
		p.Nav = append(p.Nav, ui.Link{Text: q.T("scores.months"), Href: areaScores, Key: "m", Current: area == areaScores},
			ui.Link{Text: q.T("oversight.burden"), Href: areaBurden, Key: "d", Current: area == areaBurden})
	}
	return p
}

// supervises tells a supervisor from the people of a department.
func supervises(a gov.Actor) bool { return a.Has(gov.RoleSupervisor) }

// departments are the names of the departments, by id.
func (s *Oversight) departments(ctx context.Context) (map[string]string, error) {
	all, err := s.catalogue.Departments(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(all))
	for _, d := range all {
		out[d.ID] = d.Name
	}
	return out, nil
}

// departmentField lets a list be narrowed to a department; nil where there is
// nothing to choose, because one sees only one.
func (s *Oversight) departmentField(q *kit.Request) (*ui.Field, error) {
	names, err := s.departments(q.Context())
	if err != nil {
		return nil, err
	}
	f := &ui.Field{Kind: ui.KindSelect, Name: "department", Label: q.T("oversight.department")}
	for id, name := range names {
		if supervises(q.Actor) || serves(q.Actor, id) {
			f.Options = append(f.Options, ui.Option{Value: id, Label: name})
		}
	}
	if len(f.Options) < 2 {
		return nil, nil
	}
	slices.SortFunc(f.Options, func(a, b ui.Option) int { return cmp.Compare(a.Value, b.Value) })
	return f, nil
}

func serves(a gov.Actor, department string) bool {
	return slices.ContainsFunc(a.Posts, func(p gov.Post) bool { return p.Department == department })
}

// itemField lets a list be narrowed to an item of the department chosen, nil while
// none is.
func (s *Oversight) itemField(q *kit.Request, department string) (*ui.Field, error) {
	if department == "" {
		return nil, nil
	}
	items, _, err := s.catalogue.Items(q.Context(), catalogue.Filter{Department: department, Withheld: true, Limit: 200})
	if err != nil || len(items) == 0 {
		return nil, err
	}
	f := &ui.Field{Kind: ui.KindSelect, Name: "item", Label: q.T("oversight.item")}
	for _, i := range items {
		f.Options = append(f.Options, ui.Option{Value: i.ID, Label: i.Name})
	}
	return f, nil
}

// date reads a day of the address; what is none is a fault of the filter.
func date(q *kit.Request, name string, f *ui.Form) clock.Date {
	text := kit.Narrow(q.Param(name))
	if text == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		f.Faults.Add(name, "faults.date")
	}
	return d
}

// address is a path with the values that are not empty: names and values in turn.
func address(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// refused shows a form again with the faults of a context; what is no fault of
// the form passes.
func refused(q *kit.Request, err error, again func(ui.Form) error) error {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindInvalid {
		return err
	}
	f, formErr := q.Form()
	if formErr != nil {
		return formErr
	}
	if len(f.Faults) > 0 { // the context was not asked
		return again(f.View())
	}
	faults := e.Fields
	if len(faults) == 0 {
		faults = fault.Fields{{Code: e.Code, Args: e.Args}}
	}
	return again(f.View(faults...))
}
