package supervision

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// last is after every UUID: the newest first.
const last = "~"

// CardFilter narrows a list of cards; empty fields do not.
type CardFilter struct {
	State      CardState
	Severity   Severity
	Rule       Code
	Department string
	Item       string
	Body       string
	Case       string
	Officer    string
	Late       bool // not answered in time
	Asked      bool // raised, and has to be answered
	From, To   clock.Date
}

func (f CardFilter) narrow(q *query, on clock.Date) {
	q.equal("state", string(f.State))
	q.equal("severity", string(f.Severity))
	q.equal("rule", string(f.Rule))
	q.equal("department", f.Department)
	q.equal("item", f.Item)
	q.equal("body", f.Body)
	q.equal("cases", f.Case)
	q.equal("officer", f.Officer)
	if f.Late || f.Asked {
		q.and(`state IN ('raised','appealed') AND state = 'raised' AND answer_due <> ''`)
	}
	if f.Late {
		q.and(`answer_due < ` + q.arg(on))
	}
	if !f.From.IsZero() {
		q.and(`raised_on >= ` + q.arg(f.From))
	}
	if !f.To.IsZero() {
		q.and(`raised_on <= ` + q.arg(f.To))
	}
}

// Cards lists cards, newest first, before one (” for the newest).
func (s *Service) Cards(ctx context.Context, actor gov.Actor, f CardFilter, before string, limit int) ([]*Card, error) {
	rows, err := s.newest(ctx, actor, f.narrow, cardColumns+` FROM card`, before, limit)
	return db.All(rows, err, listedCard)
}

// CardCount gives how many cards Cards would give in all.
func (s *Service) CardCount(ctx context.Context, actor gov.Actor, f CardFilter) (n int64, err error) {
	return s.howMany(ctx, actor, f.narrow, `card`)
}

// Card reads a card with its words.
func (s *Service) Card(ctx context.Context, actor gov.Actor, id string) (*Card, error) {
	c, err := loadCard(ctx, s.db, `id = $1`, id)
	if err != nil {
		return nil, err
	}
	if !MaySeeCard(actor, c) {
		return nil, fault.Missing("supervision.missing")
	}
	return c, s.openCard(c)
}

// Entry is a line of what the journal of a card or an order tells.
type Entry = journal.Line

// CardTrace gives the card's journal to those who see it.
func (s *Service) CardTrace(ctx context.Context, actor gov.Actor, c *Card) ([]Entry, error) {
	if !MaySeeCard(actor, c) {
		return nil, fault.Missing("supervision.missing")
	}
	return s.book.Of(ctx, s.db, journal.Subject{Kind: CardKind, ID: c.ID})
}

// OrderFilter narrows a list of orders; empty fields do not.
type OrderFilter struct {
	State   OrderState
	Body    string
	Case    string
	Card    string
	Account string // orders to this person, and to bodies as a whole
	Late    bool
}

func (f OrderFilter) narrow(q *query, on clock.Date) {
	q.equal("state", string(f.State))
	q.equal("body", f.Body)
	q.equal("cases", f.Case)
	q.equal("card", f.Card)
	if f.Account != "" {
		q.and(`account IN ('', ` + q.arg(f.Account) + `)`)
	}
	if f.Late {
		q.and(`state = 'issued' AND due_on < ` + q.arg(on))
	}
}

// Orders lists orders, newest first, before one (” for the newest), with their
// subjects.
func (s *Service) Orders(ctx context.Context, actor gov.Actor, f OrderFilter, before string, limit int) ([]*Order, error) {
	rows, err := s.newest(ctx, actor, f.narrow, orderColumns+` FROM orders`, before, limit)
	all, err := db.All(rows, err, listedOrder)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if err := s.openOrder(o); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// OrderCount gives how many orders Orders would give in all.
func (s *Service) OrderCount(ctx context.Context, actor gov.Actor, f OrderFilter) (n int64, err error) {
	return s.howMany(ctx, actor, f.narrow, `orders`)
}

// Order reads an order with its words.
func (s *Service) Order(ctx context.Context, actor gov.Actor, id string) (*Order, error) {
	o, err := loadOrder(ctx, s.db, `id = $1`, id)
	if err != nil {
		return nil, err
	}
	if !MaySeeOrder(actor, o) {
		return nil, fault.Missing("supervision.missing")
	}
	return o, s.openOrder(o)
}

// OrderTrace gives the order's journal to those who see it.
func (s *Service) OrderTrace(ctx context.Context, actor gov.Actor, o *Order) ([]Entry, error) {
	if !MaySeeOrder(actor, o) {
		return nil, fault.Missing("supervision.missing")
	}
	return s.book.Of(ctx, s.db, journal.Subject{Kind: OrderKind, ID: o.ID})
}
