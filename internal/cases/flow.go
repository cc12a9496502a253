package cases

import (
	"context"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// Flow is what came in and what went out on a day.
type Flow struct {
	Day     clock.Date
	Opened  int64 // filings that count from this day (R1)
	Closed  int64 // ended on this day, with or without a decision
	Decided int64 // of Closed, granted or refused
	InTime  int64 // of Decided, no later than promised
}

// beijing is how far the legal day is ahead of UTC, and day its length, in
// microseconds: instants are counted by day in the database.
const (
	beijing = int64(8 * time.Hour / time.Microsecond)
	day     = int64(24 * time.Hour / time.Microsecond)
)

// Flows counts by day, from a day to another, both included, over what the actor may
// see; department ” is all. Days on which nothing happened are left out.
func (s *Service) Flows(ctx context.Context, actor gov.Actor, department string, from, to clock.Date) (map[clock.Date]Flow, error) {
	out := map[clock.Date]Flow{}
	q := query{}
	if !q.scope(actor) {
		return out, nil
	}
	q.equal("department", department)
	q.and(`submitted_on >= ` + q.arg(from))
	q.and(`submitted_on <= ` + q.arg(to))
	rows, err := s.db.Query(ctx, `SELECT submitted_on, count(*) FROM cases WHERE `+q.where()+` GROUP BY submitted_on`, q.args...)
	_, err = db.All(rows, err, func(r db.Scanner) (f Flow, err error) {
		err = r.Scan(&f.Day, &f.Opened)
		out[f.Day] = f
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return out, s.closings(ctx, actor, department, from, to, out)
}

// closings adds what ended, as the monthly scores count it.
func (s *Service) closings(ctx context.Context, actor gov.Actor, department string, from, to clock.Date, out map[clock.Date]Flow) error {
	q := query{}
	if !q.scope(actor) {
		return nil
	}
	q.equal("department", department)
	q.and(`at >= ` + q.arg(int64(now.FromTime(from.Time()))))
	q.and(`at < ` + q.arg(int64(now.FromTime(to.AddDays(1).Time()))))
	ahead, length := q.arg(beijing), q.arg(day)
	rows, err := s.db.Query(ctx, `SELECT (at + `+ahead+`) / `+length+` AS on_day, count(*),
		count(CASE WHEN act IN ('grant','refuse') THEN 1 END),
		count(CASE WHEN act IN ('grant','refuse') AND (promised_due = '' OR decided_on <= promised_due) THEN 1 END)
		FROM (SELECT e.at, e.act, c.department, c.body, c.region, c.promised_due, c.decided_on FROM case_end e
			JOIN cases c ON c.id = e.cases WHERE e.act <> 'deliver') ended
		WHERE `+q.where()+` GROUP BY on_day`, q.args...)
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var at int64
		var f Flow
		err := r.Scan(&at, &f.Closed, &f.Decided, &f.InTime)
		f.Day = clock.DateOf(now.Instant(at*day - beijing).Time())
		f.Opened = out[f.Day].Opened
		out[f.Day] = f
		return struct{}{}, err
	})
	return err
}
