package api

import (
	"context"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
)

// Caller is who calls: the account behind the token and the token's scopes. The
// gate before the routes (web/kit, mounted by app) has found it out.
type Caller struct {
	Actor  gov.Actor
	Scopes []string
}

type callerKey struct{}

// With puts the caller into the context of a request on its way to a Route.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

func callerOf(ctx context.Context) Caller {
	c, ok := ctx.Value(callerKey{}).(Caller)
	if !ok {
		return Caller{Actor: gov.Nobody(gov.API)}
	}
	return c
}

// needs refuses what a second scope opens beside the one of the route.
func (c Caller) needs(scope identity.TokenScope) error {
	if slices.Contains(c.Scopes, string(scope)) {
		return nil
	}
	return fault.Denied("api.scope", "scope", string(scope))
}
