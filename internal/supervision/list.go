package supervision

import (
	"context"
	"iter"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// MaySeeWatched tells whether a watched case exists for this actor.
func MaySeeWatched(a gov.Actor, w *Watched) bool {
	return a.Kind == gov.System || servesAt(a, w.Body, staff...) || a.At(gov.RoleSupervisor, string(w.Region))
}

// Column is one of the board's columns.
type Column string

// The columns: red holds what is later than promised and what is later than the
// law allows.
const (
	AllOpen  Column = ""
	DueToday Column = "today"
	InBlue   Column = "blue"
	InYellow Column = "yellow"
	InRed    Column = "red"
	// InSerious is the part of InRed that is later than the law allows.
	InSerious Column = "serious"
)

// Columns lists those that hold different cases, as the board shows them.
func Columns() []Column { return []Column{AllOpen, DueToday, InBlue, InYellow, InRed} }

// Filter narrows the board and its lists; empty fields do not.
type Filter struct {
	Department string
	Item       string
	Body       string
	Region     gov.Region // with its subtree
	Column     Column     // of lists; the board has them all
}

// places narrows by whose it is.
func (f Filter) places(q *query) {
	q.equal("department", f.Department)
	q.equal("item", f.Item)
	q.equal("body", f.Body)
	if p := f.Region.Prefix(); p != "" {
		q.and(`(region >= ` + q.arg(p) + ` AND region < ` + q.arg(p+":") + `)`)
	} else if f.Region != "" {
		q.and("FALSE")
	}
}

// column narrows open cases to one column of the board on a day.
func (f Filter) column(q *query, on clock.Date) {
	q.and("open")
	switch f.Column {
	case AllOpen:
	case DueToday:
		q.and(`due_on = ` + q.arg(on))
	case InRed:
		q.and(`severity <> '' AND severity IN ('red','serious')`)
	default:
		q.and(`severity <> '' AND severity = ` + q.arg(string(f.Column)))
	}
}

// Page is a place in a list of watched cases: after the row with this due date and
// case.
type Page struct {
	Due   clock.Date
	Case  string
	Limit int // at most MostRows
}

// List gives the open cases behind a number of the board, by time left.
func (s *Service) List(ctx context.Context, actor gov.Actor, f Filter, p Page) ([]*Watched, error) {
	q := query{}
	if !q.scope(actor) {
		return nil, nil
	}
	f.places(&q)
	f.column(&q, today(s.now()))
	if p.Case != "" {
		q.and(`(due_on, cases) > (` + q.arg(p.Due) + `, ` + q.arg(p.Case) + `)`)
	}
	rows, err := s.db.Query(ctx, `SELECT `+watchColumns+` FROM watch WHERE `+q.where()+
		` ORDER BY due_on, cases LIMIT `+q.arg(limited(p.Limit)), q.args...)
	return db.All(rows, err, scanWatched)
}

// exportPage is how many rows an export reads at once.
const exportPage = 1000

// Export streams the same cases in the order of their ids, which never change, so
// that none is given twice or left out while others work; as many as the board
// says, if nobody does.
func (s *Service) Export(ctx context.Context, actor gov.Actor, f Filter) iter.Seq2[*Watched, error] {
	return func(yield func(*Watched, error) bool) {
		on := today(s.now())
		for after := ""; ; {
			page, err := s.exported(ctx, actor, f, on, after)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, w := range page {
				if !yield(w, nil) {
					return
				}
			}
			if len(page) < exportPage {
				return
			}
			after = page[len(page)-1].Case
		}
	}
}

func (s *Service) exported(ctx context.Context, actor gov.Actor, f Filter, on clock.Date, after string) ([]*Watched, error) {
	q := query{}
	if !q.scope(actor) {
		return nil, nil
	}
	f.places(&q)
	f.column(&q, on)
	q.and(`cases > ` + q.arg(after))
	rows, err := s.db.Query(ctx, `SELECT `+watchColumns+` FROM watch WHERE `+q.where()+
		` ORDER BY cases LIMIT `+q.arg(exportPage), q.args...)
	return db.All(rows, err, scanWatched)
}

func loadWatched(ctx context.Context, r db.Reader, caseID string) (*Watched, error) {
	w, err := db.One(r.Row(ctx, `SELECT `+watchColumns+` FROM watch WHERE cases = $1`, caseID), scanWatched)
	if db.NoRows(err) {
		return nil, fault.Missing("supervision.missing")
	}
	return w, err
}

// Watched reads the watch on one case.
func (s *Service) Watched(ctx context.Context, actor gov.Actor, caseID string) (*Watched, error) {
	w, err := loadWatched(ctx, s.db, caseID)
	if err == nil && !MaySeeWatched(actor, w) {
		return nil, fault.Missing("supervision.missing")
	}
	return w, err
}
