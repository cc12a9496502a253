package keys

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// Errors of Load, Create and Rotate. Their texts name file and remedy.
var (
	ErrMissing = errors.New("keys: there is no key file")
	ErrExposed = errors.New("keys: the key file can be read by others")
	ErrFile    = errors.New("keys: the key file cannot be used")
)

// Errors of Open, OpenBytes and Unwrap. None of them quotes the ciphertext.
var (
	// ErrTruncated: parts are missing or not base64url; a cut column or a damaged row.
	ErrTruncated = errors.New("keys: ciphertext is cut or malformed")
	// ErrVersion: written in a form that this program does not know.
	ErrVersion = errors.New("keys: ciphertext has an unknown version")
	// ErrUnknownKey: sealed under a key that is not in the file; restore the file that holds it.
	ErrUnknownKey = errors.New("keys: ciphertext was sealed under a key that is not in the key file")
	// ErrForged: altered, or moved to another place than it was sealed for (wrong aad). The two cannot be told apart.
	ErrForged = errors.New("keys: ciphertext was altered or belongs elsewhere")
)

const (
	version     = "v1"
	versionByte = 1
	maxKID      = 32
)

// What a ciphertext is for is authenticated with it, so that a wrapped data key pasted into a text column does not open there.
const (
	forText    = "t"
	forBytes   = "b"
	forDataKey = "k"
)

// encoding is strict, so that one ciphertext has one spelling.
var encoding = base64.RawURLEncoding.Strict()

// Ring holds the keys of one installation. Safe for concurrent use.
type Ring struct {
	path  string
	keys  atomic.Pointer[set]
	index *indexer

	reload sync.Mutex
	seen   fs.FileInfo // the file as it was last read; guarded by reload
}

// set is immutable; rotation elsewhere replaces it as a whole.
type set struct {
	kid     string
	current Cipher
	ciphers map[string]Cipher
}

// Seal encrypts plain for a TEXT column: "v1.kid.nonce.ct", nonce and ct in base64url. The aad names the place the value
// belongs to (table, column, row: "party.id_number:01993…"); Open asks for the same one, so a value copied to another row does not open.
// Two calls never give the same text: find values by Index. A text of n bytes becomes about 1.34 n + 60.
func (r *Ring) Seal(plain []byte, aad string) string { return r.sealText(plain, forText, aad) }

// Open decrypts what Seal gave. Errors: ErrTruncated, ErrVersion, ErrUnknownKey, ErrForged.
func (r *Ring) Open(text, aad string) ([]byte, error) { return r.openText(text, forText, aad) }

// Stale reports that a text is sealed under a key that is no longer the current one, so that a job can seal it anew after a rotation.
func (r *Ring) Stale(text string) bool {
	_, rest, _ := strings.Cut(text, ".")
	kid, _, _ := strings.Cut(rest, ".")
	return kid != r.keys.Load().kid
}

// Current is the kid new texts are sealed under; shown by `yimen check`, never a secret.
func (r *Ring) Current() string { return r.keys.Load().kid }

// Knows reports whether a key is among those of this machine's file.
func (r *Ring) Knows(kid string) bool { return r.keys.Load().ciphers[kid] != nil }

// Prefix is what every text sealed under the current key begins with, so that a database can tell stale rows by
// comparing a few signs of the column.
func (r *Ring) Prefix() string { return version + "." + r.Current() + "." }

// Reseal seals a text of Seal anew under the current key; the place it is bound to stays. Errors as Open.
func (r *Ring) Reseal(text, aad string) (string, error) {
	plain, err := r.Open(text, aad)
	if err != nil {
		return "", err
	}
	return r.Seal(plain, aad), nil
}

// Refresh reads the key file again when it has changed and reports whether another key is current now: a process that
// runs learns of a rotation without a restart. After an error, which is as Load's, the keys in use stay.
func (r *Ring) Refresh() (rotated bool, err error) {
	r.reload.Lock()
	defer r.reload.Unlock()
	before := r.Current()
	if err := r.again(); err != nil {
		return false, err
	}
	return r.Current() != before, nil
}

// SealBytes is Seal for BLOB columns and files without the third that base64 adds:
// version byte, length of kid, kid, nonce, ct.
func (r *Ring) SealBytes(plain []byte, aad string) []byte {
	s := r.keys.Load()
	out := make([]byte, 0, 2+len(s.kid)+nonceSize+len(plain)+tagSize)
	out = append(out, versionByte, byte(len(s.kid)))
	out = append(out, s.kid...)
	nonce := random(nonceSize)
	out = append(out, nonce...)
	return s.current.Seal(out, nonce, plain, bind(forBytes, s.kid, aad))
}

// OpenBytes decrypts what SealBytes gave. Errors as Open.
func (r *Ring) OpenBytes(sealed []byte, aad string) ([]byte, error) {
	if len(sealed) < 2 {
		return nil, ErrTruncated
	}
	if sealed[0] != versionByte {
		return nil, ErrVersion
	}
	n := int(sealed[1])
	if n == 0 || n > maxKID || len(sealed) < 2+n+nonceSize+tagSize {
		return nil, ErrTruncated
	}
	kid, rest := string(sealed[2:2+n]), sealed[2+n:]
	if !validKID(kid) {
		return nil, ErrTruncated
	}
	return r.open(kid, rest[:nonceSize], rest[nonceSize:], forBytes, aad)
}

