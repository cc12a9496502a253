// Package oversight is the workplace of supervision (效能监督): the live board,
// the cases behind each of its numbers, cards and orders with their whole story,
// the replay of a case, exports and trends, what filings asked of
// applicants (负担统计), and the rules. The people of a
// department find the cards and orders that concern their bodies at the same
// addresses.
//
// Owns: the pages under /oversight.
//
// Does not own: when a card is raised and who may do what to it (see
// supervision), how a case is handled (see cases, web/desk), how a limit is
// counted (see clock, web/dates).
//
// Words: board, column, card, order, replay, export, trend, burden, rule.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package oversight
