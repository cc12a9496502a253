package oversight

import (
	"context"
	"io"
	"net/http"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/platform/sheet"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// table is a list on its way out: its headings, and how its rows are written one
// after the other.
type table struct {
	Headings []string
	Rows     func(put func(cells ...any) error) error
}

// export sends a list as CSV or XLSX, narrowed and scoped as the page with the same
// query: the numbers of the board are the numbers of rows. Rows are read and sent
// page by page; that somebody took them is kept in his account's journal first.
func (s *Oversight) export(q *kit.Request) error {
	name, ending, _ := strings.Cut(q.PathValue("file"), ".")
	format := sheet.Format(ending)
	tables := map[string]func(*kit.Request) (*table, error){"board": s.boardTable, "cases": s.casesTable, "cards": s.cardsTable,
		"orders": s.ordersTable, "burden": s.burdenTable}
	read, ok := tables[name]
	if !ok || format.Type() == "" {
		return fault.Missing("faults.page")
	}
	t, err := read(q)
	if err != nil {
		return err
	}
	if err := s.identity.RecordExport(q.Context(), q.Actor, name, q.URL.RawQuery); err != nil {
		return err
	}
	title := q.T("oversight.export_" + name)
	r, w := io.Pipe()
	defer r.Close() // ends the writer when the visitor has left
	go func() { w.CloseWithError(t.write(w, format, title)) }()
	err = q.File(kit.Download{Name: title + "-" + s.today().String() + "." + ending, Type: format.Type(), Size: -1, Body: r})
	if err != nil {
		panic(http.ErrAbortHandler) // half a list must not look like a whole one
	}
	return nil
}

func (t *table) write(w io.Writer, f sheet.Format, title string) (err error) {
	out, err := sheet.New(w, f, title, t.Headings...)
	if err != nil {
		return err
	}
	if err := t.Rows(out.Row); err != nil {
		_ = out.Close() // the reader hears of the first error
		return err
	}
	return out.Close()
}

// headings translates the headings of a table.
func headings(q *kit.Request, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = q.T("oversight." + k)
	}
	return out
}

// boardTable is the board: a line for each department, then for each item.
func (s *Oversight) boardTable(q *kit.Request) (*table, error) {
	b, err := s.supervision.Board(q.Context(), q.Actor, supervision.Filter{Department: q.Param("department")})
	if err != nil {
		return nil, err
	}
	names, err := s.departments(q.Context())
	if err != nil {
		return nil, err
	}
	ctx := ui.WithView(q.Context(), q.View())
	t := &table{Headings: []string{q.T("oversight.department"), q.T("oversight.item")}}
	for _, c := range columns() {
		t.Headings = append(t.Headings, column(ctx, c))
	}
	t.Rows = func(put func(...any) error) error {
		for i, lines := range [][]supervision.Line{b.Departments, b.Items} {
			for _, l := range lines {
				cells := []any{names[l.Department], ""}
				if i == 1 {
					cells[1] = l.Name
				}
				for _, c := range columns() {
					cells = append(cells, l.Of(c))
				}
				if err := put(cells...); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return t, nil
}

// casesTable is the cases behind a number of the board.
func (s *Oversight) casesTable(q *kit.Request) (*table, error) {
	search, err := readWatched(q)
	if err != nil {
		return nil, err
	}
	ctx := ui.WithView(q.Context(), q.View())
	return &table{
		Headings: headings(q, "number", "item", "item_type", "body", "officer", "state", "submitted", "due", "provisional", "severity", "next"),
		Rows: func(put func(...any) error) error {
			for w, err := range s.supervision.Export(ctx, q.Actor, search.Filter) {
				if err == nil {
					err = put(w.Number.Grouped(), w.ItemName, w.ItemType, w.BodyName, w.OfficerName, standing(ctx, w), w.SubmittedOn.String(),
						w.DueOn.String(), yes(ctx, w.Provisional), coloured(ctx, w.Severity), w.NextOn.String())
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}, nil
}

// cardsTable is the list of cards; what was written on them stays on their pages.
func (s *Oversight) cardsTable(q *kit.Request) (*table, error) {
	var form ui.Form
	search := readCards(q, &form)
	if err := form.Faults.Err(); err != nil {
		return nil, err
	}
	ctx, today := ui.WithView(q.Context(), q.View()), s.today()
	return &table{
		Headings: headings(q, "severity", "rule", "basis", "number", "item", "body", "officer", "due_at_stake", "reached", "raised_day",
			"state", "answer_due", "answered_day", "appeal_due", "appealed_day", "decided_day"),
		Rows: func(put func(...any) error) error {
			return paged(func(before string) ([]*supervision.Card, error) {
				return s.supervision.Cards(ctx, q.Actor, search.of(search.Tab), before, supervision.MostRows)
			}, func(c *supervision.Card) (string, error) {
				_, state := cardState(ctx, c, today)
				return c.ID, put(severity(ctx, c.Severity), rule(ctx, c.Rule), c.Basis, c.Number.Grouped(), c.ItemName, c.BodyName, c.OfficerName,
					c.DueOn.String(), c.ReachedOn.String(), c.RaisedOn.String(), state, c.AnswerDue.String(), day(c.AnsweredAt),
					c.AppealDue.String(), day(c.AppealedAt), day(c.DecidedAt))
			})
		},
	}, nil
}

// ordersTable is the list of orders with their subjects.
func (s *Oversight) ordersTable(q *kit.Request) (*table, error) {
	ctx, today, f := ui.WithView(q.Context(), q.View()), s.today(), orderFilter(q.Param("tab"))
	return &table{
		Headings: headings(q, "order_number", "subject", "number", "body", "person", "issued_by", "issued_day", "order_due", "state",
			"answered_day", "returns", "escalated_day", "closed_day"),
		Rows: func(put func(...any) error) error {
			return paged(func(before string) ([]*supervision.Order, error) {
				return s.supervision.Orders(ctx, q.Actor, f, before, supervision.MostRows)
			}, func(o *supervision.Order) (string, error) {
				_, state := orderState(ctx, o, today)
				number := ""
				if o.CaseNumber != "" {
					number = o.CaseNumber.Grouped()
				}
				return o.ID, put(o.Number, o.Subject, number, o.BodyName, o.AccountName, o.IssuedName, o.IssuedOn.String(), o.DueOn.String(),
					state, o.AnsweredOn.String(), o.Returns, day(o.EscalatedAt), day(o.ClosedAt))
			})
		},
	}, nil
}

// paged walks over a list a page after the other; put writes a row and names it.
func paged[T any](read func(before string) ([]T, error), put func(T) (string, error)) error {
	for before := ""; ; {
		page, err := read(before)
		if err != nil {
			return err
		}
		for _, row := range page {
			if before, err = put(row); err != nil {
				return err
			}
		}
		if len(page) < supervision.MostRows {
			return nil
		}
	}
}

// day is the legal day of an instant, ” for one that has not come.
func day(at now.Instant) string {
	if at.IsZero() {
		return ""
	}
	return clock.DateOf(at.Time()).String()
}

// yes is a word for what holds, and nothing for what does not.
func yes(ctx context.Context, holds bool) string {
	if !holds {
		return ""
	}
	return ui.T(ctx, "oversight.yes")
}

// coloured is the word of a severity, ” for none.
func coloured(ctx context.Context, s supervision.Severity) string {
	if s == supervision.NoSeverity {
		return ""
	}
	return severity(ctx, s)
}
