package supervision

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
)

// A change of a row of watch leaves what it takes from one sum and gives to another
// in tally_delta, by a trigger: acts add rows and never wait for each other's
// counters. Fold adds them up now and then; whoever counts adds what is still
// pending, in the same statement, so that every answer is exact.

// sum is a number of open cases with what it is counted by.
type sum struct {
	due        clock.Date // none: of all days
	body, item string
	severity   Severity
	department string
	region     string
	itemName   string
	n          int64
}

func (a *sum) compare(b *sum) int {
	return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.body, b.body), cmp.Compare(a.item, b.item), cmp.Compare(a.severity, b.severity))
}

// foldMany is how many changes one round adds up.
const foldMany = 2000

// Fold adds up one round of changes and tells how many they were. Any number of
// programs may fold at once: each takes what no other holds, and all change the
// sums in one order.
func (s *Service) Fold(ctx context.Context) (n int, err error) {
	var some string
	err = s.db.Row(ctx, `SELECT cases FROM tally_delta LIMIT 1`).Scan(&some)
	if db.NoRows(err) { // an idle installation writes nothing
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	err = s.db.Do(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `DELETE FROM tally_delta WHERE (cases, turn, delta) IN
			(SELECT cases, turn, delta FROM tally_delta ORDER BY cases, turn, delta LIMIT $1 /*skip locked*/)
			RETURNING due_on, body, item, severity, department, region, item_name, delta`, foldMany)
		taken, err := db.All(rows, err, func(r db.Scanner) (x sum, err error) {
			err = r.Scan(&x.due, &x.body, &x.item, &x.severity, &x.department, &x.region, &x.itemName, &x.n)
			return x, err
		})
		if err != nil || len(taken) == 0 {
			return err
		}
		n = len(taken)
		return addUp(ctx, tx, taken)
	})
	return n, err
}

func addUp(ctx context.Context, tx *db.Tx, taken []sum) error {
	var all, days [][]any
	for _, x := range merged(taken, false) {
		all = append(all, []any{x.body, x.item, string(x.severity), x.department, x.region, x.itemName, x.n})
	}
	var dates []string
	for _, x := range merged(taken, true) {
		days = append(days, []any{x.due, x.body, x.item, string(x.severity), x.department, x.region, x.itemName, x.n})
		dates = append(dates, x.due.String())
	}
	err := tx.Many(ctx, `INSERT INTO tally (body, item, severity, department, region, item_name, n)`,
		`ON CONFLICT (body, item, severity) DO UPDATE SET n = tally.n + excluded.n, item_name = excluded.item_name`, all)
	if err != nil {
		return err
	}
	err = tx.Many(ctx, `INSERT INTO tally_day (due_on, body, item, severity, department, region, item_name, n)`,
		`ON CONFLICT (due_on, body, item, severity) DO UPDATE SET n = tally_day.n + excluded.n, item_name = excluded.item_name`, days)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `DELETE FROM tally_day WHERE n = 0 AND due_on in_list($1)`, db.List(slices.Compact(dates)))
}

// merged adds changes of one sum together, in the order in which every program
// changes the sums; those that cancel each other are left out.
func merged(taken []sum, byDay bool) []sum {
	all := slices.Clone(taken)
	for i := range all {
		if !byDay {
			all[i].due = clock.Date{}
		}
	}
	slices.SortStableFunc(all, func(a, b sum) int { return a.compare(&b) })
	var out []sum
	for _, x := range all {
		if n := len(out); n > 0 && out[n-1].compare(&x) == 0 {
			out[n-1].n += x.n
			continue
		}
		out = append(out, x)
	}
	return slices.DeleteFunc(out, func(x sum) bool { return x.n == 0 })
}

// foldEvery is how often a program looks for changes; what is pending costs every
// reader of the board a little.
const foldEvery = time.Second

// KeepTally folds until ctx ends. Run it in every process that serves or works.
func (s *Service) KeepTally(ctx context.Context) {
	for ctx.Err() == nil {
		if n, err := s.Fold(ctx); err != nil || n < foldMany {
			pause(ctx, foldEvery)
		}
	}
}
