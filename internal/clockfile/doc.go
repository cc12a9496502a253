// Package clockfile reads what the statutory clock is asked from files: scenarios
// and worked cases, in YAML or JSON, in the form of the clock design. It finds
// every problem of a file with its line and says how to mend it; nothing that a
// file holds can make it panic or run away.
//
// Owns: the form of the files, the calendars they name (`cn` is the one of the
// seed, or a calendar written inline), what differs between an answer and the
// one that is expected.
//
// Does not own: any rule (see clock); the words of its problems (each code is a
// language key); the calendar of an installation (see catalogue).
//
// Words: scenario, worked case, difference, problem.
//
// Tables: none. Publishes: nothing. Reacts to: nothing.
package clockfile
