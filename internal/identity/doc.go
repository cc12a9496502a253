// Package identity knows who is who: bodies, parties, accounts, posts, mandates.
//
// Party ≠ account ≠ post. A party is a person or an organisation that has rights
// and duties; an account signs in; a post is a role at a body from a date to a
// date; a mandate lets a person act for an organisation or another person. A
// person may be a party without an account (a walk-in at the counter), have an
// account without being seen (assurance 0), and work behind the counter with a
// second account that carries his posts and nothing of his private life.
//
// Owns: bodies; parties and what is known of them; accounts, passwords, sessions
// and tokens; posts and deputies; mandates; assurance; the throttle; the look in
// clear at a sensitive element.
//
// Does not own: departments and regions (see catalogue), what a form asks (see
// catalogue/form), who is on which case (see cases), cookies and CSRF (see
// web/kit), certificates of any kind (see licences).
//
// Words: body, party, account, post, deputy, mandate, principal, agent,
// assurance, look, raise.
//
// Tables: body, party, account, sign_in_failure, session, post, mandate,
// api_token, throttle
//
// Publishes: party.merged, party.raised, mandate.granted, mandate.ended,
// body.added, body.ended
//
// Reacts to: nothing; CreateOrganisationIn and RecordValuesIn are called from
// reactions when a grant founds an organisation or a licence tells something new.
package identity
