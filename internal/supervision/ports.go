package supervision

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Sealer hides words that people wrote; keys.Ring is the one in use.
type Sealer interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
}

// Calendar gives the statutory calendar in force.
type Calendar interface {
	Calendar(ctx context.Context) (*clock.Calendar, error)
}

// Items tells what the watch needs to know of a local item version.
type Items interface {
	// Type is the type of GB/T 39046 A.1 in the catalogue's words: 行政许可 ….
	Type(ctx context.Context, localItem string) (string, error)
}

// Notices are the correction notices of a case, for the rule that everything is
// said at once (art. 32).
type Notices struct {
	Paths [][]string // of the defects of each notice, the newest last
	// Later are the paths that the first submission could not hold: what the answer
	// to an earlier notice brought up.
	Later map[string]bool
}

// Corrections reads the notices of a case with what this transaction adds.
type Corrections interface {
	Notices(ctx context.Context, tx *db.Tx, c *cases.Case) (Notices, error)
}

// Running walks over the cases that somebody is awaited in, for the watches to be
// kept anew; the rows it gives are locked, with their ledgers.
type Running interface {
	RunningPage(ctx context.Context, tx *db.Tx, after string) ([]*cases.Case, error)
}

// Body is what an order needs to know of its addressee.
type Body struct {
	ID         string
	Name       string
	Department string
	Region     gov.Region
}

// Bodies tells about the bodies that orders go to.
type Bodies interface {
	Body(ctx context.Context, r db.Reader, id string) (Body, error)
	// StaffAt gives the people who serve at a body, account → name; no systems.
	StaffAt(ctx context.Context, r db.Reader, body string) (map[string]string, error)
}

// Reactions is what supervision causes elsewhere, in the same transaction:
// somebody is told, running cases are looked at again. What people wrote is not for
// messages: it may be sealed here.
type Reactions interface {
	// CardRaised is told of every card, many at once at midnight.
	CardRaised(ctx context.Context, tx *db.Tx, cards []Card) error
	// CardDecided is told when a card is upheld or withdrawn.
	CardDecided(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Card) error
	// OrderIssued is told of a new order, and of one that went back for another answer.
	OrderIssued(ctx context.Context, tx *db.Tx, actor gov.Actor, o *Order) error
	// OrderEscalated is told of an order that nobody answered in time.
	OrderEscalated(ctx context.Context, tx *db.Tx, o *Order) error
	// RulesChanged makes all running cases be watched by the new rules, see Rewatch.
	RulesChanged(ctx context.Context, tx *db.Tx) error
}
