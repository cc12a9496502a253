package supervision

import "yimen/internal/platform/flow"

// CardState is where a card stands.
type CardState string

// The states of a card. It is never deleted: a mistaken one is withdrawn.
const (
	CardRaised    CardState = "raised"
	CardAnswered  CardState = "answered"
	CardAppealed  CardState = "appealed"
	CardUpheld    CardState = "upheld"
	CardWithdrawn CardState = "withdrawn"
)

// CardAct is what is done to a card.
type CardAct string

// The acts on a card; raise is the program's.
const (
	ActRaise    CardAct = "raise"
	ActAnswer   CardAct = "answer"
	ActAppeal   CardAct = "appeal"
	ActUphold   CardAct = "uphold"
	ActWithdraw CardAct = "withdraw"
)

// CardLifecycle is the one table of what may follow what.
var CardLifecycle = flow.Table[CardState, CardAct]{
	Name:    "cards",
	Initial: CardRaised,
	Code:    "supervision.not_now",
	Rows: []flow.Row[CardState, CardAct]{
		{From: CardRaised, Act: ActAnswer, To: CardAnswered, By: "承办、审核、批准", Guard: "not blue, words"},
		{From: CardAnswered, Act: ActAppeal, To: CardAppealed, By: "承办、批准", Guard: "in time, words"},
		{From: CardAppealed, Act: ActUphold, To: CardUpheld, By: "效能监督", Guard: "another person, reason"},
		{From: CardAppealed, Act: ActWithdraw, To: CardWithdrawn, By: "效能监督", Guard: "another person, reason"},
		{From: CardRaised, Act: ActWithdraw, To: CardWithdrawn, By: "效能监督", Guard: "reason"},
		{From: CardAnswered, Act: ActWithdraw, To: CardWithdrawn, By: "效能监督", Guard: "another person, reason"},
		{From: CardUpheld, Act: ActWithdraw, To: CardWithdrawn, By: "效能监督", Guard: "another person, reason"},
	},
}

// OrderState is where an order stands.
type OrderState string

// The states of an order.
const (
	OrderIssued   OrderState = "issued"
	OrderAnswered OrderState = "answered"
	OrderClosed   OrderState = "closed"
)

// OrderAct is what is done to an order.
type OrderAct string

// The acts on an order; escalate is the program's, once, at the midnight after its
// last day.
const (
	ActIssue    OrderAct = "issue"
	ActReply    OrderAct = "reply"
	ActReturn   OrderAct = "return"
	ActClose    OrderAct = "close"
	ActEscalate OrderAct = "escalate"
)

// OrderLifecycle is the one table of what may follow what.
var OrderLifecycle = flow.Table[OrderState, OrderAct]{
	Name:    "orders",
	Initial: OrderIssued,
	Code:    "supervision.not_now",
	Rows: []flow.Row[OrderState, OrderAct]{
		{From: OrderIssued, Act: ActReply, To: OrderAnswered, By: "承办、审核、批准", Guard: "addressee, words"},
		{From: OrderIssued, Act: ActEscalate, To: OrderIssued, By: "系统", Guard: "late, once"},
		{From: OrderAnswered, Act: ActReturn, To: OrderIssued, By: "效能监督", Guard: "reason, new day"},
		{From: OrderAnswered, Act: ActClose, To: OrderClosed, By: "效能监督"},
		{From: OrderIssued, Act: ActClose, To: OrderClosed, By: "效能监督", Guard: "reason"},
	},
}
