package applications

import (
	"yimen/internal/platform/blob"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
	"yimen/internal/platform/serial"
)

// Sealer hides answers; keys.Ring is the one in use.
type Sealer interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
}

// Deps is what the service works with.
type Deps struct {
	DB        *db.DB
	Book      *journal.Book
	Events    event.Source
	Sealer    Sealer
	Files     *blob.Service
	Now       now.Clock
	Numbers   *serial.Lease
	Items     Items
	People    People
	Looks     Looks
	Licences  Licences
	Disputes  Disputes
	Begun     Begun
	Reactions Reactions
}

// Service is the applications context.
type Service struct{ d Deps }

// New makes the service. Every field of d is needed.
func New(d Deps) *Service { return &Service{d} }

// KeptDays is how long a draft is kept after its last change; the applicant is
// shown the date (ux.md 12).
const KeptDays = 30
