package ratings

import "yimen/internal/platform/reseal"

// aadWords is where the sealed words belong; the ring binds them there.
func aadWords(id string) string { return "rating.words:" + id }

// Sealed lists the columns that lie under the ring, for the walk after a rotation.
func Sealed() []reseal.Column { return []reseal.Column{reseal.Of("rating", "words", aadWords)} }
