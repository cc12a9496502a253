package messages

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/job"
)

// The kinds of the jobs that send; their key is the message's id.
const (
	MailJob = "message.mail"
	SMSJob  = "message.sms"
)

// place is a role at a body.
type place struct {
	body string
	role gov.Role
}

// TellIn puts messages into the inboxes they are for and, where the installation
// sends, plans their mail and SMS, all in the causing transaction. Who holds a role
// is asked once a place and rows go in together, so that many cards of one midnight
// are cheap to tell.
func (s *Service) TellIn(ctx context.Context, tx *db.Tx, all ...Message) error {
	known := map[place][]string{}
	var out written
	for _, m := range all {
		if err := m.check(); err != nil {
			return err
		}
		accounts := []string{m.Account}
		if m.Body != "" {
			var err error
			if accounts, err = s.holders(ctx, tx, known, place{m.Body, m.Role}); err != nil {
				return err
			}
		}
		for _, account := range accounts {
			if account != "" && account == m.Except {
				continue
			}
			if err := replace(ctx, tx, m, account); err != nil {
				return err
			}
			if err := s.write(&out, tx, m, account); err != nil {
				return err
			}
		}
	}
	err := tx.Many(ctx, `INSERT INTO message (id, account, party, key, args, link, urgent, at, same)`, ``, out.rows)
	if err != nil || len(out.jobs) == 0 {
		return err
	}
	return job.Add(ctx, tx, out.jobs...)
}

// replace takes away what was told before under the same name; what of it has not
// been sent yet is not sent either.
func replace(ctx context.Context, tx *db.Tx, m Message, account string) error {
	if m.Same == "" {
		return nil
	}
	const earlier = `account = $1 AND party = $2 AND same = $3`
	err := tx.Exec(ctx, `DELETE FROM message_sending WHERE message IN (SELECT id FROM message WHERE `+earlier+`)`, account, m.Party, m.Same)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `DELETE FROM message WHERE `+earlier, account, m.Party, m.Same)
}

// holders remembers who holds a role for one telling.
func (s *Service) holders(ctx context.Context, tx *db.Tx, known map[place][]string, at place) ([]string, error) {
	if all, ok := known[at]; ok {
		return all, nil
	}
	all, err := s.d.Staff.Holders(ctx, tx, at.body, at.role)
	if err != nil {
		return nil, err
	}
	slices.Sort(all)
	known[at] = slices.Compact(all) // a deputy may hold the role by himself too
	return known[at], nil
}

// written is what a telling will put in.
type written struct {
	rows [][]any
	jobs []job.Job
}

// write makes one row and its jobs. To a party without an account a message is only
// an SMS; where none is sent there would be nobody to ever read the row.
func (s *Service) write(out *written, tx *db.Tx, m Message, account string) error {
	text := m.Urgent && s.d.SMS != nil
	if account == "" && !text {
		return nil
	}
	mid := id.New()
	args, err := s.seal(mid, m.Args)
	if err != nil {
		return err
	}
	out.rows = append(out.rows, []any{mid, account, m.Party, string(m.Key), args, m.Link, m.Urgent, int64(tx.Now()), m.Same})
	if account != "" && s.d.Mail != nil {
		out.jobs = append(out.jobs, job.Job{Kind: MailJob, Key: mid})
	}
	if text {
		out.jobs = append(out.jobs, job.Job{Kind: SMSJob, Key: mid})
	}
	return nil
}

func (s *Service) seal(mid string, a Args) (string, error) {
	plain, err := a.bytes()
	if err != nil {
		return "", fault.Internal(err, "messages.malformed", "key", mid)
	}
	return s.d.Sealer.Seal(plain, aad(mid)), nil
}

func (s *Service) open(mid, sealed string) (Args, error) {
	plain, err := s.d.Sealer.Open(sealed, aad(mid))
	if err != nil {
		return nil, fault.Internal(err, "messages.unreadable")
	}
	args, err := parseArgs(plain)
	if err != nil {
		return nil, fault.Internal(err, "messages.unreadable")
	}
	return args, nil
}

func aad(mid string) string { return "message.args:" + mid }

// MovePartyIn renames a party, because two parties turned out to be one; identity
// journals why.
func (s *Service) MovePartyIn(ctx context.Context, tx *db.Tx, from, into string) error {
	return tx.Exec(ctx, `UPDATE message SET party = $2 WHERE party = $1`, from, into)
}
