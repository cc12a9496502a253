package registers

import (
	"context"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

const statusColumns = `id, body, body_name, region, state, reason, since, promised, fed_at, source, generation, version, head`

func scanStatus(s db.Scanner) (*Status, error) {
	x := &Status{}
	err := s.Scan(&x.ID, &x.Body, &x.BodyName, &x.Region, &x.State, &x.Reason, &x.Since, &x.Promised, &x.FedAt, &x.Source, &x.Generation,
		&x.Head.Version, &x.Head.Hash)
	x.loaded = x.Head.Version
	return x, err
}

// unknown is a register of which nothing was ever loaded.
func unknown(r ID) *Status { return &Status{ID: r, State: Up, Promised: DefaultPromised} }

// status reads a register; one that has no row yet is given as it would begin.
func status(ctx context.Context, r db.Reader, register ID, lock string) (*Status, error) {
	x, err := db.One(r.Row(ctx, `SELECT `+statusColumns+` FROM base_register WHERE id = $1`+lock, string(register)), scanStatus)
	if db.NoRows(err) {
		return unknown(register), nil
	}
	return x, err
}

// Status reads how a register stands, without its number of entries.
func (s *Service) Status(ctx context.Context, r db.Reader, register ID) (*Status, error) {
	return status(ctx, r, register, "")
}

// List gives every register with its owner, state and number of entries. How they
// stand is public; what they hold is not.
func (s *Service) List(ctx context.Context) ([]*Status, error) {
	rows, err := s.d.DB.Query(ctx, `SELECT `+statusColumns+` FROM base_register`)
	have, err := db.All(rows, err, scanStatus)
	if err != nil {
		return nil, err
	}
	counts, err := s.counts(ctx)
	if err != nil {
		return nil, err
	}
	var out []*Status
	for _, r := range All() {
		x := unknown(r)
		for _, h := range have {
			if h.ID == r {
				x = h
			}
		}
		x.Entries = counts[r]
		out = append(out, x)
	}
	return out, nil
}

func (s *Service) counts(ctx context.Context) (map[ID]int64, error) {
	rows, err := s.d.DB.Query(ctx, `SELECT register, count(*) FROM register_entry GROUP BY register`)
	out := map[ID]int64{}
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var register ID
		var n int64
		err := r.Scan(&register, &n)
		out[register] = n
		return struct{}{}, err
	})
	return out, err
}

