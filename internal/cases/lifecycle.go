package cases

import "yimen/internal/platform/flow"

// State is where a case stands before the outside world.
type State string

// The states, in the words of the glossary. A case of a bundle whose predecessors are
// not granted yet is waiting: no department has it, no clock runs.
const (
	Waiting    State = "waiting"
	Submitted  State = "submitted"
	Correcting State = "correcting"
	Accepted   State = "accepted"
	Suspended  State = "suspended"
	Granted    State = "granted"
	Refused    State = "refused"
	Delivered  State = "delivered"
	Declined   State = "declined"
	Withdrawn  State = "withdrawn"
	Lapsed     State = "lapsed"
	Terminated State = "terminated"
)

// Act is what somebody does to a case.
type Act string

// The acts. Advance is a step's work that leaves the case accepted: 承办 or 审核
// done, or 批准 given while 制证 is still to come.
const (
	ActOpen      Act = "open"
	ActAccept    Act = "accept"
	ActDecline   Act = "decline"
	ActNotify    Act = "notify_correction"
	ActResubmit  Act = "resubmit"
	ActVisit     Act = "visit"
	ActAdvance   Act = "advance"
	ActReturn    Act = "return"
	ActGrant     Act = "grant"
	ActRefuse    Act = "refuse"
	ActPost      Act = "post"
	ActDeliver   Act = "deliver"
	ActWithdraw  Act = "withdraw"
	ActTerminate Act = "terminate"
	ActRate      Act = "rate"

	ActServe        Act = "serve"   // a correction notice is proven to be delivered
	ActDeem         Act = "deem"    // 视为受理
	ActLapse        Act = "lapse"   // 逾期未补正
	ActSuspend      Act = "suspend" // a special procedure begins
	ActResume       Act = "resume"  // one of several ends
	ActLift         Act = "lift"    // the last one ends
	ActAskExtend    Act = "ask_extension"
	ActExtend       Act = "extend"
	ActRefuseExtend Act = "refuse_extension"
	ActRecount      Act = "recount" // the calendar changed
	ActCharge       Act = "charge"  // money is taken

	// ActAskReplace asks for another licence, or the paper, in the place of one that
	// has fallen since it was fetched; ActReplace is the applicant's answer, and after
	// ActSpareReplace none is needed: it counts again.
	ActAskReplace   Act = "ask_replacement"
	ActReplace      Act = "replace"
	ActSpareReplace Act = "spare_replacement"

	ActBegin Act = "begin"   // the predecessors in the bundle are granted
	ActCut   Act = "cut_off" // a predecessor in the bundle ended without a grant
	ActHold  Act = "hold"    // an earlier member founded whose the result will be
	ActForgo Act = "forgo"   // taken back before it began

	// ActJoint is what concerns the case in a step that several departments take
	// together; what it was stands in Change.Joint (see cases/joint).
	ActJoint Act = "joint_step"
)

