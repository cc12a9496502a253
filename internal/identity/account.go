package identity

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// AccountState says whether an account may sign in.
type AccountState string

// The states. The lock after wrong passwords is not one of them: it passes.
const (
	AccountActive    AccountState = "active"
	AccountSuspended AccountState = "suspended" // by security, until resumed
	AccountClosed    AccountState = "closed"    // for good; the row stays for the journal
)

// Account is what signs in: a resident's, a member of staff's or a department
// system's. Region is where staff and services are administered.
type Account struct {
	ID         string
	Kind       gov.ActorKind // gov.Person, gov.Staff or gov.Service
	Party      string        // of a person
	Name       string        // of staff and services; a person's stands in his party
	Login      string
	Assurance  int
	State      AccountState
	Region     string
	Locale     string // reading preferences, '' for the page's default
	Size       string
	MustChange bool // the password is a temporary one
	CreatedAt  now.Instant

	passwordHash  string
	passwordUntil now.Instant
	head          journal.Head
}

const accountColumns = `a.id, a.kind, a.party, a.name, a.login, a.password_hash, a.must_change, a.password_until,
	a.assurance, a.state, a.region, a.locale, a.size, a.created_at, a.version, a.head`

const accountSelect = `SELECT ` + accountColumns + ` FROM account a`

func scanAccount(r db.Scanner) (a Account, err error) {
	var must int64
	err = r.Scan(&a.ID, &a.Kind, &a.Party, &a.Name, &a.Login, &a.passwordHash, &must, &a.passwordUntil,
		&a.Assurance, &a.State, &a.Region, &a.Locale, &a.Size, &a.CreatedAt, &a.head.Version, &a.head.Hash)
	a.MustChange = must != 0
	return a, err
}

// lockAccount loads for writing. Every act on an account, its tokens and its posts
// takes this lock first, so that rules about one account hold under concurrency.
func lockAccount(ctx context.Context, tx *db.Tx, accountID string) (Account, error) {
	return one(ctx, tx, scanAccount, "identity.no_account", accountSelect+` WHERE a.id = $1 /*for update*/`, accountID)
}

func (s *Service) insertAccount(ctx context.Context, tx *db.Tx, a *Account) error {
	return tx.Exec(ctx, `INSERT INTO account (id, kind, party, name, login, password_hash, must_change, password_until,
		assurance, state, region, created_at, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
		a.ID, string(a.Kind), a.Party, a.Name, a.Login, a.passwordHash, flag(a.MustChange), int64(a.passwordUntil),
		a.Assurance, string(a.State), a.Region, int64(tx.Now()), a.head.Version, a.head.Hash)
}

// saveAccount writes everything that can change; head is the new one.
func (s *Service) saveAccount(ctx context.Context, tx *db.Tx, a *Account, head journal.Head) error {
	err := tx.ExecOne(ctx, stale(), `UPDATE account SET party=$2, name=$3, password_hash=$4, must_change=$5, password_until=$6,
		assurance=$7, state=$8, version=$9, head=$10 WHERE id=$1 AND version=$11`,
		a.ID, a.Party, a.Name, a.passwordHash, flag(a.MustChange), int64(a.passwordUntil),
		a.Assurance, string(a.State), head.Version, head.Hash, a.head.Version)
	a.head = head
	return err
}

// flag: a flag is a number in both databases, because scanning differs otherwise.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// newAccount makes the row; the caller hashes the password first.
func newAccount(kind gov.ActorKind, login, hash string) Account {
	return Account{ID: id.New(), Kind: kind, Login: login, State: AccountActive, passwordHash: hash}
}

// A login begins with a letter, so that it is never a telephone or ID number:
// those are found by their blind index and never lie in clear.
var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{3,31}$`)

// checkLogin gives the stored form; one person's Ann is nobody else's ann.
func checkLogin(f *fault.Fields, path, text string) string {
	login := foldLogin(text)
	if !loginForm.MatchString(login) {
		f.Add(path, "identity.bad_login")
	}
	return login
}

func foldLogin(text string) string { return strings.ToLower(gov.Normalise(text)) }

// Reading preferences a person may keep with the account.
var (
	locales = []string{"", "zh", "en"}
	sizes   = []string{"", "normal", "large"}
)

// Prefer keeps the actor's language and text size with the account; it is no act
// of anybody's affairs and is not journaled. Fault: identity.bad_preference.
func (s *Service) Prefer(ctx context.Context, actor gov.Actor, locale, size string) error {
	if !actor.SignedIn() {
		return notSignedIn()
	}
	if !slices.Contains(locales, locale) || !slices.Contains(sizes, size) {
		return fault.Invalid("identity.bad_preference")
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.ExecOne(ctx, noAccount(), `UPDATE account SET locale=$2, size=$3 WHERE id=$1`, actor.Account, locale, size)
	})
}
