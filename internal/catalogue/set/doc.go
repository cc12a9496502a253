// Package set is the file format of a catalogue: a folder of YAML files, read
// whole or refused whole. It is pure but for reading the folder; what it gives
// is plain data.
//
// Owns: the types of everything a set holds; the reader, which finds every
// problem with file and line; the writer, whose files the reader reads back to
// the same set.
//
// Does not own: what happens with a set (see catalogue); the checks of answers
// (see catalogue/form); sentences (every problem code is a language key).
//
// Words: set, item, bundle, element, licence type, department, region, problem.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package set
