package supervision

import (
	"encoding/json"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Deps is what the service works with, put together by app.
type Deps struct {
	DB          *db.DB
	Book        *journal.Book
	Sealer      Sealer
	Now         now.Clock
	Rules       []Rule // of the seed, see ParseRules
	Calendar    Calendar
	Items       Items
	Corrections Corrections
	Running     Running
	Bodies      Bodies
	Reactions   Reactions
}

// Service is the supervision context. It is safe for use by several goroutines.
type Service struct {
	db        *db.DB
	book      *journal.Book
	sealer    Sealer
	now       now.Clock
	seed      []Rule
	calendar  Calendar
	items     Items
	notices   Corrections
	running   Running
	bodies    Bodies
	reactions Reactions
	kept      kept
}

// New makes the service. Every field of d is needed.
func New(d Deps) *Service {
	return &Service{db: d.DB, book: d.Book, sealer: d.Sealer, now: d.Now, seed: d.Rules, calendar: d.Calendar, items: d.Items,
		notices: d.Corrections, running: d.Running, bodies: d.Bodies, reactions: d.Reactions}
}

// Nouns lists the tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	return []journal.Noun{
		{Kind: CardKind, Table: "card", State: "state"},
		{Kind: OrderKind, Table: "orders", State: "state"},
		{Kind: RuleKind, Table: "supervision_rule", State: "state"},
	}
}

// program is the actor of what follows by itself.
var program = gov.Actor{Account: "system", Name: "系统", Kind: gov.System, Channel: gov.API}

// today is the legal date of an instant.
func today(i now.Instant) clock.Date { return clock.DateOf(i.Time()) }

// seal hides words; where names the column and row, so that ciphertexts cannot be
// swapped. No words are left empty.
func (s *Service) seal(words, where string) string {
	if words == "" {
		return ""
	}
	return s.sealer.Seal([]byte(words), where)
}

func (s *Service) unseal(sealed, where string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	b, err := s.sealer.Open(sealed, where)
	if err != nil {
		return "", fault.Internal(err, "supervision.unreadable", "where", where)
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

const mostWords = 2000 // characters of an answer, an appeal, a reason

func required(f *fault.Fields, path, words string) {
	switch {
	case strings.TrimSpace(words) == "":
		f.Add(path, "supervision."+path+"_required")
	case len([]rune(words)) > mostWords:
		f.Add(path, "supervision.too_long", "most", mostWords)
	}
}
