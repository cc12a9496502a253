package supervision

import "yimen/internal/platform/reseal"

// What people wrote is bound to its column and row.
func aadAnswer(id string) string   { return "card.answer:" + id }
func aadAppeal(id string) string   { return "card.appeal:" + id }
func aadDecision(id string) string { return "card.decision:" + id }
func aadSubject(id string) string  { return "orders.subject:" + id }
func aadReply(id string) string    { return "orders.answer:" + id }
func aadClosing(id string) string  { return "orders.closing:" + id }

// Sealed lists the columns that lie under the ring, for the walk after a rotation.
func Sealed() []reseal.Column {
	return []reseal.Column{
		reseal.Of("card", "answer", aadAnswer), reseal.Of("card", "appeal", aadAppeal), reseal.Of("card", "decision", aadDecision),
		reseal.Of("orders", "subject", aadSubject), reseal.Of("orders", "answer", aadReply), reseal.Of("orders", "closing", aadClosing),
	}
}
