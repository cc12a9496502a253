package messages

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/id"
)

// Page is what is asked of an inbox: everything or what is unread, older than the
// message Before ("" for the newest), at most Limit.
type Page struct {
	Unread bool
	Before string
	Limit  int
}

// MostOnPage bounds Page.Limit.
const MostOnPage = 100

const columns = `id, party, key, args, link, urgent, at, read_at`

// Inbox lists the actor's messages, the newest first.
func (s *Service) Inbox(ctx context.Context, actor gov.Actor, p Page) ([]Received, error) {
	account, err := reader(actor)
	if err != nil {
		return nil, err
	}
	before := p.Before
	if !id.Valid(before) {
		before = "~" // after every UUID
	}
	where := ``
	if p.Unread {
		where = ` AND read_at = 0`
	}
	rows, err := s.d.DB.Query(ctx, `SELECT `+columns+` FROM message WHERE account = $1 AND id < $2`+where+`
		ORDER BY id DESC LIMIT $3`, account, before, min(max(p.Limit, 1), MostOnPage))
	return db.All(rows, err, s.scan)
}

func (s *Service) scan(r db.Scanner) (m Received, err error) {
	var sealed string
	if err := r.Scan(&m.ID, &m.Party, &m.Key, &sealed, &m.Link, &m.Urgent, &m.At, &m.ReadAt); err != nil {
		return m, err
	}
	m.Args, err = s.open(m.ID, sealed)
	return m, err
}

// MostCounted is where Unread stops counting: every page of a signed-in visitor
// asks, and nobody needs to know whether it is 120 or 130.
const MostCounted = 100

// Unread counts the actor's unread messages, at most MostCounted.
func (s *Service) Unread(ctx context.Context, actor gov.Actor) (int, error) {
	account, err := reader(actor)
	if err != nil {
		return 0, err
	}
	var n int
	err = s.d.DB.Row(ctx, `SELECT count(*) FROM (SELECT id FROM message WHERE account = $1 AND read_at = 0 LIMIT $2) AS unread`,
		account, MostCounted).Scan(&n)
	return n, err
}

// Open marks a message of the actor's as read and gives it, so that the page can
// lead to what it is about. Reading twice keeps the first moment.
func (s *Service) Open(ctx context.Context, actor gov.Actor, mid string) (Received, error) {
	account, err := reader(actor)
	if err != nil {
		return Received{}, err
	}
	if !id.Valid(mid) { // PostgreSQL refuses some of what stands in addresses with an error
		return Received{}, missing()
	}
	var m Received
	err = s.d.DB.Do(ctx, func(tx *db.Tx) error {
		err := tx.Exec(ctx, `UPDATE message SET read_at = $3 WHERE id = $1 AND account = $2 AND read_at = 0`, mid, account, int64(tx.Now()))
		if err != nil {
			return err
		}
		m, err = db.One(tx.Row(ctx, `SELECT `+columns+` FROM message WHERE id = $1 AND account = $2`, mid, account), s.scan)
		return err
	})
	if db.NoRows(err) {
		return Received{}, missing()
	}
	return m, err
}

// ReadUpTo marks everything up to a message as read, that one included. The page
// names the newest message it showed, so that one which came meanwhile stays unread.
func (s *Service) ReadUpTo(ctx context.Context, actor gov.Actor, mid string) error {
	account, err := reader(actor)
	if err != nil {
		return err
	}
	if !id.Valid(mid) {
		return missing()
	}
	return s.d.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `UPDATE message SET read_at = $3 WHERE account = $1 AND id <= $2 AND read_at = 0`, account, mid, int64(tx.Now()))
	})
}
