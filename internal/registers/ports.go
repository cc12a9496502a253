package registers

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Ring hides entries and makes the blind index they are found by; keys.Ring is the
// one in use.
type Ring interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
	Index(field, value string) string
}

// Calendar gives the statutory calendar in force, for the day a dispute is due.
type Calendar interface {
	Calendar(ctx context.Context) (*clock.Calendar, error)
}

// Body is what a register needs to know of its owner.
type Body struct {
	ID     string
	Name   string
	Region gov.Region
}

// Bodies tells about the owners of values.
type Bodies interface {
	Body(ctx context.Context, r db.Reader, id string) (Body, error)
}

// Reactions is what a dispute causes elsewhere, in the same transaction: somebody is
// told. What is sealed here is not for messages.
type Reactions interface {
	// Disputed is told of every new task.
	Disputed(ctx context.Context, tx *db.Tx, d *Dispute) error
	// Answered is told when the owner has corrected or upheld.
	Answered(ctx context.Context, tx *db.Tx, d *Dispute) error
}
