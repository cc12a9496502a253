package supervision

import (
	"context"
	"encoding/json"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// CardKind is the card's name in the journal.
const CardKind = "card"

// Facts are what shows a breach, by name: field paths, dates, numbers; nothing of
// a person.
type Facts map[string]string

// Card is one card of a case. Words are empty in lists.
type Card struct {
	ID          string
	Case        string
	Rung        string // unique in its case
	Rule        Code
	Severity    Severity
	Basis       string
	Facts       Facts
	Number      gov.CaseNumber
	Item        string
	ItemName    string
	ItemType    string
	Body        string
	BodyName    string
	Department  string
	Region      gov.Region
	Officer     string // account responsible, '' while nobody is
	OfficerName string
	DueOn       clock.Date // the day at stake; none for an at-once rule
	ReachedOn   clock.Date // the day on which the rung was reached
	RaisedAt    now.Instant
	RaisedOn    clock.Date
	State       CardState
	AnswerDue   clock.Date // none for blue
	AppealDue   clock.Date // last day to appeal; none for blue

	Answer       string
	AnsweredBy   string
	AnsweredName string
	AnsweredAt   now.Instant
	Appeal       string
	AppealedBy   string
	AppealedName string
	AppealedAt   now.Instant
	Decision     string // why it was upheld or withdrawn
	DecidedBy    string
	DecidedName  string
	DecidedAt    now.Instant

	Head journal.Head

	loaded int64
}

// Version is what a form must carry back.
func (c *Card) Version() int64 { return c.Head.Version }

// Late tells that a card has not been answered in time.
func (c *Card) Late(on clock.Date) bool {
	return c.State == CardRaised && !c.AnswerDue.IsZero() && on.After(c.AnswerDue)
}

// staff are the roles of a department.
var staff = []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover}

func servesAt(a gov.Actor, body string, roles ...gov.Role) bool {
	for _, r := range roles {
		if a.HasAt(r, body) {
			return true
		}
	}
	return false
}

// MaySeeCard tells whether a card exists for this actor: the body it is about, and
// who supervises there.
func MaySeeCard(a gov.Actor, c *Card) bool {
	return a.Kind == gov.System || servesAt(a, c.Body, staff...) || a.At(gov.RoleSupervisor, string(c.Region))
}

// MayDoCard tells whether the actor may do the act to this card on a day. Whoever
// answered or appealed does not judge his own words.
func MayDoCard(a gov.Actor, c *Card, act CardAct, on clock.Date) bool {
	if !CardLifecycle.Allows(c.State, act) || a.Kind != gov.Staff {
		return false
	}
	switch act {
	case ActAnswer:
		return c.Severity.Answered() && servesAt(a, c.Body, staff...)
	case ActAppeal:
		return !on.After(c.AppealDue) && servesAt(a, c.Body, gov.RoleOfficer, gov.RoleApprover)
	case ActUphold, ActWithdraw:
		return a.At(gov.RoleSupervisor, string(c.Region)) && a.Account != c.AnsweredBy && a.Account != c.AppealedBy
	}
	return false
}

const cardColumns = `id, cases, rung, rule, severity, basis, facts, number, item, item_name, item_type, body, body_name,
	department, region, officer, officer_name, due_on, reached_on, raised_at, raised_on, state, answer_due, appeal_due,
	answer, answered_by, answered_name, answered_at, appeal, appealed_by, appealed_name, appealed_at,
	decision, decided_by, decided_name, decided_at, version, head`

// scanCard leaves the words sealed.
func scanCard(s db.Scanner) (*Card, error) {
	c := &Card{}
	var facts string
	err := s.Scan(&c.ID, &c.Case, &c.Rung, &c.Rule, &c.Severity, &c.Basis, &facts, &c.Number, &c.Item, &c.ItemName, &c.ItemType,
		&c.Body, &c.BodyName, &c.Department, &c.Region, &c.Officer, &c.OfficerName, &c.DueOn, &c.ReachedOn, &c.RaisedAt,
		&c.RaisedOn, &c.State, &c.AnswerDue, &c.AppealDue, &c.Answer, &c.AnsweredBy, &c.AnsweredName, &c.AnsweredAt,
		&c.Appeal, &c.AppealedBy, &c.AppealedName, &c.AppealedAt, &c.Decision, &c.DecidedBy, &c.DecidedName, &c.DecidedAt,
		&c.Head.Version, &c.Head.Hash)
	c.loaded = c.Head.Version
	if err != nil || facts == "{}" {
		return c, err
	}
	return c, json.Unmarshal([]byte(facts), &c.Facts)
}

