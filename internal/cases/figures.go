package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// ClosedFigures are counts over the cases of an item at a body that were closed
// (办结) in a span: decided, or ended without a decision. A case is closed once.
type ClosedFigures struct {
	Body, Item  string
	Closed      int64 // granted, refused, declined, withdrawn, lapsed, terminated
	Decided     int64 // granted or refused
	InTime      int64 // decided no later than promised
	WithDays    int64 // decided, and promised for a later day than that of acceptance
	Early       int64 // of WithDays, decided before the promised day
	Corrections int64 // notices the closed cases received in their lives (art. 32)
	Online      int64 // closed cases that were applied for on the web or by phone
}

// ClosedSQL counts ClosedFigures between two instants ($1 included, $2 not); it is
// printed in docs/reference/scores.md, so that anybody can count again.
const ClosedSQL = `SELECT c.body, c.item,
  COUNT(*) AS closed,
  COUNT(CASE WHEN e.act IN ('grant','refuse') THEN 1 END) AS decided,
  COUNT(CASE WHEN e.act IN ('grant','refuse') AND (c.promised_due = '' OR c.decided_on <= c.promised_due) THEN 1 END) AS in_time,
  COUNT(CASE WHEN e.act IN ('grant','refuse') AND c.promised_due > c.accepted_on THEN 1 END) AS with_days,
  COUNT(CASE WHEN e.act IN ('grant','refuse') AND c.promised_due > c.accepted_on AND c.decided_on < c.promised_due THEN 1 END) AS early,
  CAST(SUM((SELECT COUNT(*) FROM case_act k WHERE k.cases = c.id AND k.act = 'notify_correction')) AS BIGINT) AS corrections,
  COUNT(CASE WHEN o.channel IN ('web','mobile') THEN 1 END) AS online
FROM case_end e
JOIN cases c ON c.id = e.cases
JOIN case_act o ON o.cases = e.cases AND o.version = 1
WHERE e.at >= $1 AND e.at < $2 AND e.act <> 'deliver'
GROUP BY c.body, c.item
ORDER BY c.body, c.item`

// MonthClosed counts what was closed from an instant until before another, by body
// and item. It reads the journal's acts with the cases' own dates.
func (s *Service) MonthClosed(ctx context.Context, r db.Reader, from, until now.Instant) ([]ClosedFigures, error) {
	rows, err := r.Query(ctx, ClosedSQL, int64(from), int64(until))
	out, err := db.All(rows, err, func(r db.Scanner) (f ClosedFigures, err error) {
		return f, r.Scan(&f.Body, &f.Item, &f.Closed, &f.Decided, &f.InTime, &f.WithDays, &f.Early, &f.Corrections, &f.Online)
	})
	// the engines sort text each in their own way
	slices.SortFunc(out, func(a, b ClosedFigures) int { return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item)) })
	return out, err
}

// FinishedFigures are counts over the cases of an item at a body of which nothing
// more was to come in a span: the result handed over, or ended without one. What
// the applicant had to come for is known only then.
type FinishedFigures struct {
	Body, Item  string
	Finished    int64
	Online      int64 // of Finished, applied for on the web or by phone
	Visits      int64 // days on which the applicants came: to a window to file, to correct, to fetch
	CameOnce    int64 // of Online, with at most one visit
	NeverCame   int64 // of Online, with none
	Items       int64 // 1: the item was in use
	ItemsOnline int64 // 1 when a case of it never came
}

// FinishedSQL counts FinishedFigures between two instants ($1 included, $2 not).
// Acts of one day at the window are one visit; 28800000000 µs are the eight hours
// of Asia/Shanghai, 86400000000 µs a day.
const FinishedSQL = `WITH finished AS (
  SELECT e.cases FROM case_end e
  WHERE e.at >= $1 AND e.at < $2 AND e.act <> 'grant' AND e.act <> 'refuse'
), visit AS (
  SELECT f.cases, (a.at + 28800000000) / 86400000000 AS day
  FROM finished f JOIN case_act a ON a.cases = f.cases
  WHERE a.act IN ('open','resubmit','withdraw') AND a.channel IN ('counter','kiosk')
  UNION
  SELECT f.cases, (d.at + 28800000000) / 86400000000
  FROM finished f JOIN delivery d ON d.cases = f.cases
  WHERE d.way = 'handed'
), counted AS (
  SELECT c.body, c.item, COALESCE(v.days, 0) AS visits,
    CASE WHEN o.channel IN ('web','mobile') THEN 1 ELSE 0 END AS online
  FROM finished f
  JOIN cases c ON c.id = f.cases
  JOIN case_act o ON o.cases = f.cases AND o.version = 1
  LEFT JOIN (SELECT cases, COUNT(*) AS days FROM visit GROUP BY cases) v ON v.cases = f.cases
)
SELECT body, item,
  COUNT(*) AS finished,
  COUNT(CASE WHEN online = 1 THEN 1 END) AS finished_online,
  CAST(SUM(visits) AS BIGINT) AS visits,
  COUNT(CASE WHEN online = 1 AND visits <= 1 THEN 1 END) AS came_once,
  COUNT(CASE WHEN online = 1 AND visits = 0 THEN 1 END) AS never_came,
  1 AS items,
  MAX(CASE WHEN online = 1 AND visits = 0 THEN 1 ELSE 0 END) AS items_online
FROM counted
GROUP BY body, item
ORDER BY body, item`

// MonthFinished counts what was finished from an instant until before another, by
// body and item.
func (s *Service) MonthFinished(ctx context.Context, r db.Reader, from, until now.Instant) ([]FinishedFigures, error) {
	rows, err := r.Query(ctx, FinishedSQL, int64(from), int64(until))
	out, err := db.All(rows, err, func(r db.Scanner) (f FinishedFigures, err error) {
		return f, r.Scan(&f.Body, &f.Item, &f.Finished, &f.Online, &f.Visits, &f.CameOnce, &f.NeverCame, &f.Items, &f.ItemsOnline)
	})
	slices.SortFunc(out, func(a, b FinishedFigures) int {
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item))
	})
	return out, err
}

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
