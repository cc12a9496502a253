// Package search finds documents by what people type: official words, everyday words, parts of words, pinyin.
//
// Owns: the index in memory, how Chinese is cut into terms, ranking, paging and highlighting.
//
// Does not own: what a document is, the lists of everyday words and readings (the caller gives them as data), when the
// index is built anew.
//
// Words: document (a name, further names, a text, tags), term (what is looked up: two neighbouring characters, a Latin
// word, a piece of pinyin), posting (a document in which a term stands, with its impact), clause (one word of a query),
// alternative (one way to read a clause: as it stands, through a synonym, as pinyin), cover (the share of a query that a
// document holds), generation (the number of the data an index was built from).
//
// Tables: none. The index is built from the owner's rows and can be thrown away at any time.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// Why not the database's text search: SQLite's trigram index finds no word of two characters, which most Chinese words
// are, and both databases would answer differently. Two-character terms need no dictionary of words and find every part.
package search
