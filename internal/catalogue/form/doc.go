// Package form is the part of the catalogue that an applicant fills in: what a
// field is, how its answer is brought to one form, and what is wrong with it.
// It is pure: no I/O, no current time.
//
// Owns: field types and classes of personal data; answers and their stored form;
// the checks of every type, conditional requirement among them; the grouping of
// fields into pages, and which fields an account can fill in (both are data:
// seed/groups.yaml).
//
// Does not own: which fields an item has (see catalogue); drafts and filed
// answers (see applications); pages and components (see web); sentences (see
// lang: every code given here is a language key).
//
// Words: form, field, answer, row, group, page, class, prefill.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package form
