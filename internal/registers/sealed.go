package registers

import "yimen/internal/platform/reseal"

// Where each sealed value belongs; the ring binds it there.
func aadContent(id string) string { return "register_entry.content:" + id }
func aadStated(id string) string  { return "dispute.stated:" + id }
func aadClaimed(id string) string { return "dispute.claimed:" + id }
func aadReason(id string) string  { return "dispute.reason:" + id }

// Sealed lists the columns that lie under the ring, for the walk after a rotation.
func Sealed() []reseal.Column {
	return []reseal.Column{
		reseal.Of("register_entry", "content", aadContent),
		reseal.Of("dispute", "stated", aadStated), reseal.Of("dispute", "claimed", aadClaimed), reseal.Of("dispute", "reason", aadReason),
	}
}
