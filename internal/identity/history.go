package identity

import (
	"context"
	"slices"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// History reads the chain of one of this context's nouns, oldest first. The
// auditor reads who did what and when, but not what was said of a person; a
// person reads the chains of his own party and account, so he sees who looked
// (个人信息保护法 art. 44 and 45). Fault: fault missing identity.no_history.
func (s *Service) History(ctx context.Context, r db.Reader, actor gov.Actor, subject journal.Subject) ([]journal.Line, error) {
	own := subject.ID != "" && (subject.Kind == KindParty && isConcerned(actor, subject.ID) ||
		subject.Kind == KindAccount && subject.ID == actor.Account)
	if !own && !CanReadJournal(actor) {
		return nil, fault.Missing("identity.no_history")
	}
	lines, err := s.Book.Of(ctx, r, subject)
	if own {
		return lines, err
	}
	for i := range lines {
		if !opened[subject.Kind] {
			lines[i].Payload = nil
		}
	}
	return lines, err
}

// mostTraced is how much of his own chain a person is shown at once.
const mostTraced = 200

// Trace gives a person what was done with his own data, looks in clear among it,
// newest first (个人信息保护法 art. 44 and 45). It is about the person who signed
// in, also while he acts for another. Fault: identity.no_history for an account
// that is no person's.
func (s *Service) Trace(ctx context.Context, actor gov.Actor) ([]journal.Line, error) {
	lines, err := s.History(ctx, s.DB, actor, journal.Subject{Kind: KindParty, ID: actor.Party})
	slices.Reverse(lines)
	return lines[:min(len(lines), mostTraced)], err
}

// keepSessions: 网络安全法 art. 21 wants logs kept for six months at least.
const keepSessions = 190 * 24 * time.Hour

// Sweep deletes what is of no more use: windows of the throttle that are over,
// forgotten mistakes, sessions older than the law wants kept. A schedule calls it.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		at := tx.Now()
		if err := tx.Exec(ctx, `DELETE FROM throttle WHERE ends_at < $1`, int64(at)); err != nil {
			return err
		}
		err := tx.Exec(ctx, `DELETE FROM sign_in_failure WHERE last_at < $1 AND locked_until < $2`,
			int64(at.Add(-24*time.Hour)), int64(at))
		if err != nil {
			return err
		}
		return tx.Exec(ctx, `DELETE FROM session WHERE until < $1`, int64(at.Add(-keepSessions)))
	})
}
