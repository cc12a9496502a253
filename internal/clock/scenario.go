package clock

import "time"

// Name names one of the up to four clocks of a case.
type Name string

// The clocks: 受理 (行政许可法 art. 32), 承诺, 法定 (art. 42) and 送达 (art. 44).
const (
	AcceptClock    Name = "accept"
	PromisedClock  Name = "promised"
	StatutoryClock Name = "statutory"
	DeliverClock   Name = "deliver"
)

// Names lists the clocks in the order in which a case meets them.
var Names = [...]Name{AcceptClock, PromisedClock, StatutoryClock, DeliverClock}

// Limit is a budget of days. The zero Limit is no limit: the clock does not exist.
type Limit struct {
	Days int  `json:"days"`
	Unit Unit `json:"unit"`
}

// Exists tells a limit from no limit; a limit of 0 days exists (即办件).
func (l Limit) Exists() bool { return l.Unit != "" }

// Limits are the limits of one case.
type Limits struct {
	Accept    Limit `json:"accept,omitzero"`
	Promised  Limit `json:"promised,omitzero"`
	Statutory Limit `json:"statutory,omitzero"`
	Deliver   Limit `json:"deliver,omitzero"`
}

// Of gives the limit of one clock, the zero Limit for none.
func (l Limits) Of(name Name) Limit {
	switch name {
	case AcceptClock:
		return l.Accept
	case PromisedClock:
		return l.Promised
	case StatutoryClock:
		return l.Statutory
	case DeliverClock:
		return l.Deliver
	}
	return Limit{}
}

// Do is what happened to a case, as far as its clocks are concerned.
type Do string

// The acts that a clock hears of.
const (
	Submit           Do = "submit"
	NotifyCorrection Do = "notify_correction"
	Resubmit         Do = "resubmit"
	Accept           Do = "accept"
	Decline          Do = "decline"
	Suspend          Do = "suspend"
	Resume           Do = "resume"
	Extend           Do = "extend"
	Decide           Do = "decide"
	Deliver          Do = "deliver"
	Withdraw         Do = "withdraw"
)

// Event is one act with its instant.
type Event struct {
	At        time.Time `json:"at"`
	Do        Do        `json:"do"`
	Procedure string    `json:"procedure,omitempty"` // of suspend and resume: 听证, 检验 … (art. 45)
	Planned   *int      `json:"planned,omitempty"`   // of suspend: working days it is to take; nil: not told
	Days      int       `json:"days,omitempty"`      // of extend
}

// Scenario is everything the dates of a case follow from. It stores budgets and
// events, never a target date.
type Scenario struct {
	Calendar  *Calendar
	Cutoff    time.Duration // R1; see DefaultCutoff
	ExtendMax int           // R8; see DefaultExtendMax
	Limits    Limits
	Events    []Event
	AsOf      Date
}

// DefaultExtendMax is the longest extension of art. 42 (1), JointExtendMax that
// of joint handling (art. 42 (2)).
const (
	DefaultExtendMax = 10
	JointExtendMax   = 15
)

// Outcome is where the acts have brought a case; ” before any act.
type Outcome string

// The outcomes.
const (
	OutcomeSubmitted  Outcome = "submitted"
	OutcomeCorrecting Outcome = "correcting"
	OutcomeDeclined   Outcome = "declined"
	OutcomeAccepted   Outcome = "accepted"
	OutcomeDecided    Outcome = "decided"
	OutcomeDelivered  Outcome = "delivered"
	OutcomeWithdrawn  Outcome = "withdrawn"
)

// State is the state of a clock at a date (R10).
type State string

// The states of a clock.
const (
	NotStarted State = "not_started"
	Running    State = "running"
	Suspended  State = "suspended"
	Met        State = "met"
	Late       State = "late"
	Overdue    State = "overdue"
)

// Rule is the number of a rule of the clock design that refused an act.
type Rule string

// The rules that refuse.
const (
	RuleDeemed    Rule = "R5"
	RuleExtension Rule = "R8"
	RuleOrder     Rule = "R11"
)

// Refusal is an act that left every clock as it was (R11). Index counts from 0.
type Refusal struct {
	Index  int  `json:"index"`
	Reason Rule `json:"reason"`
}

// Reading is one clock read at a date. Zero dates are "none".
type Reading struct {
	Name         Name
	Start        Date
	Due          Date
	Stop         Date
	State        State
	Budget       int // with the extension
	Used         int
	Remaining    int
	Provisional  bool // a day of a year whose notice is not out was assumed (R12)
	ProjectedDue Date // only while suspended: due if every procedure ends as planned
}

// Answer is the state of a whole case at Scenario.AsOf.
type Answer struct {
	AcceptedOn Date
	Deemed     bool // accepted by silence (R5)
	Outcome    Outcome
	Refused    []Refusal // never nil
	Clocks     []Reading // those in Limits, in the order of Names
}

// Clock gives one reading; false if the case has no such clock.
func (a *Answer) Clock(name Name) (Reading, bool) {
	for _, r := range a.Clocks {
		if r.Name == name {
			return r, true
		}
	}
	return Reading{}, false
}

// Why is the reason why a date counted or did not.
type Why string

// The reasons, in the order in which the first that applies is named.
const (
	WhyFirstDay  Why = "first_day" // 民法典 art. 201
	WhySuspended Why = "suspended" // 行政许可法 art. 45
	WhyMoved     Why = "moved"     // 民法典 art. 203
	WhyHoliday   Why = "holiday"   // the State Council's notice
	WhyWeekend   Why = "weekend"   // 行政许可法 art. 82
	WhyMakeup    Why = "makeup"    // a make-up workday counts
	WhyCounted   Why = "counted"
)

// DayRow narrates one date of one clock.
type DayRow struct {
	Date      Date
	Counted   bool
	Why       Why
	Holiday   string // its name, with WhyHoliday
	Procedure string // with WhySuspended
	// Assumed: the reason rests on a year whose notice is not out. It is set only where
	// the reason depends on that: a first day, a suspended day and a natural day that
	// counts are what they are in any calendar.
	Assumed bool
}
