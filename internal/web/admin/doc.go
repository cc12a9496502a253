// Package admin is where an installation is kept: bodies, staff accounts with
// their posts, department systems with their tokens, the catalogue and the
// statutory calendar for their editors, the journal for the auditor, the settings.
// The three administrators have different doors here, because 等保 2.0 wants system,
// security and audit duties in different hands.
//
// Owns: the pages under /admin.
//
// Does not own: who may give what to whom (see identity), what a set must hold
// (see catalogue), sign-in and one's own account (see web/portal).
//
// Words: body, account, post, deputy, token, set, version, difference, calendar,
// proposal, journal, look.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package admin
