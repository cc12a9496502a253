package identity

import "yimen/internal/platform/reseal"

// Sealed lists the columns that lie under the ring, for the walk after a rotation. The indexes beside them are hashes
// under the index key, which never changes, and stay as they are.
func Sealed() []reseal.Column {
	return []reseal.Column{
		reseal.Of("party", "id_number", aadNumber), reseal.Of("party", "phone", aadPhone),
		reseal.Of("party", "profile", aadProfile), reseal.Of("mandate", "evidence", aadEvidence),
		reseal.Of("account", "mail", aadAccountMail), reseal.Of("account", "phone", aadAccountPhone),
	}
}
