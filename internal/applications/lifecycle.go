package applications

import "yimen/internal/platform/flow"

// State is where an application stands.
type State string

// The states. Amending means that named defects, and nothing else, may be edited.
const (
	Draft     State = "draft"
	Filed     State = "filed"
	Amending  State = "amending"
	Discarded State = "discarded"
)

// Act is what is done to an application.
type Act string

// The acts.
const (
	ActStart   Act = "start"
	ActSave    Act = "save"
	ActAttach  Act = "attach"
	ActDetach  Act = "detach"
	ActCheck   Act = "check_original"
	ActHand    Act = "hand_over"
	ActFile    Act = "file"
	ActOpen    Act = "open_amendment"
	ActAmend   Act = "amend"
	ActClose   Act = "close_amendment"
	ActDiscard Act = "discard"

	ActDispute Act = "dispute" // of a value a register or a licence holds

	ActFetch    Act = "fetch"     // a licence stands in the place of a paper, with consent
	ActTakeBack Act = "take_back" // of the consent
	ActReuse    Act = "reuse"     // a paper that was filed before is filed again

	ActRechoose Act = "rechoose" // of a bundle: other situations, other members

	ActSupply  Act = "supply"     // a member's licence fills in what others need
	ActAnswer  Act = "amend_part" // the corrections of some members are answered, others are open
	ActRelease Act = "close_part" // what one member asks, or a part of it, falls away, the rest is open
)

// Lifecycle says what may follow what.
var Lifecycle = flow.Table[State, Act]{
	Name:    "applications",
	Initial: Draft,
	Code:    "applications.not_now",
	Rows: []flow.Row[State, Act]{
		{From: Draft, Act: ActSave, To: Draft, By: "申请人、综合窗口"},
		{From: Draft, Act: ActAttach, To: Draft, By: "申请人、综合窗口"},
		{From: Draft, Act: ActDetach, To: Draft, By: "申请人、综合窗口"},
		{From: Draft, Act: ActDispute, To: Draft, By: "申请人、综合窗口", Guard: "held by a source", Article: "个人信息保护法第四十六条"},
		{From: Draft, Act: ActFetch, To: Draft, By: "申请人、综合窗口", Guard: "consent, licence valid", Article: "个人信息保护法第十三条、第二十三条"},
		{From: Draft, Act: ActTakeBack, To: Draft, By: "申请人、综合窗口", Article: "个人信息保护法第十五条"},
		{From: Draft, Act: ActReuse, To: Draft, By: "申请人、综合窗口", Guard: "own paper, not expired"},
		{From: Draft, Act: ActRechoose, To: Draft, By: "申请人、综合窗口", Guard: "another choice of the same bundle"},
		{From: Draft, Act: ActCheck, To: Draft, By: "综合窗口"},
		{From: Draft, Act: ActHand, To: Draft, By: "申请人、综合窗口", Guard: "code"},
		{From: Draft, Act: ActFile, To: Filed, By: "申请人、综合窗口", Guard: "complete, declared", Article: "行政许可法第二十九条、第三十一条"},
		{From: Draft, Act: ActDiscard, To: Discarded, By: "申请人、系统"},
		{From: Filed, Act: ActCheck, To: Filed, By: "综合窗口、承办"},
		{From: Filed, Act: ActOpen, To: Amending, By: "综合窗口、承办", Article: "行政许可法第三十二条第一款第四项"},
		{From: Amending, Act: ActSave, To: Amending, By: "申请人", Guard: "named defects only"},
		{From: Amending, Act: ActAttach, To: Amending, By: "申请人", Guard: "named defects only"},
		{From: Amending, Act: ActDetach, To: Amending, By: "申请人", Guard: "named defects only"},
		{From: Amending, Act: ActFetch, To: Amending, By: "申请人", Guard: "named defects only, consent, licence valid"},
		{From: Amending, Act: ActTakeBack, To: Amending, By: "申请人", Guard: "named defects only"},
		{From: Amending, Act: ActReuse, To: Amending, By: "申请人", Guard: "named defects only"},
		{From: Amending, Act: ActCheck, To: Amending, By: "综合窗口、承办"},
		{From: Amending, Act: ActAmend, To: Filed, By: "申请人", Guard: "every defect answered", Article: "行政许可法第三十二条第一款第四项"},
		{From: Amending, Act: ActClose, To: Filed, By: "系统"},
		{From: Amending, Act: ActOpen, To: Amending, By: "综合窗口、承办", Guard: "another member of the bundle", Article: "行政许可法第三十二条第一款第四项"},
		{From: Amending, Act: ActAnswer, To: Amending, By: "申请人", Guard: "every defect of the member answered", Article: "行政许可法第三十二条第一款第四项"},
		{From: Amending, Act: ActRelease, To: Amending, By: "系统"},
		{From: Filed, Act: ActSupply, To: Filed, By: "系统"},
		{From: Amending, Act: ActSupply, To: Amending, By: "系统"},
	},
}
