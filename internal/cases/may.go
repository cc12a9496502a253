package cases

import (
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

// mine tells whether the actor is the applicant or acts for the applicant in this
// item.
func mine(a gov.Actor, c *Case) bool {
	if a.Kind != gov.Person {
		return false
	}
	if a.OnBehalfOf != "" {
		return a.OnBehalfOf == c.Applicant && a.Reaches(c.Item)
	}
	return a.Party == c.Applicant
}

// serves tells whether the actor works on cases of this body: at the body itself
// or at a counter or outlet whose region holds it.
func serves(a gov.Actor, c *Case) bool { return atBody(a, c) || atHall(a, c) }

func atBody(a gov.Actor, c *Case) bool {
	return a.HasAt(gov.RoleOfficer, c.Body) || a.HasAt(gov.RoleReviewer, c.Body) || a.HasAt(gov.RoleApprover, c.Body)
}

func atHall(a gov.Actor, c *Case) bool {
	return a.At(gov.RoleClerk, string(c.Region)) || a.At(gov.RoleOutlet, string(c.Region))
}

// watches tells whether the actor supervises the case's region.
func watches(a gov.Actor, c *Case) bool { return a.At(gov.RoleSupervisor, string(c.Region)) }

// MaySee tells whether a case exists for this actor. What it denies is Missing:
// a stranger must not learn that there is one.
func MaySee(a gov.Actor, c *Case) bool {
	return mine(a, c) || serves(a, c) || watches(a, c) || a.Kind == gov.System
}

// MaySeeForm tells whether the answers and materials may be read; supervisors
// see dates and acts, not the form. A department reads them from the day the case
// begins with it, and never when it ended before: nobody has a right to what he does
// not yet need (个人信息保护法 art. 6). The hall took the application in as a whole.
func MaySeeForm(a gov.Actor, c *Case) bool {
	return mine(a, c) || atHall(a, c) || atBody(a, c) && c.Begun()
}

// mayReceive is who accepts, declines and asks for corrections: the counter in
// whose region the body is, or the department's own officer.
func mayReceive(a gov.Actor, c *Case) bool {
	return a.At(gov.RoleClerk, string(c.Region)) || a.HasAt(gov.RoleOfficer, c.Body)
}

// mayStep is who does a step of the department.
func mayStep(a gov.Actor, c *Case, step Step) bool {
	switch step {
	case Handle, Produce:
		return a.HasAt(gov.RoleOfficer, c.Body)
	case Review:
		return a.HasAt(gov.RoleReviewer, c.Body)
	case Approve:
		return a.HasAt(gov.RoleApprover, c.Body)
	}
	return false
}

// mayHandOut is the outlet in whose region the body is.
func mayHandOut(a gov.Actor, c *Case) bool { return a.At(gov.RoleOutlet, string(c.Region)) }

// MayDo tells whether the actor may do the act to this case now; pages ask it to
// decide which buttons to show, verbs ask it before they act.
func MayDo(a gov.Actor, c *Case, act Act) bool {
	if !Lifecycle.Allows(c.State, act) {
		return false
	}
	switch act {
	case ActAccept, ActDecline, ActNotify, ActServe:
		return mayReceive(a, c)
	case ActWithdraw, ActForgo, ActResubmit, ActReplace, ActRate:
		return mine(a, c)
	case ActTerminate, ActAskReplace, ActSuspend, ActResume, ActLift, ActAskExtend, ActCharge:
		return a.HasAt(gov.RoleOfficer, c.Body)
	case ActVisit:
		return c.Step == Handle && mayStep(a, c, Handle)
	case ActAdvance, ActReturn, ActGrant, ActRefuse:
		return mayStep(a, c, c.Step)
	case ActPost, ActDeliver:
		return mayHandOut(a, c)
	case ActExtend, ActRefuseExtend:
		return c.Extension == ExtensionAsked && a.HasAt(gov.RoleApprover, c.Body)
	case ActDeem, ActLapse, ActRecount, ActBegin, ActHold, ActCut, ActSpareReplace:
		return a.Kind == gov.System
	}
	return false
}

// allow turns the predicates into the two answers of fault: missing to those who
// may not see, denied to those who may not do.
func allow(a gov.Actor, c *Case, can bool) error {
	switch {
	case can:
		return nil
	case !MaySee(a, c):
		return fault.Missing("cases.missing")
	}
	return fault.Denied("cases.denied", "number", c.Number.Grouped())
}

// separate holds that nobody reviews his own handling: 审查 means a second pair
// of eyes. One who handled may still decide where the item has no review.
func separate(a gov.Actor, c *Case) error {
	if OwnWork(a, c) {
		return fault.Denied("cases.own_work")
	}
	return nil
}

// OwnWork tells that the case awaits a review of what the actor did himself; a
// page then says so instead of offering it.
func OwnWork(a gov.Actor, c *Case) bool { return c.Step == Review && a.Account == c.Officer }
