// Package applications takes what an applicant files: one form, one set of
// materials, for one item.
//
// Owns: the application (申办) from the first answer to the receipt, its
// attachments, the hand-over code that carries it between screens, its amendment
// when a correction is asked for; licences fetched in the place of papers, with
// their consent; the library of a party's papers (材料库); copies of earlier
// applications; what each filing asked, for the statistics (负担统计).
//
// Does not own: the item's form and materials (see catalogue), the case that a
// filing opens (see cases), the bytes of files (see platform/blob), whose
// profile prefills an answer (see identity), issued licences (see licences).
//
// Words: start, save, file 提交, amend 补正, discard, check an original 核原件
// (trust C becomes B), hand over 接力, fetch 调取, take back 撤回同意, reuse 再次使用.
//
// Tables: application, attachment, handover, fetched, document, copied, burden
//
// Publishes: application.filed, application.amended, application.ended (of a bundle:
// its last case is decided or has ended)
//
// Reacts to: case.correcting (the application may be amended), case ended (the
// amendment closes)
package applications
