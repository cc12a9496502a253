// Package api is the face of the program towards other programs: /api/v1, JSON,
// OpenAPI 3.1, problem+json.
//
// A department's own system has an account with posts at its body and tokens with
// scopes (identity). It files for applicants who stand before it, follows cases
// and does the desk's acts, all through the same use cases and the same predicates
// as the pages: nothing is allowed or refused here that is not there.
//
// Owns: the addresses under /api/v1, what their JSON looks like, the description
// at openapi.json, the reading of versions and cursors, the rate of an account.
//
// Does not own: what may be done and by whom (see the contexts), who holds a token
// (see identity), what is kept for a request asked twice (see platform/once), the
// map from faults to statuses (see platform/httpd).
//
// Words: caller, scope, operation, kept (answered once under an Idempotency-Key),
// pointer, masked, clear.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// # An operation
//
// A file for each resource. The input's tags are the rules that huma checks before
// the handler runs, and what openapi.json says; names are described in
// lang/*/api.json under api.doc, operations under api.op. Examples in examples/
// are written by the test that replays them (internal/app, -update). /api/v1
// changes additively: a member may come, none may go or change its meaning.
package api
