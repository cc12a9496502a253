// Package lang holds every sentence a person reads that is not catalogue data.
//
// Chinese is the source, English the second language. Sentences lie in flat
// JSON files, one per audience and language (zh/portal.json, en/portal.json), so
// that several people add keys without meeting; the files of a language are
// joined at start and a key that stands twice stops the program. The fault code
// of an error is its key here, so a context never holds a sentence.
//
// A sentence has named places: {name}. English may choose by number,
// {n?day|days}: the first form for 1, the second for all else.
//
// Owns: the sentences; how dates, times, numbers, money and sizes are written.
//
// Does not own: which language a visitor wants (see web/kit); names of items,
// materials and elements (see catalogue), which exist in Chinese only.
//
// Words: locale, key, sentence, place.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package lang
