package licences

import (
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
)

// SubjectKind is the licence's name in the journal.
const SubjectKind = "licence"

// Licence is one issued result. The face is read apart, see Face: it holds what
// the holder's papers hold.
type Licence struct {
	ID         string
	Identifier string // GB/T 36904, unique in the country
	Number     string // what people read on it
	Token      string // behind the QR code
	Type       string
	TypeName   string
	Case       string // '' for one issued before the program came
	Item       string
	Holder     string // party
	HolderKind string
	HolderName string
	Issuer     string // body
	IssuerName string
	Region     gov.Region
	IssuedOn   clock.Date
	ValidFrom  clock.Date
	ValidTo    clock.Date // last valid day; zero for 长期
	State      State
	Ground     string     // of the last change of status
	ChangedOn  clock.Date // of that change; zero when there was none
	Head       journal.Head

	loaded int64
}

// Version is what a form must carry back.
func (l *Licence) Version() int64 { return l.Head.Version }

// Status is the state on a day: a licence past its last day does not count, even
// before the program has written that down.
func (l *Licence) Status(on clock.Date) State {
	if (l.State == Valid || l.State == Suspended) && !l.ValidTo.IsZero() && on.After(l.ValidTo) {
		return Expired
	}
	return l.State
}

// In tells whether the licence counts on the day.
func (l *Licence) In(on clock.Date) bool {
	return l.Status(on) == Valid && !on.Before(l.ValidFrom)
}

// Since is the day from which the status of the given day holds; zero for a valid
// licence, which has held from its first day.
func (l *Licence) Since(on clock.Date) clock.Date {
	switch {
	case l.Status(on) == Valid:
		return clock.Date{}
	case l.State != Expired && l.Status(on) == Expired, l.State == Expired && l.ChangedOn.IsZero():
		return l.ValidTo.AddDays(1)
	}
	return l.ChangedOn
}

// FaceField is one line of the frozen face, in the order and words it was issued with.
type FaceField struct {
	Key   string     `json:"key"`
	Label string     `json:"label"`
	Value form.Value `json:"value"`
	Class form.Class `json:"class"`
}

// mine tells whether the actor holds the licence or acts for its holder in the
// item it was issued for.
func mine(a gov.Actor, l *Licence) bool {
	return a.Kind == gov.Person && a.Concerned() != "" && a.Concerned() == l.Holder && a.Reaches(l.Item)
}

// MaySee tells whether the licence exists for this actor.
func MaySee(a gov.Actor, l *Licence) bool {
	return mine(a, l) || serves(a, l) || a.Kind == gov.System || a.At(gov.RoleSupervisor, string(l.Region))
}

// serves tells whether the licence is part of the actor's work: at the body that
// issued it, or at a counter or outlet of its region.
func serves(a gov.Actor, l *Licence) bool {
	for _, r := range []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover} {
		if a.HasAt(r, l.Issuer) {
			return true
		}
	}
	return a.At(gov.RoleClerk, string(l.Region)) || a.At(gov.RoleOutlet, string(l.Region))
}

// mayFace tells who reads the face; a supervisor sees that a licence exists, not
// what stands on it.
func mayFace(a gov.Actor, l *Licence) bool {
	return mine(a, l) || serves(a, l) || a.Kind == gov.System
}

// MayChange tells whether the actor may change the status now: whoever decides at
// the body that issued it.
func MayChange(a gov.Actor, l *Licence, act Act) bool {
	return act != ActExpire && Lifecycle.Allows(l.State, act) && a.HasAt(gov.RoleApprover, l.Issuer)
}
