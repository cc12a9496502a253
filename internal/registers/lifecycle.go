package registers

import "yimen/internal/platform/flow"

// Act is what is done to a register.
type Act string

// The acts on a register.
const (
	ActOwn  Act = "own"  // its owner is named
	ActFeed Act = "feed" // entries were loaded
	ActDown Act = "down"
	ActUp   Act = "up"
)

// Lifecycle is the one table of what may follow what for a register. One that is
// down may still be fed: that is often how it comes back.
var Lifecycle = flow.Table[State, Act]{
	Name:    "registers",
	Initial: Up,
	Code:    "registers.not_now",
	Rows: []flow.Row[State, Act]{
		{From: Up, Act: ActOwn, To: Up, By: "系统"},
		{From: Up, Act: ActFeed, To: Up, By: "数源部门、系统"},
		{From: Up, Act: ActDown, To: Down, By: "数源部门、系统", Guard: "reason"},
		{From: Down, Act: ActOwn, To: Down, By: "系统"},
		{From: Down, Act: ActFeed, To: Down, By: "数源部门、系统"},
		{From: Down, Act: ActUp, To: Up, By: "数源部门、系统"},
	},
}

// DisputeState is where a dispute stands.
type DisputeState string

// The states of a dispute.
const (
	Open      DisputeState = "open"
	Corrected DisputeState = "corrected" // the owner has put the value right
	Upheld    DisputeState = "upheld"    // the owner says that it is right, and why
	Withdrawn DisputeState = "withdrawn" // who raised it took it back
)

// DisputeAct is what is done to a dispute.
type DisputeAct string

// The acts on a dispute.
const (
	ActOpen     DisputeAct = "open"
	ActClaim    DisputeAct = "claim" // what the applicant typed instead
	ActCorrect  DisputeAct = "correct"
	ActUphold   DisputeAct = "uphold"
	ActWithdraw DisputeAct = "withdraw"
)

// DisputeLifecycle is the one table of what may follow what for a dispute.
var DisputeLifecycle = flow.Table[DisputeState, DisputeAct]{
	Name:    "disputes",
	Initial: Open,
	Code:    "registers.not_now",
	Rows: []flow.Row[DisputeState, DisputeAct]{
		{From: Open, Act: ActClaim, To: Open, By: "申请人、综合窗口"},
		{From: Open, Act: ActCorrect, To: Corrected, By: "数源部门", Guard: "reason, value", Article: "个人信息保护法第四十六条第二款"},
		{From: Open, Act: ActUphold, To: Upheld, By: "数源部门", Guard: "reason"},
		{From: Open, Act: ActWithdraw, To: Withdrawn, By: "申请人"},
	},
}
