package admin

import (
	"context"
	"strings"

	"yimen/internal/lang"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// settingsPage shows how this installation runs. Options are set where it is
// started, by flag or environment, so that several nodes cannot disagree.
func (s *Admin) settingsPage(q *kit.Request) error {
	ctx := ui.WithView(q.Context(), q.View())
	rows := make([][]string, len(s.settings))
	for i, x := range s.settings {
		value := x.Value
		switch {
		case x.Secret && x.Set:
			value = q.T("admin.secret_set")
		case x.Secret || value == "":
			value = q.T("admin.not_set")
		}
		rows[i] = []string{settingWords(ctx, x), value, "--" + x.Name + "　" + x.Env}
	}
	sends, err := s.outside(q)
	if err != nil {
		return err
	}
	return q.Render(page(q, q.T("admin.settings"), areaSettings), settingsTable(rows, sends))
}

// settingWords says what an option is for.
func settingWords(ctx context.Context, x Setting) string {
	if key := "admin.option_" + strings.ReplaceAll(x.Name, "-", "_"); lang.Has(key) {
		return ui.T(ctx, key)
	}
	return x.Help
}
