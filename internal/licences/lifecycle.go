package licences

import "yimen/internal/platform/flow"

// State is whether a licence counts.
type State string

// The states, 有效 暂扣 撤销 注销 失效.
const (
	Valid     State = "valid"
	Suspended State = "suspended"
	Revoked   State = "revoked"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Act is what is done to a licence.
type Act string

// The acts; each but issue and expire needs a ground.
const (
	ActIssue   Act = "issue"
	ActSuspend Act = "suspend"
	ActRestore Act = "restore"
	ActRevoke  Act = "revoke"
	ActCancel  Act = "cancel"
	ActExpire  Act = "expire"
)

// Lifecycle says which change of status may follow which.
var Lifecycle = flow.Table[State, Act]{
	Name:    "licences",
	Initial: Valid,
	Code:    "licences.not_now",
	Rows: []flow.Row[State, Act]{
		{From: Valid, Act: ActSuspend, To: Suspended, By: "批准", Guard: "ground", Article: "行政处罚法第九条第三项"},
		{From: Suspended, Act: ActRestore, To: Valid, By: "批准", Guard: "ground"},
		{From: Valid, Act: ActRevoke, To: Revoked, By: "批准", Guard: "ground", Article: "行政许可法第六十九条"},
		{From: Suspended, Act: ActRevoke, To: Revoked, By: "批准", Guard: "ground", Article: "行政许可法第六十九条"},
		{From: Valid, Act: ActCancel, To: Cancelled, By: "批准", Guard: "ground", Article: "行政许可法第七十条"},
		{From: Suspended, Act: ActCancel, To: Cancelled, By: "批准", Guard: "ground", Article: "行政许可法第七十条"},
		{From: Expired, Act: ActCancel, To: Cancelled, By: "批准", Guard: "ground", Article: "行政许可法第七十条第一项"},
		{From: Valid, Act: ActExpire, To: Expired, By: "系统", Guard: "past the last day", Article: "行政许可法第五十条"},
		{From: Suspended, Act: ActExpire, To: Expired, By: "系统", Guard: "past the last day", Article: "行政许可法第五十条"},
	},
}
