package admin

import (
	"context"
	"strings"

	"yimen/internal/lang"
	"yimen/internal/registers"
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
	held, err := s.heldRegisters(q)
	if err != nil {
		return err
	}
	return q.Render(page(q, q.T("admin.settings"), areaSettings), settingsTable(rows, sends, held))
}

// settingWords says what an option is for.
func settingWords(ctx context.Context, x Setting) string {
	if key := "admin.option_" + strings.ReplaceAll(x.Name, "-", "_"); lang.Has(key) {
		return ui.T(ctx, key)
	}
	return x.Help
}

// heldRegister is a base register as this installation holds it.
type heldRegister struct {
	*registers.Status
	Fed  string // when it was fed last, and how often it should be
	Tone ui.Tone
	Word string
	Why  string // of being down, and since when
}

// heldRegisters are the base registers from which forms are filled in: who owns each,
// how old and how large its copy is, and whether it may be asked.
func (s *Admin) heldRegisters(q *kit.Request) ([]heldRegister, error) {
	all, err := s.registers.List(q.Context())
	ctx := ui.WithView(q.Context(), q.View())
	out := make([]heldRegister, len(all))
	for i, x := range all {
		h := heldRegister{Status: x, Fed: q.T("admin.register_never"), Tone: ui.ToneOK, Word: q.T("admin.register_up")}
		if !x.FedAt.IsZero() {
			h.Fed = q.T("admin.register_fed", "at", ui.DateTime(ctx, x.FedAt), "generation", x.Generation, "days", x.Promised)
		}
		switch {
		case x.State == registers.Down:
			h.Tone, h.Word = ui.ToneBad, q.T("admin.register_down")
			h.Why = q.T("admin.register_down_why", "since", ui.DateTime(ctx, x.Since), "reason", x.Reason)
		case x.Stale(s.today()):
			h.Tone, h.Word = ui.ToneWarn, q.T("admin.register_stale")
		}
		out[i] = h
	}
	return out, err
}
