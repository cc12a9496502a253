// Package supervision watches over limits (效能监督): who is about to be late, who
// is, what was done that may not be done, and what came of it.
//
// Owns: the watch kept on each case (one row, for lists, boards and midnights), the
// ladder of rungs and the rules behind it, the card (牌) with answer, appeal and
// decision, the order (督办), the live tally.
//
// Does not own: the case and its dates (see cases), how a date is counted (see
// clock), who is told of a card (see messages), monthly scores (see scores).
//
// Words: watch 监控, rung 档, severity 蓝 黄 红 严重, card 牌, raise 发牌, answer 答复,
// appeal 申诉, uphold 维持, withdraw 撤销, order 督办, escalate 升级, breach 违规.
//
// Tables: watch, tally, tally_day, tally_delta, card, orders, supervision_rule,
// card_act
//
// Publishes: nothing
//
// Reacts to: every act on a case (its watch follows), a second correction, a
// return (a card is raised)
package supervision
