package supervision

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// CardDays counts the cards that had to be answered by the day on which they were
// raised, from a day to another, both included; withdrawn ones are not held against
// anybody. department ” is all that the actor may see.
func (s *Service) CardDays(ctx context.Context, actor gov.Actor, department string, from, to clock.Date) (map[clock.Date]int64, error) {
	out := map[clock.Date]int64{}
	q := query{}
	if !q.scope(actor) {
		return out, nil
	}
	CardFilter{Department: department, From: from, To: to}.narrow(&q, today(s.now()))
	q.and(`severity in_list(` + q.arg(db.List([]Severity{YellowSeverity, RedSeverity, SeriousSeverity})) + `)`)
	q.and(`state <> 'withdrawn'`)
	rows, err := s.db.Query(ctx, `SELECT raised_on, count(*) FROM card WHERE `+q.where()+` GROUP BY raised_on`, q.args...)
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var on clock.Date
		var n int64
		err := r.Scan(&on, &n)
		out[on] = n
		return struct{}{}, err
	})
	return out, err
}
