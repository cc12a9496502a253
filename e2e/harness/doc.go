// Package harness lets a test be a person at a browser: it starts the real program (Start, Each),
// opens Chromium (Browse) and does what a hand does — reads labels, types, presses what is
// visible and not covered — and looks as axe-core, an accessibility checker, does.
//
// A story is written in the words on the page: Fill("经营者名称", …), Press("保存并继续"),
// MustSee("申请已提交"). A control that cannot be found by its visible words is a defect of the
// page, so there are no CSS selectors here; where one page repeats a word, Within narrows the
// search to a row or section by other words in it. A field's name attribute works too, for
// stories that run in two languages.
//
// Every browser is a fresh process with a fresh profile, so two of them in one test are two
// people. When a test ends, a browser fails it for what no page of ours may do: throw an error,
// violate its own content security policy, open a dialog, or ask any other host for anything. A
// step that fails says where it was, what the page shows, and leaves a picture under e2e/shots.
//
// NoScript browsers run no script of the page at all: everything an applicant does must work in
// one.
package harness
