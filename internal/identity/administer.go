package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// What the administration's pages read beyond the use cases.

// Version is the body's, for the form that edits it.
func (b Body) Version() int64 { return b.head.Version }

// Version is the account's, for the forms on its page.
func (a Account) Version() int64 { return a.head.Version }

// BodyByID reads a body; bodies are public. Fault: identity.no_body.
func (s *Service) BodyByID(ctx context.Context, id string) (Body, error) {
	return s.Body(ctx, s.DB, id)
}

// AccountByLogin finds a staff or service account of a region that the actor
// administers by its exact login. Fault: identity.no_account.
func (s *Service) AccountByLogin(ctx context.Context, actor gov.Actor, login string) (Account, error) {
	a, err := one(ctx, s.DB, scanAccount, "identity.no_account", accountSelect+` WHERE a.login = $1`, foldLogin(login))
	if err == nil && (a.Kind == gov.Person || !CanSeeAccounts(actor, a.Region)) {
		return Account{}, noAccount()
	}
	return a, err
}

// AccountNames gives the names of staff and service accounts by id, for lists of
// posts and deputies; residents' names are not in it.
func (s *Service) AccountNames(ctx context.Context, ids []string) (map[string]string, error) {
	rows, err := s.DB.Query(ctx, `SELECT id, name FROM account WHERE id in_list($1) AND kind <> 'person'`, db.List(ids))
	out := map[string]string{}
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var id, name string
		err := r.Scan(&id, &name)
		out[id] = name
		return struct{}{}, err
	})
	return out, err
}

// Locked tells whether an account is locked now after wrong passwords.
func (s *Service) Locked(ctx context.Context, actor gov.Actor, accountID string) (bool, error) {
	a, err := s.AccountOf(ctx, actor, accountID)
	if err != nil {
		return false, err
	}
	f, err := readFailures(ctx, s.DB, s.failureKey(&a, ""), "")
	return f.locked(s.Now()) != nil, err
}

// Serving lists who holds any role at a body today, deputies included, by name.
func (s *Service) Serving(ctx context.Context, bodyID string) ([]Holder, error) {
	return s.Holders(ctx, s.DB, bodyID, "")
}
