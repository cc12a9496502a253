package registers

import (
	"context"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Answer is what the owner says of a disputed value: either what is right, or why
// what stands is.
type Answer struct {
	Correct bool
	Value   string // of a correction
	Reason  string
}

// Answer ends a dispute; seen is the version the actor saw. A corrected value of a
// register's entry stands in this copy at once, before the owner feeds it again.
// Faults: registers.missing, registers.stale, registers.denied, fault.fields.
func (s *Service) Answer(ctx context.Context, actor gov.Actor, dispute string, seen int64, in Answer) (*Dispute, error) {
	in.Value, in.Reason = strings.TrimSpace(in.Value), strings.TrimSpace(in.Reason)
	act := ActUphold
	if in.Correct {
		act = ActCorrect
	}
	return s.decide(ctx, actor, dispute, seen, act, func(tx *db.Tx, d *Dispute) (said, error) {
		var f fault.Fields
		required(&f, "reason", in.Reason)
		if in.Correct {
			in.Value = s.checked(&f, d, in.Value)
		}
		if err := f.Err(); err != nil {
			return said{}, err
		}
		d.Reason, d.reason = in.Reason, s.seal(in.Reason, aadReason(d.ID))
		d.AnsweredBy, d.AnsweredName, d.AnsweredAt, d.AnsweredOn = actor.Account, actor.Name, tx.Now(), today(tx.Now())
		if !in.Correct {
			return said{Reason: in.Reason}, nil
		}
		return said{Reason: in.Reason, Value: in.Value}, s.correct(ctx, tx, d, in.Value)
	})
}

// checked brings the corrected value to the form the register keeps it in.
func (s *Service) checked(f *fault.Fields, d *Dispute, value string) string {
	required(f, "value", value)
	if e, ok := d.Register.Find(d.Element); ok && d.Origin == FromRegister && value != "" {
		tidy, code := e.tidy(value)
		if code != "" {
			f.Add("value", code, "choices", strings.Join(e.choices, "、"), "most", mostWords)
		}
		value = tidy
	}
	if value != "" && value == d.Stated {
		f.Add("value", "registers.value_same")
	}
	return value
}

// correct puts a value right in the copy of the register. What a licence says is its
// issuer's to change.
func (s *Service) correct(ctx context.Context, tx *db.Tx, d *Dispute, value string) error {
	if d.Origin != FromRegister {
		return nil
	}
	e, err := s.entry(ctx, tx, d.Register, `id = $2 /*for update*/`, d.Ref)
	if fault.KindOf(err) == fault.KindMissing { // dropped by a complete feed: nothing left to correct
		return nil
	}
	if err != nil {
		return err
	}
	e.Values[d.Element] = value
	return tx.ExecOne(ctx, fault.Conflict("registers.stale"), `UPDATE register_entry SET content = $2, as_of = $3 WHERE id = $1`,
		e.ID, s.d.Ring.Seal(encode(e.Values), aadContent(e.ID)), today(tx.Now()))
}

// Withdraw takes a dispute back.
func (s *Service) Withdraw(ctx context.Context, actor gov.Actor, dispute string, seen int64) (*Dispute, error) {
	return s.decide(ctx, actor, dispute, seen, ActWithdraw, func(*db.Tx, *Dispute) (said, error) { return said{}, nil })
}

// decide does an act on a dispute in one transaction.
func (s *Service) decide(ctx context.Context, actor gov.Actor, dispute string, seen int64, act DisputeAct,
	do func(*db.Tx, *Dispute) (said, error)) (*Dispute, error) {
	var done *Dispute
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		d, err := s.lock(ctx, tx, dispute)
		switch {
		case err != nil:
			return err
		case !MaySee(actor, d):
			return fault.Missing("registers.missing")
		case seen != d.Head.Version:
			return fault.Conflict("registers.stale_dispute", "number", d.Number)
		case !DisputeLifecycle.Allows(d.State, act):
			_, err := DisputeLifecycle.Next(d.State, act)
			return err
		case !MayDo(actor, d, act):
			return fault.Denied("registers.denied")
		}
		what, err := do(tx, d)
		if err != nil {
			return err
		}
		if err := s.move(ctx, tx, actor, d, act, what); err != nil {
			return err
		}
		if err := saveDispute(ctx, tx, d); err != nil {
			return err
		}
		done = d
		if act == ActWithdraw {
			return nil
		}
		return s.d.Reactions.Answered(ctx, tx, d)
	})
	return done, err
}
