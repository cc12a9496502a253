// Package blob keeps the bytes of files: attachments, letters, licences as issued.
//
// Owns: the stored bytes and the table blob; encryption of files; recognising what a file is; counting who refers to it.
//
// Does not own: what a file is filed for and under which name (the context that refers to it), who may see it (that
// context's predicates; an id is never a capability), how long a retention class lasts.
//
// Words: blob (one content of one owner), owner (whom a content belongs to; the same bytes of two owners are two blobs,
// so that nobody learns from a quick upload that somebody else has filed the same paper), stage (bytes stored, not yet
// referred to), reference, sweep (removing what nobody refers to), store (where the bytes lie: a directory or S3).
//
// Tables: blob.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// Order of writing: bytes first and durable, then the row in the caller's transaction. A crash in between leaves bytes
// without a row, which the sweep removes; it never leaves a row without bytes. Deleting goes the other way round.
package blob
