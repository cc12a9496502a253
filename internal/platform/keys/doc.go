// Package keys encrypts what must not be read by whoever holds a copy of the database, and makes encrypted values findable.
//
// Owns: the key file and its format; the ring of encryption keys, of which one is current; the separate index key;
// the texts and bytes sealed under them; data keys for files.
//
// Does not own: which element is sensitive (see the catalogue's classes), how a value is normalised before it is
// indexed (the caller does that), masking on screens, the journal's salts.
//
// Words: ring (all keys of one installation), kid (short name of a key, stands in every ciphertext), seal and open
// (encrypt and decrypt with authentication), aad (what a ciphertext is bound to and cannot be moved away from),
// blind index (keyed hash by which an encrypted value is found without decrypting), data key (own key of one file),
// wrapped (a data key sealed under the ring).
//
// Tables: none. The key file lies outside the database, so that a stolen dump or backup of the database alone says nothing.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// Algorithms: SM4 (GB/T 32907) in GCM mode and SM3 (GB/T 32905) under HMAC, as 密码法 art. 27 and GB/T 39786 expect of
// government systems. The implementation is software; a certified module (HSM) takes its place behind Cipher.
package keys
