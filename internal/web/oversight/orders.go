package oversight

import (
	"slices"
	"strconv"

	"yimen/internal/clock"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// The tabs of the orders: what has to be answered, what is late, what waits for
// the supervisor, and everything.
const (
	tabIssued   = "issued"
	tabAnswered = "answered"
)

var orderTabs = []string{tabIssued, tabLate, tabAnswered, tabAll}

func orderFilter(tab string) supervision.OrderFilter {
	switch tab {
	case tabLate:
		return supervision.OrderFilter{Late: true}
	case tabIssued:
		return supervision.OrderFilter{State: supervision.OrderIssued}
	case tabAnswered:
		return supervision.OrderFilter{State: supervision.OrderAnswered}
	}
	return supervision.OrderFilter{}
}

// ordersView is a page of the list of orders.
type ordersView struct {
	Tab    string
	Rows   []*supervision.Order
	Tabs   []ui.Link
	Total  int64
	First  string
	Next   string
	Issues bool
	Today  clock.Date
}

// orderList is the orders to the bodies of one's region, or to one's own, the
// newest first.
func (s *Oversight) orderList(q *kit.Request) error {
	v := &ordersView{Tab: q.Param("tab"), Issues: supervises(q.Actor), Today: s.today()}
	if !slices.Contains(orderTabs, v.Tab) {
		v.Tab = tabAll
	}
	ctx, before := q.Context(), q.Param("before")
	var err error
	if v.Rows, err = s.supervision.Orders(ctx, q.Actor, orderFilter(v.Tab), before, pageRows+1); err != nil {
		return err
	}
	if len(v.Rows) > pageRows {
		v.Rows = v.Rows[:pageRows]
		v.Next = address(areaOrders, "tab", v.Tab, "before", v.Rows[pageRows-1].ID)
	}
	if before != "" {
		v.First = address(areaOrders, "tab", v.Tab)
	}
	for _, tab := range orderTabs {
		n, err := s.supervision.OrderCount(ctx, q.Actor, orderFilter(tab))
		if err != nil {
			return err
		}
		if tab == v.Tab {
			v.Total = n
		}
		v.Tabs = append(v.Tabs, ui.Link{Text: q.T("oversight.orders_" + tab), Count: count(n), Current: tab == v.Tab,
			Href: address(areaOrders, "tab", tab)})
	}
	return q.Render(page(q, q.T("oversight.orders"), areaOrders), ordersPage(v))
}

func orderAddress(id string) string { return areaOrders + "/" + id }

// version is what a form carries back.
func version(n int64) string { return strconv.FormatInt(n, 10) }
