package scores

import "yimen/internal/platform/flow"

// State is how far a month's scores are.
type State string

// The states: 已计算 已签发 已公布.
const (
	Computed  State = "computed"
	Signed    State = "signed"
	Published State = "published"
)

// Act is what is done to a month's scores.
type Act string

// The acts.
const (
	ActCompute   Act = "compute"
	ActRecompute Act = "recompute"
	ActSign      Act = "sign"
	ActPublish   Act = "publish"
)

// Lifecycle says what may follow what. A signed month stays as it was signed: a
// later computation shows what differs, and changes nothing.
var Lifecycle = flow.Table[State, Act]{
	Name:    "scores",
	Initial: Computed,
	Code:    "scores.not_now",
	Rows: []flow.Row[State, Act]{
		{From: Computed, Act: ActRecompute, To: Computed, By: "系统、效能监督"},
		{From: Computed, Act: ActSign, To: Signed, By: "效能监督", Guard: "a person, the month is over"},
		{From: Signed, Act: ActPublish, To: Published, By: "效能监督"},
	},
}
