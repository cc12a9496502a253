// Package progress shows how far an application for a bundle (一件事) is: its members
// as a graph and as a list, each with its state, department and date, what it waits
// for or why it ended, and the promise of the whole (domain.md §5). The applicant,
// the counter and, without anything of other members but their names, the desks see
// the same.
//
// Owns: how the cases of one application are drawn and told together.
//
// Does not own: what may be seen of which case (see cases), the counting (see
// clock, catalogue/merge), the page around it (see web/portal, web/counter,
// web/desk).
//
// Words: progress, member, companion, promise, expected.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package progress
