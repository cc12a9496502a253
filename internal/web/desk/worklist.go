package desk

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// How many cases a list shows at once: few enough to scroll on a phone, or many
// for a wide screen.
const (
	pageSize = 40
	longPage = 100
)

// The tabs that are no single step.
const (
	tabMine    = "mine"       // what waits for me
	tabAll     = "all"        // everything under way
	tabWaiting = "waiting"    // others of the bundle come first; no department has it yet
	tabEnded   = "ended"      // nothing more is awaited
	tabAsked   = "extensions" // an extension waits for the head
)

// stepTabs are the tabs by who is awaited, in the order of a case's life.
var stepTabs = []cases.Awaits{cases.Clerk, cases.Applicant, cases.Officer, cases.Reviewer, cases.Approver, cases.Producer, cases.Outlet}

// search is what narrows a list. It stands in the address, so that a list can be
// kept, sent on and come back to.
type search struct {
	Tab, Item, Body, Officer, Text string
	From, To                       clock.Date
	After                          string // the last row of the page before
	Rows                           int    // of a page
	number                         gov.CaseNumber
	of                             string   // the application whose number it is, '' for none
	wrong                          []string // names of dates that are none
}

func (s *Desk) readSearch(q *kit.Request) (search, error) {
	v := search{Tab: q.Param("tab"), Item: q.Param("item"), Body: q.Param("body"), Officer: q.Param("officer"),
		Text: q.Param("q"), After: q.Param("after"), Rows: pageSize}
	if q.Param("rows") == strconv.Itoa(longPage) {
		v.Rows = longPage
	}
	if v.Tab == "" || v.Tab == tabMine && !works(q.Actor) {
		v.Tab = tabAll
		if works(q.Actor) {
			v.Tab = tabMine
		}
	}
	v.From, v.To = v.date(q, "from"), v.date(q, "to")
	if n, wrong := gov.ParseCaseNumber(v.Text); wrong == nil {
		var err error
		v.number = n
		if v.of, err = s.applications.Numbered(q.Context(), n); err != nil && fault.KindOf(err) != fault.KindMissing {
			return v, err
		}
	}
	if own := bodies(q.Actor); len(own) == 1 && v.Body == "" && !q.Actor.Has(gov.RoleSupervisor) {
		v.Body = own[0]
	}
	return v, nil
}

func (v *search) date(q *kit.Request, name string) clock.Date {
	text := kit.Narrow(q.Param(name))
	if text == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		v.wrong = append(v.wrong, name)
	}
	return d
}

// values are the search as a query, without the place in the list.
func (v search) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"tab": v.Tab, "item": v.Item, "body": v.Body, "officer": v.Officer, "q": v.Text,
		"from": v.From.String(), "to": v.To.String()} {
		if value != "" {
			out.Set(name, value)
		}
	}
	if v.Rows != pageSize {
		out.Set("rows", strconv.Itoa(v.Rows))
	}
	return out
}

// keep is the search with its place, for links that come back here.
func (v search) keep() string {
	out := v.values()
	if v.After != "" {
		out.Set("after", v.After)
	}
	return out.Encode()
}

func (v search) rowsHref(rows int) string {
	v.Rows = rows
	return "/desk/cases?" + v.values().Encode()
}

func (v search) tabHref(tab string) string {
	v.Tab = tab
	return "/desk/cases?" + v.values().Encode()
}

func (v search) filter() cases.Filter {
	f := cases.Filter{Item: v.Item, Body: v.Body, Officer: v.Officer, From: v.From, To: v.To}
	if v.of != "" { // of one item it is its case's too
		f.Of = v.of
	} else if v.number != "" {
		f.Number = string(v.number)
	} else {
		f.Name = v.Text
	}
	return f
}

// narrowed tells whether anything but the tab narrows the list.
func (v search) narrowed() bool {
	return v.Item != "" || v.Officer != "" || v.Text != "" || !v.From.IsZero() || !v.To.IsZero() || len(v.wrong) > 0
}

// list is a page of a work list with everything around it.
type list struct {
	Search search
	Tabs   []ui.Link
	Rows   []row
	Total  int64  // of the tab, -1 where it is not counted
	Next   string // address of the next page
	Form   ui.Form
	Fields []ui.Field
	Batch  bool // some rows can be advised together
}

// row is a case in a list.
type row struct {
	*cases.Case
	Left    cases.Left
	HasLeft bool
	Batch   bool
}

