package kit

import (
	"slices"
	"strings"

	"yimen/internal/gov"
)

// Access is who may call a route at all. It is the outer gate: what an actor may
// see and do of one case is decided by the predicate beside the noun, in its
// context, at that case's body and region.
type Access struct {
	kind  accessKind
	roles []gov.Role
	scope string
}

type accessKind uint8

const (
	undeclared accessKind = iota
	public
	signedIn
	byRole
	byToken
)

// Public is for everybody; the actor may be gov.Nobody.
func Public() Access { return Access{kind: public} }

// SignedIn is for every account, whatever its roles.
func SignedIn() Access { return Access{kind: signedIn} }

// Roles is for accounts that hold at least one of these roles somewhere.
func Roles(roles ...gov.Role) Access {
	if len(roles) == 0 {
		panic("kit: Roles needs at least one role; say SignedIn when every account may")
	}
	for _, r := range roles {
		if !r.Valid() {
			panic("kit: no such role: " + string(r))
		}
	}
	return Access{kind: byRole, roles: slices.Clone(roles)}
}

// Token is for programs that hold a bearer token with this scope.
func Token(scope string) Access {
	if scope == "" {
		panic("kit: Token needs a scope")
	}
	return Access{kind: byToken, scope: scope}
}

// Declared is false for the zero Access, with which no route can be registered.
func (a Access) Declared() bool { return a.kind != undeclared }

// Allows is the whole rule; the authorisation matrix calls it for every route
// and role and then tries the route itself.
func (a Access) Allows(actor gov.Actor, scopes []string) bool {
	switch a.kind {
	case public:
		return true
	case signedIn:
		return actor.SignedIn() && actor.Kind != gov.Service
	case byRole:
		return actor.SignedIn() && actor.HasAny(a.roles...)
	case byToken:
		return actor.SignedIn() && actor.Kind == gov.Service && slices.Contains(scopes, a.scope)
	default:
		return false
	}
}

// ByToken tells whether programs call the route: its answers and errors are JSON.
func (a Access) ByToken() bool { return a.kind == byToken }

// String is the rule as `yimen routes` and the reference print it.
func (a Access) String() string {
	switch a.kind {
	case public:
		return "public"
	case signedIn:
		return "signed-in"
	case byRole:
		names := make([]string, len(a.roles))
		for i, r := range a.roles {
			names[i] = string(r)
		}
		return strings.Join(names, ",")
	case byToken:
		return "token:" + a.scope
	default:
		return "undeclared"
	}
}
