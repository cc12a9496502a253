package joint

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Cases is what a joint step needs of the cases that take part; every write is to a
// case that LockIn has locked.
type Cases interface {
	Case(ctx context.Context, actor gov.Actor, id string) (*cases.Case, error)
	Together(ctx context.Context, actor gov.Actor, application string) ([]cases.Sibling, error)
	Rules(ctx context.Context, c *cases.Case) (*cases.Rules, error)
	LockIn(ctx context.Context, tx *db.Tx, ids []string) (map[string]*cases.Case, error)
	JointIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, words string, j cases.Joint) error
	VisitIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, in cases.Visit) error
	SuspendIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, in cases.Suspension) (bool, error)
	ResumeIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, procedure, result string, j cases.Joint) error
}

// Bodies tells who serves at a body.
type Bodies interface {
	StaffAt(ctx context.Context, r db.Reader, body string) (map[string]string, error)
}

// Reactions is what an act causes elsewhere, in the same transaction.
type Reactions interface {
	// Joint is told of every act, after its entry in the journal; p is the part of a
	// department that did it for itself, nil for the others.
	Joint(ctx context.Context, tx *db.Tx, actor gov.Actor, s *Step, act Act, p *Part) error
}
