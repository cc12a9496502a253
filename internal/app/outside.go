package app

import (
	"context"
	"fmt"

	"yimen/internal/gateway/mail"
	"yimen/internal/gateway/sms"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/job"
	"yimen/internal/web/wording"
)

// What reaches out of the house.

// buildMessages makes the context with the gateways that the options name; with
// none of them nothing is sent and the inbox works alone.
func (a *App) buildMessages() error {
	v := a.Config
	d := messages.Deps{DB: a.DB, Sealer: a.Ring, Staff: messageStaff{a}, Contacts: contacts{a},
		Words: wording.Site{Name: v.Text("site-name"), URL: a.URL}}
	if v.Text("smtp-addr") != "" {
		m, err := mail.New(mail.Options{Address: v.Text("smtp-addr"), Security: mail.Security(v.Text("smtp-security")),
			User: v.Text("smtp-user"), Password: v.Text("smtp-password"), From: v.Text("smtp-from"), Name: v.Text("site-name")})
		if err != nil {
			return fmt.Errorf("smtp options: %w", err)
		}
		d.Mail = m
	}
	if v.Text("sms-url") != "" {
		g, err := sms.New(sms.Options{URL: v.Text("sms-url"), Token: v.Text("sms-token")})
		if err != nil {
			return fmt.Errorf("sms options: %w", err)
		}
		d.SMS = g
	}
	a.Messages = messages.New(d)
	return nil
}

// messageStaff tells messages who holds a role.
type messageStaff struct{ *App }

func (a messageStaff) Holders(ctx context.Context, r db.Reader, body string, role gov.Role) ([]string, error) {
	all, err := a.Identity.Holders(ctx, r, body, role)
	var out []string
	for _, h := range all {
		if h.Kind == gov.Staff {
			out = append(out, h.Account)
		}
	}
	return out, err
}

// contacts tells messages how somebody is reached, at the moment of sending.
type contacts struct{ *App }

func (a contacts) Contact(ctx context.Context, r db.Reader, account, party string) (messages.Contact, error) {
	c, err := a.Identity.Reach(ctx, r, account, party)
	return messages.Contact(c), err
}

var _ = messages.Contact(identity.Contact{}) // the same three words on both sides

// sending are the jobs that wait for other people's servers. They have a worker of
// their own, so that a gateway that does not answer keeps no midnight waiting.
func (a *App) sending() *job.Worker {
	w := &job.Worker{DB: a.DB, Now: a.Now, Log: a.Log, Workers: a.Config.Number("workers"),
		Only: []string{messages.MailJob, messages.SMSJob}}
	w.HandleOutside(messages.MailJob, a.Messages.SendMail)
	w.HandleOutside(messages.SMSJob, a.Messages.SendSMS)
	return w
}
