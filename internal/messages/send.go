package messages

import (
	"context"
	"errors"
	"strings"

	"yimen/internal/platform/db"
	"yimen/internal/platform/job"
)

// outcome is what became of a sending.
type outcome string

const (
	sent      outcome = "sent"
	noAddress outcome = "no_address"
	unwanted  outcome = "unwanted"
	again     outcome = "again" // a person had it sent again
)

// SendMail is the handler of MailJob. It may run twice after a crash; the job's id
// makes that the same mail.
func (s *Service) SendMail(ctx context.Context, j job.Job) error {
	return s.send(ctx, j, ByMail, func(m Received, to Contact) (address, reference string, err error) {
		if to.Mail == "" {
			return "", "", nil
		}
		subject, text := s.d.Words.Mail(to.Locale, m)
		reference, err = s.d.Mail.Mail(ctx, Mail{ID: j.ID, To: to.Mail, Subject: subject, Text: text})
		return to.Mail, reference, err
	})
}

// SendSMS is the handler of SMSJob, as SendMail.
func (s *Service) SendSMS(ctx context.Context, j job.Job) error {
	return s.send(ctx, j, BySMS, func(m Received, to Contact) (address, reference string, err error) {
		if to.Phone == "" {
			return "", "", nil
		}
		reference, err = s.d.SMS.Text(ctx, SMS{ID: j.ID, To: to.Phone, Text: s.d.Words.SMS(to.Locale, m)})
		return to.Phone, reference, err
	})
}

// send looks up now who is reached how, and whether he still wants it: between the
// act and this moment a telephone may have changed or an account been closed.
func (s *Service) send(ctx context.Context, j job.Job, by Channel, hand func(Received, Contact) (address, reference string, err error)) error {
	if !s.Sends(by) {
		return errors.New("this process has no gateway for " + string(by) + ": its options differ from those of the one that planned it")
	}
	var account, sealed string
	var m Received
	err := s.d.DB.Row(ctx, `SELECT account, `+columns+` FROM message WHERE id = $1`, j.Key).
		Scan(&account, &m.ID, &m.Party, &m.Key, &sealed, &m.Link, &m.Urgent, &m.At, &m.ReadAt)
	if db.NoRows(err) {
		return nil // kept its time and gone
	}
	if err != nil {
		return err
	}
	if m.Args, err = s.open(m.ID, sealed); err != nil {
		return err
	}
	wants, err := preference(ctx, s.d.DB, account)
	if err != nil {
		return err
	}
	if by == ByMail && !wants.Mail || by == BySMS && !wants.SMS {
		return s.note(ctx, m.ID, by, unwanted, "")
	}
	to, err := s.d.Contacts.Contact(ctx, s.d.DB, account, m.Party)
	if err != nil {
		return err
	}
	address, reference, err := hand(m, to)
	if err != nil {
		return hidden(err, address)
	}
	if address == "" {
		return s.note(ctx, m.ID, by, noAddress, "")
	}
	return s.note(ctx, m.ID, by, sent, reference)
}

// hidden takes the address out of what a gateway says: the reason of a failed
// attempt lies in the database and in logs, where no telephone may stand.
func hidden(err error, address string) error {
	return errors.New(strings.ReplaceAll(err.Error(), address, "…"))
}

const mostReference = 200

func (s *Service) note(ctx context.Context, mid string, by Channel, what outcome, reference string) error {
	if len(reference) > mostReference {
		reference = strings.ToValidUTF8(reference[:mostReference], "")
	}
	return s.d.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `INSERT INTO message_sending (message, channel, outcome, reference, at) VALUES ($1,$2,$3,$4,$5)
			ON CONFLICT (message, channel) DO UPDATE SET outcome = $3, reference = $4, at = $5`,
			mid, string(by), string(what), reference, int64(tx.Now()))
	})
}
