package supervision

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Reply answers an order.
func (s *Service) Reply(ctx context.Context, actor gov.Actor, orderID string, seen int64, text string) (*Order, error) {
	if err := words("answer", text); err != nil {
		return nil, err
	}
	return s.onOrder(ctx, actor, orderID, seen, ActReply, Said{Words: text}, func(tx *db.Tx, o *Order) error {
		o.Answer, o.AnsweredBy, o.AnsweredName = s.seal(text, aadReply(o.ID)), actor.Account, actor.Name
		o.AnsweredAt, o.AnsweredOn = tx.Now(), today(tx.Now())
		return nil
	})
}

// Return asks for another answer by a new day, saying what the first one lacks.
func (s *Service) Return(ctx context.Context, actor gov.Actor, orderID string, seen int64, reason string, due clock.Date) (*Order, error) {
	if err := words("reason", reason); err != nil {
		return nil, err
	}
	return s.onOrder(ctx, actor, orderID, seen, ActReturn, Said{Words: reason, DueOn: due.String()}, func(tx *db.Tx, o *Order) error {
		issued := o.IssuedOn
		o.IssuedOn = today(tx.Now()) // the new day is counted and checked from today
		err := s.orderDue(ctx, o, due)
		o.IssuedOn = issued
		if err != nil {
			return err
		}
		o.Returns++
		o.Closing = s.seal(reason, aadClosing(o.ID))
		return s.reactions.OrderIssued(ctx, tx, actor, o)
	})
}

