// Package cases handles what was filed: one item, one department, one decision.
//
// Owns: the case (办件) and its life from submission to hand-over; acceptance,
// correction, decline (art. 32), the department's steps, the decision (art. 38),
// letters, deliveries; the ledger of
// budgets and events that its dates follow from, silence and lapse, special
// procedures (art. 45) and the one extension (art. 42).
//
// Does not own: the form and its materials (see applications), the item's rules
// (see catalogue), the licence that a grant issues (see licences), who a person
// is (see identity).
//
// Words: accept 受理, decline 不予受理, correction 补正, handle 承办, review 审核,
// approve 批准, produce 制证, deliver 送达, sitting 当场办结, deem 视为受理,
// lapse 逾期未补正, suspend 特别程序, extension 延长期限.
//
// Tables: cases, correction, opinion, site_visit, letter, delivery, presence, extension,
// recount, case_after, case_act, case_end
//
// Publishes: case.opened, case.accepted, case.declined, case.correcting,
// case.resubmitted, case.granted, case.refused, case.delivered, case.withdrawn,
// case.terminated, case.suspended, case.resumed, case.extended, case.lapsed,
// case.waiting
//
// Reacts to: application.filed (a case opens), application.amended (the case is
// resubmitted), rating.given (the case counts as rated), a changed calendar (the
// running cases follow it)
package cases
