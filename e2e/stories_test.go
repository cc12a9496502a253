package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

// story is something that people come for, from the first page to the last.
type story struct {
	name string
	play func(t *testing.T, s *harness.Server)
	once bool // it is about pages only: played on one database
}

// stories share one town on each database, so each takes cases of its own by their
// numbers and never counts what others may have filed.
var stories = []story{
	{name: "food", play: food}, {name: "residence", play: residence}, {name: "correction", play: correction}, {name: "time", play: takesTime},
	{name: "decline", play: decline}, {name: "refusal", play: refusal}, {name: "withdrawal", play: withdrawal},
	{name: "walkin", play: walkin}, {name: "handover", play: handover}, {name: "conflict", play: conflict},
	{name: "immediate", play: immediate}, {name: "doubleclick", play: doubleclick}, {name: "uploads", play: uploads}, {name: "messages", play: messages}, {name: "disputes", play: disputes}, {name: "fetching", play: fetching, once: true},
	{name: "progress", play: progress}, {name: "together", play: together},
	{name: "catering", play: catering, once: true}, {name: "birth", play: birth, once: true}, {name: "secondhand", play: secondHand, once: true},
	{name: "noscript", play: noscript, once: true}, {name: "keyboard", play: keyboard, once: true},
	{name: "timeout", play: timeout, once: true}, {name: "english", play: english, once: true}, {name: "reflow", play: reflow, once: true},
}

// TestStories plays the stories on both databases. The pages of the two are the
// same, so those are looked at (pictures, accessibility) on the first only.
func TestStories(t *testing.T) {
	t.Parallel()
	for _, kind := range []harness.Kind{harness.SQLite, harness.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, kind, "--dev")
			t.Run("all", func(t *testing.T) {
				for _, x := range stories {
					if x.once && kind != harness.SQLite {
						continue
					}
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
