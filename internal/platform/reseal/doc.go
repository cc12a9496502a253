// Package reseal seals anew, under the current key, what lies under an older one.
//
// Owns: the walk over sealed columns after `yimen keys rotate`: small rounds by key, which can stop anywhere and go on.
//
// Does not own: the keys (see keys), which columns are sealed (each package that owns a table declares them), when the
// walk runs (see app), the blind indexes: their key never changes.
//
// Words: column (one sealed column and what binds its ciphertexts), round (one page of one column), mark (where a walk
// stands), stale (sealed under a key that is not current).
//
// Tables: none of its own; it writes only the columns it is given.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// A value is replaced only if the row still holds the ciphertext that was read, so a walk never undoes what somebody
// writes meanwhile. Versions and heads of rows stay: what a row says has not changed.
package reseal
