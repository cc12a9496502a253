package admin

import (
	"context"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/identity"
	"yimen/internal/platform/now"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// tokenFields ask for a token of a department system.
func (s *Admin) tokenFields(q *kit.Request) []ui.Field {
	scopes := ui.Field{Kind: ui.KindChecks, Name: "scopes", Label: q.T("admin.token_scopes")}
	for _, x := range identity.TokenScopes() {
		scopes.Options = append(scopes.Options, ui.Option{Value: string(x), Label: q.T("admin.scope_" + scopeKey(x))})
	}
	return []ui.Field{
		{Name: "token_name", Label: q.T("admin.token_name"), Hint: q.T("admin.token_name_hint"), Max: 50},
		scopes,
		{Kind: ui.KindDate, Name: "until", Label: q.T("admin.token_until"), Hint: q.T("admin.token_until_hint")},
	}
}

// scopeWords are the scopes of a token in words.
func scopeWords(ctx context.Context, scopes identity.Scopes) string {
	words := make([]string, len(scopes))
	for i, x := range scopes {
		words[i] = ui.T(ctx, "admin.scope_"+scopeKey(x))
	}
	return strings.Join(words, ui.T(ctx, "admin.comma"))
}

// scopeKey is a scope as a language key has it.
func scopeKey(x identity.TokenScope) string {
	out := []byte(x)
	for i, c := range out {
		if c == '.' {
			out[i] = '_'
		}
	}
	return string(out)
}

// issueToken makes a token; its secret is shown once, on the page that answers.
func (s *Admin) issueToken(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, err := s.keptAccount(q)
	if err != nil {
		return err
	}
	if err := seen(f, a.Version()); err != nil {
		return kit.Conflict(err, areaAccounts+"/"+a.ID)
	}
	var scopes identity.Scopes
	for _, x := range f.All("scopes") {
		scopes = append(scopes, identity.TokenScope(x))
	}
	until := endOf(f.Date("until"))
	again := func(form ui.Form) error { return s.showAccount(q, a, renamed(form), secret{}) }
	if len(f.Faults) > 0 {
		return again(f.View())
	}
	_, value, err := s.identity.IssueToken(q.Context(), q.Actor, a.ID, f.Text("token_name"), scopes, until)
	if err != nil {
		return refused(q, err, again)
	}
	if a, err = s.keptAccount(q); err != nil {
		return err
	}
	return s.showAccount(q, a, ui.Form{}, secret{Kind: "token", Value: value})
}

// renamed puts the fault of a token's name beside its input; the context knows
// only one name.
func renamed(f ui.Form) ui.Form {
	for i := range f.Faults {
		if f.Faults[i].Path == "name" {
			f.Faults[i].Path = "token_name"
		}
	}
	return f
}

// endOf is the last instant of a day in Asia/Shanghai, 0 for none.
func endOf(d clock.Date) now.Instant {
	if d.IsZero() {
		return 0
	}
	return now.FromTime(d.AddDays(1).Time()) - 1
}

// revokeToken makes a token open nothing, at once.
func (s *Admin) revokeToken(q *kit.Request) error {
	return s.onAccount(q, "admin.token_revoked", func(_ *kit.Form, a identity.Account) error {
		return s.identity.RevokeToken(q.Context(), q.Actor, a.ID, q.PathValue("token"))
	})
}
