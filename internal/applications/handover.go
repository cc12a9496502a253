package applications

import (
	"context"
	"strings"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

const (
	handoverTime  = 10 * time.Minute
	handoverTries = 5
)

// Handover is a way to go on elsewhere: six digits to type, or a token in a QR
// code. Both die together.
type Handover struct {
	Code  string
	Token string
	Until now.Instant
}

// HandOver makes a code for the draft; an older one stops working.
func (s *Service) HandOver(ctx context.Context, actor gov.Actor, appID string) (Handover, error) {
	h := Handover{Code: id.Digits(6), Token: id.Token()}
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := s.lock(ctx, tx, appID)
		if err != nil {
			return err
		}
		if err := ready(actor, a, 0, ActHand); err != nil {
			return err
		}
		h.Until = tx.Now().Add(handoverTime)
		// dead codes make room: the index keeps living ones apart
		err = tx.Exec(ctx, `UPDATE handover SET used_at = $2 WHERE used_at = 0 AND (application = $1 OR until <= $2)`, a.ID, int64(tx.Now()))
		if err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO handover (id, application, code_hash, token_hash, made_by, made_at, until)
			VALUES ($1,$2,$3,$4,$5,$6,$7)`, id.New(), a.ID, id.Hash(h.Code), id.Hash(h.Token), actor.Account, int64(tx.Now()), int64(h.Until))
	})
	if db.IsUnique(err) { // somebody else's living code has the same digits
		return s.HandOver(ctx, actor, appID)
	}
	return h, err
}

// Redeem opens a draft by its code or token: for a clerk who goes on with it, or
// for the applicant on another screen. A code works once; who types five wrong
// ones must wait, also when he types them all at one moment.
func (s *Service) Redeem(ctx context.Context, actor gov.Actor, code string) (*Application, error) {
	if !actor.SignedIn() {
		return nil, fault.Denied("applications.sign_in")
	}
	var out *Application
	var refused error
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		out, refused = nil, nil
		if err := s.d.People.ThrottleIn(ctx, tx, "handover", actor.Account); err != nil {
			return err
		}
		typed := strings.Join(strings.Fields(gov.Normalise(code)), "") // it is shown and read out in two halves
		a, hid, err := s.handed(ctx, tx, typed)
		if fault.Is(err, "applications.handover_wrong") {
			refused = err // and stays counted
			return nil
		}
		if err != nil {
			return err
		}
		if !a.takes(actor) {
			refused = fault.Denied("applications.handover_not_yours")
			return tx.Exec(ctx, `UPDATE handover SET tries = tries + 1 WHERE id = $1`, hid)
		}
		err = tx.ExecOne(ctx, fault.Conflict("applications.handover_used"),
			`UPDATE handover SET used_at = $2, used_by = $3 WHERE id = $1 AND used_at = 0`, hid, int64(tx.Now()), actor.Account)
		if err != nil {
			return err
		}
		if err := s.d.People.ForgiveIn(ctx, tx, "handover", actor.Account); err != nil {
			return err
		}
		if err := s.act(ctx, tx, a, actor, ActHand, edit{To: actor.Account}); err != nil {
			return err
		}
		out = a
		return s.save(ctx, tx, a)
	})
	if err == nil {
		err = refused
	}
	return out, err
}

// takes notes who has the draft now. A clerk of the region continues it; a person
// may only if it is his own.
func (a *Application) takes(actor gov.Actor) bool {
	if actor.At(gov.RoleClerk, string(a.Region)) {
		a.Clerk = actor.Account
		return true
	}
	return mine(actor, a)
}

func (s *Service) handed(ctx context.Context, tx *db.Tx, code string) (*Application, string, error) {
	var hid, appID string
	err := tx.Row(ctx, `SELECT id, application FROM handover WHERE (code_hash = $1 OR token_hash = $1) AND used_at = 0
		AND until > $2 AND tries < $3`, id.Hash(code), int64(tx.Now()), handoverTries).Scan(&hid, &appID)
	if db.NoRows(err) {
		return nil, "", fault.Invalid("applications.handover_wrong")
	}
	if err != nil {
		return nil, "", err
	}
	a, err := s.lock(ctx, tx, appID)
	return a, hid, err
}
