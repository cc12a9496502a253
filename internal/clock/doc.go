// Package clock is the statutory clock: legal dates, the working-day calendar of
// the State Council's yearly notices, due dates, and the up to four clocks of a
// case: what its acts make of its limits at a date, and why, day by day. It is
// pure: no I/O, no current time, standard library only. Every lapse, card, order,
// ticket and appeal counts with it and with nothing else.
//
// Owns: Date (Asia/Shanghai), Calendar, the rules R1–R12 of the clock design
// (行政许可法 art. 32, 42–45 and 82; 民法典 art. 201 and 203).
//
// Does not own: the days off themselves (see catalogue, which imports them); the
// opening hours of a hall (never the statutory calendar); which limit a case has
// (see catalogue and cases); the scenario file (see clockfile); R13, recounting
// running cases, which is asking again.
//
// Words: date, working day, make-up workday, clock, budget, due date, effective
// date, suspension, extension, scenario, answer, provisional.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package clock
