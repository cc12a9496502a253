package app

import "yimen/internal/web/admin"

// settings are the options as this process runs them, for the administrator's
// page. A secret's value does not leave this function.
func (a *App) settings() []admin.Setting {
	out := make([]admin.Setting, len(Options))
	for i, o := range Options {
		value := a.Config.Text(o.Name)
		out[i] = admin.Setting{Name: o.Name, Env: o.Env(Prefix), Help: o.Help, Secret: o.Secret, Set: value != ""}
		if !o.Secret {
			out[i].Value = value
		}
	}
	return out
}
