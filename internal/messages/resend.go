package messages

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/job"
	"yimen/internal/platform/now"
)

// Parked is a sending whose last attempt failed. It shows neither to whom nor about
// what affair, because those who look after gateways see no personal data.
type Parked struct {
	Job      string
	Channel  Channel
	Message  string
	Attempts int64
	Reason   string
	At       now.Instant
}

// CanResend reports whether the actor looks after the gateways.
func CanResend(actor gov.Actor) bool {
	return actor.Kind == gov.System || actor.Has(gov.RoleAdministrator)
}

var channels = map[string]Channel{MailJob: ByMail, SMSJob: BySMS}

// Parked lists what waits for a person, the oldest first, after a job.
func (s *Service) Parked(ctx context.Context, actor gov.Actor, after string, limit int) ([]Parked, error) {
	if !CanResend(actor) {
		return nil, fault.Denied("messages.denied")
	}
	if !id.Valid(after) {
		after = ""
	}
	all, err := job.ParkedOf(ctx, s.d.DB, []string{MailJob, SMSJob}, after, min(max(limit, 1), MostOnPage))
	out := make([]Parked, len(all))
	for i, j := range all {
		out[i] = Parked{Job: j.ID, Channel: channels[j.Kind], Message: j.Key, Attempts: j.Attempt, Reason: j.Reason, At: j.EndedAt}
	}
	return out, err
}

// Resend has parked sendings tried once more under their old idempotency keys, and
// notes who asked. One that is not parked, any more, is left alone; the count of
// those that were is given.
func (s *Service) Resend(ctx context.Context, actor gov.Actor, jobs ...string) (int, error) {
	if !CanResend(actor) {
		return 0, fault.Denied("messages.denied")
	}
	n := 0
	jobs = slices.DeleteFunc(slices.Clone(jobs), func(j string) bool { return !id.Valid(j) })
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		woken, err := job.Again(ctx, tx, []string{MailJob, SMSJob}, jobs)
		if err != nil {
			return err
		}
		n = len(woken)
		for _, j := range woken {
			err := tx.Exec(ctx, `INSERT INTO message_sending (message, channel, outcome, asked_by, at)
				SELECT id, $2, $3, $4, CAST($5 AS BIGINT) FROM message WHERE id = $1
				ON CONFLICT (message, channel) DO UPDATE SET outcome = $3, asked_by = $4, at = $5`,
				j.Key, string(channels[j.Kind]), string(again), actor.Account, int64(tx.Now()))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
