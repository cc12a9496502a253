package registers

import (
	"context"
	"encoding/json"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Entry is what a register says of one person or organisation, in clear.
type Entry struct {
	ID       string
	Register ID
	Values   map[string]string // by element key
	Body     string            // who answers for it
	BodyName string
	Source   string // what it was loaded from
	AsOf     clock.Date
	Stale    bool // the register was fed later than its owner promised
}

// Key names whom an entry is about: document type and number, or a credit code.
type Key struct {
	IDType string // of a person
	Number string // of the document, or the credit code
}

// residentCard is the document type that is meant where none is named.
const residentCard = "居民身份证"

// index is the blind index of a key. A number counts with its document: the same
// digits may stand on two.
func (s *Service) index(register ID, k Key) string {
	number := strings.ToUpper(k.Number)
	if register == Population {
		if k.IDType == "" {
			k.IDType = residentCard
		}
		number = k.IDType + ":" + number
	}
	return s.d.Ring.Index("register."+string(register), number)
}

// Read asks a register of somebody. It is called on the way to a form that the same
// person fills in, or for him at a counter: who may ask is decided there
// (assurance 1), and a clerk's look is journaled there. Faults: registers.down
// (Busy, with the reason), registers.no_entry. Any other error means that the
// register cannot be read now.
func (s *Service) Read(ctx context.Context, r db.Reader, register ID, k Key) (*Entry, error) {
	if k.Number == "" {
		return nil, fault.Missing("registers.no_entry")
	}
	x, err := status(ctx, r, register, "")
	if err != nil {
		return nil, err
	}
	if x.State == Down {
		return nil, fault.Busy("registers.down", "register", register.Name(), "reason", x.Reason)
	}
	e, err := s.entry(ctx, r, register, `number = $2`, s.index(register, k))
	if err != nil {
		return nil, err
	}
	e.Stale = x.Stale(today(s.d.Now()))
	if e.Body == "" {
		e.Body, e.BodyName = x.Body, x.BodyName
	}
	return e, nil
}

func (s *Service) entry(ctx context.Context, r db.Reader, register ID, where, arg string) (*Entry, error) {
	var content string
	e, err := db.One(r.Row(ctx, `SELECT id, register, content, body, body_name, source, as_of FROM register_entry WHERE register = $1 AND `+where,
		string(register), arg), func(sc db.Scanner) (*Entry, error) {
		e := &Entry{}
		return e, sc.Scan(&e.ID, &e.Register, &content, &e.Body, &e.BodyName, &e.Source, &e.AsOf)
	})
	if db.NoRows(err) {
		return nil, fault.Missing("registers.no_entry")
	}
	if err != nil {
		return nil, err
	}
	plain, err := s.unseal(content, aadContent(e.ID))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(plain), &e.Values); err != nil {
		return nil, fault.Internal(err, "registers.unreadable")
	}
	return e, nil
}
