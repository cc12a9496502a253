package identity

import (
	"context"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// StaffInput is a member of staff or a department system to be. Region is where
// the account is administered. Password is for the program itself (first
// administrators, demo town); anybody else gets a temporary one back.
type StaffInput struct {
	Name     string
	Login    string
	Region   string
	Password string
}

// CreateStaff makes an account that may hold posts; it has none yet. It gives the
// temporary password ("" when the program itself set one). Faults:
// identity.denied; fault.fields with name, login, region, password.
func (s *Service) CreateStaff(ctx context.Context, actor gov.Actor, in StaffInput) (Account, string, error) {
	a, f := in.check(gov.Staff)
	temporary := ""
	if in.Password == "" || !isSystem(actor) {
		temporary = id.Token()[:12]
		in.Password, a.MustChange = temporary, true
		a.passwordUntil = s.Now().Add(s.Limits.Temporary)
	}
	checkPassword(&f, "password", in.Password, a.Login)
	if err := f.Err(); err != nil {
		return Account{}, "", err
	}
	if !CanManageStaff(actor, a.Region) {
		return Account{}, "", denied()
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return Account{}, "", err
	}
	a.passwordHash = hash
	err = s.createAccount(ctx, actor, &a, gov.RoleAdministrator)
	return a, temporary, err
}

// CreateService makes an account for a department system. It has no password: it
// comes with tokens (IssueToken), and with posts when it does the desk's acts.
func (s *Service) CreateService(ctx context.Context, actor gov.Actor, in StaffInput) (Account, error) {
	a, f := in.check(gov.Service)
	if err := f.Err(); err != nil {
		return Account{}, err
	}
	if !CanManageTokens(actor, a.Region) {
		return Account{}, denied()
	}
	err := s.createAccount(ctx, actor, &a, gov.RoleSecurity)
	return a, err
}

// check makes the account row without its password.
func (in StaffInput) check(kind gov.ActorKind) (Account, fault.Fields) {
	var f fault.Fields
	a := newAccount(kind, checkLogin(&f, "login", in.Login), "")
	a.Name = checkName(&f, "name", in.Name, 2, 50)
	region, err := gov.ParseRegion(in.Region)
	if err != nil {
		f.Add("region", "identity.bad_region")
	}
	a.Region = string(region)
	return a, f
}

// createAccount journals and inserts; by is the role whose post is named.
func (s *Service) createAccount(ctx context.Context, actor gov.Actor, a *Account, by gov.Role) error {
	err := s.DB.Do(ctx, func(tx *db.Tx) (err error) {
		a.head, err = s.record(ctx, tx, act{kind: KindAccount, id: a.ID, name: "create", actor: actor, by: []gov.Role{by},
			to: string(a.State), said: map[string]string{"login": a.Login, "name": a.Name, "region": a.Region}})
		if err != nil {
			return err
		}
		a.CreatedAt = tx.Now()
		return s.insertAccount(ctx, tx, a)
	})
	return taken(err, fault.Fields{{Path: "login", Code: "identity.login_taken"}}.Err())
}

// Suspend stops an account at once: its sessions end, its tokens open nothing.
// Resume gives it back; Close is for good. reason is kept. Nobody does it to
// himself. Faults: identity.no_account, identity.denied, identity.state.
func (s *Service) Suspend(ctx context.Context, actor gov.Actor, accountID, reason string) error {
	return s.setState(ctx, actor, accountID, "suspend", reason, AccountActive, AccountSuspended)
}

// Resume ends a suspension.
func (s *Service) Resume(ctx context.Context, actor gov.Actor, accountID, reason string) error {
	return s.setState(ctx, actor, accountID, "resume", reason, AccountSuspended, AccountActive)
}

// Close ends an account for good; a person may open another one.
func (s *Service) Close(ctx context.Context, actor gov.Actor, accountID, reason string) error {
	return s.setState(ctx, actor, accountID, "close", reason, "", AccountClosed)
}

// setState moves an account; from "" means from any state but the new one.
func (s *Service) setState(ctx context.Context, actor gov.Actor, accountID, name, reason string, from, to AccountState) error {
	reason = gov.Tidy(reason)
	if n := utf8.RuneCountInString(reason); n < 2 || n > 500 {
		return fault.Fields{{Path: "reason", Code: "identity.reason_required"}}.Err()
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, accountID)
		if err != nil {
			return err
		}
		switch {
		case !CanSuspend(actor, a.Region) || actor.Account == a.ID:
			return denied()
		case from != "" && a.State != from, a.State == to:
			return fault.Conflict("identity.state")
		}
		was := a.State
		a.State = to
		head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: name, actor: actor,
			by: []gov.Role{gov.RoleSecurity}, from: string(was), to: string(to), said: map[string]string{"reason": reason}})
		if err != nil {
			return err
		}
		if err := s.saveAccount(ctx, tx, &a, head); err != nil {
			return err
		}
		return endSessions(ctx, tx, a.ID, "", name)
	})
}

// Unlock forgives the wrong passwords of an account before the lock passes.
func (s *Service) Unlock(ctx context.Context, actor gov.Actor, accountID string) error {
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, accountID)
		if err != nil {
			return err
		}
		if !CanSuspend(actor, a.Region) {
			return denied()
		}
		head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "unlock", actor: actor,
			by: []gov.Role{gov.RoleSecurity}, from: string(a.State), to: string(a.State)})
		if err != nil {
			return err
		}
		if err := s.saveAccount(ctx, tx, &a, head); err != nil {
			return err
		}
		return forgive(ctx, tx, s.failureKey(&a, ""))
	})
}

// AccountsOf lists staff and service accounts of a region and inside it, by login
// and after a login, at most 50: ids, names and states, nothing personal.
// Fault: identity.denied.
func (s *Service) AccountsOf(ctx context.Context, actor gov.Actor, region, after string) ([]Account, error) {
	prefix := gov.Region(region).Prefix()
	if prefix == "" || !clean(after) || !CanSeeAccounts(actor, region) {
		return nil, denied()
	}
	rows, err := s.DB.Query(ctx, accountSelect+` WHERE a.kind <> 'person' AND a.region LIKE $1 AND a.login > $2 ORDER BY a.login LIMIT 50`,
		prefix+"%", after)
	return db.All(rows, err, scanAccount)
}

// AccountOf reads one account: one's own, or a staff account one administers.
// Fault: identity.no_account.
func (s *Service) AccountOf(ctx context.Context, actor gov.Actor, accountID string) (Account, error) {
	a, err := one(ctx, s.DB, scanAccount, "identity.no_account", accountSelect+` WHERE a.id = $1`, accountID)
	if err == nil && actor.Account != a.ID && (a.Kind == gov.Person || !CanSeeAccounts(actor, a.Region)) {
		return Account{}, noAccount()
	}
	return a, err
}
