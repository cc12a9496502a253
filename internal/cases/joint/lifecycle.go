package joint

import "yimen/internal/platform/flow"

// State is where a joint step stands.
type State string

// The states.
const (
	Called    State = "called"    // the departments answer
	Appointed State = "appointed" // the applicant knows when
	Held      State = "held"      // recorded; opinions are awaited
	Closed    State = "closed"
	Cancelled State = "cancelled"
)

// Act is what somebody does to a joint step.
type Act string

// The acts.
const (
	ActCall    Act = "call"
	ActConfirm Act = "confirm"
	ActPropose Act = "propose"
	ActDecline Act = "decline"
	ActAppoint Act = "appoint"
	ActMove    Act = "move" // another time or place, by the convener
	ActWish    Act = "wish" // the applicant asks for another time
	ActKeep    Act = "keep" // the time stands as it was
	ActHold    Act = "hold"
	ActOpine   Act = "opine"
	ActLeave   Act = "leave" // a case ended
	ActClose   Act = "close"
	ActCancel  Act = "cancel"
)

// Lifecycle is the table of what may follow what.
var Lifecycle = flow.Table[State, Act]{
	Name:    "joint",
	Initial: Called,
	Code:    "joint.not_now",
	Rows: []flow.Row[State, Act]{
		{From: Called, Act: ActConfirm, To: Called, By: "参加部门"},
		{From: Called, Act: ActPropose, To: Called, By: "参加部门", Guard: "another time, reason"},
		{From: Called, Act: ActDecline, To: Called, By: "参加部门", Guard: "reason"},
		{From: Called, Act: ActMove, To: Called, By: "牵头部门"},
		{From: Called, Act: ActAppoint, To: Appointed, By: "牵头部门", Guard: "everybody answered, two take part", Article: "行政许可法第四十五条"},
		{From: Called, Act: ActLeave, To: Called, By: "系统", Guard: "a case ended"},
		{From: Called, Act: ActCancel, To: Cancelled, By: "牵头部门、系统", Guard: "reason"},
		{From: Appointed, Act: ActWish, To: Appointed, By: "申请人", Guard: "once, before the time"},
		{From: Appointed, Act: ActKeep, To: Appointed, By: "牵头部门", Guard: "asked, reason"},
		{From: Appointed, Act: ActMove, To: Called, By: "牵头部门"},
		{From: Appointed, Act: ActLeave, To: Appointed, By: "系统", Guard: "a case ended"},
		{From: Appointed, Act: ActHold, To: Held, By: "参加部门", Guard: "once"},
		{From: Appointed, Act: ActCancel, To: Cancelled, By: "牵头部门、系统", Guard: "reason"},
		{From: Held, Act: ActOpine, To: Held, By: "参加部门", Guard: "once, two officials where a site visit is wanted", Article: "行政许可法第三十四条第三款"},
		{From: Held, Act: ActLeave, To: Held, By: "系统", Guard: "a case ended"},
		{From: Held, Act: ActClose, To: Closed, By: "牵头部门、系统", Guard: "every opinion given", Article: "行政许可法第四十五条"},
	},
}
