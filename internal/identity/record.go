package identity

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// The subject kinds of this context in the journal.
const (
	KindBody    = "body"
	KindParty   = "party"
	KindAccount = "account"
	KindPost    = "post"
	KindMandate = "mandate"
)

// System is the actor of the program itself: the first administrators, the demo
// town, reactions. name says which part of the program.
func System(name string, channel gov.Channel) gov.Actor {
	return gov.Actor{Account: "system", Name: name, Kind: gov.System, Channel: channel}
}

// act is one entry to be.
type act struct {
	kind, id string
	prev     journal.Head
	name     string
	actor    gov.Actor
	by       []gov.Role // the roles that allowed it, to name the post used
	from, to string
	said     any // marshalled as JSON; nil for nothing. The journal encrypts it.
}

// record writes the entry and gives the head for the subject's row, which the
// caller stores in the same transaction.
func (s *Service) record(ctx context.Context, tx *db.Tx, a act) (journal.Head, error) {
	e := journal.Entry{
		Subject: journal.Subject{Kind: a.kind, ID: a.id}, Prev: a.prev, Act: a.name, Actor: a.actor,
		Post: postUsed(a.actor, a.by), From: a.from, To: a.to,
	}
	if a.said != nil {
		said, err := json.Marshal(a.said)
		if err != nil {
			return journal.Head{}, fault.Internal(err, "identity.unreadable")
		}
		e.Payload = said
	}
	return s.Book.Append(ctx, tx, e)
}

// postUsed names the post under which the actor could do it, so that the journal
// tells 以何身份; the first fitting one when he has several.
func postUsed(actor gov.Actor, roles []gov.Role) string {
	for _, role := range roles {
		for _, p := range actor.Posts {
			if p.Role == role {
				return p.ID
			}
		}
	}
	return ""
}

// stale is the answer when a row moved between reading and writing. Rows are
// locked when read, so only a lost lock or a bug comes here.
func stale() error { return fault.Conflict("identity.stale") }

// taken turns a broken unique key into what it means, and leaves other errors.
func taken(err, means error) error {
	if err != nil && db.IsUnique(err) {
		return means
	}
	return err
}

// missing turns "no row" into what it means.
func missing(err error, code string) error {
	if db.NoRows(err) {
		return fault.Missing(code)
	}
	return err
}
