// Package seed carries the data an installation begins with: data, not code.
//
// Owns: the catalogue set, the words of search, the grouping of forms, the rules of
// supervision, the index system of scores.
//
// Does not own: what is done with them (see internal/catalogue,
// internal/supervision, internal/scores).
//
// Words: set, synonym, group.
//
// Tables: none. Publishes: nothing. Reacts to: nothing.
package seed
