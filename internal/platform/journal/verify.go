package journal

import (
	"context"
	"encoding/hex"
	"fmt"

	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
)

// Noun is a table whose rows carry version and head of their own chain. State is
// the column that holds what the last entry left it in, "" for tables that have
// none.
type Noun struct{ Kind, Table, State string }

// state gives the row's state, and with no such column what the entry says, which
// then always agrees.
func (n Noun) state() string {
	if n.State == "" {
		return "COALESCE(j.to_state, '')"
	}
	return "t." + n.State
}

// Break is one place where the journal or a row does not hold.
type Break struct {
	Entry   string `json:"entry,omitempty"` // entry id, "" when the entry itself is gone
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// String names the place for a person.
func (b Break) String() string {
	return fmt.Sprintf("%s %s version %d (entry %s): %s", b.Kind, b.Subject, b.Version, b.Entry, b.Reason)
}

// Report is the result of a verification.
type Report struct {
	Entries  int64   `json:"entries"`
	Subjects int64   `json:"subjects"`
	Erased   int64   `json:"erased"`
	Breaks   []Break `json:"breaks"` // at most maxBreaks, in the order of entry ids, oldest first
}

const maxBreaks = 100

// Count gives the number of entries, for a progress bar.
func (b *Book) Count(ctx context.Context, r db.Reader) (n int64, err error) {
	err = r.Row(ctx, `SELECT count(*) FROM journal`).Scan(&n)
	return n, err
}

// Verify recomputes every hash, follows every chain, opens every payload, looks
// for gaps in the numbering, and compares the last entry of every subject with
// the subject's row. step is called once an entry.
func (b *Book) Verify(ctx context.Context, r db.Reader, nouns []Noun, step func()) (Report, error) {
	v := verifier{book: b}
	rows, err := r.Query(ctx, `SELECT `+lineColumns+` FROM journal j LEFT JOIN journal_payload p ON p.entry = j.id
		ORDER BY j.subject_kind, j.subject, j.version`)
	if err != nil {
		return v.Report, err
	}
	for rows.Next() {
		l, err := scanLine(rows)
		if err != nil {
			rows.Close()
			return v.Report, err
		}
		v.entry(&l)
		step()
	}
	if err := rows.Close(); err != nil {
		return v.Report, err
	}
	for _, n := range nouns {
		if err := v.rows(ctx, r, n); err != nil {
			return v.Report, err
		}
	}
	err = v.numbering(ctx, r)
	sortBreaks(v.Breaks)
	return v.Report, err
}

type verifier struct {
	Report
	book *Book
	last Line
}

func (v *verifier) found(l *Line, reason string, args ...any) {
	if len(v.Breaks) < maxBreaks {
		v.Breaks = append(v.Breaks, Break{l.ID, l.Subject.Kind, l.Subject.ID, l.Version, fmt.Sprintf(reason, args...)})
	}
}

func (v *verifier) entry(l *stored) {
	v.Entries++
	prev := v.last
	if prev.Subject != l.Subject {
		v.Subjects++
		prev = Line{}
	}
	v.last = l.Line
	switch {
	case l.Version != prev.Version+1:
		v.found(&l.Line, "versions %d to %d are missing before it", prev.Version+1, l.Version-1)
	case l.PreviousHash != prev.Hash:
		v.found(&l.Line, "it does not follow from the entry before it")
	}
	if l.Algorithm != algorithm || l.Format != format {
		v.found(&l.Line, "unknown format %d or algorithm %q", l.Format, l.Algorithm)
	} else if l.seal() != l.Hash {
		v.found(&l.Line, "its fields do not give its hash")
	}
	v.payload(l)
}

func (v *verifier) payload(l *stored) {
	if l.PayloadHash == "" {
		if l.body != "" {
			v.found(&l.Line, "a payload was added to an entry that had none")
		}
		return
	}
	if l.erasedAt != 0 {
		v.Erased++
		return
	}
	salt, err := hex.DecodeString(l.salt)
	if err != nil || l.body == "" {
		v.found(&l.Line, "its payload is gone without an erasure")
		return
	}
	body, err := v.book.cipher.Open(l.body, l.ID)
	if err != nil {
		v.found(&l.Line, "its payload cannot be opened: %v", err)
	} else if payloadHash(salt, body) != l.PayloadHash {
		v.found(&l.Line, "its payload does not give its hash")
	}
}

// rows compares the owner's table with the chains: a row that moved without an
// entry, an entry without its row, a tail that was cut.
func (v *verifier) rows(ctx context.Context, r db.Reader, n Noun) error {
	rows, err := r.Query(ctx, `SELECT COALESCE(j.id, ''), t.id, t.version, t.head, COALESCE(j.hash, ''), `+n.state()+`, COALESCE(j.to_state, ''),
		(SELECT count(*) FROM journal l WHERE l.subject_kind = $1 AND l.subject = t.id AND l.version > t.version)
		FROM `+n.Table+` t LEFT JOIN journal j ON j.subject_kind = $1 AND j.subject = t.id AND j.version = t.version
		WHERE j.id IS NULL OR j.hash <> t.head OR j.to_state <> `+n.state()+` OR EXISTS
		(SELECT 1 FROM journal l WHERE l.subject_kind = $1 AND l.subject = t.id AND l.version > t.version)
		ORDER BY t.id LIMIT 100`, n.Kind)
	if err != nil {
		return err
	}
	for rows.Next() {
		l := Line{Subject: Subject{Kind: n.Kind}}
		var head, state string
		var later int64
		if err := rows.Scan(&l.ID, &l.Subject.ID, &l.Version, &head, &l.Hash, &state, &l.To, &later); err != nil {
			rows.Close()
			return err
		}
		switch {
		case l.ID == "":
			v.found(&l, "the row stands at version %d, which the journal does not have", l.Version)
		case head != l.Hash:
			v.found(&l, "the row's head is not the hash of its last entry")
		case later > 0:
			v.found(&l, "the journal goes %d entries further than the row", later)
		default:
			v.found(&l, "the row says %q, its last entry %q", state, l.To)
		}
	}
	if err := rows.Close(); err != nil {
		return err
	}
	return v.orphans(ctx, r, n)
}

func (v *verifier) orphans(ctx context.Context, r db.Reader, n Noun) error {
	rows, err := r.Query(ctx, `SELECT j.id, j.subject FROM journal j
		WHERE j.subject_kind = $1 AND j.version = 1 AND NOT EXISTS (SELECT 1 FROM `+n.Table+` t WHERE t.id = j.subject)
		ORDER BY j.id LIMIT 100`, n.Kind)
	lines, err := db.All(rows, err, func(s db.Scanner) (Line, error) {
		l := Line{Subject: Subject{Kind: n.Kind}, Version: 1}
		err := s.Scan(&l.ID, &l.Subject.ID)
		return l, err
	})
	for i := range lines {
		v.found(&lines[i], "its row is gone")
	}
	return err
}

// numbering finds entries removed after they were numbered, even when the rest
// of their chain was made to fit.
func (v *verifier) numbering(ctx context.Context, r db.Reader) error {
	var n, last int64
	err := r.Row(ctx, `SELECT count(*), COALESCE(max(position), 0) FROM journal WHERE position IS NOT NULL`).Scan(&n, &last)
	if err != nil {
		return err
	}
	next, err := event.Next(ctx, r, "journal")
	if err == nil && (n != last || last != next-1) {
		v.found(&Line{Subject: Subject{Kind: "journal", ID: "numbering"}, Version: last},
			"%d of the %d numbered entries are gone", next-1-n, next-1)
	}
	return err
}
