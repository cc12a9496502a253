package journal

import (
	"context"
	"encoding/hex"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Cipher hides payloads; keys.Ring is the one in use. aad ties a ciphertext to
// its entry.
type Cipher interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
}

// Book writes and reads the journal.
type Book struct{ cipher Cipher }

// New makes the journal's book.
func New(c Cipher) *Book { return &Book{c} }

// Append writes the act into the caller's transaction and gives the head that
// the caller must store in the subject's row in the same transaction. Two acts
// on one version of a subject cannot both stand: the second breaks a unique key.
func (b *Book) Append(ctx context.Context, tx *db.Tx, e Entry) (Head, error) {
	l := e.line(tx.Now())
	var salt []byte
	if e.Payload != nil {
		salt = newSalt()
		l.PayloadHash = payloadHash(salt, e.Payload)
	}
	l.Hash = l.seal()
	if err := insert(ctx, tx, &l); err != nil {
		return Head{}, err
	}
	attest(ctx, tx)
	if e.Payload != nil {
		err := tx.Exec(ctx, `INSERT INTO journal_payload (entry, salt, body) VALUES ($1, $2, $3)`,
			l.ID, hex.EncodeToString(salt), b.cipher.Seal(e.Payload, l.ID))
		if err != nil {
			return Head{}, err
		}
	}
	return Head{l.Version, l.Hash}, nil
}

// AppendAll is Append for many acts at once, with few statements: no two of them
// on one subject. The heads come in the order of the entries.
func (b *Book) AppendAll(ctx context.Context, tx *db.Tx, entries []Entry) ([]Head, error) {
	heads := make([]Head, len(entries))
	lines := make([][]any, len(entries))
	var payloads [][]any
	for i := range entries {
		e := &entries[i]
		l := e.line(tx.Now())
		if e.Payload != nil {
			salt := newSalt()
			l.PayloadHash = payloadHash(salt, e.Payload)
			payloads = append(payloads, []any{l.ID, hex.EncodeToString(salt), b.cipher.Seal(e.Payload, l.ID)})
		}
		l.Hash = l.seal()
		lines[i], heads[i] = l.values(), Head{l.Version, l.Hash}
	}
	if err := tx.Many(ctx, insertLine, "", lines); err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		attest(ctx, tx)
	}
	return heads, tx.Many(ctx, `INSERT INTO journal_payload (entry, salt, body)`, "", payloads)
}

func (e *Entry) line(at now.Instant) Line {
	account, name, behalf, channel, device := e.Actor.Stamp()
	return Line{
		ID: id.New(), Format: format, Subject: e.Subject, Version: e.Prev.Version + 1,
		Act: e.Act, Account: account, Name: name, OnBehalfOf: behalf, Post: e.Post,
		Channel: channel, Device: device, At: at, From: e.From, To: e.To,
		PreviousHash: e.Prev.Hash, Algorithm: algorithm,
	}
}

const insertLine = `INSERT INTO journal (id, format, subject_kind, subject, version, act, actor,
	actor_name, on_behalf_of, post, channel, device, at, from_state, to_state, payload_hash,
	previous_hash, algorithm, hash)`

func insert(ctx context.Context, tx *db.Tx, l *Line) error {
	return tx.Exec(ctx, insertLine+` VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)`, l.values()...)
}

func (l *Line) values() []any {
	return []any{l.ID, l.Format, l.Subject.Kind, l.Subject.ID, l.Version, l.Act, l.Account,
		l.Name, l.OnBehalfOf, l.Post, l.Channel, l.Device, int64(l.At), l.From, l.To, l.PayloadHash,
		l.PreviousHash, l.Algorithm, l.Hash}
}

const lineColumns = `j.id, j.format, j.subject_kind, j.subject, j.version, j.act, j.actor, j.actor_name,
	j.on_behalf_of, j.post, j.channel, j.device, j.at, j.from_state, j.to_state, j.payload_hash,
	j.previous_hash, j.algorithm, j.hash, COALESCE(j.position, 0),
	COALESCE(p.salt, ''), COALESCE(p.body, ''), COALESCE(p.erased_at, 0)`

// stored is a line with its payload still closed.
type stored struct {
	Line
	salt, body string
	erasedAt   int64
}

func scanLine(s db.Scanner) (stored, error) {
	var l stored
	err := s.Scan(&l.ID, &l.Format, &l.Subject.Kind, &l.Subject.ID, &l.Version, &l.Act, &l.Account, &l.Name,
		&l.OnBehalfOf, &l.Post, &l.Channel, &l.Device, &l.At, &l.From, &l.To, &l.PayloadHash,
		&l.PreviousHash, &l.Algorithm, &l.Hash, &l.Position, &l.salt, &l.body, &l.erasedAt)
	return l, err
}

// Of reads a subject's whole chain, oldest first, with payloads in clear. Who
// may read it is the subject's owner to decide.
func (b *Book) Of(ctx context.Context, r db.Reader, s Subject) ([]Line, error) {
	rows, err := r.Query(ctx, `SELECT `+lineColumns+` FROM journal j LEFT JOIN journal_payload p ON p.entry = j.id
		WHERE j.subject_kind = $1 AND j.subject = $2 ORDER BY j.version`, s.Kind, s.ID)
	return b.opened(rows, err)
}

func (b *Book) open(l *stored) error {
	if l.PayloadHash == "" {
		return nil
	}
	if l.erasedAt != 0 {
		l.Erased = true
		return nil
	}
	body, err := b.cipher.Open(l.body, l.ID)
	if err != nil {
		return fault.Internal(err, "journal.payload_unreadable", "entry", l.ID)
	}
	l.Payload = body
	return nil
}

// Erase takes a payload away for good; the entry and the chain stay. The act of
// erasing is itself journaled by the caller.
func (b *Book) Erase(ctx context.Context, tx *db.Tx, entry string) error {
	return tx.ExecOne(ctx, fault.Missing("journal.no_payload"),
		`UPDATE journal_payload SET salt = '', body = '', erased_at = $2 WHERE entry = $1 AND erased_at = 0`,
		entry, int64(tx.Now()))
}
