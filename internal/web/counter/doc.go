// Package counter is the hall: the 综合窗口 that takes everything in, and the
// 统一出件 that hands every result out. A clerk finds or enters whoever stands
// before him, takes the application on that person's behalf, looks at form and
// materials side by side, accepts, declines or asks once for everything that is
// missing; an outlet clerk hands over or posts what was decided.
//
// Owns: the pages under /counter and /outlet, their print views.
//
// Does not own: what may be done to a case (see cases) or a draft (see
// applications), who a person is (see identity), how a question and a filed form
// are drawn (see web/answers, web/dossier), the wording of letters (see
// web/letters), the department's steps (see web/desk).
//
// Words: walk-in, party, draft, intake, amendment, slip, hand-over.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package counter
