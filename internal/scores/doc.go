// Package scores measures a month of service: how much was decided in time, how
// often applicants were sent back or had to come, what they said of it.
//
// Owns: the index system (指标体系) with its editions; a month's figures, computed
// from the journal by the statements of docs/reference/scores.md, their signature
// (签发) and publication; what the public page shows of them.
//
// Does not own: what is counted (see cases, ratings, supervision, which count their
// own rows), the cards themselves (see supervision).
//
// Words: index 指标, measure 计数, band 计分区间, figure, line, sign 签发, publish 公布.
//
// Tables: score_system, score_month, score_line, score_figure
//
// Publishes: score.published
//
// Reacts to: nothing
package scores
