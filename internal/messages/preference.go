package messages

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Preference is what an account wants sent beside its inbox, which cannot be
// switched off.
type Preference struct{ Mail, SMS bool }

// Preference reads the actor's own; who never chose wants both.
func (s *Service) Preference(ctx context.Context, actor gov.Actor) (Preference, error) {
	account, err := reader(actor)
	if err != nil {
		return Preference{}, err
	}
	return preference(ctx, s.d.DB, account)
}

func preference(ctx context.Context, r db.Reader, account string) (Preference, error) {
	p := Preference{Mail: true, SMS: true}
	err := r.Row(ctx, `SELECT mail, sms FROM message_preference WHERE account = $1`, account).Scan(&p.Mail, &p.SMS)
	if db.NoRows(err) {
		err = nil
	}
	return p, err
}

// Prefer keeps the actor's choice. Like a reading preference it is no act of
// anybody's affairs and is not journaled.
func (s *Service) Prefer(ctx context.Context, actor gov.Actor, p Preference) error {
	account, err := reader(actor)
	if err != nil {
		return err
	}
	return s.d.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `INSERT INTO message_preference (account, mail, sms) VALUES ($1,$2,$3)
			ON CONFLICT (account) DO UPDATE SET mail = $2, sms = $3`, account, p.Mail, p.SMS)
	})
}
