package cases

import (
	"context"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Acts on all cases of an application at once. Running cases are locked in the order
// of their ids before the application is, and waiting ones after it, as in the acts
// on one case.

// WithdrawAll takes back everything that is not decided yet; what waits ends with
// it. seen is the version of Companions.
func (s *Service) WithdrawAll(ctx context.Context, actor gov.Actor, application string, seen int64, reason string) error {
	var f fault.Fields
	limited(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.settleAll(ctx, actor, application); err != nil {
		return err
	}
	return s.whole(ctx, actor, application, seen, ActWithdraw, func(tx *db.Tx, c *Case) error {
		change := Change{Event: at(tx.Now(), clock.Withdraw), Reason: reason, Whole: true}
		if err := s.act(ctx, tx, c, actor, ActWithdraw, change); err != nil {
			return err
		}
		return s.closed(ctx, tx, actor, c, "case.withdrawn")
	})
}

// DeliverAll hands out every result of the application that lies at the actor's
// outlet, against one signature (统一出件): each case is delivered, or none.
func (s *Service) DeliverAll(ctx context.Context, actor gov.Actor, application string, seen int64, h Handing) error {
	h.Way = Handed
	if err := h.validate(); err != nil {
		return err
	}
	h.Document = masked(h.Document)
	return s.whole(ctx, actor, application, seen, ActDeliver, func(tx *db.Tx, c *Case) error {
		if err := s.keepDelivery(ctx, tx, actor, c, h); err != nil {
			return err
		}
		change := Change{Way: h.Way, Who: h.Recipient, Words: h.Document, DeliveredOn: today(tx.Now()), Event: at(tx.Now(), clock.Deliver), Whole: true}
		if err := s.act(ctx, tx, c, actor, ActDeliver, change); err != nil {
			return err
		}
		return s.closed(ctx, tx, actor, c, "case.delivered")
	})
}

// whole does an act to each case of an application to which the actor may do it now.
func (s *Service) whole(ctx context.Context, actor gov.Actor, application string, seen int64, act Act, do func(*db.Tx, *Case) error) error {
	return s.db.Do(ctx, func(tx *db.Tx) error {
		some, err := s.some(ctx, tx, actor, application, act)
		if err != nil {
			return err
		}
		all, err := s.CompanionsIn(ctx, tx, application)
		if err != nil {
			return err
		}
		if seen != 0 && seen != all.Version() {
			return fault.Conflict("cases.stale_together")
		}
		if len(some) == 0 {
			return fault.Conflict("cases.none_of_them")
		}
		for _, c := range some {
			if err := s.ledger(ctx, c); err != nil {
				return err
			}
			if err := do(tx, c); err != nil {
				return err
			}
			if err := save(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// MayDoAmongAll tells whether an act on all cases of an application takes this one in:
// what is rated already, or in the post, has had its own.
func MayDoAmongAll(a gov.Actor, c *Case, act Act) bool {
	switch {
	case act == ActRate && c.Rated, act == ActDeliver && !c.AtOutlet():
		return false
	}
	return MayDo(a, c, act)
}

// some locks the cases that an act of the actor on all of them takes in.
func (s *Service) some(ctx context.Context, tx *db.Tx, actor gov.Actor, application string, act Act) ([]*Case, error) {
	var states []string
	for _, r := range Lifecycle.Rows {
		if r.Act == act && !slices.Contains(states, string(r.From)) {
			states = append(states, string(r.From))
		}
	}
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM cases WHERE application = $1 AND state in_list($2) ORDER BY id /*for update*/`,
		application, db.List(states))
	found, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	seen := false
	var out []*Case
	for _, c := range found {
		seen = seen || MaySee(actor, c)
		if MayDoAmongAll(actor, c, act) {
			out = append(out, c)
		}
	}
	if len(found) > 0 && !seen {
		return nil, fault.Missing("cases.missing")
	}
	return out, nil
}

// settleAll lets silence and lapse act first where they are due.
func (s *Service) settleAll(ctx context.Context, actor gov.Actor, application string) error {
	all, err := s.Companions(ctx, actor, application)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Open() && x.State != Waiting {
			if err := s.Settle(ctx, x.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// RatedAllIn marks every case of the application as rated that its applicant may
// rate now and has not rated apart, in the rating's transaction (domain.md §7).
func (s *Service) RatedAllIn(ctx context.Context, tx *db.Tx, actor gov.Actor, application string) ([]*Case, error) {
	some, err := s.some(ctx, tx, actor, application, ActRate)
	if err != nil {
		return nil, err
	}
	if len(some) == 0 {
		return nil, fault.Conflict("cases.rated_already")
	}
	for _, c := range some {
		if err := s.act(ctx, tx, c, actor, ActRate, Change{Rated: true, Whole: true}); err != nil {
			return nil, err
		}
		if err := save(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	return some, nil
}
