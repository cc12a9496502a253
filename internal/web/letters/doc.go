// Package letters prints the written, dated documents that the law asks for:
// 受理通知书, 补正告知书, 不予受理决定书, 不予许可决定书 and 准予决定书 (行政许可法
// art. 32, 38). A letter is one HTML document that needs nothing but itself: it
// is stored as it was printed, so its style stands inside it and what it looks
// like never changes with the site.
//
// A template that changes gets the next number in Templates; letters say which
// one they were made with.
//
// Owns: the wording and the look of letters, their template versions.
//
// Does not own: what a letter says (cases.Text), its 文号, its storage (see
// cases), who may read it (see cases).
//
// Words: letter, masthead, reference 文号, remedies, seal.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package letters
