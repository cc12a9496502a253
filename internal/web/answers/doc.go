// Package answers stands between the catalogue's questions and the page: it
// draws a field with the component its type asks for, shows stored answers in it,
// reads back what was sent, and lists answers for checking. Portal, counter and
// desk use it, so that a question looks and reads the same wherever it is asked.
//
// It checks nothing: what is wrong with an answer is said by catalogue/form, and
// what may be changed by applications.
//
// Owns: the way from a form field to a ui.Field and back; slots of files; the
// words in which an answer is shown, masked where the reader is not its owner.
//
// Does not own: pages and routes (see web/portal, web/counter, web/desk), the
// types of fields and their checks (see catalogue/form), drafts and attachments
// (see applications).
//
// Words: sheet, field, slot, place, summary.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// # Use
//
//	sheet := answers.Sheet{Locale: q.Locale, Regions: regions, Form: def.Form, Answers: app.Answers,
//		Sources: app.Sources, Editable: app.Editable, Own: true}
//	page := answers.Asked(def.Groups)[0].Pages[0]           // pages without their file fields
//	fields, err := sheet.Fields(ctx, form, page.Fields)      // → ui.Input(form, field)
//	form := sheet.Shown(page.Fields)                         // first visit
//	given := answers.Read(f, page.Fields)                    // what was sent, for applications.Save
//	form := sheet.Again(page.Fields, f, faults...)           // after a fault
//
// Names of inputs are the paths that contexts give their faults: the field's key,
// key.row.column inside a table, material.KEY for a slot.
package answers
