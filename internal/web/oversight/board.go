package oversight

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Rows that the board shows at first: a screen's worth of items, and of cards.
const (
	firstItems = 20
	firstCards = 6
)

// A board that refreshes itself does so once a minute and stops after an hour:
// a screen that nobody watches must not keep its session alive.
const (
	refreshSeconds = 60
	mostRefreshes  = 60
)

// boardView is the board with everything around it.
type boardView struct {
	supervision.Board
	At          string // the time of its numbers
	Department  string // narrowed to, '' for all
	Title       string
	Names       map[string]string // of departments
	AllItems    bool
	Cards       []*supervision.Card // not answered, the newest
	CardCount   int64
	Refreshes   int // left
	Supervising bool
}

// board is the live board: how the open cases stand now, by department and by item.
func (s *Oversight) board(q *kit.Request) error {
	ctx := q.Context()
	v := boardView{Department: q.Param("department"), AllItems: q.Param("items") == "all", Supervising: supervises(q.Actor)}
	var err error
	if v.Names, err = s.departments(ctx); err != nil {
		return err
	}
	if v.Board, err = s.supervision.Board(ctx, q.Actor, supervision.Filter{Department: v.Department}); err != nil {
		return err
	}
	asked := supervision.CardFilter{Asked: true, Department: v.Department}
	if v.Cards, err = s.supervision.Cards(ctx, q.Actor, asked, "", firstCards); err != nil {
		return err
	}
	if v.CardCount, err = s.supervision.CardCount(ctx, q.Actor, asked); err != nil {
		return err
	}
	view := ui.WithView(ctx, q.View())
	v.At = ui.DateTime(view, s.now())
	if v.Title = q.T("oversight.board"); v.Department != "" {
		v.Title = q.T("oversight.board_of", "name", v.name(v.Department))
	}
	v.refresh(q)
	return q.Render(page(q, v.Title, areaBoard), boardPage(&v))
}

// refresh asks the browser to come again, where the reader has asked for it.
func (v *boardView) refresh(q *kit.Request) {
	n, err := strconv.Atoi(q.Param("refresh"))
	if err != nil || n <= 0 {
		return
	}
	v.Refreshes = min(n, mostRefreshes)
	next := v.here()
	if v.Refreshes > 1 {
		next = v.href(v.Department, v.AllItems, v.Refreshes-1)
	}
	q.Header().Set("Refresh", strconv.Itoa(refreshSeconds)+"; url="+next)
}

// here is the board without its refreshing.
func (v *boardView) here() string { return v.href(v.Department, v.AllItems, 0) }

func (v *boardView) href(department string, all bool, refreshes int) string {
	items, times := "", ""
	if all {
		items = "all"
	}
	if refreshes > 0 {
		times = strconv.Itoa(refreshes)
	}
	return address(areaBoard, "department", department, "items", items, "refresh", times)
}

// name is a department's, or its id where the catalogue has lost it.
func (v *boardView) name(department string) string { return cmp.Or(v.Names[department], department) }

// items are the lines of items that are shown.
func (v *boardView) items() []supervision.Line {
	if v.AllItems || len(v.Items) <= firstItems {
		return v.Items
	}
	return v.Items[:firstItems]
}

// numbers are the columns as figures, each with the list of its cases.
func (v *boardView) figures(ctx context.Context) []ui.Figure {
	var out []ui.Figure
	for _, c := range columns() {
		if c == supervision.InBlue {
			continue // a reminder inside the department
		}
		out = append(out, ui.Figure{Value: count(v.Total.Of(c)), Unit: ui.T(ctx, "oversight.unit_case"),
			Text: column(ctx, c), Href: listAddress(v.Department, "", c)})
	}
	return out
}

// columns are the board's columns with the gravest as one of its own.
func columns() []supervision.Column {
	return append(slices.Clone(supervision.Columns()), supervision.InSerious)
}

// column is a column's heading.
func column(ctx context.Context, c supervision.Column) string {
	if c == supervision.AllOpen {
		return ui.T(ctx, "oversight.column_open")
	}
	return ui.T(ctx, "oversight.column_"+string(c))
}

// listAddress is the list of the cases behind a number.
func listAddress(department, item string, c supervision.Column) string {
	return address("/oversight/cases", "department", department, "item", item, "column", string(c))
}

// count writes a number in groups of three.
func count(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
