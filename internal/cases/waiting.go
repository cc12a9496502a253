package cases

import (
	"context"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Cause is the case of the same bundle whose end made another begin or end.
type Cause struct {
	Case     string         `json:"case"`
	Number   gov.CaseNumber `json:"number"`
	ItemName string         `json:"item_name"`
	State    State          `json:"state"`
}

// unbegun tells whether the case waits, or ended while it waited: no clock has
// ever run.
func (c *Case) unbegun() bool { return len(c.Ledger.Events) == 0 }

// BegunIn tells as r sees it whether a department has, or had, the case of one member
// of a bundle. It asks for no actor, it is asked to find out what an actor may read.
func (s *Service) BegunIn(ctx context.Context, r db.Reader, application, localItem string) (bool, error) {
	var on clock.Date
	err := r.Row(ctx, `SELECT submitted_on FROM cases WHERE application = $1 AND local_item = $2`, application, localItem).Scan(&on)
	if db.NoRows(err) { // not filed yet
		return false, nil
	}
	return !on.IsZero(), err
}

// fruitless are the acts after which what waits for the case ends too.
var fruitless = []Act{ActRefuse, ActDecline, ActWithdraw, ActForgo, ActLapse, ActTerminate, ActCut}

// wait keeps which cases have to be granted before c begins.
func (s *Service) wait(ctx context.Context, tx *db.Tx, c *Case, after []string) error {
	for _, p := range after {
		if err := tx.Exec(ctx, `INSERT INTO case_after (cases, predecessor) VALUES ($1,$2)`, c.ID, p); err != nil {
			return err
		}
	}
	return s.publish(ctx, tx, "case.waiting", c)
}

// follow does what the end of one case of a bundle means for those that wait for
// it: after a grant those begin whose every predecessor is granted; after any
// other end they end too, and nothing else does (domain.md §5).
func (s *Service) follow(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, act Act) error {
	if c.Bundle == "" || act != ActGrant && !slices.Contains(fruitless, act) {
		return nil
	}
	holder, err := s.reactions.Follow(ctx, tx, actor, c, act)
	if err != nil {
		return err
	}
	next, err := s.waitingFor(ctx, tx, c)
	if err != nil || len(next) == 0 {
		return err
	}
	cause := &Cause{Case: c.ID, Number: c.Number, ItemName: c.ItemName, State: c.State}
	if act == ActGrant {
		return s.begin(ctx, tx, c, next, Change{Holder: first(holder, c.Holder), Cause: cause})
	}
	for _, x := range next {
		if err := s.cut(ctx, tx, x, cause); err != nil {
			return err
		}
	}
	return nil
}

// waitingFor locks the cases that wait for c, in the order of their ids.
func (s *Service) waitingFor(ctx context.Context, tx *db.Tx, c *Case) ([]*Case, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM cases WHERE id IN (SELECT cases FROM case_after WHERE predecessor = $1)
		AND state = $2 ORDER BY id /*for update*/`, c.ID, string(Waiting))
	return db.All(rows, err, scan)
}

// begin opens each case whose predecessors are all granted now. Granted is what
// stands in the rows and c itself, whose row is written after this.
func (s *Service) begin(ctx context.Context, tx *db.Tx, c *Case, next []*Case, because Change) error {
	ids := make([]string, len(next))
	for i, x := range next {
		ids[i] = x.ID
	}
	rows, err := tx.Query(ctx, `SELECT DISTINCT a.cases FROM case_after a JOIN cases p ON p.id = a.predecessor
		WHERE a.cases in_list($1) AND p.id <> $2 AND p.decided_on = ''`, db.List(ids), c.ID)
	still, err := db.All(rows, err, func(r db.Scanner) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, x := range next {
		if slices.Contains(still, x.ID) {
			if because.Holder != "" && x.Holder == "" { // it is told now, because later nobody knows
				if err := s.hold(ctx, tx, x, because); err != nil {
					return err
				}
			}
			continue
		}
		change := because
		change.Event = at(tx.Now(), clock.Submit)
		if err := s.act(ctx, tx, x, program, ActBegin, change); err != nil {
			return err
		}
		if err := save(ctx, tx, x); err != nil {
			return err
		}
		if err := s.publish(ctx, tx, "case.opened", x); err != nil {
			return err
		}
	}
	return nil
}

// hold keeps whose the result of a case will be that still waits for others.
func (s *Service) hold(ctx context.Context, tx *db.Tx, x *Case, because Change) error {
	if err := s.act(ctx, tx, x, program, ActHold, because); err != nil {
		return err
	}
	return save(ctx, tx, x)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// cut ends a waiting case, and with it what waits for that.
func (s *Service) cut(ctx context.Context, tx *db.Tx, x *Case, cause *Cause) error {
	if err := s.act(ctx, tx, x, program, ActCut, Change{Cause: cause}); err != nil {
		return err
	}
	if err := save(ctx, tx, x); err != nil {
		return err
	}
	return s.closed(ctx, tx, program, x, "case.terminated")
}

// Forgo takes a waiting case back before it begins; what waits for it ends too.
func (s *Service) Forgo(ctx context.Context, actor gov.Actor, caseID string, seen int64, reason string) (*Case, error) {
	var f fault.Fields
	limited(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActForgo, func(tx *db.Tx, c *Case, _ *Rules) error {
		if err := s.act(ctx, tx, c, actor, ActForgo, Change{Reason: reason}); err != nil {
			return err
		}
		return s.closed(ctx, tx, actor, c, "case.withdrawn")
	})
}

// Sibling is a case of a bundle as the others see it.
type Sibling struct {
	*Case
	After []string // cases it waits or waited for
}

// Together lists the cases of one application that the actor may see, in the
// order of their ids, which is that of the bundle's members.
func (s *Service) Together(ctx context.Context, actor gov.Actor, application string) ([]Sibling, error) {
	rows, err := s.db.Query(ctx, `SELECT `+listed+` FROM cases WHERE application = $1 ORDER BY id`, application)
	all, err := db.All(rows, err, scanListed)
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx, s.db, application)
	if err != nil {
		return nil, err
	}
	var out []Sibling
	for _, c := range all {
		if MaySee(actor, c) {
			out = append(out, Sibling{c, after[c.ID]})
		}
	}
	if len(out) == 0 {
		return nil, fault.Missing("cases.missing")
	}
	return out, nil
}

// after reads which case of an application waits for which.
func (s *Service) after(ctx context.Context, r db.Reader, application string) (map[string][]string, error) {
	out := map[string][]string{}
	rows, err := r.Query(ctx, `SELECT a.cases, a.predecessor FROM case_after a JOIN cases c ON c.id = a.cases
		WHERE c.application = $1 ORDER BY a.cases, a.predecessor`, application)
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var x, p string
		err := r.Scan(&x, &p)
		out[x] = append(out[x], p)
		return struct{}{}, err
	})
	return out, err
}
