// Package ui draws: the page around everything, and the parts pages are made of.
//
// A part is a templ component with plain arguments. It knows the reader's
// language and size mode from the View in ctx and nothing of cases or items; it
// never fetches. Every part works without script, in the dark scheme, in large
// text, at 320 px, in forced colours and on paper. The gallery (/ui in dev mode)
// shows each in every state and is a test of its own.
//
// Text given to a part is finished text: either ui.T(ctx, "portal.x") or
// catalogue data.
//
// Owns: the layout, the parts, the style sheet, the script, the icons.
//
// Does not own: routes, sessions, reading forms, problem pages (see web/kit);
// sentences (see lang).
//
// Words: page, view, part, field, tag, signal, slot.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package ui
