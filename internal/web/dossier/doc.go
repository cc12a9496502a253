// Package dossier draws what was filed for a case: the form with what a
// correction changed in it, and the materials beside it (ux.md 14, 30). The
// counter and the desk show the same dossier.
//
// Owns: reading an application for a screen, its masked values and the way to
// see them in clear, the preview of files, the comparison with originals.
//
// Does not own: who may see what (see applications), the case and its acts (see
// web/desk, web/counter), the applicant's own view (see web/portal).
//
// Words: dossier, group, line, slot, paper.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// # In a page
//
//	d, err := dossier.Reader{Applications: s.applications, Catalogue: s.catalogue}.Read(q, c.Dossier())
//	@dossier.Form(d, v)          // the form; v := dossier.NewView(q, "/desk/cases/"+c.ID)
//	@dossier.Materials(d, v)     // one paper at a time, with the list of all
//	@dossier.Looking(d, v, form) // sensitive values in clear, with a purpose
//
// The page registers three routes below View.Base and hands them on: GET
// files/{file} to Reader.File, POST files/{file}/original to Reader.Compare, POST
// looks to Reader.Look.
package dossier
