package messages

import (
	"slices"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Key says what a message is about; its sentences stand in lang under
// messages.title_KEY, messages.text_KEY and messages.sms_KEY.
type Key string

// What applicants are told. The law wants most of it as a letter too; the message
// says that the letter is there.
const (
	CaseAccepted   Key = "case_accepted"   // 受理 (行政许可法 art. 32)
	CaseDeemed     Key = "case_deemed"     // 视为受理, because nobody answered
	CaseCorrection Key = "case_correction" // 补正, everything at once and until when
	// CaseCorrectionUndated is a notice that still has to be proven delivered: only
	// then does the time to answer begin.
	CaseCorrectionUndated Key = "case_correction_undated"
	// CaseServed is the proof that it was delivered, with the date that follows.
	CaseServed Key = "case_served"
	// CaseMoved is a date that a change of the working calendar has moved.
	CaseMoved Key = "case_moved"

	CaseDeclined   Key = "case_declined"  // 不予受理
	CaseSuspended  Key = "case_suspended" // a special procedure and the time it takes (art. 45)
	CaseResumed    Key = "case_resumed"   // the limit runs on
	CaseExtended   Key = "case_extended"  // reasons and the new date (art. 42)
	CaseGranted    Key = "case_granted"   // the result is on its way or electronic
	CaseReady      Key = "case_ready"     // the result waits at the outlet (art. 44)
	CaseRefused    Key = "case_refused"   // with reasons and remedies (art. 38)
	CasePosted     Key = "case_posted"
	CaseDelivered  Key = "case_delivered"
	CaseLapsed     Key = "case_lapsed"
	CaseTerminated Key = "case_terminated"
	// CaseBegun tells that a waiting case of a bundle was opened by a grant.
	CaseBegun Key = "case_begun"
	// BundleStopped tells what the end of one case of a bundle ends, and what goes on.
	// BundleGoesOn is that where nothing else ends.
	BundleStopped Key = "bundle_stopped"
	BundleGoesOn  Key = "bundle_goes_on"
	// BundleCorrection is one message for all corrections of a bundle on a day, with
	// the earliest date; BundleCorrectionUndated has no date yet.
	BundleCorrection        Key = "bundle_correction"
	BundleCorrectionUndated Key = "bundle_correction_undated"
	// BundleEnded tells once how every case of a bundle ended.
	BundleEnded Key = "bundle_ended"
	// BundleEndedEarly is that where the last end also ended what waited for it.
	BundleEndedEarly Key = "bundle_ended_early"
	// JointAppointed is the one appointment of a step that departments take together,
	// JointMoved another time for it.
	JointAppointed Key = "joint_appointed"
	JointMoved     Key = "joint_moved"
	JointKept      Key = "joint_kept"      // the applicant's wish for another time was not met
	JointCancelled Key = "joint_cancelled" // there is no appointment any more
	JointNeedless  Key = "joint_needless"  // the same, because every case that was to be seen has ended
	// CaseLicenceFallen tells that a licence a running case stands on counts no more.
	CaseLicenceFallen Key = "case_licence_fallen"
	CaseReplace       Key = "case_replace" // another one is asked for, or the paper
	// CaseSuppliedFallen tells the same of one that a member of the same bundle gave.
	CaseSuppliedFallen Key = "case_supplied_fallen"
	// CaseLicenceRestored tells of either that it counts again.
	CaseLicenceRestored Key = "case_licence_restored"
)

// What staff are told.
const (
	ExtensionAsked Key = "extension_asked" // 批准 decides on the extension (art. 42)
	// ExtensionRefused goes to 承办: the limits stand as they were.
	ExtensionRefused Key = "extension_refused"
	// StandsFallen goes to 承办: a case cannot be granted on a licence any more.
	StandsFallen   Key = "stands_fallen"
	StandsReplaced Key = "stands_replaced" // the applicant has replaced it
	// StandsSuppliedFallen is StandsFallen of one that a member of the same bundle gave.
	StandsSuppliedFallen Key = "stands_supplied_fallen"
	StandsRenewed        Key = "stands_renewed"  // a new one of the same item took its place
	StandsRestored       Key = "stands_restored" // it counts again

	CardBlue       Key = "card_blue" // an inner reminder
	CardYellow     Key = "card_yellow"
	CardRed        Key = "card_red"
	CardSerious    Key = "card_serious" // later than the law allows
	CardUpheld     Key = "card_upheld"
	CardWithdrawn  Key = "card_withdrawn"
	OrderIssued    Key = "order_issued" // 督办
	OrderReturned  Key = "order_returned"
	OrderEscalated Key = "order_escalated"
	DisputeOpened  Key = "dispute_opened" // 异议: the owner of a value answers (个人信息保护法 art. 46)
)

// What departments are told of a step they take together.
const (
	JointCalled   Key = "joint_called"   // asked to confirm a time
	JointProposed Key = "joint_proposed" // the convener: another time
	JointDeclined Key = "joint_declined"
	JointAnswered Key = "joint_answered" // the convener: everybody has answered
	JointAlone    Key = "joint_alone"    // the convener: nobody else comes any more
	JointFixed    Key = "joint_fixed"    // the time stands
	JointWished   Key = "joint_wished"   // the applicant asks for another time
	JointHeld     Key = "joint_held"     // the department's opinion is awaited
	JointOff      Key = "joint_off"      // it was called off
	// JointUnrecorded: its day has passed and nobody has kept a record.
	JointUnrecorded Key = "joint_unrecorded"
	// JointComplete goes to the convener: every opinion is in, only the close is missing.
	JointComplete Key = "joint_complete"
	// JointInherited and JointPassedOn go to a department that convenes from now on: the
	// case of the former convener ended, or he does not come.
	JointInherited Key = "joint_inherited"
	JointPassedOn  Key = "joint_passed_on"
)

// What whoever doubted a value of a register or a licence is told.
const (
	DisputeCorrected Key = "dispute_corrected"
	DisputeUpheld    Key = "dispute_upheld"
)

// Keys lists every key; a test holds the sentences against it.
func Keys() []Key {
	return []Key{CaseAccepted, CaseDeemed, CaseCorrection, CaseCorrectionUndated, CaseServed, CaseMoved, CaseDeclined, CaseSuspended, CaseResumed, CaseExtended, CaseGranted,
		CaseReady, CaseRefused, CasePosted, CaseDelivered, CaseLapsed, CaseTerminated, CaseBegun, BundleStopped, BundleGoesOn,
		BundleCorrection, BundleCorrectionUndated, BundleEnded, BundleEndedEarly, CaseLicenceFallen, CaseReplace, CaseSuppliedFallen, CaseLicenceRestored, StandsRestored, StandsFallen, StandsReplaced, StandsSuppliedFallen, StandsRenewed, ExtensionAsked,
		CardBlue, CardYellow, CardRed, CardSerious, CardUpheld, CardWithdrawn, OrderIssued, OrderReturned, OrderEscalated,
		ExtensionRefused, DisputeOpened, DisputeCorrected, DisputeUpheld,
		JointAppointed, JointMoved, JointKept, JointCancelled, JointNeedless, JointCalled, JointProposed, JointDeclined, JointAnswered, JointAlone, JointFixed, JointWished, JointHeld, JointOff, JointUnrecorded,
		JointComplete, JointInherited, JointPassedOn}
}

// Message is something to be told: to one account, to a party that has none, or to
// everybody who holds a role at a body today.
type Message struct {
	Account string
	Party   string // whose affair it is; with no account, whom to send it to
	Body    string
	Role    gov.Role
	Except  string // the account that caused it needs no message

	Key  Key
	Args Args
	// Link is the page it is about, a local path.
	Link string
	// Urgent messages also go out by SMS: somebody has to do something by a date, or
	// a right ends.
	Urgent bool
	// Same names what the message tells of, '' for nothing: a later one under the same
	// name takes the place of the earlier, so that an inbox holds one.
	Same string
}

// Received is a message as it lies in an inbox.
type Received struct {
	ID     string
	Party  string
	Key    Key
	Args   Args
	Link   string
	Urgent bool
	At     now.Instant
	ReadAt now.Instant // zero: not yet
}

// check refuses what is a mistake of the program, never of a person.
func (m Message) check() error {
	to := 0
	if m.Body != "" && m.Role != "" {
		to++
	}
	if m.Account != "" || m.Party != "" {
		to++
	}
	if to != 1 || !slices.Contains(Keys(), m.Key) || !local(m.Link) {
		return fault.Internal(nil, "messages.malformed", "key", string(m.Key))
	}
	return m.Args.check()
}

// local: a link leads into this site, because it is followed by people who trust it.
func local(link string) bool {
	return link == "" || strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") && !strings.ContainsAny(link, "\\\r\n\t\x00 ")
}
