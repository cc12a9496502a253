// Package archtest holds the rules of the house that a compiler does not know, as tests.
//
// Who may import whom is a table (table.go), one line with its reason for each edge; an import
// without a line fails, and so does a line without an import, so that the table is what the code
// does and not what somebody once wished. Which tables a context's SQL names follows from the
// `Tables:` line of the packages' comments, which is checked against the migrations. Comments,
// sizes, names and what must not stand in any tracked file are rules of their own.
//
// A rule is a function from a source tree to problems, sentences that say where and what to do
// instead. Each is tried on a small tree with the defect planted before it is held against the
// real one, because a rule that finds nothing proves nothing.
//
// Owns: the rules. Does not own: what vet and staticcheck find (scripts/lint.sh).
package archtest
