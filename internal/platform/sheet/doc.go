// Package sheet writes tables row by row, as CSV and as XLSX. It keeps no row in
// memory: a million of them take as much as one.
//
// CSV goes to its reader as it is written, begins with a byte order mark, so that
// spreadsheets read it as UTF-8, and disarms cells that a spreadsheet would take
// for a formula (=, +, -, @). XLSX is a zip with a table of contents at its end and
// must be written whole before it can be sent: rows wait in a file of the system's
// temporary folder, which is removed with the writer.
//
// Tables: none.
package sheet
