package identity

import (
	"context"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Session is a sign-in that lasts. ID is the hash of the token and opens nothing,
// so it may stand in a page where its owner ends it.
type Session struct {
	ID           string
	Account      string
	Login        string
	ActingFor    string // party acted for under a mandate, '' for oneself
	ActingName   string
	MandateEnded bool // acted for somebody until the mandate ended; the page says so
	Channel      gov.Channel
	Device       string
	CreatedAt    now.Instant
	SeenAt       now.Instant
	IdleUntil    now.Instant // ends then without a request; Extend moves it
	Until        now.Instant // ends then in any case
	MustChange   bool        // only the change of the password is open
	Locale       string
	Size         string
}

// Ends is when the session ends if nothing more is asked, for the warning.
func (s Session) Ends() now.Instant { return min(s.IdleUntil, s.Until) }

// touchEvery bounds the writes of a busy session and so the error of its idle end;
// maxDevice bounds what a header may leave behind, in characters.
const (
	touchEvery = time.Minute
	maxDevice  = 200
)

// openSession writes the session and journals the sign-in.
func (s *Service) openSession(ctx context.Context, tx *db.Tx, a *Account, from Origin) (SignedIn, error) {
	token := id.Token()
	at := tx.Now()
	actor := gov.Actor{Account: a.ID, Party: a.Party, Name: a.Login, Kind: a.Kind, Channel: from.Channel, Device: clip(from.Device)}
	head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "sign_in", actor: actor,
		from: string(a.State), to: string(a.State)})
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.saveAccount(ctx, tx, a, head); err != nil {
		return SignedIn{}, err
	}
	address := ""
	if from.Address != "" {
		address = s.Ring.Index("session.address", from.Address)
	}
	err = tx.Exec(ctx, `INSERT INTO session (id, account, channel, device, address, created_at, seen_at, until)
		VALUES ($1,$2,$3,$4,$5,$6,$6,$7)`, id.Hash(token), a.ID, string(from.Channel), clip(from.Device), address,
		int64(at), int64(at.Add(s.Limits.Longest)))
	return SignedIn{Token: token}, err
}

// clip keeps a header's length within reason.
func clip(device string) string {
	runes := []rune(gov.Tidy(device))
	return string(runes[:min(len(runes), maxDevice)])
}

// Touch notes that the session is in use, at most once a minute: a page view
// must not cost a write. Authenticate does not call it, so that a page which asks
// by itself does not keep a session open for ever.
func (s *Service) Touch(ctx context.Context, session Session) error {
	if s.Now().Sub(session.SeenAt) < touchEvery {
		return nil
	}
	_, err := s.Extend(ctx, session)
	return err
}

// Extend is the answer to the time-out warning. It gives the session with its new
// end; identity.not_signed_in when it was too late.
func (s *Service) Extend(ctx context.Context, session Session) (Session, error) {
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		idle := session.IdleUntil.Sub(session.SeenAt)
		session.SeenAt = tx.Now()
		session.IdleUntil = session.SeenAt.Add(idle)
		return tx.ExecOne(ctx, notSignedIn(), `UPDATE session SET seen_at = $2
			WHERE id = $1 AND ended_at = 0 AND until > $2 AND seen_at > $3`,
			session.ID, int64(session.SeenAt), int64(session.SeenAt.Add(-idle)))
	})
	return session, err
}

// SignOut ends the session of a token; a token that opens nothing is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `UPDATE session SET ended_at=$2, ended_why='signed_out' WHERE id=$1 AND ended_at=0`,
			id.Hash(token), int64(tx.Now()))
	})
}

// Sessions lists the actor's own open sessions, the newest first.
func (s *Service) Sessions(ctx context.Context, actor gov.Actor) ([]Session, error) {
	if !actor.SignedIn() {
		return nil, notSignedIn()
	}
	at := s.Now()
	idle := s.idle(actor.Kind)
	rows, err := s.DB.Query(ctx, `SELECT id, account, acting_for, channel, device, created_at, seen_at, until FROM session
		WHERE account = $1 AND ended_at = 0 AND until > $2 AND seen_at > $3 ORDER BY created_at DESC, id LIMIT 100`,
		actor.Account, int64(at), int64(at.Add(-idle)))
	return db.All(rows, err, func(r db.Scanner) (x Session, err error) {
		err = r.Scan(&x.ID, &x.Account, &x.ActingFor, &x.Channel, &x.Device, &x.CreatedAt, &x.SeenAt, &x.Until)
		x.IdleUntil = x.SeenAt.Add(idle)
		return x, err
	})
}

// EndSession ends one of the actor's own sessions. Fault: identity.no_session.
func (s *Service) EndSession(ctx context.Context, actor gov.Actor, sessionID string) error {
	if !clean(sessionID) {
		return fault.Missing("identity.no_session")
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.ExecOne(ctx, fault.Missing("identity.no_session"), `UPDATE session SET ended_at=$3, ended_why='ended_by_owner'
			WHERE id=$1 AND account=$2 AND ended_at=0`, sessionID, actor.Account, int64(tx.Now()))
	})
}

// endSessions ends every session of an account but keep.
func endSessions(ctx context.Context, tx *db.Tx, accountID, keep, why string) error {
	return tx.Exec(ctx, `UPDATE session SET ended_at=$2, ended_why=$3 WHERE account=$1 AND ended_at=0 AND id<>$4`,
		accountID, int64(tx.Now()), why, keep)
}

// idle is how long a session lives without a request.
func (s *Service) idle(kind gov.ActorKind) time.Duration {
	if kind == gov.Staff {
		return s.Limits.IdleStaff
	}
	return s.Limits.IdlePerson
}
