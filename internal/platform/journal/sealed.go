package journal

import "yimen/internal/platform/reseal"

// Sealed lists the column that lies under the ring, for the walk after a rotation. An entry's hash covers its payload
// in clear, with the salt, so a payload sealed anew gives the same hash: the chain holds.
func Sealed() []reseal.Column {
	return []reseal.Column{{Table: "journal_payload", Name: "body", Key: []string{"entry"},
		Aad: func(v []string) string { return v[0] }}}
}
