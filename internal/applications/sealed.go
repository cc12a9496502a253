package applications

import "yimen/internal/platform/reseal"

// Where each sealed value belongs; the ring binds it there.
func aadAnswers(id string) string { return "application.answers:" + id }
func aadDefects(id string) string { return "application.defects:" + id }

func aadSupplied(id string) string { return "application.supplied:" + id }

// Sealed lists the columns that lie under the ring, for the walk after a rotation.
func Sealed() []reseal.Column {
	return []reseal.Column{reseal.Of("application", "answers", aadAnswers), reseal.Of("application", "defects", aadDefects),
		reseal.Of("application", "supplied", aadSupplied)}
}
