package oversight

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// pageRows is how many rows a list shows at once.
const pageRows = 50

// watchedSearch is what narrows the list of cases; it stands in the address.
type watchedSearch struct {
	supervision.Filter
	After string
}

func readWatched(q *kit.Request) (watchedSearch, error) {
	v := watchedSearch{After: q.Param("after"), Filter: supervision.Filter{Department: q.Param("department"),
		Item: q.Param("item"), Body: q.Param("body"), Column: supervision.Column(q.Param("column"))}}
	if !slices.Contains(columns(), v.Column) {
		return v, fault.Missing("faults.page")
	}
	return v, nil
}

func (v watchedSearch) href(path string, c supervision.Column, after string) string {
	return address(path, "department", v.Department, "item", v.Item, "body", v.Body, "column", string(c), "after", after)
}

// place is where the page begins; a broken one is the beginning.
func (v watchedSearch) place() supervision.Page {
	p := supervision.Page{Limit: pageRows + 1}
	if due, id, ok := strings.Cut(v.After, "_"); ok {
		d, err := clock.ParseDate(due)
		if err == nil || due == "" {
			p.Due, p.Case = d, id
		}
	}
	return p
}

// watchedView is a page of the list.
type watchedView struct {
	Search watchedSearch
	Rows   []*supervision.Watched
	Tabs   []ui.Link
	Total  int64
	Scope  string // department and item it is narrowed to
	Form   ui.Form
	Fields []ui.Field
	First  string
	Next   string
	Today  clock.Date
}

// watchedList is the cases behind a number of the board, by time left.
func (s *Oversight) watchedList(q *kit.Request) error {
	search, err := readWatched(q)
	if err != nil {
		return err
	}
	v := &watchedView{Search: search, Today: s.today()}
	if v.Rows, err = s.supervision.List(q.Context(), q.Actor, search.Filter, search.place()); err != nil {
		return err
	}
	if len(v.Rows) > pageRows {
		last := v.Rows[pageRows-1]
		v.Rows, v.Next = v.Rows[:pageRows], search.href("/oversight/cases", search.Column, last.DueOn.String()+"_"+last.Case)
	}
	if search.After != "" {
		v.First = search.href("/oversight/cases", search.Column, "")
	}
	if err := s.watchedFrame(q, v); err != nil {
		return err
	}
	return q.Render(page(q, q.T("oversight.cases"), areaBoard), watchedPage(v))
}

// watchedFrame reads what stands around the rows: the counts of the tabs, which are
// the board's own, and the filters.
func (s *Oversight) watchedFrame(q *kit.Request, v *watchedView) error {
	f := v.Search.Filter
	f.Column = supervision.AllOpen
	board, err := s.supervision.Board(q.Context(), q.Actor, f)
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	v.Total = board.Total.Of(v.Search.Column)
	for _, c := range columns() {
		v.Tabs = append(v.Tabs, ui.Link{Text: column(ctx, c), Count: count(board.Total.Of(c)), Current: c == v.Search.Column,
			Href: v.Search.href("/oversight/cases", c, "")})
	}
	v.Form = ui.Filled(map[string]string{"department": f.Department, "item": f.Item})
	department, err := s.departmentField(q)
	if err != nil {
		return err
	}
	if department != nil {
		v.Fields = append(v.Fields, *department)
	}
	item, err := s.itemField(q, f.Department)
	if err != nil {
		return err
	}
	if item != nil {
		v.Fields = append(v.Fields, *item)
	}
	return nil
}

// narrowed tells whether more than the column narrows the list.
func (v *watchedView) narrowed() bool {
	return v.Search.Department != "" || v.Search.Item != "" || v.Search.Body != ""
}

func boardCols(ctx context.Context, heading string) []ui.Col {
	out := []ui.Col{{Text: heading}}
	for _, c := range columns() {
		word := "oversight.short_open"
		if c != supervision.AllOpen {
			word = "oversight.short_" + string(c)
		}
		out = append(out, ui.Col{Text: ui.T(ctx, word), Right: true})
	}
	return out
}

// nextRung says when a case reaches its next rung, ” when none is in sight.
func nextRung(ctx context.Context, w *supervision.Watched) string {
	if w.NextOn.IsZero() {
		return ""
	}
	return ui.T(ctx, "oversight.next_rung", "date", ui.ShortDate(ctx, w.NextOn))
}
