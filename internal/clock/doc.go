// Package clock is the statutory clock: legal dates, the working-day calendar of
// the State Council's yearly notices, and due dates. It is pure: no I/O, no
// current time, standard library only. Every lapse, card, order, ticket and
// appeal counts with it and with nothing else.
//
// Owns: Date (Asia/Shanghai), Calendar, the rules R1–R4 and R12 of the clock
// design (行政许可法 art. 82; 民法典 art. 201 and 203).
//
// Does not own: the days off themselves (see catalogue, which imports them); the
// opening hours of a hall (never the statutory calendar); which limit a case has
// (see catalogue and cases).
//
// Words: date, working day, make-up workday, budget, due date, effective date,
// provisional.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package clock
