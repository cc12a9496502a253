package cases

import (
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// SubjectKind is the case's name in the journal.
const SubjectKind = "case"

// Case is one 办件. Dates are legal dates in Asia/Shanghai, instants are UTC; a
// zero date or instant means "not yet".
type Case struct {
	ID            string
	Number        gov.CaseNumber
	Token         string // opens the public status page; never derived from the number
	Application   string
	Bundle        string // the 一件事 it was filed in, '' when it was filed by itself
	BundleName    string
	Holder        string // party whose the result will be, '' for the applicant
	Item          string
	ItemName      string
	LocalItem     string // the item version the case was filed under; it never changes
	Body          string
	BodyName      string
	Department    string
	Region        gov.Region
	Applicant     string // party
	ApplicantKind string // person or organisation
	ApplicantName string
	Account       string // the account that filed, '' for a walk-in without one
	Channel       gov.Channel
	Device        string
	Immediate     bool
	DeliveryWay   string // in the form's own words (窗口领取, 邮寄送达, 电子证照)

	State  State
	Step   Step
	Awaits Awaits

	SubmittedAt   now.Instant
	SubmittedOn   clock.Date // effective date (R1)
	AcceptedAt    now.Instant
	AcceptedOn    clock.Date
	AcceptanceSeq int64 // order of acceptance, for art. 57
	DecidedAt     now.Instant
	DecidedOn     clock.Date
	Refused       bool // and by refusing; see Decision
	Posted        bool // the result went into the post; see AtOutlet
	DeliveredOn   clock.Date
	EndedAt       now.Instant

	AcceptDue     clock.Date
	PromisedDue   clock.Date // while suspended: if every procedure ends as planned
	StatutoryDue  clock.Date
	DeliverDue    clock.Date
	CorrectionDue clock.Date
	StepDue       clock.Date // of the step inside the department
	ResumeDue     clock.Date // while suspended: the last planned day of the procedures
	DueOn         clock.Date // the date that counts for whoever is awaited; lists sort by it
	NextOn        clock.Date // the day on which silence or lapse acts by itself
	Provisional   bool       // a date runs into a year whose holidays are not announced

	ServedOn clock.Date // when the last correction notice reached its applicant; zero: not yet proven
	StepOn   clock.Date // when the stage of the step began
	StepDays int64      // its published days; 0 where it has none
	Deemed   bool       // accepted by silence (art. 32)
	// Extension is where the one extension stands (art. 42).
	Extension Extension
	Ledger    Ledger // empty in lists

	Corrections int64
	Returns     int64
	Officer     string // account that did 承办
	Reviewer    string // account that did 审核
	Licence     string
	Rated       bool

	Head journal.Head // Head.Version is the optimistic lock

	Overran *Overran // the stage that the act at hand left late; of no row

	loaded int64 // the version the row had when it was read
}

// Version is what a form must carry back to show which case it saw.
func (c *Case) Version() int64 { return c.Head.Version }

// Ended tells whether nothing more is awaited from anybody.
func (c *Case) Ended() bool { return c.Awaits == Nobody && c.State != Waiting }

// Decision is how it was decided, Granted or Refused, which its delivery does not
// change; "" while it is not.
func (c *Case) Decision() State {
	switch {
	case c.Refused:
		return Refused
	case !c.DecidedOn.IsZero():
		return Granted
	}
	return ""
}

// Begun tells whether a department has the case, or had it. One of a bundle that waits,
// or ended while it waited, has no day of submission: no clock has run.
func (c *Case) Begun() bool { return !c.SubmittedOn.IsZero() }

// Dossier names what this case's department holds of the application: all of one
// filed for one item, of a bundle's the part of this item.
func (c *Case) Dossier() string {
	if c.Bundle == "" {
		return c.Application
	}
	return c.Application + "/" + c.LocalItem
}

// dates keeps DueOn in step with who is awaited.
func (c *Case) dates() {
	c.Awaits = awaited(c.State, c.Step)
	switch c.Awaits {
	case Clerk:
		c.DueOn = c.AcceptDue
	case Applicant:
		c.DueOn = c.CorrectionDue
	case Outlet:
		c.DueOn = c.DeliverDue
	case Nobody:
		c.DueOn = clock.Date{}
	default:
		c.DueOn = c.PromisedDue
		if c.State == Suspended {
			c.DueOn = c.ResumeDue
		}
	}
	c.NextOn = clock.Date{}
	switch {
	case c.State == Submitted && !c.AcceptDue.IsZero():
		c.NextOn = c.AcceptDue.AddDays(1)
	case c.State == Correcting && !c.CorrectionDue.IsZero():
		c.NextOn = c.CorrectionDue.AddDays(1)
	}
}