// Close ends an order: answered to satisfaction, or, with a reason, not needed any
// more.
func (s *Service) Close(ctx context.Context, actor gov.Actor, orderID string, seen int64, text string) (*Order, error) {
	var f fault.Fields
	if text != "" {
		required(&f, "reason", text)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.onOrder(ctx, actor, orderID, seen, ActClose, Said{Words: text}, func(tx *db.Tx, o *Order) error {
		if o.AnsweredAt == 0 && text == "" {
			return words("reason", text)
		}
		o.Closing = s.seal(text, aadClosing(o.ID))
		o.ClosedBy, o.ClosedName, o.ClosedAt = actor.Account, actor.Name, tx.Now()
		return nil
	})
}

// onOrder is what every act of a person on an order shares.
func (s *Service) onOrder(ctx context.Context, actor gov.Actor, orderID string, seen int64, act OrderAct, said Said,
	do func(tx *db.Tx, o *Order) error) (done *Order, err error) {
	err = s.db.Do(ctx, func(tx *db.Tx) error {
		o, err := loadOrder(ctx, tx, `id = $1 /*for update*/`, orderID)
		if err != nil {
			return err
		}
		switch {
		case !MaySeeOrder(actor, o):
			return fault.Missing("supervision.missing")
		case seen != o.Head.Version:
			return staleOrder(o)
		case !OrderLifecycle.Allows(o.State, act):
			_, err := OrderLifecycle.Next(o.State, act)
			return err
		case !MayDoOrder(actor, o, act):
			if actor.Account == o.AnsweredBy && act != ActReply {
				return fault.Denied("supervision.own_words")
			}
			return fault.Denied("supervision.denied")
		}
		done = o
		return s.moveOrder(ctx, tx, actor, o, act, said, do)
	})
	if err != nil {
		return nil, err
	}
	return done, s.openOrder(done)
}

func (s *Service) moveOrder(ctx context.Context, tx *db.Tx, actor gov.Actor, o *Order, act OrderAct, said Said,
	do func(tx *db.Tx, o *Order) error) error {
	from := o.State
	to, err := OrderLifecycle.Next(from, act)
	if err != nil {
		return err
	}
	o.State = to
	o.escalates()
	if err := do(tx, o); err != nil {
		return err
	}
	if act == ActReturn {
		said.DueOn = o.DueOn.String()
	}
	if err := s.orderEntry(ctx, tx, actor, o, from, act, said); err != nil {
		return err
	}
	return saveOrder(ctx, tx, o)
}

// escalateMany is how many late orders one round takes.
const escalateMany = 200

// Escalate does one round of a midnight: orders that nobody answered by their day
// go one level up, to the head of the body, once. It tells how many.
func (s *Service) Escalate(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := tx.Query(ctx, `SELECT `+orderColumns+` FROM orders WHERE escalate_on <> '' AND escalate_on <= $1
		ORDER BY escalate_on, id LIMIT $2 /*for update*/`, today(tx.Now()), escalateMany)
	late, err := db.All(rows, err, scanOrder)
	if err != nil {
		return 0, err
	}
	for _, o := range late {
		err := s.moveOrder(ctx, tx, program, o, ActEscalate, Said{Level: o.Level + 1, Who: string(gov.RoleApprover)}, func(tx *db.Tx, o *Order) error {
			o.Level++
			o.EscalatedTo, o.EscalatedAt = gov.RoleApprover, tx.Now()
			o.escalates()
			return s.reactions.OrderEscalated(ctx, tx, o)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(late), nil
}

const orderColumns = `id, number, card, cases, case_number, body, body_name, department, region, account, account_name, subject,
	issued_by, issued_name, issued_at, issued_on, due_on, escalate_on, level, escalated_to, escalated_at, state, answer,
	answered_by, answered_name, answered_at, answered_on, returns, closing, closed_by, closed_name, closed_at, version, head`

// scanOrder leaves the words sealed.
func scanOrder(s db.Scanner) (*Order, error) {
	o := &Order{}
	err := s.Scan(&o.ID, &o.Number, &o.Card, &o.Case, &o.CaseNumber, &o.Body, &o.BodyName, &o.Department, &o.Region, &o.Account,
		&o.AccountName, &o.Subject, &o.IssuedBy, &o.IssuedName, &o.IssuedAt, &o.IssuedOn, &o.DueOn, &o.escalateOn, &o.Level,
		&o.EscalatedTo, &o.EscalatedAt, &o.State, &o.Answer, &o.AnsweredBy, &o.AnsweredName, &o.AnsweredAt, &o.AnsweredOn,
		&o.Returns, &o.Closing, &o.ClosedBy, &o.ClosedName, &o.ClosedAt, &o.Head.Version, &o.Head.Hash)
	o.loaded = o.Head.Version
	return o, err
}

// listedOrder is scanOrder for lists.
func listedOrder(s db.Scanner) (*Order, error) {
	o, err := scanOrder(s)
	o.Answer, o.Closing = "", ""
	return o, err
}

func loadOrder(ctx context.Context, r db.Reader, where string, args ...any) (*Order, error) {
	o, err := db.One(r.Row(ctx, `SELECT `+orderColumns+` FROM orders WHERE `+where, args...), scanOrder)
	if db.NoRows(err) {
		return nil, fault.Missing("supervision.missing")
	}
	return o, err
}

func insertOrder(ctx context.Context, tx *db.Tx, o *Order, subject string) error {
	return tx.Exec(ctx, `INSERT INTO orders (id, number, card, cases, case_number, body, body_name, department, region, account,
		account_name, subject, issued_by, issued_name, issued_at, issued_on, due_on, escalate_on, state, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)`,
		o.ID, o.Number, o.Card, o.Case, string(o.CaseNumber), o.Body, o.BodyName, o.Department, string(o.Region), o.Account,
		o.AccountName, subject, o.IssuedBy, o.IssuedName, int64(o.IssuedAt), o.IssuedOn, o.DueOn, o.escalateOn,
		string(o.State), o.Head.Version, o.Head.Hash)
}

func saveOrder(ctx context.Context, tx *db.Tx, o *Order) error {
	return tx.ExecOne(ctx, staleOrder(o), `UPDATE orders SET due_on = $3, escalate_on = $4, level = $5, escalated_to = $6,
		escalated_at = $7, state = $8, answer = $9, answered_by = $10, answered_name = $11, answered_at = $12, answered_on = $13,
		returns = $14, closing = $15, closed_by = $16, closed_name = $17, closed_at = $18, version = $19, head = $20
		WHERE id = $1 AND version = $2`,
		o.ID, o.loaded, o.DueOn, o.escalateOn, o.Level, string(o.EscalatedTo), int64(o.EscalatedAt), string(o.State), o.Answer,
		o.AnsweredBy, o.AnsweredName, int64(o.AnsweredAt), o.AnsweredOn, o.Returns, o.Closing, o.ClosedBy, o.ClosedName,
		int64(o.ClosedAt), o.Head.Version, o.Head.Hash)
}

func staleOrder(o *Order) error { return fault.Conflict("supervision.order_stale", "number", o.Number) }

// openOrder unseals its words.
func (s *Service) openOrder(o *Order) (err error) {
	if o.Subject, err = s.unseal(o.Subject, aadSubject(o.ID)); err != nil {
		return err
	}
	if o.Answer, err = s.unseal(o.Answer, aadReply(o.ID)); err != nil {
		return err
	}
	o.Closing, err = s.unseal(o.Closing, aadClosing(o.ID))
	return err
}
