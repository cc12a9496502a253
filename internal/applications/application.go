package applications

import (
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// SubjectKind is the application's name in the journal.
const SubjectKind = "application"

// Source says where a prefilled answer came from and as of when, for the page
// that shows it.
type Source struct {
	From   form.Source `json:"from"`             // whose profile
	Source string      `json:"source,omitempty"` // of SourceRegister …; '' where nobody knew
	Detail string      `json:"detail,omitempty"` // the licence's number, the register's name
	On     clock.Date  `json:"on,omitzero"`

	Ref     string `json:"ref,omitempty"`     // the entry, licence or application
	Body    string `json:"body,omitempty"`    // who answers for it
	Held    bool   `json:"held,omitempty"`    // shown, not typed, until it is disputed
	Dispute string `json:"dispute,omitempty"` // the owner's correction task
	Down    string `json:"down,omitempty"`    // the register that could not be asked
	Stale   bool   `json:"stale,omitempty"`   // the register was fed later than promised
}

// Defect is one thing a correction asks to put right.
type Defect struct {
	Kind   string `json:"kind"` // field or material
	Key    string `json:"key"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
	Member string `json:"member,omitempty"` // of a bundle: the local item whose department asks
}

// Application is what somebody fills in. Answers are in clear here and sealed in
// the row.
type Application struct {
	ID            string
	Number        gov.CaseNumber // '' until filed
	Token         string
	Item          string // of a bundle its id
	ItemName      string
	Bundle        string // the 一件事 it is for, '' for one item
	LocalItem     string // the item version it was started under, or the composition
	Body          string
	Region        gov.Region
	Applicant     string // party
	ApplicantKind string // person or organisation
	ApplicantName string
	Account       string // that started it; '' never
	Handler       string // party of the person who fills it in for an organisation, or ''
	Clerk         string // account of the clerk who continues it at the counter, or ''
	Channel       gov.Channel
	Device        string
	State         State
	Answers       form.Answers
	Sources       map[string]Source
	Done          []string            // ids of pages that were saved without a defect
	Defects       []Defect            // while amending: what may be edited
	Supplied      map[string]Supplied // by local item: what granted members gave to the others
	StartedAt     now.Instant
	SavedAt       now.Instant
	FiledAt       now.Instant
	ExpiresOn     clock.Date // a draft is kept through this day
	Head          journal.Head

	loaded int64
	part   *Member // set where this is what one member's department holds
	begun  bool    // of a part: its department has it, or had it
}

// Version is what a form must carry back.
func (a *Application) Version() int64 { return a.Head.Version }

// PageDone tells whether the page was saved without a defect.
func (a *Application) PageDone(id string) bool { return slices.Contains(a.Done, id) }

// Editable tells whether the answer may be changed now: all of a draft but what a
// source holds, the named fields of an amendment.
func (a *Application) Editable(key string) bool {
	return a.State == Draft && !a.Holds(key) || a.State == Amending && a.defect("field", key)
}

// Attachable tells whether files of the material may be added or removed now. A
// defect of a file field is answered in its slot.
func (a *Application) Attachable(slot string) bool {
	return a.State == Draft || a.State == Amending && (a.defect("material", slot) || a.defect("field", slot))
}

func (a *Application) defect(kind, key string) bool {
	return slices.ContainsFunc(a.Defects, func(d Defect) bool { return d.Kind == kind && d.Key == key })
}

// Trust is how far a stored copy can be relied on (domain.md §8).
type Trust string

// The grades of trust.
const (
	FromIssuer Trust = "A" // from the issuing authority itself
	Checked    Trust = "B" // a clerk compared it with the original
	Uploaded   Trust = "C" // uploaded, to be checked
	SelfMade   Trust = "D" // made by the applicant, who answers for it
)

// Attachment is a filed copy of a material.
type Attachment struct {
	ID          string
	Application string
	Slot        string // material key, or key of a file field no material carries
	Blob        string
	Name        string
	Type        string
	Size        int64
	Trust       Trust
	AddedAt     now.Instant
	CheckedAt   now.Instant
	CheckedBy   string
	Reused      string     // the attachment it was taken from, '' for an upload
	ExpiresOn   clock.Date // as the applicant said of the paper; zero for none
}

// mine tells whether the actor is the applicant or acts for it in this item.
func mine(a gov.Actor, x *Application) bool {
	return a.Kind == gov.Person && a.Concerned() != "" && a.Concerned() == x.Applicant && a.Reaches(x.Item)
}

// atCounter tells whether a clerk has the draft in hand: he began it for a
// walk-in, or it was handed over to him.
func atCounter(a gov.Actor, x *Application) bool {
	return a.Account != "" && a.At(gov.RoleClerk, string(x.Region)) && (x.Account == a.Account || x.Clerk == a.Account)
}

// serves tells whether the filed application is part of the actor's work.
func serves(a gov.Actor, x *Application) bool {
	if x.State == Draft || x.State == Discarded {
		return false
	}
	return atBody(a, x) || a.At(gov.RoleClerk, string(x.Region)) || a.At(gov.RoleOutlet, string(x.Region))
}

// atBody tells whether the actor works at the department whose business this is. Of a
// bundle that is a member's part from the day on which its case begins, and the whole
// is no department's (个人信息保护法 art. 6).
func atBody(a gov.Actor, x *Application) bool {
	if x.Bundle != "" && !x.begun {
		return false
	}
	return a.HasAt(gov.RoleOfficer, x.Body) || a.HasAt(gov.RoleReviewer, x.Body) || a.HasAt(gov.RoleApprover, x.Body)
}

// MaySee tells whether the application exists for this actor. A draft is its
// applicant's own business until it is filed or handed over.
func MaySee(a gov.Actor, x *Application) bool {
	return mine(a, x) || atCounter(a, x) || serves(a, x) || a.Kind == gov.System
}

// MayEdit tells whether the actor may change answers and files now.
func MayEdit(a gov.Actor, x *Application) bool {
	switch x.State {
	case Draft:
		return mine(a, x) || atCounter(a, x)
	case Amending: // on the applicant's behalf at any counter of the region, both identities recorded
		return mine(a, x) || a.At(gov.RoleClerk, string(x.Region)) && a.OnBehalfOf == x.Applicant
	}
	return false
}

// mayCheck is who compares a copy with its original.
func mayCheck(a gov.Actor, x *Application) bool {
	return a.At(gov.RoleClerk, string(x.Region)) && MaySee(a, x) || a.HasAt(gov.RoleOfficer, x.Body) && serves(a, x)
}