// readList reads the page of a list that a search asks for.
func (s *Desk) readList(q *kit.Request, v search) (*list, error) {
	l := &list{Search: v, Total: -1}
	if err := s.tabs(q, l); err != nil {
		return nil, err
	}
	found, more, err := s.find(q, v)
	if err != nil {
		return nil, err
	}
	left, err := s.cases.Left(q.Context(), found, s.today())
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		r := row{Case: c, Batch: advisable(q.Actor, c)}
		r.Left, r.HasLeft = left[c.ID]
		l.Rows, l.Batch = append(l.Rows, r), l.Batch || r.Batch
	}
	if more {
		next := v
		next.After = place(found[len(found)-1], v.Tab)
		l.Next = "/desk/cases?" + next.keep()
	}
	return l, nil
}

// find reads one case more than a page, to know whether there are more.
func (s *Desk) find(q *kit.Request, v search) (found []*cases.Case, more bool, err error) {
	f := v.filter()
	if len(v.wrong) > 0 {
		return nil, false, nil
	}
	if v.Tab == tabEnded {
		found, err = s.cases.Ended(q.Context(), q.Actor, f, v.After, v.Rows+1)
	} else {
		p := cases.Page{Limit: v.Rows + 1}
		if due, id, ok := strings.Cut(v.After, "_"); ok {
			if d, err := clock.ParseDate(due); err == nil || due == "" { // what waits has no date
				p.Due, p.ID = d, id
			}
		}
		f.Awaits, f.Duty = v.awaits()
		f.Asked = v.Tab == tabAsked
		if v.Tab == tabWaiting {
			f.State = cases.Waiting
		}
		found, err = s.cases.List(q.Context(), q.Actor, f, p)
	}
	if len(found) > v.Rows {
		return found[:v.Rows], true, err
	}
	return found, false, err
}

func (v search) awaits() (who []cases.Awaits, duty bool) {
	switch v.Tab {
	case tabMine:
		return nil, true
	case tabWaiting:
		return nil, false
	case tabAll:
		return stepTabs, false
	default:
		if a := cases.Awaits(v.Tab); slices.Contains(stepTabs, a) {
			return []cases.Awaits{a}, false
		}
		return stepTabs, false
	}
}

// place names a row as the end of a page.
func place(c *cases.Case, tab string) string {
	if tab == tabEnded {
		return c.ID
	}
	return c.DueOn.String() + "_" + c.ID
}

// tabs counts the tabs in a query or two; a step where nothing waits has none.
func (s *Desk) tabs(q *kit.Request, l *list) error {
	v := l.Search
	counts, err := s.cases.Counts(q.Context(), q.Actor, v.filter())
	if err != nil {
		return err
	}
	add := func(tab, text string, n int64) {
		link := ui.Link{Text: text, Href: v.tabHref(tab), Current: v.Tab == tab}
		if n >= 0 {
			link.Count = dossier.Counted(n)
		}
		if link.Current {
			l.Total = n
		}
		l.Tabs = append(l.Tabs, link)
	}
	if works(q.Actor) {
		mine, known := cases.DutyOf(q.Actor, counts)
		if f := v.filter(); !known {
			f.Duty = true
			if mine, err = s.cases.Count(q.Context(), q.Actor, f); err != nil {
				return err
			}
		}
		add(tabMine, q.T("desk.tab_mine"), mine)
	}
	var all int64
	for _, n := range counts {
		all += n
	}
	add(tabAll, q.T("desk.tab_all"), all)
	if err := s.askedTab(q, v, add); err != nil {
		return err
	}
	for _, a := range stepTabs {
		if counts[a] > 0 || v.Tab == string(a) {
			add(string(a), q.T("status.awaits_"+string(a)), counts[a])
		}
	}
	if err := s.someTab(q, v, tabWaiting, cases.Filter{State: cases.Waiting}, add); err != nil {
		return err
	}
	add(tabEnded, q.T("desk.tab_ended"), -1)
	return nil
}

// someTab adds a tab that is there when it has something.
func (s *Desk) someTab(q *kit.Request, v search, tab string, of cases.Filter, add func(tab, text string, n int64)) error {
	f := v.filter()
	f.State, f.Asked, f.Awaits = of.State, of.Asked, of.Awaits
	n, err := s.cases.Count(q.Context(), q.Actor, f)
	if err == nil && (n > 0 || v.Tab == tab) {
		add(tab, q.T("desk.tab_"+tab), n)
	}
	return err
}

// askedTab is what waits for a head beside the decisions.
func (s *Desk) askedTab(q *kit.Request, v search, add func(tab, text string, n int64)) error {
	if !q.Actor.Has(gov.RoleApprover) {
		return nil
	}
	return s.someTab(q, v, tabAsked, cases.Filter{Asked: true, Awaits: stepTabs}, add)
}

