package cases

import (
	"context"
	"encoding/json"
	"time"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Sealer hides words that people wrote; keys.Ring is the one in use.
type Sealer interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
}

// Deps is what the service works with, put together by app.
type Deps struct {
	DB        *db.DB
	Book      *journal.Book
	Events    event.Source
	Sealer    Sealer
	Items     Items
	Calendar  Calendar
	Answers   Answers
	Printer   Printer
	Bodies    Bodies
	Reactions Reactions
}

// Service is the cases context.
type Service struct {
	db        *db.DB
	book      *journal.Book
	events    event.Source
	sealer    Sealer
	items     Items
	calendar  Calendar
	answers   Answers
	printer   Printer
	bodies    Bodies
	reactions Reactions
}

// New makes the service. Every field of d is needed.
func New(d Deps) *Service {
	return &Service{db: d.DB, book: d.Book, events: d.Events, sealer: d.Sealer, items: d.Items,
		calendar: d.Calendar, answers: d.Answers, printer: d.Printer, bodies: d.Bodies, reactions: d.Reactions}
}

// cutoff is the end of the working day for R1 of the clock.
const cutoff = 17*time.Hour + 30*time.Minute

// AcceptDays is the time art. 32 gives for asking for a correction.
const AcceptDays = 5

// DeliverDays is the time art. 44 gives for handing over the result.
const DeliverDays = 10

// CorrectionDays is how long an applicant has to answer (domain.md §4, local practice).
const CorrectionDays = 30

// today is the legal date of an instant.
func today(i now.Instant) clock.Date { return clock.DateOf(i.Time()) }

func (s *Service) publish(ctx context.Context, tx *db.Tx, kind string, c *Case) error {
	return s.events.Publish(ctx, tx, event.Fact{Type: kind, Subject: c.ID, Data: fact{
		Number: string(c.Number), Item: c.Item, Body: c.Body, Region: string(c.Region), State: string(c.State),
	}})
}

// fact is what outsiders learn: no person, no answer.
type fact struct {
	Number string `json:"number"`
	Item   string `json:"item"`
	Body   string `json:"body"`
	Region string `json:"region"`
	State  string `json:"state"`
}

// seal hides v as JSON; where names the column and row, so that ciphertexts
// cannot be swapped.
func (s *Service) seal(v any, where string) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain structs
	}
	return s.sealer.Seal(b, where)
}

func (s *Service) unseal(sealed, where string, v any) error {
	b, err := s.sealer.Open(sealed, where)
	if err != nil {
		return fault.Internal(err, "cases.unreadable", "where", where)
	}
	return json.Unmarshal(b, v)
}
