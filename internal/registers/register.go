package registers

import (
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// ID names a register.
type ID string

// The base registers this installation may hold a copy of.
const (
	Population    ID = "population"    // 人口库, by document type and number
	Organisations ID = "organisations" // 法人库, by 统一社会信用代码
)

// All lists the registers in display order.
func All() []ID { return []ID{Population, Organisations} }

// Valid tells whether there is such a register.
func (r ID) Valid() bool { return slices.Contains(All(), r) }

// Name is what forms and letters call the register.
func (r ID) Name() string {
	if r == Organisations {
		return "法人库"
	}
	return "人口库"
}

// ParseID reads the name of a register. Fault: registers.no_register.
func ParseID(text string) (ID, error) {
	if r := ID(text); r.Valid() {
		return r, nil
	}
	return "", fault.Missing("registers.no_register", "register", text)
}

// State says whether a register may be asked.
type State string

// The states of a register.
const (
	Up   State = "up"
	Down State = "down"
)

// SubjectKind and DisputeKind are the nouns' names in the journal.
const (
	SubjectKind = "register"
	DisputeKind = "dispute"
)

// DefaultPromised is after how many days without a feed a register counts as stale
// where its owner promised nothing else.
const DefaultPromised = 7

// Status is a register as it stands.
type Status struct {
	ID         ID
	Body       string // owner, who answers disputes; '' while nobody was named
	BodyName   string
	Region     gov.Region // of the owner
	State      State
	Reason     string      // of being down
	Since      now.Instant // of being down
	Promised   int64       // days between feeds
	FedAt      now.Instant // newest feed; zero for none
	Source     string      // file or system it came from
	Generation int64       // number of the newest feed, one that broke too
	Entries    int64       // only in List
	Head       journal.Head

	loaded int64
}

// Version is what a form must carry back.
func (s *Status) Version() int64 { return s.Head.Version }

// Stale tells that the newest feed is older than promised.
func (s *Status) Stale(on clock.Date) bool {
	return s.FedAt.IsZero() || clock.DateOf(s.FedAt.Time()).AddDays(int(s.Promised)).Before(on)
}

// MayFeed tells whether the actor may load entries: the owner's own system, who
// handles cases at the owner, or who stands at the machine.
func MayFeed(a gov.Actor, s *Status) bool {
	return a.Kind == gov.System || s.Body != "" && servesAt(a, s.Body)
}

// MayManage tells whether the actor may name the owner, or take a register down.
func MayManage(a gov.Actor, s *Status) bool {
	return a.Kind == gov.System || s.Body != "" && a.HasAt(gov.RoleApprover, s.Body)
}

// staff are the roles that work on what a body owns.
var staff = []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover}

func servesAt(a gov.Actor, body string) bool {
	return slices.ContainsFunc(staff, func(r gov.Role) bool { return a.HasAt(r, body) })
}
