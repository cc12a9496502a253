package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Origin is where a request comes from. Address is the client's, used for
// throttling and kept as a keyed hash; "" switches its throttle off (the program
// itself). Device is a short description for the owner's list of sessions.
type Origin struct {
	Address string
	Device  string
	Channel gov.Channel
}

// SignedIn is a fresh session. Token goes into the cookie and is nowhere kept.
type SignedIn struct {
	Token   string
	Session Session
	Actor   gov.Actor
}

// SignIn opens a session. login is the account's name; a person who has been seen
// may also type his ID number or telephone. Faults: identity.sign_in_failed for
// every wrong pair alike, identity.locked, identity.too_many,
// identity.password_expired for a temporary one, identity.suspended (only after
// the right password).
func (s *Service) SignIn(ctx context.Context, login, password string, from Origin) (SignedIn, error) {
	typed := foldLogin(login)
	err := s.throttle(ctx, attempt{"sign_in.address", from.Address, s.Limits.PerAddress}, attempt{"sign_in.login", typed, s.Limits.PerLogin})
	if err != nil {
		return SignedIn{}, err
	}
	a, err := s.accountByLogin(ctx, typed)
	if err != nil {
		return SignedIn{}, err
	}
	right, err := s.try(ctx, a, typed, password)
	if err != nil {
		return SignedIn{}, err
	}
	if !right {
		return SignedIn{}, fault.Invalid("identity.sign_in_failed")
	}
	if a.State != AccountActive {
		return SignedIn{}, fault.Denied("identity.suspended")
	}
	if a.MustChange && a.passwordUntil <= s.Now() {
		return SignedIn{}, fault.Denied("identity.password_expired")
	}
	rehashed := ""
	if s.hasher.weak(a.passwordHash) {
		if rehashed, err = s.hasher.hash(ctx, password); err != nil {
			return SignedIn{}, err
		}
	}
	return s.enter(ctx, *a, rehashed, from)
}

// try compares the password, counts a wrong one and refuses while locked. A nil
// account costs the same time and is counted the same way.
func (s *Service) try(ctx context.Context, a *Account, typed, password string) (bool, error) {
	key := s.failureKey(a, typed)
	f, err := readFailures(ctx, s.DB, key, "")
	if err != nil {
		return false, err
	}
	if err := f.locked(s.Now()); err != nil {
		return false, err
	}
	hash := ""
	if a != nil {
		hash = a.passwordHash
	}
	if len(password) > passwordMost {
		password = ""
	}
	right, err := s.hasher.check(ctx, hash, password)
	if err != nil {
		return false, err
	}
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		if right {
			// five wrong ones may have been counted while this was hashed
			f, err = readFailures(ctx, tx, key, "/*for update*/")
			if err != nil || f == (failures{}) {
				return err
			}
			if err := f.locked(tx.Now()); err != nil {
				return err
			}
			return forgive(ctx, tx, key)
		}
		f, began, err := s.fail(ctx, tx, key)
		if err != nil {
			return err
		}
		if began && a != nil {
			return s.recordLock(ctx, tx, a.ID, f.count)
		}
		if !began {
			if lock := f.locked(tx.Now()); lock != nil {
				return lock
			}
		}
		return nil
	})
	return right, err
}

// recordLock journals that the program locked an account.
func (s *Service) recordLock(ctx context.Context, tx *db.Tx, accountID string, count int64) error {
	a, err := lockAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "lock", actor: System("sign_in", ""),
		from: string(a.State), to: string(a.State), said: map[string]int64{"failures": count}})
	if err != nil {
		return err
	}
	return s.saveAccount(ctx, tx, &a, head)
}

// enter opens the session after a right password and journals the sign-in
// (等保 wants every one recorded).
func (s *Service) enter(ctx context.Context, seen Account, rehashed string, from Origin) (SignedIn, error) {
	var in SignedIn
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, seen.ID)
		if err != nil {
			return err
		}
		if a.State != AccountActive || a.passwordHash != seen.passwordHash {
			return fault.Invalid("identity.sign_in_failed") // changed while this was hashed
		}
		if rehashed != "" {
			a.passwordHash = rehashed
		}
		in, err = s.openSession(ctx, tx, &a, from)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	in.Actor, in.Session, err = s.Authenticate(ctx, in.Token)
	return in, err
}

// accountByLogin finds the account for what was typed, nil for none.
func (s *Service) accountByLogin(ctx context.Context, typed string) (*Account, error) {
	where, arg := ` WHERE a.login = $1`, typed
	seen := accountSelect + ` JOIN party p ON p.id = a.party WHERE a.assurance > 0 AND p.assurance > 0 AND p.state = 'active' AND a.state <> 'closed'`
	sql := accountSelect + where
	if number, err := gov.ParseIDNumber(typed); err == nil {
		sql, arg = seen+` AND p.id_index = $1`, s.indexNumber(ResidentCard, string(number))
	} else if phone, err := gov.ParsePhone(typed); err == nil {
		sql, arg = seen+` AND p.phone_index = $1 LIMIT 2`, s.indexPhone(string(phone))
	}
	rows, err := s.DB.Query(ctx, sql, arg)
	found, err := db.All(rows, err, scanAccount)
	if err != nil || len(found) != 1 { // a telephone two people share opens neither account
		return nil, err
	}
	if found[0].Kind == gov.Service {
		return nil, nil // department systems have tokens, no password
	}
	return &found[0], nil
}