// Lifecycle is the one table of what may follow what.
var Lifecycle = flow.Table[State, Act]{
	Name:    "cases",
	Initial: Submitted,
	Code:    "cases.not_now",
	Rows: []flow.Row[State, Act]{
		{From: Waiting, Act: ActBegin, To: Submitted, By: "系统", Guard: "every predecessor granted"},
		{From: Waiting, Act: ActHold, To: Waiting, By: "系统", Guard: "a predecessor founded the holder"},
		{From: Waiting, Act: ActCut, To: Terminated, By: "系统", Guard: "a predecessor ended without a grant"},
		{From: Waiting, Act: ActForgo, To: Withdrawn, By: "申请人"},
		{From: Submitted, Act: ActAccept, To: Accepted, By: "综合窗口、承办", Article: "行政许可法第三十二条第一款第五项"},
		{From: Submitted, Act: ActDecline, To: Declined, By: "综合窗口、承办", Guard: "reason", Article: "行政许可法第三十二条第一款第一、二项"},
		{From: Submitted, Act: ActNotify, To: Correcting, By: "综合窗口、承办", Guard: "published", Article: "行政许可法第三十二条第一款第四项"},
		{From: Submitted, Act: ActDeem, To: Accepted, By: "系统", Guard: "silence", Article: "行政许可法第三十二条第一款第四项"},
		{From: Correcting, Act: ActServe, To: Correcting, By: "综合窗口、承办", Guard: "not served yet", Article: "行政许可法第三十二条第一款第四项"},
		{From: Correcting, Act: ActLapse, To: Lapsed, By: "系统", Guard: "not answered"},
		{From: Correcting, Act: ActResubmit, To: Submitted, By: "申请人", Article: "行政许可法第三十二条第一款第四项"},
		{From: Submitted, Act: ActWithdraw, To: Withdrawn, By: "申请人"},
		{From: Correcting, Act: ActWithdraw, To: Withdrawn, By: "申请人"},
		{From: Accepted, Act: ActWithdraw, To: Withdrawn, By: "申请人"},
		{From: Submitted, Act: ActTerminate, To: Terminated, By: "承办", Guard: "reason", Article: "参照行政许可法第七十条第二、三项"},
		{From: Correcting, Act: ActTerminate, To: Terminated, By: "承办", Guard: "reason", Article: "参照行政许可法第七十条第二、三项"},
		{From: Accepted, Act: ActTerminate, To: Terminated, By: "承办", Guard: "reason", Article: "参照行政许可法第七十条第二、三项"},
		{From: Suspended, Act: ActWithdraw, To: Withdrawn, By: "申请人"},
		{From: Suspended, Act: ActTerminate, To: Terminated, By: "承办", Guard: "reason", Article: "参照行政许可法第七十条第二、三项"},
		{From: Accepted, Act: ActSuspend, To: Suspended, By: "承办", Guard: "published procedure, days told", Article: "行政许可法第四十五条"},
		{From: Suspended, Act: ActSuspend, To: Suspended, By: "承办", Guard: "published procedure, days told", Article: "行政许可法第四十五条"},
		{From: Suspended, Act: ActResume, To: Suspended, By: "承办", Guard: "another goes on", Article: "行政许可法第四十五条"},
		{From: Suspended, Act: ActLift, To: Accepted, By: "承办", Guard: "the last one", Article: "行政许可法第四十五条"},
		{From: Accepted, Act: ActAskExtend, To: Accepted, By: "承办", Guard: "once, reason", Article: "行政许可法第四十二条第一款"},
		{From: Suspended, Act: ActAskExtend, To: Suspended, By: "承办", Guard: "once, reason", Article: "行政许可法第四十二条第一款"},
		{From: Accepted, Act: ActExtend, To: Accepted, By: "批准", Guard: "asked, in time", Article: "行政许可法第四十二条第一款"},
		{From: Suspended, Act: ActExtend, To: Suspended, By: "批准", Guard: "asked, in time", Article: "行政许可法第四十二条第一款"},
		{From: Accepted, Act: ActRefuseExtend, To: Accepted, By: "批准", Guard: "asked"},
		{From: Suspended, Act: ActRefuseExtend, To: Suspended, By: "批准", Guard: "asked"},
		{From: Submitted, Act: ActRecount, To: Submitted, By: "系统", Guard: "calendar changed", Article: "行政许可法第八十二条"},
		{From: Correcting, Act: ActRecount, To: Correcting, By: "系统", Guard: "calendar changed", Article: "行政许可法第八十二条"},
		{From: Accepted, Act: ActRecount, To: Accepted, By: "系统", Guard: "calendar changed", Article: "行政许可法第八十二条"},
		{From: Suspended, Act: ActRecount, To: Suspended, By: "系统", Guard: "calendar changed", Article: "行政许可法第八十二条"},
		{From: Granted, Act: ActRecount, To: Granted, By: "系统", Guard: "calendar changed", Article: "行政许可法第八十二条"},
		{From: Refused, Act: ActRecount, To: Refused, By: "系统", Guard: "calendar changed", Article: "行政许可法第八十二条"},
		{From: Submitted, Act: ActCharge, To: Submitted, By: "承办", Guard: "published fee", Article: "行政许可法第五十八条、第五十九条"},
		{From: Correcting, Act: ActCharge, To: Correcting, By: "承办", Guard: "published fee", Article: "行政许可法第五十八条、第五十九条"},
		{From: Accepted, Act: ActCharge, To: Accepted, By: "承办", Guard: "published fee", Article: "行政许可法第五十八条、第五十九条"},
		{From: Suspended, Act: ActCharge, To: Suspended, By: "承办", Guard: "published fee", Article: "行政许可法第五十八条、第五十九条"},
		{From: Granted, Act: ActCharge, To: Granted, By: "承办", Guard: "published fee", Article: "行政许可法第五十八条、第五十九条"},
		{From: Accepted, Act: ActAskReplace, To: Accepted, By: "承办", Guard: "a licence fell after filing", Article: "行政许可法第三十一条"},
		{From: Suspended, Act: ActAskReplace, To: Suspended, By: "承办", Guard: "a licence fell after filing", Article: "行政许可法第三十一条"},
		{From: Accepted, Act: ActReplace, To: Accepted, By: "申请人", Guard: "asked"},
		{From: Suspended, Act: ActReplace, To: Suspended, By: "申请人", Guard: "asked"},
		{From: Accepted, Act: ActSpareReplace, To: Accepted, By: "系统", Guard: "the licence counts again", Article: "行政许可法第三十一条"},
		{From: Suspended, Act: ActSpareReplace, To: Suspended, By: "系统", Guard: "the licence counts again", Article: "行政许可法第三十一条"},
		{From: Accepted, Act: ActVisit, To: Accepted, By: "承办", Guard: "two officials", Article: "行政许可法第三十四条第三款"},
		{From: Suspended, Act: ActVisit, To: Suspended, By: "承办", Guard: "two officials", Article: "行政许可法第三十四条第三款"},
		{From: Accepted, Act: ActJoint, To: Accepted, By: "承办", Guard: "takes part"},
		{From: Suspended, Act: ActJoint, To: Suspended, By: "承办", Guard: "takes part"},
		{From: Accepted, Act: ActAdvance, To: Accepted, By: "承办、审核、批准", Guard: "step", Article: "行政许可法第三十四条"},
		{From: Accepted, Act: ActReturn, To: Accepted, By: "审核、批准、制证", Guard: "earlier step, reason"},
		{From: Accepted, Act: ActGrant, To: Granted, By: "批准、制证", Guard: "face complete", Article: "行政许可法第三十八条第一款、第三十九条"},
		{From: Accepted, Act: ActRefuse, To: Refused, By: "批准", Guard: "reason, article, remedies", Article: "行政许可法第三十八条第二款"},
		{From: Granted, Act: ActPost, To: Granted, By: "统一出件", Article: "行政许可法第四十四条"},
		{From: Refused, Act: ActPost, To: Refused, By: "统一出件"},
		{From: Granted, Act: ActDeliver, To: Delivered, By: "统一出件", Article: "行政许可法第四十四条"},
		{From: Refused, Act: ActDeliver, To: Delivered, By: "统一出件", Article: "行政许可法第三十八条第二款"},
		{From: Delivered, Act: ActRate, To: Delivered, By: "申请人", Guard: "once"},
		{From: Declined, Act: ActRate, To: Declined, By: "申请人", Guard: "once"},
		{From: Withdrawn, Act: ActRate, To: Withdrawn, By: "申请人", Guard: "once"},
	},
}

