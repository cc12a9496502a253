package once

import (
	"context"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Kept is how long an answer is kept: far longer than any program repeats a
// request by itself, short enough that the table stays small.
const Kept = 30 * 24 * time.Hour

// Secrets hide answers and make prints that nobody can guess back; keys.Ring is
// the one in use.
type Secrets interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
	Index(field, value string) string
}

// Keeper keeps answers. Safe for concurrent use.
type Keeper struct {
	DB      *db.DB
	Secrets Secrets
}

// Ask is one request. Said gives what was asked in a form in which the same
// request gives the same bytes; it may be called late and more than once, so that
// a request can be read while it is acted upon.
type Ask struct {
	Caller string // account
	Key    string // the program's own name for the request
	Said   func() ([]byte, error)
}

// Answer is what was answered.
type Answer struct {
	Status   int
	Body     []byte
	Replayed bool // it was answered before, and nothing was done now
}

// Render makes the answer from what the act left behind; it reads inside the
// act's transaction.
type Render func(ctx context.Context, r db.Reader) (Answer, error)

// Do acts, unless this was asked before, and gives the answer. act must do what
// it does in one transaction that writes the journal. Faults: once.other_request
// when the key was used for something else; act's own, with nothing kept.
func (k *Keeper) Do(ctx context.Context, ask Ask, act func(context.Context) error, render Render) (Answer, error) {
	if kept, ok, err := k.find(ctx, ask); ok || err != nil {
		return kept, err
	}
	var answer Answer
	stood := false
	write := func(ctx context.Context, tx *db.Tx) (err error) {
		if answer, err = render(ctx, tx); err != nil {
			return err
		}
		stood = true
		return k.insert(ctx, tx, ask, answer)
	}
	err := act(journal.Witness(ctx, write))
	if err == nil && !stood { // the act found everything done already: the answer still belongs to this key
		err = k.DB.Do(ctx, func(tx *db.Tx) error { return write(ctx, tx) })
	}
	if err == nil {
		return answer, nil
	}
	// somebody with the same key may have been faster: then this is his answer
	if kept, ok, again := k.find(ctx, ask); ok || again != nil {
		return kept, again
	}
	return Answer{}, err
}

func (k *Keeper) find(ctx context.Context, ask Ask) (Answer, bool, error) {
	key := k.Secrets.Index("once.key", ask.Key)
	a := Answer{Replayed: true}
	var print, sealed string
	err := k.DB.Row(ctx, `SELECT print, status, answer FROM once WHERE caller = $1 AND key = $2`, ask.Caller, key).
		Scan(&print, &a.Status, &sealed)
	if db.NoRows(err) {
		return a, false, nil
	}
	if err != nil {
		return a, false, err
	}
	said, err := ask.Said()
	if err != nil {
		return a, false, err
	}
	if k.print(said) != print {
		return a, false, fault.Invalid("once.other_request")
	}
	if a.Body, err = k.Secrets.Open(sealed, aad(ask.Caller, key)); err != nil {
		return a, false, fault.Internal(err, "once.unreadable")
	}
	return a, true, nil
}

func (k *Keeper) insert(ctx context.Context, tx *db.Tx, ask Ask, a Answer) error {
	said, err := ask.Said()
	if err != nil {
		return err
	}
	key := k.Secrets.Index("once.key", ask.Key)
	return tx.Exec(ctx, `INSERT INTO once (caller, key, print, status, answer, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		ask.Caller, key, k.print(said), a.Status, k.Secrets.Seal(a.Body, aad(ask.Caller, key)), int64(tx.Now()))
}

// print is keyed, because what was asked may hold an ID number and little else.
func (k *Keeper) print(said []byte) string { return k.Secrets.Index("once.print", string(said)) }

func aad(caller, key string) string { return "once.answer:" + caller + ":" + key }

// Sweep forgets answers older than Kept and tells how many.
func (k *Keeper) Sweep(ctx context.Context, at now.Instant) (n int, err error) {
	err = k.DB.Do(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `DELETE FROM once WHERE at < $1 RETURNING key`, int64(at.Add(-Kept)))
		gone, err := db.All(rows, err, db.Text)
		n = len(gone)
		return err
	})
	return n, err
}
