package portal

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// preferencesView is what this installation can send, and to whom.
type preferencesView struct {
	Mail, SMS bool   // there is a gateway
	Staff     bool   // whose telephone stands with the account
	Phone     string // masked
}

const (
	byMail = "mail"
	bySMS  = "sms"
)

func (p *Portal) preferencesView(q *kit.Request) (preferencesView, string, error) {
	own, err := p.d.Identity.OwnContact(q.Context(), q.Actor)
	return preferencesView{Mail: p.d.Messages.Sends(messages.ByMail), SMS: p.d.Messages.Sends(messages.BySMS),
		Staff: q.Actor.Kind == gov.Staff, Phone: own.Phone}, own.Mail, err
}

// preferencesPage is what I want sent beside the inbox, which cannot be switched off.
func (p *Portal) preferencesPage(q *kit.Request) error {
	v, mail, err := p.preferencesView(q)
	if err != nil {
		return err
	}
	wants, err := p.d.Messages.Preference(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	f := ui.Filled(map[string]string{"mail": mail})
	if wants.Mail {
		f.Values.Add("send", byMail)
	}
	if wants.SMS {
		f.Values.Add("send", bySMS)
	}
	return p.showPreferences(q, f, v)
}

func (p *Portal) showPreferences(q *kit.Request, f ui.Form, v preferencesView) error {
	f = f.Labelled(ui.Field{Name: "mail", Label: q.T("messages.mail")}, ui.Field{Name: "phone", Label: q.T("messages.phone")})
	return q.Render(ui.Page{Title: q.T("messages.preferences"), Layout: ui.LayoutTask, Back: "/messages", Form: f}, preferencesPage(f, v))
}

func (p *Portal) setPreferences(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	v, mail, err := p.preferencesView(q)
	if err != nil {
		return err
	}
	wants, err := p.d.Messages.Preference(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	// what the page does not ask for stays as it is
	if v.Mail {
		mail, wants.Mail = f.Text("mail"), slices.Contains(f.All("send"), byMail)
	}
	phone := ""
	if v.SMS {
		phone, wants.SMS = f.Text("phone"), slices.Contains(f.All("send"), bySMS)
	}
	if err := p.d.Identity.SetContact(q.Context(), q.Actor, mail, phone); err != nil {
		faults, other := onForm(err, "mail")
		if other != nil {
			return other
		}
		return p.showPreferences(q, f.View(faults...), v)
	}
	if err := p.d.Messages.Prefer(q.Context(), q.Actor, wants); err != nil {
		return err
	}
	q.Flash(ui.ToneOK, "messages.preferences_saved")
	return q.Redirect("/messages/preferences")
}

func sendOptions(ctx context.Context, v preferencesView) []ui.Option {
	var out []ui.Option
	if v.Mail {
		out = append(out, ui.Option{Value: byMail, Label: ui.T(ctx, "messages.by_mail"), Hint: ui.T(ctx, "messages.by_mail_hint")})
	}
	if v.SMS {
		out = append(out, ui.Option{Value: bySMS, Label: ui.T(ctx, "messages.by_sms"), Hint: ui.T(ctx, "messages.by_sms_hint")})
	}
	return out
}

// sendsOnly is the remark where one of the two ways is missing.
func sendsOnly(v preferencesView) string {
	if v.Mail {
		return "messages.sends_no_sms"
	}
	return "messages.sends_no_mail"
}

func phoneHint(ctx context.Context, v preferencesView) string {
	if v.Phone == "" {
		return ui.T(ctx, "messages.phone_hint")
	}
	return ui.T(ctx, "messages.phone_hint_have", "phone", v.Phone)
}
