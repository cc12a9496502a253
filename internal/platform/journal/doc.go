// Package journal keeps the trace of every act (全程留痕).
//
// An entry is written in the transaction of the act it tells of, or not at all.
// It is hashed over the entry before it of the same subject (SHA-256 in the leaf
// form of RFC 6962, over length-prefixed fields), and the subject's own row
// carries the number and hash of its last entry. So a changed entry, a removed
// one, a cut tail and a row changed behind the journal's back all show.
//
// What was said in the act lies beside the entry, salted and encrypted, stored
// as the bytes that were hashed. It can be erased; then the chain still holds
// and the entry reads 已遮蔽.
//
// Tables: journal, journal_payload
package journal