// workList is the list alone, as a table with its filters.
func (s *Desk) workList(q *kit.Request) error {
	v, err := s.readSearch(q)
	if err != nil {
		return err
	}
	l, err := s.readList(q, v)
	if err != nil {
		return err
	}
	if err := s.filters(q, l); err != nil {
		return err
	}
	p := s.page(q, q.T("desk.work_list"), areaCases)
	p.Form = l.Form
	return q.Render(p, workListPage(l, s.today()))
}

// filters are the inputs above the list, filled with the search.
func (s *Desk) filters(q *kit.Request, l *list) error {
	v := l.Search
	l.Form = ui.Filled(map[string]string{"q": v.Text, "item": v.Item, "officer": v.Officer, "from": q.Param("from"), "to": q.Param("to"), "body": v.Body})
	for _, name := range v.wrong {
		l.Form.Faults.Add(name, "faults.date")
	}
	l.Fields = append(l.Fields, ui.Field{Name: "q", Label: q.T("desk.filter_text"), Max: 100})
	own := bodies(q.Actor)
	if len(own) > 1 {
		options, err := s.bodyOptions(q, own)
		if err != nil {
			return err
		}
		l.Fields = append(l.Fields, ui.Field{Kind: ui.KindSelect, Name: "body", Label: q.T("desk.filter_body"), Options: options})
	}
	if v.Body != "" && slices.Contains(own, v.Body) {
		if err := s.bodyFilters(q, l); err != nil {
			return err
		}
	}
	l.Fields = append(l.Fields,
		ui.Field{Kind: ui.KindDay, Name: "from", Label: q.T("desk.filter_from"), Width: ui.WidthMedium},
		ui.Field{Kind: ui.KindDay, Name: "to", Label: q.T("desk.filter_to"), Width: ui.WidthMedium})
	return nil
}

// bodyFilters are those that need to know which body is meant.
func (s *Desk) bodyFilters(q *kit.Request, l *list) error {
	items, _, err := s.catalogue.Items(q.Context(), catalogue.Filter{Body: l.Search.Body, Withheld: true, Limit: 200})
	if err != nil {
		return err
	}
	f := ui.Field{Kind: ui.KindSelect, Name: "item", Label: q.T("desk.filter_item")}
	for _, i := range items {
		f.Options = append(f.Options, ui.Option{Value: i.ID, Label: i.Name})
	}
	l.Fields = append(l.Fields, f)
	staff, err := s.cases.Colleagues(q.Context(), q.Actor, l.Search.Body)
	if err != nil {
		return err
	}
	l.Fields = append(l.Fields, ui.Field{Kind: ui.KindSelect, Name: "officer", Label: q.T("desk.filter_officer"), Options: people(staff)})
	return nil
}

// people are accounts as choices, by name.
func people(staff map[string]string) []ui.Option {
	out := make([]ui.Option, 0, len(staff))
	for account, name := range staff {
		out = append(out, ui.Option{Value: account, Label: name})
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	return out
}

// bodyOptions names the actor's bodies.
func (s *Desk) bodyOptions(q *kit.Request, ids []string) ([]ui.Option, error) {
	names, err := s.identity.BodyNames(q.Context(), ids)
	if err != nil {
		return nil, err
	}
	return people(names), nil
}

// sideRows are the list beside an open case.
func sideRows(ctx context.Context, l *list, current string) []ui.Work {
	out := make([]ui.Work, len(l.Rows))
	for i, r := range l.Rows {
		w := ui.Work{Href: "/desk/cases/" + r.ID + "?" + l.Search.keep(), Title: r.ItemName, Who: r.ApplicantName,
			Number: r.Number.Grouped(), Current: r.ID == current}
		if !r.DueOn.IsZero() {
			w.Number = ui.T(ctx, "desk.number_due", "number", tail(string(r.Number)), "date", ui.ShortDate(ctx, r.DueOn))
		}
		if r.HasLeft {
			tone, word := dossier.TimeLeft(ctx, r.Left)
			w.Left, w.Percent, w.Tone = word, r.Left.Percent, barTone(tone)
		}
		out[i] = w
	}
	return out
}

// tail is the end of a number, by which colleagues name a case.
func tail(number string) string {
	const shown = 7
	if len(number) > shown {
		return number[len(number)-shown:]
	}
	return number
}

// barTone colours a bar: a limit with time left is blue.
func barTone(t ui.Tone) ui.Tone {
	if t == ui.ToneBad || t == ui.ToneWarn {
		return t
	}
	return ui.ToneNone
}

func emptyTitle(ctx context.Context, l *list) string {
	if l.Search.narrowed() {
		return ui.T(ctx, "desk.nothing_found")
	}
	return ui.T(ctx, "desk.nothing_waits")
}

func firstPage(l *list) string {
	if l.Search.After == "" {
		return ""
	}
	v := l.Search
	v.After = ""
	return "/desk/cases?" + v.keep()
}
