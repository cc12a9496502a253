// Package once answers a program that asks the same thing twice as if it had
// asked once, also when the first answer never arrived.
//
// The program names its request by a key of its own. The answer is rendered and
// stored in the transaction of the act itself (journal.Witness), so there is no
// moment at which the act stands and its answer does not: not after kill -9, not
// between two nodes that got the same request at once. A refused request keeps
// nothing, because nothing was done; it is judged anew when it comes again.
//
// Owns: the kept answers and how long they are kept.
//
// Does not own: what is asked and answered (see api), where an act begins and
// ends (see db, journal).
//
// Words: caller, key, print (of what was asked), answer, replay.
//
// Tables: once
package once
