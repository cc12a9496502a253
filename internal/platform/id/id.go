// Package id makes identifiers and capabilities, which are never the same thing.
//
// An identifier (UUIDv7 text) is unique across installations and sorts by time;
// it may stand in a URL and shows nothing by itself. A token is 128 random bits:
// whoever holds it may see what it opens, so it goes into QR codes and receipts
// and is compared by hash where it is stored for sign-in.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

var alphabet = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// New makes a UUIDv7 as text, 36 characters.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid tells whether s is a UUID in the form New writes.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// Token makes a capability of 128 random bits: 26 letters and digits without
// those that people confuse (l, 1, o, 0).
func Token() string {
	var b [16]byte
	rand.Read(b[:]) // crypto/rand.Read never fails since Go 1.24
	return alphabet.EncodeToString(b[:])
}

// Digits makes a random code of n decimal digits, for hand-over codes.
func Digits(n int) string {
	var out strings.Builder
	for out.Len() < n {
		var b [16]byte
		rand.Read(b[:])
		for _, x := range b {
			if x < 250 && out.Len() < n { // 250 is the largest multiple of ten: no digit is favoured
				out.WriteByte('0' + x%10)
			}
		}
	}
	return out.String()
}

// Hash is how a secret token is kept: a stolen database opens no session.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
