// Package goldtest compares what a test made with a file kept beside it,
// testdata/<name>.golden.*, written anew by `go test -update`.
//
// HTML is normalised first: one element a line, attributes sorted, hashes of
// assets and identifiers replaced, so that a difference is a difference a person
// would see.
//
// Owns: golden files and their normal form.
//
// Does not own: whether a page is good HTML (see htmlcheck).
//
// Words: golden file.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package goldtest
