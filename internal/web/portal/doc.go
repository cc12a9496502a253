// Package portal is what residents, and those who act for organisations, see: the
// way from a search to the licence in hand, and the pages around it.
//
// Owns: the public pages (home, search, shelves, guides, help), signing in and up,
// the account, the draft page by page, hand-over between screens, filing, my
// cases with what is expected of me, corrections, letters, licences, ratings, and
// the two pages behind QR codes that need no account.
//
// Does not own: any rule. What may be done is asked of the context that owns the
// noun (applications, cases, licences, ratings, identity); what an item asks and
// promises is the catalogue's; how a question looks is web/answers'. Workplaces of
// staff are web/counter, web/desk and web/admin.
//
// Words: home, shelf, guide, task, question, expected (what I am to do now).
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package portal
