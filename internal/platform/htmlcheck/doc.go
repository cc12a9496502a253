// Package htmlcheck finds in a rendered page what a validator and a screen
// reader would stumble over, so that every page test checks it for nothing.
//
// It looks for: doctype, lang, title, one h1, one main, heading levels without
// gaps, unique ids, references that lead somewhere, a label for every input, a
// name for every link and button, a legend for every fieldset, text for every
// picture, no nested forms or links, no inline style or script, no language key
// that was never translated, no place that was never filled.
//
// Owns: these checks and a small selector language for tests.
//
// Does not own: golden files (see goldtest); what axe finds in a browser (e2e).
//
// Words: problem, selector.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package htmlcheck
