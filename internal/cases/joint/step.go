package joint

import (
	"slices"
	"time"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// SubjectKind is the step's name in the journal.
const SubjectKind = "joint_step"

// Kind is what the departments do together.
type Kind string

// The kinds.
const (
	SiteVisit       Kind = "site_visit"       // 联合踏勘
	ExpertMeeting   Kind = "expert_meeting"   // 专家评审会
	JointAcceptance Kind = "joint_acceptance" // 联合验收
)

// Kinds lists them in the order in which pages offer them.
func Kinds() []Kind { return []Kind{SiteVisit, ExpertMeeting, JointAcceptance} }

// procedures are the kinds of a published procedure that a joint step carries out,
// in the words of the catalogue (domain.md §2, art. 45).
var procedures = map[Kind][]string{
	SiteVisit:       {"现场踏勘"},
	ExpertMeeting:   {"专家评审", "评估评审", "鉴定"},
	JointAcceptance: {"检测检验", "检验", "检测", "检疫", "现场踏勘"},
}

// Suspends finds the published special procedure that a step of this kind is for
// an item and that is not counted in its limit; ok is false where there is none.
func Suspends(k Kind, rules *cases.Rules) (p cases.ProcedureRule, ok bool) {
	for _, word := range procedures[k] {
		for _, p := range rules.Suspending() {
			if p.Kind == word {
				return p, true
			}
		}
	}
	return p, false
}

// Wish is where the applicant's one request to move the appointment stands.
type Wish string

// The states of a wish.
const (
	NoWish Wish = ""
	Asked  Wish = "asked"
	Kept   Wish = "kept"  // refused: the time stands
	Moved  Wish = "moved" // another time was appointed
)

// PartState is where one department's part stands.
type PartState string

// The states of a part.
const (
	Invited  PartState = "invited"
	Accepted PartState = "accepted"
	Declined PartState = "declined"
	Attended PartState = "attended"
	Left     PartState = "left" // its case ended
)

// Opinion is what a department concluded.
type Opinion string

// The opinions.
const (
	NoOpinion Opinion = ""
	Passed    Opinion = "passed"
	Failed    Opinion = "failed"
)

// Step is one joint step. Instants are UTC, dates legal dates in Asia/Shanghai.
type Step struct {
	ID            string
	Application   string
	BundleName    string
	ApplicantName string
	Region        gov.Region
	Kind          Kind
	State         State
	Case          string // of the convener
	Body          string // convener
	BodyName      string
	CalledBy      string // account
	CalledName    string
	CalledAt      now.Instant
	Purpose       string
	Place         string
	At            now.Instant // the time that is proposed or, from appointed on, stands
	Day           clock.Date
	ToldAt        now.Instant // when the applicant was told first; 0: not yet
	Wish          string      // in the applicant's words
	WishState     Wish
	HeldOn        clock.Date
	Record        string
	RecordedName  string
	Reason        string // why it was moved, kept or cancelled, the last time
	EndedAt       now.Instant
	Parts         []*Part

	Former string // body that convened until the act at hand; of no row
	Head   journal.Head
	loaded int64
}

// Version is what a form of the convener or the applicant must carry back.
func (s *Step) Version() int64 { return s.Head.Version }

// Open tells that something is still to come.
func (s *Step) Open() bool { return s.State != Closed && s.State != Cancelled }

// Due tells that the time has come: it can be recorded.
func (s *Step) Due(at now.Instant) bool { return s.State == Appointed && at >= s.At }

// Part is what one department does in it, for one case.
type Part struct {
	ID         string
	Case       string
	Number     gov.CaseNumber
	Item       string
	ItemName   string
	Body       string
	BodyName   string
	State      PartState
	Visit      bool        // the item wants a site visit by two officials (art. 34)
	ProposedAt now.Instant // another time, 0 for none
	Words      string      // of its answer
	Procedure  string      // special procedure that this is for the item and that stops its clock, '' for none
	Most       int64       // working days it may take
	Days       int64       // working days the applicant is told
	Suspended  bool        // this step has stopped the clock
	Opinion    Opinion
	Said       string // the opinion's words
	First      string // officials who were there; accounts
	FirstName  string
	Second     string
	SecondName string
	GivenAt    now.Instant

	Version int64 // what a form of this department must carry back

	changed bool
}

// In tells whether the department takes part or may still.
func (p *Part) In() bool { return p.State == Invited || p.State == Accepted || p.State == Attended }

// Awaits tells whether the department owes its opinion.
func (p *Part) Awaits() bool { return p.State == Attended && p.Opinion == NoOpinion }

// Part finds a part by its id, nil where there is none.
func (s *Step) Part(id string) *Part { return s.find(func(p *Part) bool { return p.ID == id }) }

// Of finds the part of a case, nil where it has none.
func (s *Step) Of(caseID string) *Part { return s.find(func(p *Part) bool { return p.Case == caseID }) }

func (s *Step) find(is func(*Part) bool) *Part {
	if i := slices.IndexFunc(s.Parts, is); i >= 0 {
		return s.Parts[i]
	}
	return nil
}

// Comers are the parts of those who come or, once the record is kept, of those who came.
func (s *Step) Comers() []*Part {
	return slices.DeleteFunc(slices.Clone(s.Parts), func(p *Part) bool {
		return s.Absent(p) || p.State != Accepted && p.State != Attended
	})
}

// Absent tells that the department of a part said that it comes, and by the record did
// not.
func (s *Step) Absent(p *Part) bool {
	return p.State == Accepted && (s.State == Held || s.State == Closed)
}

// Members are the parts of those who take part or may still.
func (s *Step) Members() []*Part {
	return slices.DeleteFunc(slices.Clone(s.Parts), func(p *Part) bool { return !p.In() })
}

// Complete tells that every department that was there has given its opinion.
func (s *Step) Complete() bool { return !slices.ContainsFunc(s.Parts, (*Part).Awaits) }

// Closable tells that every opinion is in and nothing but the close is missing.
func (s *Step) Closable() bool { return s.State == Held && s.Complete() }

// ClosesItself tells that the close touches no case: no clock stands still for the
// step any more, so it need not wait for the convener.
func (s *Step) ClosesItself() bool {
	return s.Closable() && !slices.ContainsFunc(s.Parts, func(p *Part) bool { return p.Suspended })
}

// Late is a part whose case is promised for a day before that of the appointment.
type Late struct {
	*Part
	Promised clock.Date
}

// TooLate are the parts for which an appointment that is still to come is too late,
// while their clock runs on: a procedure that stops it moves the promised day too. all
// are the cases of the application.
func (s *Step) TooLate(all cases.Companions) (late []Late) {
	if s.State != Called && s.State != Appointed {
		return nil
	}
	for _, p := range s.Parts {
		c, ok := all.Find(p.Case)
		if ok && p.In() && p.Procedure == "" && !c.PromisedDue.IsZero() && s.Day.After(c.PromisedDue) {
			late = append(late, Late{p, c.PromisedDue})
		}
	}
	return late
}

// Caller is the name of whoever called, "" when another department convenes by now. Who
// calls has the first part.
func (s *Step) Caller() string {
	if len(s.Parts) == 0 || s.Parts[0].Body != s.Body {
		return ""
	}
	return s.CalledName
}

// Answered tells that nobody's answer is awaited.
func (s *Step) Answered() bool {
	return !slices.ContainsFunc(s.Parts, func(p *Part) bool { return p.State == Invited })
}

// works tells whether the actor works at a body, on cases.
func works(a gov.Actor, body string) bool {
	return a.HasAt(gov.RoleOfficer, body) || a.HasAt(gov.RoleReviewer, body) || a.HasAt(gov.RoleApprover, body)
}

// MaySee tells whether a step exists for this actor: those who work at a department
// that was asked, and supervisors of the region. An applicant sees it with his case.
func MaySee(a gov.Actor, s *Step) bool {
	return a.Kind == gov.System || a.At(gov.RoleSupervisor, string(s.Region)) ||
		slices.ContainsFunc(s.Parts, func(p *Part) bool { return works(a, p.Body) })
}

// Convenes tells whether the actor speaks for the convener.
func Convenes(a gov.Actor, s *Step) bool {
	return a.Kind == gov.Staff && a.HasAt(gov.RoleOfficer, s.Body)
}

// Speaks tells whether the actor speaks for the department of a part.
func Speaks(a gov.Actor, p *Part) bool {
	return a.Kind == gov.Staff && a.HasAt(gov.RoleOfficer, p.Body)
}

// MayDo tells whether the actor may do the act to the step now; p is the part of
// acts that a department does for itself.
func MayDo(a gov.Actor, s *Step, p *Part, act Act) bool {
	if !Lifecycle.Allows(s.State, act) {
		return false
	}
	switch act {
	case ActConfirm, ActPropose, ActDecline:
		return p != nil && p.State == Invited && Speaks(a, p)
	case ActOpine:
		return p != nil && p.Awaits() && Speaks(a, p)
	case ActHold:
		return slices.ContainsFunc(s.Comers(), func(p *Part) bool { return Speaks(a, p) })
	case ActKeep:
		return s.WishState == Asked && Convenes(a, s)
	case ActClose:
		return s.Complete() && Convenes(a, s)
	case ActAppoint:
		return s.Answered() && len(s.Comers()) > 1 && Convenes(a, s)
	case ActMove, ActCancel:
		return Convenes(a, s)
	}
	return false
}

// succeed lets the next department convene, because the one that did has left.
func (s *Step) succeed() {
	for _, state := range []PartState{Attended, Accepted, Invited} {
		if p := s.find(func(p *Part) bool { return p.State == state }); p != nil {
			if p.Body != s.Body {
				s.Former = s.Body
			}
			s.Case, s.Body, s.BodyName = p.Case, p.Body, p.BodyName
			return
		}
	}
}

// TimeOfDay writes the time of an appointment as its place reads it: "09:30".
func TimeOfDay(i now.Instant) string {
	return time.Time{}.Add(i.Sub(now.FromTime(dayOf(i).Time()))).Format("15:04")
}

// When puts a legal date and a time of day ("9:30") together; 0 where either is none.
func When(on clock.Date, text string) now.Instant {
	t, err := time.Parse("15:04", text)
	if err != nil || on.IsZero() {
		return 0
	}
	return now.FromTime(on.Time()).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}
