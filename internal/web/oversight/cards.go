package oversight

import (
	"slices"

	"yimen/internal/clock"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// The tabs of the cards: what has to be answered, what is late, what waits for the
// supervisor, and everything.
const (
	tabAsked    = "asked"
	tabLate     = "late"
	tabAppealed = "appealed"
	tabAll      = "all"
)

var cardTabs = []string{tabAsked, tabLate, tabAppealed, tabAll}

// cardSearch is what narrows the list of cards; it stands in the address.
type cardSearch struct {
	Tab, Severity, State, Rule, Department, Item, From, To, Before string
	filter                                                         supervision.CardFilter
}

func readCards(q *kit.Request, f *ui.Form) cardSearch {
	v := cardSearch{Tab: q.Param("tab"), Severity: q.Param("severity"), State: q.Param("state"), Rule: q.Param("rule"),
		Department: q.Param("department"), Item: q.Param("item"), From: q.Param("from"), To: q.Param("to"), Before: q.Param("before")}
	if !slices.Contains(cardTabs, v.Tab) {
		v.Tab = tabAll
	}
	*f = ui.Filled(map[string]string{"severity": v.Severity, "state": v.State, "rule": v.Rule, "department": v.Department,
		"item": v.Item, "from": v.From, "to": v.To})
	v.filter = supervision.CardFilter{Severity: supervision.Severity(v.Severity), State: supervision.CardState(v.State),
		Rule: supervision.Code(v.Rule), Department: v.Department, Item: v.Item, Case: q.Param("case"), From: date(q, "from", f), To: date(q, "to", f)}
	return v
}

// of is the filter of a tab.
func (v cardSearch) of(tab string) supervision.CardFilter {
	f := v.filter
	f.Asked, f.Late = tab == tabAsked, tab == tabLate
	if tab == tabAppealed {
		f.State = supervision.CardAppealed
	}
	return f
}

func (v cardSearch) href(path, tab, before string) string {
	return address(path, "tab", tab, "severity", v.Severity, "state", v.State, "rule", v.Rule, "department", v.Department,
		"item", v.Item, "from", v.From, "to", v.To, "case", v.filter.Case, "before", before)
}

func (v cardSearch) narrowed() bool {
	return v.Severity+v.State+v.Rule+v.Department+v.Item+v.From+v.To+v.filter.Case != ""
}

// cardsView is a page of the list of cards.
type cardsView struct {
	Search cardSearch
	Rows   []*supervision.Card
	Tabs   []ui.Link
	Total  int64
	Form   ui.Form
	Fields []ui.Field
	First  string
	Next   string
	Today  clock.Date
}

// cardList is the cards of one's region or bodies, the newest first.
func (s *Oversight) cardList(q *kit.Request) error {
	v := &cardsView{Today: s.today()}
	v.Search = readCards(q, &v.Form)
	ctx, search := q.Context(), v.Search
	var err error
	if len(v.Form.Faults) == 0 {
		if v.Rows, err = s.supervision.Cards(ctx, q.Actor, search.of(search.Tab), search.Before, pageRows+1); err != nil {
			return err
		}
	}
	if len(v.Rows) > pageRows {
		v.Rows = v.Rows[:pageRows]
		v.Next = search.href(areaCards, search.Tab, v.Rows[pageRows-1].ID)
	}
	if search.Before != "" {
		v.First = search.href(areaCards, search.Tab, "")
	}
	for _, tab := range cardTabs {
		n, err := s.supervision.CardCount(ctx, q.Actor, search.of(tab))
		if err != nil {
			return err
		}
		if tab == search.Tab {
			v.Total = n
		}
		v.Tabs = append(v.Tabs, ui.Link{Text: q.T("oversight.cards_" + tab), Count: count(n), Current: tab == search.Tab,
			Href: search.href(areaCards, tab, "")})
	}
	if v.Fields, err = s.cardFields(q, search); err != nil {
		return err
	}
	p := page(q, q.T("oversight.cards"), areaCards)
	p.Form = v.Form
	return q.Render(p, cardsPage(v))
}

// cardFields are the inputs above the list.
func (s *Oversight) cardFields(q *kit.Request, v cardSearch) ([]ui.Field, error) {
	ctx := ui.WithView(q.Context(), q.View())
	colours := ui.Field{Kind: ui.KindSelect, Name: "severity", Label: q.T("oversight.severity")}
	for _, x := range supervision.Severities() {
		colours.Options = append(colours.Options, ui.Option{Value: string(x), Label: severity(ctx, x)})
	}
	states := ui.Field{Kind: ui.KindSelect, Name: "state", Label: q.T("oversight.state")}
	for _, x := range []supervision.CardState{supervision.CardRaised, supervision.CardAnswered, supervision.CardAppealed,
		supervision.CardUpheld, supervision.CardWithdrawn} {
		states.Options = append(states.Options, ui.Option{Value: string(x), Label: ui.T(ctx, "supervision.card_"+string(x))})
	}
	out := []ui.Field{colours}
	if v.Tab == tabAll {
		out = append(out, states)
	}
	department, err := s.departmentField(q)
	if err != nil {
		return nil, err
	}
	if department != nil {
		out = append(out, *department)
	}
	item, err := s.itemField(q, v.Department)
	if err != nil {
		return nil, err
	}
	if item != nil {
		out = append(out, *item)
	}
	return append(out, ui.Field{Kind: ui.KindDay, Name: "from", Label: q.T("oversight.raised_from"), Width: ui.WidthMedium},
		ui.Field{Kind: ui.KindDay, Name: "to", Label: q.T("oversight.raised_to"), Width: ui.WidthMedium}), nil
}

func cardsAddress(tab, department string) string {
	return address(areaCards, "tab", tab, "department", department)
}

func cardAddress(id string) string { return areaCards + "/" + id }

// caseAddress is the replay of a case, whyAddress the page that explains its dates.
func caseAddress(id string) string { return "/oversight/cases/" + id }
func whyAddress(id string) string  { return "/desk/cases/" + id + "/dates" }

// cleared is a list without its filters.
func cleared(path string, kept [][2]string) string {
	var pairs []string
	for _, k := range kept {
		pairs = append(pairs, k[0], k[1])
	}
	return address(path, pairs...)
}
