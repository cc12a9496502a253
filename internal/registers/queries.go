package registers

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

const disputeColumns = `id, number, origin, register, ref, source_name, element, label, stated, as_of, claimed, party, party_name, account,
	application, item, item_name, body, body_name, region, state, opened_at, opened_on, due_on, provisional, reason, answered_by,
	answered_name, answered_at, answered_on, version, head`

func scanDispute(s db.Scanner) (*Dispute, error) {
	d := &Dispute{}
	err := s.Scan(&d.ID, &d.Number, &d.Origin, &d.Register, &d.Ref, &d.SourceName, &d.Element, &d.Label, &d.stated, &d.AsOf, &d.claimed,
		&d.Party, &d.PartyName, &d.Account, &d.Application, &d.Item, &d.ItemName, &d.Body, &d.BodyName, &d.Region, &d.State, &d.OpenedAt,
		&d.OpenedOn, &d.DueOn, &d.Provisional, &d.reason, &d.AnsweredBy, &d.AnsweredName, &d.AnsweredAt, &d.AnsweredOn,
		&d.Head.Version, &d.Head.Hash)
	d.loaded = d.Head.Version
	return d, err
}

func insertDispute(ctx context.Context, tx *db.Tx, d *Dispute) error {
	return tx.Exec(ctx, `INSERT INTO dispute (`+disputeColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,
		$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32)`,
		d.ID, d.Number, string(d.Origin), string(d.Register), d.Ref, d.SourceName, d.Element, d.Label, d.stated, d.AsOf, d.claimed,
		d.Party, d.PartyName, d.Account, d.Application, d.Item, d.ItemName, d.Body, d.BodyName, string(d.Region), string(d.State),
		int64(d.OpenedAt), d.OpenedOn, d.DueOn, d.Provisional, d.reason, d.AnsweredBy, d.AnsweredName, int64(d.AnsweredAt), d.AnsweredOn,
		d.Head.Version, d.Head.Hash)
}

func saveDispute(ctx context.Context, tx *db.Tx, d *Dispute) error {
	return tx.ExecOne(ctx, fault.Conflict("registers.stale_dispute", "number", d.Number), `UPDATE dispute SET claimed = $3, state = $4,
		reason = $5, answered_by = $6, answered_name = $7, answered_at = $8, answered_on = $9, version = $10, head = $11
		WHERE id = $1 AND version = $2`,
		d.ID, d.loaded, d.claimed, string(d.State), d.reason, d.AnsweredBy, d.AnsweredName, int64(d.AnsweredAt), d.AnsweredOn,
		d.Head.Version, d.Head.Hash)
}

func (s *Service) lock(ctx context.Context, tx *db.Tx, id string) (*Dispute, error) {
	return s.load(ctx, tx, `id = $1 /*for update*/`, id)
}

func (s *Service) load(ctx context.Context, r db.Reader, where string, args ...any) (*Dispute, error) {
	d, err := db.One(r.Row(ctx, `SELECT `+disputeColumns+` FROM dispute WHERE `+where, args...), scanDispute)
	if db.NoRows(err) {
		return nil, fault.Missing("registers.missing")
	}
	if err != nil {
		return nil, err
	}
	return d, s.open(d)
}

// open unseals what was said.
func (s *Service) open(d *Dispute) (err error) {
	if d.Stated, err = s.unseal(d.stated, aadStated(d.ID)); err != nil {
		return err
	}
	if d.Claimed, err = s.unseal(d.claimed, aadClaimed(d.ID)); err != nil {
		return err
	}
	d.Reason, err = s.unseal(d.reason, aadReason(d.ID))
	return err
}

// Dispute reads one dispute with what was said in clear: to who raised it, and to
// the owner who cannot answer without. Fault: registers.missing.
func (s *Service) Dispute(ctx context.Context, actor gov.Actor, id string) (*Dispute, error) {
	d, err := s.load(ctx, s.d.DB, `id = $1`, id)
	if err == nil && !MaySee(actor, d) {
		return nil, fault.Missing("registers.missing")
	}
	return d, err
}

// Trace gives a dispute's journal to those who see it.
func (s *Service) Trace(ctx context.Context, actor gov.Actor, d *Dispute) ([]journal.Line, error) {
	if !MaySee(actor, d) {
		return nil, fault.Missing("registers.missing")
	}
	return s.d.Book.Of(ctx, s.d.DB, journal.Subject{Kind: DisputeKind, ID: d.ID})
}

// mostMine is how many of his disputes a person is shown.
const mostMine = 100

// Mine lists the disputes of whom the actor acts for, newest first, with what was said.
func (s *Service) Mine(ctx context.Context, actor gov.Actor) ([]*Dispute, error) {
	if actor.Kind != gov.Person || actor.Concerned() == "" {
		return nil, nil
	}
	where, args := `party = $1`, []any{actor.Concerned()}
	if actor.Narrowed() {
		where, args = where+` AND item in_list($2)`, append(args, db.List(actor.Items))
	}
	return s.opened(ctx, where+` ORDER BY id DESC LIMIT `+strconv.Itoa(mostMine), args...)
}

// Of gives the disputes of one application, in the order they were raised, with what
// was said, to a page of that application: who may see the application sees both
// values, and asks for it there.
func (s *Service) Of(ctx context.Context, application string) ([]*Dispute, error) {
	return s.opened(ctx, `application = $1 ORDER BY id LIMIT `+strconv.Itoa(mostMine), application)
}

func (s *Service) opened(ctx context.Context, where string, args ...any) ([]*Dispute, error) {
	rows, err := s.d.DB.Query(ctx, `SELECT `+disputeColumns+` FROM dispute WHERE `+where, args...)
	all, err := db.All(rows, err, scanDispute)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if err := s.open(d); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Filter narrows the owner's list.
type Filter struct {
	State DisputeState // '' for all
	Late  bool         // open ones past their day
}

// MostRows is the longest page of a list.
const MostRows = 200

// Disputes lists what the actor's bodies have to answer, newest first, before the
// given id. What was said stays sealed.
func (s *Service) Disputes(ctx context.Context, actor gov.Actor, f Filter, before string, limit int) ([]*Dispute, error) {
	where, args := s.scope(actor, f)
	if where == "" {
		return nil, nil
	}
	if before != "" {
		args = append(args, before)
		where += ` AND id < $` + strconv.Itoa(len(args))
	}
	if limit <= 0 || limit > MostRows {
		limit = MostRows
	}
	rows, err := s.d.DB.Query(ctx, `SELECT `+disputeColumns+` FROM dispute WHERE `+where+` ORDER BY id DESC LIMIT `+strconv.Itoa(limit), args...)
	return db.All(rows, err, scanDispute)
}

// Count counts the same.
func (s *Service) Count(ctx context.Context, actor gov.Actor, f Filter) (n int64, err error) {
	where, args := s.scope(actor, f)
	if where == "" {
		return 0, nil
	}
	err = s.d.DB.Row(ctx, `SELECT count(*) FROM dispute WHERE `+where, args...).Scan(&n)
	return n, err
}

// scope is MaySee of staff as SQL, with the filter; "" for who sees nothing.
func (s *Service) scope(actor gov.Actor, f Filter) (string, []any) {
	var bodies []string
	for _, r := range staff {
		bodies = append(bodies, actor.Bodies(r)...)
	}
	if len(bodies) == 0 {
		return "", nil
	}
	conds, args := []string{`body in_list($1)`}, []any{db.List(bodies)}
	if f.State != "" {
		args = append(args, string(f.State))
		conds = append(conds, `state = $`+strconv.Itoa(len(args)))
	}
	if f.Late {
		args = append(args, today(s.d.Now()))
		conds = append(conds, `state = 'open' AND due_on < $`+strconv.Itoa(len(args)))
	}
	return strings.Join(conds, " AND "), args
}

// MovePartyIn renames a party, because two parties turned out to be one; identity
// journals why.
func (s *Service) MovePartyIn(ctx context.Context, tx *db.Tx, from, into string) error {
	return tx.Exec(ctx, `UPDATE dispute SET party = $2 WHERE party = $1`, from, into)
}
