// Package event writes facts for outsiders and numbers them after commit.
//
// A fact (CloudEvents fields) is written in the transaction that makes it true,
// without a position: transactions commit in another order than they begin, and
// a reader that kept a cursor over uncommitted numbers would skip the late ones.
// One sequencer at a time gives positions to what has been committed; feeds,
// webhooks and uploads read positions only. It numbers journal entries as well.
//
// Tables: event, sequence
package event
