// Package steps derives what a department does step by step from what an item
// publishes. It is pure.
//
// Owns: which official acts in which stage, and the share of the stage's days.
//
// Does not own: the stages (see catalogue/set), the steps of a running case (see
// cases).
//
// Words: stage, step.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package steps
