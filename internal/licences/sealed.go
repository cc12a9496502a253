package licences

import "yimen/internal/platform/reseal"

// aadFace is where a sealed face belongs; the ring binds it there.
func aadFace(id string) string { return "licence.face:" + id }

// Sealed lists the columns that lie under the ring, for the walk after a rotation. The face itself, and its hash, stay.
func Sealed() []reseal.Column { return []reseal.Column{reseal.Of("licence", "face", aadFace)} }
