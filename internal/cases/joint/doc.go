// Package joint is what several departments do together for cases of one bundle
// (一件事): they go to one place once, sit in one meeting, accept one work. The
// applicant has one appointment; each department keeps its own opinion.
//
// A part whose item wants a site visit (行政许可法 art. 34) names two officials and
// counts as the site visit of its case. A step that is a published special
// procedure of an item and is not counted stops the clock of that case from the
// appointment to the end, with the days told (art. 45); the others run on.
//
// Every act locks the cases that take part in the order of their ids and the step
// after them. A case that ends holds itself and then takes the step, so nobody ever
// waits for a case while he holds a step.
//
// Owns: the steps, the parts of the departments, their appointments and records.
//
// Does not own: the case, its site visit and its clock (see cases), who is told
// (see app/telling.go), materials: nobody sees another department's.
//
// Words: joint step 联合办理环节, site visit 联合踏勘, expert meeting 专家评审会,
// joint acceptance 联合验收, part, call 发起, convener 牵头部门, appoint 确定时间,
// wish 申请改期, record 记录, opinion 部门意见.
//
// Tables: joint_step, joint_part
//
// Publishes: joint.called, joint.appointed, joint.held, joint.closed, joint.cancelled
//
// Reacts to: a case that ends (its part is left, and the step ends with the last
// opinion that was awaited, unless it has stopped another case's clock: then the
// convener closes it, see LeaveIn).
package joint