// listedCard is scanCard for lists: what was written is not shown there.
func listedCard(s db.Scanner) (*Card, error) {
	c, err := scanCard(s)
	c.Answer, c.Appeal, c.Decision = "", "", ""
	return c, err
}

// insertCards writes new cards with their entries in the journal, many at once.
func (s *Service) insertCards(ctx context.Context, tx *db.Tx, cards []Card) error {
	entries := make([]journal.Entry, len(cards))
	for i := range cards {
		c := &cards[i]
		entries[i] = journal.Entry{Subject: journal.Subject{Kind: CardKind, ID: c.ID}, Act: string(ActRaise), Actor: program,
			To: string(CardRaised), Payload: encode(raised{c.Case, c.Rung, c.Severity, c.Basis, c.DueOn, c.ReachedOn, c.Facts})}
	}
	heads, err := s.book.AppendAll(ctx, tx, entries)
	if err != nil {
		return err
	}
	rows := make([][]any, len(cards))
	for i := range cards {
		c := &cards[i]
		c.Head, c.State = heads[i], CardRaised
		facts := "{}"
		if len(c.Facts) > 0 {
			facts = string(encode(c.Facts))
		}
		rows[i] = []any{c.ID, c.Case, c.Rung, string(c.Rule), string(c.Severity), c.Basis, facts, string(c.Number), c.Item, c.ItemName,
			c.ItemType, c.Body, c.BodyName, c.Department, string(c.Region), c.Officer, c.OfficerName, c.DueOn, c.ReachedOn,
			int64(c.RaisedAt), c.RaisedOn, string(c.State), c.AnswerDue, c.AppealDue, c.Head.Version, c.Head.Hash}
	}
	return tx.Many(ctx, `INSERT INTO card (id, cases, rung, rule, severity, basis, facts, number, item, item_name, item_type, body,
		body_name, department, region, officer, officer_name, due_on, reached_on, raised_at, raised_on, state, answer_due,
		appeal_due, version, head)`, "", rows)
}

// raised is the payload of a new card.
type raised struct {
	Case      string     `json:"case"`
	Rung      string     `json:"rung"`
	Severity  Severity   `json:"severity"`
	Basis     string     `json:"basis"`
	DueOn     clock.Date `json:"due_on,omitzero"`
	ReachedOn clock.Date `json:"reached_on"`
	Facts     Facts      `json:"facts,omitempty"`
}

func loadCard(ctx context.Context, r db.Reader, where string, args ...any) (*Card, error) {
	c, err := db.One(r.Row(ctx, `SELECT `+cardColumns+` FROM card WHERE `+where, args...), scanCard)
	if db.NoRows(err) {
		return nil, fault.Missing("supervision.missing")
	}
	return c, err
}

// saveCard writes what acts change; the words of the act at hand are sealed
// already.
func saveCard(ctx context.Context, tx *db.Tx, c *Card) error {
	return tx.ExecOne(ctx, staleCard(c), `UPDATE card SET state = $3, answer = $4, answered_by = $5, answered_name = $6,
		answered_at = $7, appeal = $8, appealed_by = $9, appealed_name = $10, appealed_at = $11, decision = $12,
		decided_by = $13, decided_name = $14, decided_at = $15, version = $16, head = $17 WHERE id = $1 AND version = $2`,
		c.ID, c.loaded, string(c.State), c.Answer, c.AnsweredBy, c.AnsweredName, int64(c.AnsweredAt), c.Appeal, c.AppealedBy,
		c.AppealedName, int64(c.AppealedAt), c.Decision, c.DecidedBy, c.DecidedName, int64(c.DecidedAt),
		c.Head.Version, c.Head.Hash)
}

func staleCard(c *Card) error {
	return fault.Conflict("supervision.card_stale", "number", c.Number.Grouped())
}
