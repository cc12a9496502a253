// Package httpd is the plain HTTP floor: a server that survives slow and hostile
// clients, and the layers every answer passes through.
//
// From outside in: request id, access log, panic recovery, security headers,
// body limit, compression. What a page is, who is signed in and what an error
// looks like is decided above (web/kit).
//
// Owns: time-outs, shutdown, request ids, the access log, default headers, body
// limits, gzip, static files under names that carry their hash.
//
// Does not own: routes, cookies, sessions, cross-site checks, problem pages (web/kit).
//
// Words: request id (shown to people as the reference number of a failure).
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package httpd
