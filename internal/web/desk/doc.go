// Package desk is the department's workplace (部门后台): the work list by time
// left, a case with its form and materials side by side, the steps 承办, 审核,
// 批准 and 制证, and the licences a body has issued. A supervisor sees dates and
// acts of the cases in the region, and no form.
//
// Owns: the pages under /desk.
//
// Does not own: what may be done to a case (see cases, licences), how a filed
// form is drawn (see web/dossier), intake of walk-ins and hand-over (see
// web/counter).
//
// Words: work list, advice, decision, refusal, production, sitting, termination.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package desk
