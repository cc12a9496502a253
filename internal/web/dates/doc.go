// Package dates explains the dates of a case: 为什么是这一天 (ux.md 39). Each clock
// of the case is told in one sentence, as a calendar of its months and day by
// day: which days counted, which did not, and which article says so. The portal,
// the public status page, the counter, the outlet and the desk show the same.
//
// Owns: how an explanation is put into words and drawn.
//
// Does not own: the counting (see clock), which limits a case has and what
// happened to it (see cases), the page around it (see web/portal, web/desk,
// web/counter).
//
// Words: account, clock, day, month.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// # In a page
//
//	x, err := s.cases.Explain(ctx, q.Actor, c, today)
//	a := dates.Read(ctx, x, today)
//	@dates.Page(a) // sentences, months and days; the page brings its own h1
package dates
