package identity

import (
	"context"
	_ "embed"
	"strings"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

//go:embed guessed_passwords.txt
var guessedText string

// guessed holds the passwords every guesser tries first, folded.
var guessed = func() map[string]bool {
	m := map[string]bool{}
	for _, line := range strings.Fields(guessedText) {
		m[line] = true
	}
	return m
}()

// Limits of a password, see checkPassword.
const (
	passwordLeast = 8
	passwordMost  = 128 // bytes; a longer one only costs us time
)

// checkPassword asks for length and not for character classes, which make people
// write Passw0rd! (NIST SP 800-63B §5.1.1.2); it refuses what guessers try first.
func checkPassword(f *fault.Fields, path, password, login string) {
	folded := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < passwordLeast:
		f.Add(path, "identity.password_short", "least", passwordLeast)
	case len(password) > passwordMost || !utf8.ValidString(password):
		f.Add(path, "identity.password_long", "most", passwordMost)
	case folded == login || folded == login+login:
		f.Add(path, "identity.password_login")
	case guessed[folded] || oneSign(folded):
		f.Add(path, "identity.password_common")
	}
	if _, err := gov.ParseIDNumber(password); err == nil {
		f.Add(path, "identity.password_common")
	}
}

// ChangePassword sets a new password; every other session of the account ends,
// because whoever knew the old one must be out. keep is the session that asks,
// "" for none. Faults: fault.fields with old or new; identity.locked.
func (s *Service) ChangePassword(ctx context.Context, actor gov.Actor, keep, old, fresh string) error {
	a, err := one(ctx, s.DB, scanAccount, "identity.no_account", accountSelect+` WHERE a.id = $1`, actor.Account)
	if err != nil {
		return err
	}
	var f fault.Fields
	checkPassword(&f, "new", fresh, a.Login)
	if old == fresh {
		f.Add("new", "identity.password_same")
	}
	if err := f.Err(); err != nil {
		return err
	}
	right, err := s.try(ctx, &a, a.Login, old)
	if err != nil {
		return err
	}
	if !right {
		f.Add("old", "identity.password_wrong")
		return f.Err()
	}
	hash, err := s.hasher.hash(ctx, fresh)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		seen := a.passwordHash
		a, err := lockAccount(ctx, tx, actor.Account)
		if err != nil {
			return err
		}
		if a.passwordHash != seen || a.State != AccountActive {
			return stale()
		}
		a.passwordHash, a.MustChange, a.passwordUntil = hash, false, 0
		head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "change_password", actor: actor,
			from: string(a.State), to: string(a.State)})
		if err != nil {
			return err
		}
		if err := s.saveAccount(ctx, tx, &a, head); err != nil {
			return err
		}
		return endSessions(ctx, tx, a.ID, keep, "password_changed")
	})
}

// ResetPassword gives a temporary password, shown once to who asked for it and
// valid for Limits.Temporary; it must be changed at the next sign-in, before
// which the account has no powers. All sessions end. evidence says how the
// person was recognised: a resident is raised first, because only then is it known
// whose the account is. See CanResetPassword for who may.
func (s *Service) ResetPassword(ctx context.Context, actor gov.Actor, accountID, evidence string) (string, error) {
	evidence = gov.Tidy(evidence)
	if evidence == "" || utf8.RuneCountInString(evidence) > 500 {
		var f fault.Fields
		f.Add("evidence", "identity.evidence_required")
		return "", f.Err()
	}
	temporary := id.Token()[:12]
	hash, err := s.hasher.hash(ctx, temporary)
	if err != nil {
		return "", err
	}
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, accountID)
		if err != nil {
			return err
		}
		powerful, err := holdsPower(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if !CanResetPassword(actor, a, powerful) {
			return denied()
		}
		if a.Kind == gov.Person && a.Assurance < 1 {
			return fault.Denied("identity.raise_first")
		}
		if a.State == AccountClosed {
			return fault.Conflict("identity.closed")
		}
		a.passwordHash, a.MustChange, a.passwordUntil = hash, true, tx.Now().Add(s.Limits.Temporary)
		head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "reset_password", actor: actor,
			by:   []gov.Role{gov.RoleClerk, gov.RoleAdministrator, gov.RoleSecurity},
			from: string(a.State), to: string(a.State), said: map[string]string{"evidence": evidence}})
		if err != nil {
			return err
		}
		if err := s.saveAccount(ctx, tx, &a, head); err != nil {
			return err
		}
		if err := forgive(ctx, tx, s.failureKey(&a, "")); err != nil {
			return err
		}
		return endSessions(ctx, tx, a.ID, "", "password_reset")
	})
	if err != nil {
		return "", err
	}
	return temporary, nil
}

// oneSign: aaaaaaaa.
func oneSign(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return strings.Trim(text, string(first)) == ""
}
