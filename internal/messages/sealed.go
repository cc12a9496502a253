package messages

import "yimen/internal/platform/reseal"

// Sealed lists the columns that lie under the ring, for the walk after a rotation.
func Sealed() []reseal.Column { return []reseal.Column{reseal.Of("message", "args", aad)} }
