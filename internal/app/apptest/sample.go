package apptest

import "testing"

// Sample is all of them, and every nth under -short: so the race detector runs the sweeps
// over the catalogue. It looks for what happens at once, which no further item adds to;
// the whole is swept without it, in a fifth of the time.
func Sample[T any](all []T, n int) []T {
	if !testing.Short() {
		return all
	}
	var some []T
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}
