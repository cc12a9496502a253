// Package figures counts closed and finished cases for the monthly scores.
//
// Owns: the two statements by which anybody can count again (docs/reference/scores.md).
//
// Does not own: cases and their dates (see cases), what is made of the counts (see scores).
//
// Words: closed (办结: decided, or ended without a decision), finished (nothing more is to come), visit.
//
// Tables: none; it reads those of cases.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package figures

import (
	"cmp"
	"context"
	"slices"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// ClosedCount are counts over the cases of an item at a body that were closed
// (办结) in a span: decided, or ended without a decision. A case is closed once.
type ClosedCount struct {
	Body, Item  string
	Closed      int64 // granted, refused, declined, withdrawn, lapsed, terminated
	Decided     int64 // granted or refused
	InTime      int64 // decided no later than promised
	WithDays    int64 // decided, and promised for a later day than that of acceptance
	Early       int64 // of WithDays, decided before the promised day
	Corrections int64 // notices the closed cases received in their lives (art. 32)
	Online      int64 // closed cases that were applied for on the web or by phone
}

// ClosedSQL counts ClosedCount between two instants ($1 included, $2 not); it is
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

// Closed counts what was closed from an instant until before another, by body
// and item. It reads the journal's acts with the cases' own dates.
func Closed(ctx context.Context, r db.Reader, from, until now.Instant) ([]ClosedCount, error) {
	rows, err := r.Query(ctx, ClosedSQL, int64(from), int64(until))
	out, err := db.All(rows, err, func(r db.Scanner) (f ClosedCount, err error) {
		return f, r.Scan(&f.Body, &f.Item, &f.Closed, &f.Decided, &f.InTime, &f.WithDays, &f.Early, &f.Corrections, &f.Online)
	})
	// the engines sort text each in their own way
	slices.SortFunc(out, func(a, b ClosedCount) int { return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item)) })
	return out, err
}

// FinishedCount are counts over the cases of an item at a body of which nothing
// more was to come in a span: the result handed over, or ended without one. What
// the applicant had to come for is known only then.
type FinishedCount struct {
	Body, Item  string
	Finished    int64
	Online      int64 // of Finished, applied for on the web or by phone
	Visits      int64 // days on which the applicants came: to a window to file, to correct, to fetch
	CameOnce    int64 // of Online, with at most one visit
	NeverCame   int64 // of Online, with none
	Items       int64 // 1: the item was in use
	ItemsOnline int64 // 1 when a case of it never came
}

// FinishedSQL counts FinishedCount between two instants ($1 included, $2 not).
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

// Finished counts what was finished from an instant until before another, by
// body and item.
func Finished(ctx context.Context, r db.Reader, from, until now.Instant) ([]FinishedCount, error) {
	rows, err := r.Query(ctx, FinishedSQL, int64(from), int64(until))
	out, err := db.All(rows, err, func(r db.Scanner) (f FinishedCount, err error) {
		return f, r.Scan(&f.Body, &f.Item, &f.Finished, &f.Online, &f.Visits, &f.CameOnce, &f.NeverCame, &f.Items, &f.ItemsOnline)
	})
	slices.SortFunc(out, func(a, b FinishedCount) int {
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item))
	})
	return out, err
}
