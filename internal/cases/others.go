package cases

import (
	"context"
	"fmt"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// RunningPage gives a page of the cases in which somebody is awaited, after one id, with
// their ledgers; the rows are locked, so that nobody acts on them before the commit.
// It is for supervision, which keeps a watch on each.
func (s *Service) RunningPage(ctx context.Context, tx *db.Tx, after string) ([]*Case, error) {
	rows, err := tx.Query(ctx, runningPage+` /*for update*/`, after, countedAtOnce)
	page, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	for _, c := range page {
		if err := s.ledger(ctx, c); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// Noticed gives the defects of every correction notice of a case, the newest last,
// with what this transaction has added. It asks nobody who may see them: what they
// are pinned to is published, and reactions read only that.
func (s *Service) Noticed(ctx context.Context, tx *db.Tx, c *Case) ([][]Defect, error) {
	rows, err := tx.Query(ctx, `SELECT id, defects FROM correction WHERE cases = $1 ORDER BY seq`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (defects []Defect, err error) {
		var cid, sealed string
		if err := r.Scan(&cid, &sealed); err != nil {
			return nil, err
		}
		if err := s.unseal(sealed, "correction.defects:"+cid, &defects); err != nil {
			return nil, fmt.Errorf("correction %s: %w", cid, err)
		}
		return defects, nil
	})
}

// UndecidedOf gives the cases of these applications that are still to be decided,
// oldest first, for reactions to what happened elsewhere; it asks for no actor
// because nobody sees what it gives.
func (s *Service) UndecidedOf(ctx context.Context, r db.Reader, applications []string) ([]*Case, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM cases WHERE application in_list($1)
		AND state IN ('waiting','submitted','correcting','accepted','suspended') ORDER BY id`, db.List(applications))
	return db.All(rows, err, scan)
}

// BundlesOf gives the applications for bundles that these cases belong to.
func (s *Service) BundlesOf(ctx context.Context, r db.Reader, ids []string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT DISTINCT application FROM cases WHERE id in_list($1) AND bundle <> '' ORDER BY application`, db.List(ids))
	return db.All(rows, err, db.Text)
}

// Joint is what happened in a step that departments take together, as each case's
// journal tells it: which kind, what was done, for when, and for which body. Act is ""
// where the act of the case says what was done. Body is the name of the one that acted,
// which need not be the case's; "" in entries that were written before it was kept.
type Joint struct {
	ID   string      `json:"id"`
	Kind string      `json:"kind"`
	Act  string      `json:"act,omitempty"`
	At   now.Instant `json:"at,omitempty"`
	Body string      `json:"body,omitempty"`
}

// Handled tells whether a department works on the case: only then can it do
// something together with others.
func (c *Case) Handled() bool { return c.State == Accepted || c.State == Suspended }

// LockIn locks cases in the order of their ids, for acts that concern several at
// once; every such act takes them in this order before it takes anything else.
func (s *Service) LockIn(ctx context.Context, tx *db.Tx, ids []string) (map[string]*Case, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM cases WHERE id in_list($1) ORDER BY id /*for update*/`, db.List(ids))
	all, err := db.All(rows, err, scan)
	out := make(map[string]*Case, len(all))
	for _, c := range all {
		if err := s.ledger(ctx, c); err != nil {
			return nil, err
		}
		out[c.ID] = c
	}
	return out, err
}

// JointIn writes into a locked case's journal what concerns it in a joint step.
func (s *Service) JointIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, words string, j Joint) error {
	return s.keepIn(ctx, tx, c, s.act(ctx, tx, c, actor, ActJoint, Change{Step: c.Step, Words: words, Joint: &j}))
}

// VisitIn keeps one department's part in a joint step as the site visit of its
// locked case (art. 34).
func (s *Service) VisitIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, in Visit) error {
	if err := allow(actor, c, MayDo(actor, c, ActVisit)); err != nil {
		return err
	}
	return s.keepIn(ctx, tx, c, s.visitIn(ctx, tx, actor, c, in))
}

// SuspendIn takes the time of a joint step that is a special procedure of the item
// out of the limits of a locked case. It asks for no post: the department agreed
// when it took part. One that goes on already is left, and told by false.
func (s *Service) SuspendIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, in Suspension) (bool, error) {
	if c.during(in.Procedure) {
		return false, nil
	}
	rules, err := s.items.Rules(ctx, c.LocalItem)
	if err != nil {
		return false, err
	}
	return true, s.keepIn(ctx, tx, c, s.suspendIn(ctx, tx, actor, c, rules, in))
}

// ResumeIn ends what SuspendIn began, unless the department has ended it before.
func (s *Service) ResumeIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, procedure, result string, j Joint) error {
	if !c.Handled() || !c.during(procedure) {
		return nil
	}
	return s.keepIn(ctx, tx, c, s.resumeIn(ctx, tx, actor, c, procedure, result, &j))
}

// keepIn writes the row of a case after an act that went well; more may follow in
// the same transaction.
func (s *Service) keepIn(ctx context.Context, tx *db.Tx, c *Case, err error) error {
	if err != nil {
		return err
	}
	if err := save(ctx, tx, c); err != nil {
		return err
	}
	c.loaded = c.Head.Version
	return nil
}
