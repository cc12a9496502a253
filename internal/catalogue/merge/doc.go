// Package merge makes one form and one set of materials of the members of a
// bundle (domain §5): what several items ask is asked once, what one of them
// gives to another is not asked at all, and each member's own form can be had
// back. It is pure: no I/O, no current time, the same answer for the same input.
//
// Owns: the union of fields and materials, what is supplied inside, the order of
// the members and what follows from it (layers, critical path, promise, target),
// the projection onto each member and back, the choice of members by situation.
//
// Does not own: where bundles and items come from (see catalogue), drafts and
// answers (see applications), the order in which cases open (see cases).
//
// Words: bundle, member, situation, field, material, supplied inside, layer,
// critical path, promise, target, conflict.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package merge
