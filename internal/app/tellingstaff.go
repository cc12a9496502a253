package app

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/supervision"
)

var cardKeys = map[supervision.Severity]messages.Key{
	supervision.BlueSeverity: messages.CardBlue, supervision.YellowSeverity: messages.CardYellow,
	supervision.RedSeverity: messages.CardRed, supervision.SeriousSeverity: messages.CardSerious,
}

// tellCards tells of new cards: the officer who has the case, or while nobody has
// it every officer of the body; from yellow on the head of the body as well. A card
// of the lowest colour is a reminder and goes to nobody's telephone.
func (a supervising) tellCards(ctx context.Context, tx *db.Tx, cards []supervision.Card) error {
	var all []messages.Message
	for i := range cards {
		c := &cards[i]
		m := messages.Message{Key: cardKeys[c.Severity], Urgent: c.Severity.Answered(), Link: "/oversight/cards/" + c.ID, Args: cardArgs(c)}
		all = append(all, toOfficer(m, c.Officer, c.Body))
		if c.Severity.Answered() {
			m.Body, m.Role, m.Except = c.Body, gov.RoleApprover, c.Officer
			all = append(all, m)
		}
	}
	return a.Messages.TellIn(ctx, tx, all...)
}

// toOfficer sends to one account, or where there is none to every officer.
func toOfficer(m messages.Message, officer, body string) messages.Message {
	if m.Account = officer; officer == "" {
		m.Body, m.Role = body, gov.RoleOfficer
	}
	return m
}

func cardArgs(c *supervision.Card) messages.Args {
	return messages.Args{"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number), "basis": c.Basis,
		"due": c.DueOn, "answer": c.AnswerDue, "appeal": c.AppealDue}
}

// tellDecided tells who answered or appealed, and the officer, how it ended.
func (a supervising) tellDecided(ctx context.Context, tx *db.Tx, actor gov.Actor, c *supervision.Card) error {
	key := messages.CardUpheld
	if c.State == supervision.CardWithdrawn {
		key = messages.CardWithdrawn
	}
	var all []messages.Message
	var told []string
	for _, account := range []string{c.Officer, c.AnsweredBy, c.AppealedBy} {
		if account == "" || account == actor.Account || slices.Contains(told, account) {
			continue
		}
		told = append(told, account)
		all = append(all, messages.Message{Account: account, Key: key, Link: "/oversight/cards/" + c.ID, Args: cardArgs(c)})
	}
	return a.Messages.TellIn(ctx, tx, all...)
}

// orderMessage is one about an order, without its addressee.
func orderMessage(key messages.Key, o *supervision.Order) messages.Message {
	return messages.Message{Key: key, Urgent: true, Link: "/oversight/orders/" + o.ID,
		Args: messages.Args{"order": o.Number, "due": o.DueOn}}
}

// tellOrder tells the person an order is for, or the body: its officers and its head.
func (a supervising) tellOrder(ctx context.Context, tx *db.Tx, actor gov.Actor, o *supervision.Order) error {
	key := messages.OrderIssued
	if o.Returns > 0 {
		key = messages.OrderReturned
	}
	m := orderMessage(key, o)
	if o.Account != "" {
		m.Account = o.Account
		return a.Messages.TellIn(ctx, tx, m)
	}
	m.Except, m.Body = actor.Account, o.Body
	officers, heads := m, m
	officers.Role, heads.Role = gov.RoleOfficer, gov.RoleApprover
	return a.Messages.TellIn(ctx, tx, officers, heads)
}

// tellEscalated tells those whose business a late order has become, its addressee
// and who gave it.
func (a supervising) tellEscalated(ctx context.Context, tx *db.Tx, o *supervision.Order) error {
	m := orderMessage(messages.OrderEscalated, o)
	giver, above := m, m
	giver.Account, above.Body, above.Role, above.Except = o.IssuedBy, o.Body, o.EscalatedTo, o.Account
	all := []messages.Message{giver, above}
	if o.Account != "" {
		m.Account = o.Account
		all = append(all, m)
	}
	return a.Messages.TellIn(ctx, tx, all...)
}