// change is the payload of an act on a register.
type change struct {
	Body     string `json:"body,omitempty"`
	Promised int64  `json:"promised,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Source   string `json:"source,omitempty"`
	Entries  int    `json:"entries,omitempty"`
	Removed  int64  `json:"removed,omitempty"`
	Hash     string `json:"hash,omitempty"` // of what was loaded
}

// Own names the body that answers for a register and how often it is fed, in days
// (0 keeps what stands). Faults: registers.denied, identity.no_body.
func (s *Service) Own(ctx context.Context, actor gov.Actor, register ID, body string, promised int64) (*Status, error) {
	if promised < 0 || promised > 366 {
		var f fault.Fields
		f.Add("promised", "registers.bad_promised", "most", 366)
		return nil, f.Err()
	}
	return s.verb(ctx, actor, register, ActOwn, func(tx *db.Tx, x *Status) (change, error) {
		if actor.Kind != gov.System {
			return change{}, fault.Denied("registers.denied")
		}
		b, err := s.d.Bodies.Body(ctx, tx, body)
		if err != nil {
			return change{}, err
		}
		x.Body, x.BodyName, x.Region = b.ID, b.Name, b.Region
		if promised > 0 {
			x.Promised = promised
		}
		return change{Body: b.ID, Promised: x.Promised}, nil
	})
}

// TakeDown says that a register may not be asked, and why; applicants are told so
// and type themselves.
func (s *Service) TakeDown(ctx context.Context, actor gov.Actor, register ID, reason string) (*Status, error) {
	reason = strings.TrimSpace(reason)
	var f fault.Fields
	if required(&f, "reason", reason); len(f) > 0 {
		return nil, f.Err()
	}
	return s.verb(ctx, actor, register, ActDown, func(tx *db.Tx, x *Status) (change, error) {
		if !MayManage(actor, x) {
			return change{}, fault.Denied("registers.denied")
		}
		x.Reason, x.Since = reason, tx.Now()
		return change{Reason: reason}, nil
	})
}

// PutUp says that a register may be asked again.
func (s *Service) PutUp(ctx context.Context, actor gov.Actor, register ID) (*Status, error) {
	return s.verb(ctx, actor, register, ActUp, func(_ *db.Tx, x *Status) (change, error) {
		if !MayManage(actor, x) {
			return change{}, fault.Denied("registers.denied")
		}
		x.Reason, x.Since = "", 0
		return change{}, nil
	})
}

// verb does an act on a register in one transaction.
func (s *Service) verb(ctx context.Context, actor gov.Actor, register ID, act Act, do func(*db.Tx, *Status) (change, error)) (*Status, error) {
	if !register.Valid() {
		return nil, fault.Missing("registers.no_register", "register", string(register))
	}
	var done *Status
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		x, err := status(ctx, tx, register, ` /*for update*/`)
		if err != nil {
			return err
		}
		ch, err := do(tx, x)
		if err != nil {
			return err
		}
		done = x
		return s.keep(ctx, tx, actor, x, act, ch)
	})
	if db.IsUnique(err) { // two began the register at the same moment
		return nil, fault.Conflict("registers.stale")
	}
	return done, err
}

// published names the fact of an act on a register; naming an owner is none.
var published = map[Act]string{ActFeed: "register.fed", ActDown: "register.down", ActUp: "register.up"}

// keep moves the register, journals the act and writes the row.
func (s *Service) keep(ctx context.Context, tx *db.Tx, actor gov.Actor, x *Status, act Act, ch change) error {
	from := x.State
	to, err := Lifecycle.Next(x.State, act)
	if err != nil {
		return err
	}
	if x.State = to; x.loaded == 0 {
		from = ""
	}
	x.Head, err = s.d.Book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: SubjectKind, ID: string(x.ID)}, Prev: x.Head,
		Act: string(act), Actor: actor, Post: postAt(actor, x.Body), From: string(from), To: string(x.State), Payload: encode(ch)})
	if err != nil {
		return err
	}
	if err := save(ctx, tx, x); err != nil {
		return err
	}
	if published[act] == "" {
		return nil
	}
	return s.d.Events.Publish(ctx, tx, event.Fact{Type: published[act], Subject: string(x.ID), Data: struct {
		Body    string `json:"body"`
		Region  string `json:"region"`
		State   string `json:"state"`
		Entries int    `json:"entries,omitempty"`
	}{x.Body, string(x.Region), string(x.State), ch.Entries}})
}

func save(ctx context.Context, tx *db.Tx, x *Status) error {
	if x.loaded == 0 {
		return tx.Exec(ctx, `INSERT INTO base_register (`+statusColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
			string(x.ID), x.Body, x.BodyName, string(x.Region), string(x.State), x.Reason, int64(x.Since), x.Promised, int64(x.FedAt),
			x.Source, x.Generation, x.Head.Version, x.Head.Hash)
	}
	return tx.ExecOne(ctx, fault.Conflict("registers.stale"), `UPDATE base_register SET body = $3, body_name = $4, region = $5, state = $6,
		reason = $7, since = $8, promised = $9, fed_at = $10, source = $11, generation = $12, version = $13, head = $14 WHERE id = $1 AND version = $2`,
		string(x.ID), x.loaded, x.Body, x.BodyName, string(x.Region), string(x.State), x.Reason, int64(x.Since), x.Promised,
		int64(x.FedAt), x.Source, x.Generation, x.Head.Version, x.Head.Hash)
}
