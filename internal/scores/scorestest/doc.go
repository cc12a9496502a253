// Package scorestest gives tests months whose counts they choose, in any state,
// made by the context's own acts.
package scorestest
