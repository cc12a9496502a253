package once

import "yimen/internal/platform/reseal"

// Sealed lists the column that lies under the ring, for the walk after a rotation. Keys and prints are hashes under
// the index key, which never changes.
func Sealed() []reseal.Column {
	return []reseal.Column{{Table: "once", Name: "answer", Key: []string{"caller", "key"},
		Aad: func(v []string) string { return aad(v[0], v[1]) }}}
}