// NewDataKey makes the own key of one file. Plain is used with NewSM4 and forgotten; wrapped is stored beside the file's row
// and opens only with the same aad. A rotation then seals the short data keys anew, never the files.
func (r *Ring) NewDataKey(aad string) (plain []byte, wrapped string) {
	plain = random(KeySize)
	return plain, r.sealText(plain, forDataKey, aad)
}

// Unwrap gives the data key back. Errors as Open.
func (r *Ring) Unwrap(wrapped, aad string) ([]byte, error) {
	plain, err := r.openText(wrapped, forDataKey, aad)
	if err == nil && len(plain) != KeySize {
		return nil, ErrForged
	}
	return plain, err
}

// Rewrap seals a data key anew under the current key, for the job that follows a rotation.
func (r *Ring) Rewrap(wrapped, aad string) (string, error) {
	plain, err := r.Unwrap(wrapped, aad)
	if err != nil {
		return "", err
	}
	return r.sealText(plain, forDataKey, aad), nil
}

func (r *Ring) sealText(plain []byte, purpose, aad string) string {
	s := r.keys.Load()
	var nonce [nonceSize]byte
	copy(nonce[:], random(nonceSize))
	ct := s.current.Seal(make([]byte, 0, len(plain)+tagSize), nonce[:], plain, bind(purpose, s.kid, aad))
	out := make([]byte, 0, len(version)+len(s.kid)+3+encoding.EncodedLen(nonceSize)+encoding.EncodedLen(len(ct)))
	out = append(out, version...)
	out = append(out, '.')
	out = append(out, s.kid...)
	out = append(out, '.')
	out = encoding.AppendEncode(out, nonce[:])
	out = append(out, '.')
	return string(encoding.AppendEncode(out, ct))
}

func (r *Ring) openText(text, purpose, aad string) ([]byte, error) {
	v, rest, dotted := strings.Cut(text, ".")
	if !dotted || v == "" {
		return nil, ErrTruncated
	}
	if v != version {
		return nil, ErrVersion
	}
	kid, rest, _ := strings.Cut(rest, ".")
	nonceText, ctText, dotted := strings.Cut(rest, ".")
	// The decoder skips line breaks; a stored text never has one.
	if !dotted || !validKID(kid) || strings.ContainsAny(rest, "\r\n") {
		return nil, ErrTruncated
	}
	nonce, err := encoding.DecodeString(nonceText)
	if err != nil || len(nonce) != nonceSize {
		return nil, ErrTruncated
	}
	ct, err := encoding.DecodeString(ctText)
	if err != nil || len(ct) < tagSize {
		return nil, ErrTruncated
	}
	return r.open(kid, nonce, ct, purpose, aad)
}

func (r *Ring) open(kid string, nonce, ct []byte, purpose, aad string) ([]byte, error) {
	c := r.cipher(kid)
	if c == nil {
		return nil, fmt.Errorf("%w: kid %s", ErrUnknownKey, kid)
	}
	plain, err := c.Open(nil, nonce, ct, bind(purpose, kid, aad))
	if err != nil {
		return nil, ErrForged
	}
	return plain, nil
}

// cipher finds a key, and reads the file again when it does not know the kid and the file has changed:
// another process may have rotated, and several nodes must not need a restart together.
func (r *Ring) cipher(kid string) Cipher {
	if c := r.keys.Load().ciphers[kid]; c != nil {
		return c
	}
	r.reload.Lock()
	defer r.reload.Unlock()
	if r.again() != nil {
		return nil
	}
	return r.keys.Load().ciphers[kid]
}

// again reads the file if it is another than the one read last; the caller holds reload.
func (r *Ring) again() error {
	info, err := os.Stat(r.path)
	if err != nil {
		return missing(r.path, err)
	}
	if same(info, r.seen) {
		return nil
	}
	doc, seen, err := read(r.path)
	if err != nil {
		return err
	}
	set, err := doc.set()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrFile, r.path, err)
	}
	if !r.index.made(doc.Index.Key) { // its blind indexes would silently find nothing
		return fmt.Errorf("%w: %s belongs to another installation: its index key is not ours", ErrFile, r.path)
	}
	for kid := range r.keys.Load().ciphers {
		if set.ciphers[kid] == nil { // an old copy was put in its place
			return fmt.Errorf("%w: %s lacks the key %s, which is in use", ErrFile, r.path, kid)
		}
	}
	r.keys.Store(set)
	r.seen = seen
	return nil
}

func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

func bind(purpose, kid, aad string) []byte {
	b := make([]byte, 0, len(version)+len(purpose)+len(kid)+len(aad)+3)
	b = append(b, version...)
	b = append(b, '.')
	b = append(b, purpose...)
	b = append(b, '.')
	b = append(b, kid...)
	b = append(b, '.')
	return append(b, aad...)
}

// newKID is random rather than a number, so that two files that were rotated apart never use one name for two keys.
func newKID() string {
	const alphabet = "abcdefghijkmnpqrstuvwxyz23456789" // 32 signs without l, o, 0, 1: a kid is read out on the telephone
	b := random(8)
	for i, x := range b {
		b[i] = alphabet[x&31]
	}
	return string(b)
}

func validKID(kid string) bool {
	if kid == "" || len(kid) > maxKID {
		return false
	}
	for i := range len(kid) {
		c := kid[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
