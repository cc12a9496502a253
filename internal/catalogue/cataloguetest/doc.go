// Package cataloguetest gives tests a catalogue: the real set at a few invented
// bodies, made by the context's own acts.
//
// Owns: the service, bodies and editor of tests; sets of any size, made from the
// real one.
//
// Does not own: the set itself (see seed).
//
// Words: as in catalogue.
//
// Tables: none. Publishes: nothing. Reacts to: nothing.
package cataloguetest
