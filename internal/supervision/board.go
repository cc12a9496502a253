package supervision

import (
	"cmp"
	"context"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Counts are the numbers of a line of the board; Open holds all the others.
type Counts struct {
	Open   int64
	Today  int64 // due today
	Blue   int64
	Yellow int64
	Red    int64 // later than promised, Serious included
	// Serious is later than the law allows.
	Serious int64
}

func (c *Counts) add(s Severity, n, today int64) {
	c.Open += n
	c.Today += today
	switch s {
	case BlueSeverity:
		c.Blue += n
	case YellowSeverity:
		c.Yellow += n
	case RedSeverity:
		c.Red += n
	case SeriousSeverity:
		c.Red += n
		c.Serious += n
	}
}

// Of gives the number of a column.
func (c Counts) Of(col Column) int64 {
	switch col {
	case DueToday:
		return c.Today
	case InBlue:
		return c.Blue
	case InYellow:
		return c.Yellow
	case InRed:
		return c.Red
	case InSerious:
		return c.Serious
	case AllOpen:
	}
	return c.Open
}

// Line is a department's or an item's line. Name is the item's; a department's is
// for the page to know.
type Line struct {
	Key        string
	Name       string
	Department string
	Counts
}

// Board is how the open cases stand on a day.
type Board struct {
	On          clock.Date
	Total       Counts
	Departments []Line // most red first, then most yellow, then most open
	Items       []Line
}

// Board counts the open cases that the actor may see, exactly as they stand when it
// is asked: sums that were added up, and what is still pending. It does not read
// the cases.
func (s *Service) Board(ctx context.Context, actor gov.Actor, f Filter) (Board, error) {
	b := Board{On: today(s.now())}
	q := query{}
	on := q.arg(b.On)
	if !q.scope(actor) {
		return b, nil
	}
	f.places(&q)
	rows, err := s.db.Query(ctx, `SELECT department, item, severity, max(item_name), CAST(sum(n) AS BIGINT), CAST(sum(today) AS BIGINT) FROM (
		SELECT department, item, severity, item_name, n, 0 AS today FROM tally WHERE `+q.where()+`
		UNION ALL SELECT department, item, severity, item_name, 0, n FROM tally_day WHERE due_on = `+on+` AND `+q.where()+`
		UNION ALL SELECT department, item, severity, item_name, delta, CASE WHEN due_on = `+on+` THEN delta ELSE 0 END
			FROM tally_delta WHERE `+q.where()+`) counted
		GROUP BY department, item, severity`, q.args...)
	type group struct {
		department, item, name string
		severity               Severity
		n, today               int64
	}
	groups, err := db.All(rows, err, func(r db.Scanner) (g group, err error) {
		err = r.Scan(&g.department, &g.item, &g.severity, &g.name, &g.n, &g.today)
		return g, err
	})
	if err != nil {
		return b, err
	}
	departments, items := map[string]*Line{}, map[string]*Line{}
	for _, g := range groups {
		b.Total.add(g.severity, g.n, g.today)
		line(departments, g.department, "", g.department).add(g.severity, g.n, g.today)
		line(items, g.item, g.name, g.department).add(g.severity, g.n, g.today)
	}
	b.Departments, b.Items = lines(departments), lines(items)
	return b, nil
}

func line(in map[string]*Line, key, name, department string) *Line {
	if in[key] == nil {
		in[key] = &Line{Key: key, Name: name, Department: department}
	}
	return in[key]
}

// lines puts first what needs looking at; a line without open cases is none.
func lines(in map[string]*Line) []Line {
	var out []Line
	for _, l := range in {
		if l.Open != 0 {
			out = append(out, *l)
		}
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Red, a.Red), cmp.Compare(b.Yellow, a.Yellow), cmp.Compare(b.Open, a.Open), cmp.Compare(a.Key, b.Key))
	})
	return out
}
