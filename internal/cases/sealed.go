package cases

import "yimen/internal/platform/reseal"

// Sealed lists the columns that lie under the ring, for the walk after a rotation. The bytes of letters, and their
// hashes, stay.
func Sealed() []reseal.Column {
	var all []reseal.Column
	for _, c := range [][2]string{{"correction", "defects"}, {"opinion", "words"}, {"site_visit", "record"}, {"letter", "content"},
		{"delivery", "recipient"}, {"extension", "reason"}, {"extension", "words"}} {
		place := c[0] + "." + c[1] + ":"
		all = append(all, reseal.Of(c[0], c[1], func(id string) string { return place + id }))
	}
	return all
}
