package identity

import "yimen/internal/platform/fault"

// denied is the answer to an actor who sees the thing but may not do this.
func denied() error { return fault.Denied("identity.denied") }

// noParty is also the answer to who may not see the party.
func noParty() error { return fault.Missing("identity.no_party") }

// noAccount is also the answer to who may not see the account.
func noAccount() error { return fault.Missing("identity.no_account") }

// notSignedIn is the one answer to every token that opens nothing: expired,
// ended, revoked and invented ones look alike.
func notSignedIn() error { return fault.Denied("identity.not_signed_in") }

// NotSignedIn reports whether err means that a token opens nothing, so that a
// page leads to the sign-in and the API answers 401.
func NotSignedIn(err error) bool { return fault.Is(err, "identity.not_signed_in") }
