package ratings

import (
	"context"
	"encoding/json"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// SubjectKind is the rating's name in the journal.
const SubjectKind = "rating"

// Score is 1 非常满意 to 5 非常不满意; 4 and 5 are bad ratings.
type Score int64

// The ends of the scale.
const (
	Best  Score = 1
	Worst Score = 5
)

// Bad tells whether the rating is a bad one (差评).
func (s Score) Bad() bool { return s >= 4 }

// Tags are the fixed remarks that go with a score, by their language keys.
func Tags(bad bool) []string {
	if bad {
		return []string{"slow", "asked_more", "rude", "unclear", "many_trips", "unjust"}
	}
	return []string{"fast", "kind", "clear", "easy"}
}

// Rated is what the ratings context needs to know of the case it is about.
type Rated struct {
	Case   string
	Number gov.CaseNumber
	Item   string
	Body   string
	Region gov.Region
	Party  string
}

// Reactions marks the case as rated, in the same transaction, and tells about it;
// it refuses when the case is not the actor's or cannot be rated now.
type Reactions interface {
	Given(ctx context.Context, tx *db.Tx, actor gov.Actor, caseID string) (Rated, error)
	// GivenAll is Given for every case of a bundle's application that was not rated
	// apart.
	GivenAll(ctx context.Context, tx *db.Tx, actor gov.Actor, application string) ([]Rated, error)
}

// Sealer hides what was written.
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
	Reactions Reactions
}

// Service is the ratings context.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Rating is one given rating.
type Rating struct {
	ID    string
	Case  string
	Score Score
	Tags  []string
	Words string
	At    now.Instant
}

const mostWords = 500

func (r *Rating) validate() error {
	var f fault.Fields
	if r.Score < Best || r.Score > Worst {
		f.Add("score", "ratings.score_required")
	}
	for _, t := range r.Tags {
		if !slices.Contains(Tags(r.Score.Bad()), t) {
			f.Add("tags", "ratings.tag_unknown")
			break
		}
	}
	if len([]rune(r.Words)) > mostWords {
		f.Add("words", "ratings.too_long", "most", mostWords)
	}
	return f.Err()
}

// Give rates a finished case once.
func (s *Service) Give(ctx context.Context, actor gov.Actor, caseID string, in Rating) error {
	if err := in.validate(); err != nil {
		return err
	}
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		about, err := s.d.Reactions.Given(ctx, tx, actor, caseID)
		if err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, about, in)
	})
	if db.IsUnique(err) {
		return fault.Conflict("cases.rated_already")
	}
	return err
}

// GiveAll rates a bundle once, which counts for each of its cases that was not rated
// apart (domain.md §7).
func (s *Service) GiveAll(ctx context.Context, actor gov.Actor, application string, in Rating) error {
	if err := in.validate(); err != nil {
		return err
	}
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		all, err := s.d.Reactions.GivenAll(ctx, tx, actor, application)
		if err != nil {
			return err
		}
		for _, about := range all {
			if err := s.keep(ctx, tx, actor, about, in); err != nil {
				return err
			}
		}
		return nil
	})
	if db.IsUnique(err) {
		return fault.Conflict("cases.rated_already")
	}
	return err
}

func (s *Service) keep(ctx context.Context, tx *db.Tx, actor gov.Actor, about Rated, in Rating) error {
	rid := id.New()
	tags, err := json.Marshal(in.Tags)
	if err != nil {
		return err
	}
	payload, err := json.Marshal(struct {
		Score Score    `json:"score"`
		Tags  []string `json:"tags"`
		Words string   `json:"words"`
	}{in.Score, in.Tags, in.Words})
	if err != nil {
		return err
	}
	head, err := s.d.Book.Append(ctx, tx, journal.Entry{
		Subject: journal.Subject{Kind: SubjectKind, ID: rid}, Act: "give", Actor: actor, To: "given", Payload: payload,
	})
	if err != nil {
		return err
	}
	err = tx.Exec(ctx, `INSERT INTO rating (id, cases, case_number, item, body, region, party, account, score, tags, words,
		channel, device, at, version, head) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`,
		rid, about.Case, string(about.Number), about.Item, about.Body, string(about.Region), about.Party, actor.Account,
		int64(in.Score), string(tags), s.d.Sealer.Seal([]byte(in.Words), aadWords(rid)),
		string(actor.Channel), actor.Device, int64(tx.Now()), head.Version, head.Hash)
	if err != nil {
		return err
	}
	return s.d.Events.Publish(ctx, tx, event.Fact{Type: "rating.given", Subject: rid, Data: struct {
		Case  string `json:"case"`
		Score Score  `json:"score"`
	}{about.Case, in.Score}})
}

// Of reads the rating of a case; the caller has asked whether the actor may see
// the case. nil when there is none.
func (s *Service) Of(ctx context.Context, caseID string) (*Rating, error) {
	var r Rating
	var tags, sealed string
	err := s.d.DB.Row(ctx, `SELECT id, cases, score, tags, words, at FROM rating WHERE cases = $1`, caseID).
		Scan(&r.ID, &r.Case, &r.Score, &tags, &sealed, &r.At)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	words, err := s.d.Sealer.Open(sealed, aadWords(r.ID))
	if err != nil {
		return nil, fault.Internal(err, "ratings.unreadable")
	}
	r.Words = string(words)
	return &r, json.Unmarshal([]byte(tags), &r.Tags)
}

// MovePartyIn renames a party, because two parties turned out to be one;
// identity journals why.
func (s *Service) MovePartyIn(ctx context.Context, tx *db.Tx, from, into string) error {
	return tx.Exec(ctx, `UPDATE rating SET party = $2 WHERE party = $1`, from, into)
}
