package registers

import (
	"encoding/json"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Deps is what the service works with, put together by app.
type Deps struct {
	DB        *db.DB
	Book      *journal.Book
	Events    event.Source
	Ring      Ring
	Now       now.Clock
	Calendar  Calendar
	Bodies    Bodies
	Reactions Reactions
}

// Service is the registers context. It is safe for use by several goroutines.
type Service struct{ d Deps }

// New makes the service. Every field of d is needed.
func New(d Deps) *Service { return &Service{d} }

// Nouns lists the tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	return []journal.Noun{
		{Kind: SubjectKind, Table: "base_register", State: "state"},
		{Kind: DisputeKind, Table: "dispute", State: "state"},
	}
}

func today(i now.Instant) clock.Date { return clock.DateOf(i.Time()) }

// postAt names the post at the body under which the actor acts, for the journal.
func postAt(a gov.Actor, body string) string {
	for _, p := range a.Posts {
		if p.Body == body {
			return p.ID
		}
	}
	return ""
}

// seal hides text; where names the column and row. No text is left empty.
func (s *Service) seal(text, where string) string {
	if text == "" {
		return ""
	}
	return s.d.Ring.Seal([]byte(text), where)
}

func (s *Service) unseal(sealed, where string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	b, err := s.d.Ring.Open(sealed, where)
	if err != nil {
		return "", fault.Internal(err, "registers.unreadable")
	}
	return string(b), nil
}

// encode writes our own plain structs, which always marshal.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

const mostWords = 2000 // characters of a reason or a value

func required(f *fault.Fields, path, words string) {
	switch {
	case strings.TrimSpace(words) == "":
		f.Add(path, "registers."+path+"_required")
	case len([]rune(words)) > mostWords:
		f.Add(path, "registers.too_long", "most", mostWords)
	}
}
