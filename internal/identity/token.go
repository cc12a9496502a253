package identity

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// TokenScope is what an API token opens; the account's posts narrow it further.
type TokenScope string

// The scopes of /api/v1. AnswersClear opens the sensitive elements that every other
// answer masks; each look with it is journaled.
const (
	CatalogueRead     TokenScope = "catalogue.read"
	ApplicationsRead  TokenScope = "applications.read"
	ApplicationsWrite TokenScope = "applications.write"
	AnswersClear      TokenScope = "answers.clear"
	CasesRead         TokenScope = "cases.read"
	CasesAct          TokenScope = "cases.act"
	LicencesRead      TokenScope = "licences.read"
	EventsRead        TokenScope = "events.read"
	RegistersWrite    TokenScope = "registers.write"
)

// TokenScopes lists every scope in display order.
func TokenScopes() []TokenScope {
	return []TokenScope{CatalogueRead, ApplicationsRead, ApplicationsWrite, AnswersClear, CasesRead, CasesAct, LicencesRead, EventsRead, RegistersWrite}
}

// Scopes are the scopes of one token.
type Scopes []TokenScope

// Has reports whether the token opens what the scope names.
func (s Scopes) Has(scope TokenScope) bool { return slices.Contains(s, scope) }

// Token is an API token as a list shows it; the secret is shown once, at IssueToken.
type Token struct {
	ID        string
	Account   string
	Name      string
	Scopes    Scopes
	CreatedAt now.Instant
	Until     now.Instant
	RevokedAt now.Instant
}

// tokenPrefix makes a leaked token recognisable to scanners and people.
const tokenPrefix = "ymt_"

// IssueToken makes a token for a department system and gives its secret, which is
// kept nowhere. until is at most Limits.LongestMade ahead. Faults:
// identity.denied; fault.fields with name, scopes, until.
func (s *Service) IssueToken(ctx context.Context, actor gov.Actor, accountID, name string, scopes Scopes, until now.Instant) (Token, string, error) {
	var f fault.Fields
	t := Token{ID: id.New(), Account: accountID, Name: checkName(&f, "name", name, 2, 50), Scopes: scopes, Until: until}
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(x TokenScope) bool { return !slices.Contains(TokenScopes(), x) }) {
		f.Add("scopes", "identity.bad_scope")
	}
	if until <= s.Now() || until > s.Now().Add(s.Limits.LongestMade) {
		f.Add("until", "identity.bad_until")
	}
	if err := f.Err(); err != nil {
		return Token{}, "", err
	}
	secret := tokenPrefix + id.Token()
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		err := s.onService(ctx, tx, actor, accountID, "issue_token", map[string]any{"token": t.ID, "name": t.Name, "scopes": scopes, "until": until})
		if err != nil {
			return err
		}
		t.CreatedAt = tx.Now()
		return tx.Exec(ctx, `INSERT INTO api_token (id, account, hash, name, scopes, created_at, until) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			t.ID, accountID, id.Hash(secret), t.Name, joinScopes(scopes), int64(tx.Now()), int64(until))
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

// RevokeToken makes a token open nothing, at once. Fault: identity.no_token.
func (s *Service) RevokeToken(ctx context.Context, actor gov.Actor, accountID, tokenID string) error {
	if !clean(tokenID) {
		return fault.Missing("identity.no_token")
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		if err := s.onService(ctx, tx, actor, accountID, "revoke_token", map[string]any{"token": tokenID}); err != nil {
			return err
		}
		return tx.ExecOne(ctx, fault.Missing("identity.no_token"), `UPDATE api_token SET revoked_at=$3
			WHERE id=$1 AND account=$2 AND revoked_at=0`, tokenID, accountID, int64(tx.Now()))
	})
}

// onService journals an act on a service account that the actor may keep.
func (s *Service) onService(ctx context.Context, tx *db.Tx, actor gov.Actor, accountID, name string, said any) error {
	a, err := lockAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	if a.Kind != gov.Service || !CanManageTokens(actor, a.Region) {
		return denied()
	}
	head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: name, actor: actor,
		by: []gov.Role{gov.RoleSecurity}, from: string(a.State), to: string(a.State), said: said})
	if err != nil {
		return err
	}
	return s.saveAccount(ctx, tx, &a, head)
}

// Tokens lists an account's tokens, revoked ones too, the newest first.
func (s *Service) Tokens(ctx context.Context, actor gov.Actor, accountID string) ([]Token, error) {
	a, err := s.AccountOf(ctx, actor, accountID)
	if err != nil {
		return nil, err
	}
	rows, err := s.DB.Query(ctx, `SELECT id, account, name, scopes, created_at, until, revoked_at FROM api_token
		WHERE account = $1 ORDER BY id DESC LIMIT 200`, a.ID)
	return db.All(rows, err, func(r db.Scanner) (t Token, err error) {
		var scopes string
		err = r.Scan(&t.ID, &t.Account, &t.Name, &scopes, &t.CreatedAt, &t.Until, &t.RevokedAt)
		t.Scopes = splitScopes(scopes)
		return t, err
	})
}

// TokenActor tells who holds an API token and what it opens: two queries, nothing
// remembered, so a revocation holds at once. The channel is api.
// Fault: identity.not_signed_in.
func (s *Service) TokenActor(ctx context.Context, secret string) (gov.Actor, Scopes, error) {
	if len(secret) != len(tokenPrefix)+tokenLength || !strings.HasPrefix(secret, tokenPrefix) {
		return gov.Actor{}, nil, notSignedIn()
	}
	actor := gov.Actor{Kind: gov.Service, Channel: gov.API}
	var scopes string
	err := s.DB.Row(ctx, `SELECT a.id, a.name, t.name, t.scopes FROM api_token t JOIN account a ON a.id = t.account
		WHERE t.hash = $1 AND t.revoked_at = 0 AND t.until > $2 AND a.state = 'active' AND a.kind = 'service'`,
		id.Hash(secret), int64(s.Now())).Scan(&actor.Account, &actor.Name, &actor.Device, &scopes)
	if db.NoRows(err) {
		return gov.Actor{}, nil, notSignedIn()
	}
	if err != nil {
		return gov.Actor{}, nil, err
	}
	err = s.arm(ctx, s.DB, &actor)
	return actor, splitScopes(scopes), err
}

// joinScopes stores scopes as OAuth writes them: words with blanks between.
func joinScopes(scopes Scopes) string {
	parts := make([]string, len(scopes))
	for i, x := range scopes {
		parts[i] = string(x)
	}
	return strings.Join(parts, " ")
}

func splitScopes(text string) Scopes {
	var out Scopes
	for _, x := range strings.Fields(text) {
		out = append(out, TokenScope(x))
	}
	return out
}
