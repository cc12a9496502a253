package supervision

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// MostRows is the longest page of a list.
const MostRows = 200

// query collects conditions with their arguments; the text depends only on which
// filters are set, so statements stay prepared.
type query struct {
	conds []string
	args  []any
}

func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *query) and(cond string) { q.conds = append(q.conds, cond) }

func (q *query) equal(column, v string) {
	if v != "" {
		q.and(column + ` = ` + q.arg(v))
	}
}

func (q *query) where() string {
	if len(q.conds) == 0 {
		return "TRUE"
	}
	return strings.Join(q.conds, " AND ")
}

// scope is MaySeeCard, MaySeeOrder and MaySeeWatched as SQL over body and region:
// a supervisor sees his region's subtree, a department's people their bodies. It
// tells false when the actor sees nothing.
func (q *query) scope(a gov.Actor) bool {
	if a.Kind == gov.System {
		return true
	}
	var bodies, any []string
	for _, r := range staff {
		bodies = append(bodies, a.Bodies(r)...)
	}
	if len(bodies) > 0 {
		any = append(any, `body in_list(`+q.arg(db.List(bodies))+`)`)
	}
	for _, region := range a.Regions(gov.RoleSupervisor) {
		if p := region.Prefix(); p != "" {
			any = append(any, `(region >= `+q.arg(p)+` AND region < `+q.arg(p+":")+`)`)
		}
	}
	if len(any) == 0 {
		return false
	}
	q.and(`(` + strings.Join(any, " OR ") + `)`)
	return true
}

// newest reads what the actor may see of a table and a filter leaves, newest first,
// before one (” for the newest).
func (s *Service) newest(ctx context.Context, actor gov.Actor, narrow func(*query, clock.Date), from, before string, limit int) (*db.Rows, error) {
	q := query{}
	if !q.scope(actor) {
		q.and("FALSE")
	}
	narrow(&q, today(s.now()))
	if before == "" {
		before = last
	}
	q.and(`id < ` + q.arg(before))
	return s.db.Query(ctx, `SELECT `+from+` WHERE `+q.where()+` ORDER BY id DESC LIMIT `+q.arg(limited(limit)), q.args...)
}

// howMany counts what newest would give in all.
func (s *Service) howMany(ctx context.Context, actor gov.Actor, narrow func(*query, clock.Date), table string) (n int64, err error) {
	q := query{}
	if !q.scope(actor) {
		return 0, nil
	}
	narrow(&q, today(s.now()))
	err = s.db.Row(ctx, `SELECT count(*) FROM `+table+` WHERE `+q.where(), q.args...).Scan(&n)
	return n, err
}

// limited is a page's size within bounds.
func limited(n int) int {
	if n <= 0 || n > MostRows {
		return MostRows
	}
	return n
}
