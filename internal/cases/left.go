package cases

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Left is the time that whoever is awaited has left, on a day.
type Left struct {
	Days    int // until the due date; 0 is today; after it, how many days late
	Unit    clock.Unit
	Late    bool
	Held    bool // a special procedure goes on: Days stand still (art. 45)
	Percent int  // of the limit used, 0 to 100
}

// Left counts the time left of each case on a day, by id; cases without a due
// date have no entry. The rules of each item are asked once, and the ledgers of
// those cases whose days the row alone does not tell are read in one query.
func (s *Service) Left(ctx context.Context, list []*Case, on clock.Date) (map[string]Left, error) {
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	cal = cal.AssumingWeekdays() // the case itself says whether its dates are provisional
	if err := s.ledgers(ctx, list); err != nil {
		return nil, err
	}
	promises := map[string]Limit{}
	out := make(map[string]Left, len(list))
	for _, c := range list {
		if c.DueOn.IsZero() {
			continue
		}
		budget := c.budget()
		if budget.Unit == "" {
			p, known := promises[c.LocalItem]
			if !known {
				rules, err := s.items.Rules(ctx, c.LocalItem)
				if err != nil {
					return nil, err
				}
				p = rules.Promised
				promises[c.LocalItem] = p
			}
			budget = p
		}
		l, err := c.left(cal, on, budget)
		if err != nil {
			return nil, fault.Internal(err, "cases.clock", "number", c.Number.Grouped())
		}
		out[c.ID] = l
	}
	return out, nil
}

// uneven tells that the limit of a case is not the published one, or stands still.
func (c *Case) uneven() bool { return c.State == Suspended || c.Extension == Extended }

// ledgers reads the ledgers of the uneven cases of a list, which come without.
func (s *Service) ledgers(ctx context.Context, list []*Case) error {
	want := map[string]*Case{}
	var ids []string
	for _, c := range list {
		if c.uneven() && len(c.Ledger.Events) == 0 {
			want[c.ID], ids = c, append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := s.db.Query(ctx, `SELECT id, ledger FROM cases WHERE id in_list($1)`, db.List(ids))
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var caseID string
		var l Ledger
		if err := r.Scan(&caseID, &l); err != nil {
			return struct{}{}, err
		}
		want[caseID].Ledger = l
		return struct{}{}, nil
	})
	return err
}

// budget is the limit that runs now where the law and not the item sets it.
func (c *Case) budget() Limit {
	switch c.Awaits {
	case Clerk:
		return Limit{Days: AcceptDays, Unit: clock.Working}
	case Applicant:
		return Limit{Days: CorrectionDays, Unit: clock.Natural}
	case Outlet:
		return Limit{Days: DeliverDays, Unit: clock.Working}
	}
	return Limit{}
}

func (c *Case) left(cal *clock.Calendar, on clock.Date, budget Limit) (Left, error) {
	if c.uneven() && c.counts() == clock.PromisedClock {
		a, err := c.Scenario(cal, on).Answer()
		if err != nil {
			return Left{}, err
		}
		if r, ok := a.Clock(clock.PromisedClock); ok {
			if r.State == clock.Suspended {
				return Left{Days: max(r.Remaining, -r.Remaining), Unit: budget.Unit, Late: r.Remaining < 0, Held: true,
					Percent: share(r.Budget, r.Remaining)}, nil
			}
			budget.Days = r.Budget
		}
	}
	l := Left{Unit: budget.Unit, Late: on.After(c.DueOn), Percent: 100}
	from, to := on, c.DueOn
	if l.Late {
		from, to = c.DueOn, on
	}
	var err error
	if l.Days, err = span(cal, from, to, budget.Unit); err != nil {
		return l, err
	}
	if l.Late {
		l.Days = max(l.Days, 1) // late by a weekend is late
		return l, nil
	}
	l.Percent = share(budget.Days, l.Days)
	return l, nil
}

// span counts the days of a unit after one date up to another.
func span(cal *clock.Calendar, from, to clock.Date, unit clock.Unit) (int, error) {
	if unit == clock.Natural {
		return max(0, to.Sub(from)), nil
	}
	return cal.Workdays(from, to)
}

// share is how much of a budget is used, in percent.
func share(budget, left int) int {
	if budget == 0 {
		return 100
	}
	return min(100, max(0, (budget-left)*100/budget))
}
