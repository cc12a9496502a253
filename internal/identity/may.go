package identity

import (
	"slices"

	"yimen/internal/gov"
)

// The permission predicates of this context's nouns. Pages, lists, searches and
// exports ask the same functions, so that what one shows the other does not hide.

// Three hands (三权分立, GB/T 22239 §8.1.4.2): the administrator keeps accounts and
// posts and sees no personal data; security gives and takes the powerful posts,
// suspends and unlocks, issues tokens; the auditor reads the journal, nothing else.

// seesParties are the roles whose work is with applicants.
var seesParties = []gov.Role{
	gov.RoleClerk, gov.RoleOutlet, gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover,
}

// privileged are the three hands; security gives these posts.
var privileged = []gov.Role{gov.RoleAdministrator, gov.RoleSecurity, gov.RoleAuditor}

// isSystem: the program's own acts are limited by who may start it, not here.
func isSystem(a gov.Actor) bool { return a.Kind == gov.System }

// Privileged reports whether a post with the role is security's to give.
func Privileged(role gov.Role) bool { return slices.Contains(privileged, role) }

// CanSeeParty reports whether the actor may see a party masked: oneself, the one
// acted for, or anybody's for staff who work with applicants.
func CanSeeParty(a gov.Actor, party string) bool {
	return isSystem(a) || isConcerned(a, party) || a.HasAny(seesParties...)
}

// isConcerned: the party is the actor or the one acted for under a mandate.
func isConcerned(a gov.Actor, party string) bool {
	return party != "" && a.Kind == gov.Person && (a.Party == party || a.OnBehalfOf == party)
}

// CanFindParty reports whether the actor may search for parties.
func CanFindParty(a gov.Actor) bool { return isSystem(a) || a.Has(gov.RoleClerk) }

// CanReveal reports whether the actor may see a sensitive element of any party in
// clear on his own word. Officers reach it through their case (see cases), which
// calls RevealIn.
func CanReveal(a gov.Actor) bool { return isSystem(a) || a.Has(gov.RoleClerk) }

// CanRaise reports whether the actor may state that a person was seen.
func CanRaise(a gov.Actor) bool { return isSystem(a) || a.Has(gov.RoleClerk) }

// CanRegister reports whether the actor may enter walk-ins and organisations.
func CanRegister(a gov.Actor) bool { return isSystem(a) || a.Has(gov.RoleClerk) }

// CanManageBodies reports whether the actor may add and end bodies in a region.
func CanManageBodies(a gov.Actor, region string) bool {
	return isSystem(a) || a.At(gov.RoleAdministrator, region)
}

// CanManageStaff reports whether the actor may keep staff accounts of a region.
func CanManageStaff(a gov.Actor, region string) bool {
	return isSystem(a) || a.At(gov.RoleAdministrator, region)
}

// CanManagePost reports whether the actor may give or take a role in a region.
// Nobody gives himself a post, which the use case checks.
func CanManagePost(a gov.Actor, role gov.Role, region string) bool {
	if Privileged(role) {
		return isSystem(a) || a.At(gov.RoleSecurity, region)
	}
	return isSystem(a) || a.At(gov.RoleAdministrator, region)
}

// CanSuspend reports whether the actor may suspend and unlock accounts of a
// region. Residents' accounts have none and are any security post's.
func CanSuspend(a gov.Actor, region string) bool {
	if region == "" {
		return isSystem(a) || a.Has(gov.RoleSecurity)
	}
	return isSystem(a) || a.At(gov.RoleSecurity, region)
}

// CanManageTokens reports whether the actor may keep service accounts of a region.
func CanManageTokens(a gov.Actor, region string) bool {
	return isSystem(a) || a.At(gov.RoleSecurity, region)
}

// CanSeeAccounts reports whether the actor may list staff accounts of a region.
func CanSeeAccounts(a gov.Actor, region string) bool {
	return isSystem(a) || a.At(gov.RoleAdministrator, region) || a.At(gov.RoleSecurity, region)
}

// CanResetPassword reports whether the actor may give a temporary password.
// A resident's is the clerk's, who sees the person: an administrator who could
// reset it could read what he must not see. A powerful account's is security's.
func CanResetPassword(a gov.Actor, of Account, powerful bool) bool {
	switch {
	case isSystem(a):
		return true
	case a.Account == of.ID:
		return false
	case of.Kind == gov.Person:
		return a.Has(gov.RoleClerk)
	case of.Kind != gov.Staff:
		return false
	case powerful:
		return a.At(gov.RoleSecurity, of.Region)
	default:
		return a.At(gov.RoleAdministrator, of.Region)
	}
}

// CanReadJournal reports whether the actor may read chains that are not his own.
func CanReadJournal(a gov.Actor) bool { return isSystem(a) || a.Has(gov.RoleAuditor) }

// AtCounter is the clerk acting for an applicant who stands at his window: both
// identities then stand in every entry.
func AtCounter(a gov.Actor, party string) (gov.Actor, error) {
	if !CanRegister(a) {
		return gov.Actor{}, denied()
	}
	a.OnBehalfOf = party
	if a.Kind == gov.Staff && a.Channel == gov.Web {
		a.Channel = gov.Counter
	}
	return a, nil
}