// Step is where an accepted case stands inside the department.
type Step string

// The department's own steps, in their order; Produce (制证) comes only when the
// licence needs what the form does not hold.
const (
	NoStep  Step = ""
	Handle  Step = "handle"
	Review  Step = "review"
	Approve Step = "approve"
	Produce Step = "produce"
)

// order ranks steps, so that a return can only go back.
var order = map[Step]int{NoStep: 0, Handle: 1, Review: 2, Approve: 3, Produce: 4}

// Awaits names who acts next, for work lists; ” when nobody does.
type Awaits string

// Who is awaited.
const (
	Nobody    Awaits = ""
	Applicant Awaits = "applicant"
	Clerk     Awaits = "clerk"
	Officer   Awaits = "officer"
	Reviewer  Awaits = "reviewer"
	Approver  Awaits = "approver"
	Producer  Awaits = "producer"
	Outlet    Awaits = "outlet"
)

// awaited follows from state and step alone.
func awaited(s State, step Step) Awaits {
	switch s {
	case Submitted:
		return Clerk
	case Correcting:
		return Applicant
	case Granted, Refused:
		return Outlet
	case Suspended: // whose procedure it is ends it
		return Officer
	case Accepted:
		return map[Step]Awaits{Handle: Officer, Review: Reviewer, Approve: Approver, Produce: Producer}[step]
	}
	return Nobody
}
