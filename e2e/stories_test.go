package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

// story is something that people come for, from the first page to the last.
type story struct {
	name string
	play func(t *testing.T, s *harness.Server)
}

// stories share one town on each database, so each takes cases of its own by their
// numbers and never counts what others may have filed.
var stories = []story{
	{"food", food}, {"residence", residence}, {"correction", correction},
	{"decline", decline}, {"refusal", refusal}, {"withdrawal", withdrawal},
	{"walkin", walkin}, {"handover", handover}, {"conflict", conflict}, {"immediate", immediate},
	{"noscript", noscript}, {"keyboard", keyboard}, {"doubleclick", doubleclick}, {"timeout", timeout},
	{"english", english}, {"reflow", reflow},
}

// TestStories plays every story on both databases. Pictures and accessibility are
// looked at on the first; the pages of the second are the same.
func TestStories(t *testing.T) {
	for _, kind := range []harness.Kind{harness.SQLite, harness.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			s := harness.Start(t, kind, "--dev")
			t.Run("all", func(t *testing.T) {
				for _, x := range stories {
					t.Run(x.name, func(t *testing.T) {
						t.Parallel()
						x.play(t, s)
					})
				}
			})
			verified(t, s)
		})
	}
}
