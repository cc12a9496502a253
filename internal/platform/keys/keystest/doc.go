// Package keystest gives tests a ring of their own.
//
// Owns: rings for tests.
//
// Does not own: anything a product runs with (see keys).
//
// Words: as in keys.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package keystest
