package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"yimen/internal/platform/now"
)

// Actor is who acted, as the journal writes it down. Account is an account id
// or the name of a part of the program; the other fields may be empty.
type Actor interface {
	Stamp() (account, name, onBehalfOf, channel, device string)
}

// Subject is what was acted upon: a kind of noun and its row's id.
type Subject struct{ Kind, ID string }

// Head is where a subject's chain stands. It is kept in the subject's row as
// version and head, so that loading the row loads it; the zero Head begins one.
type Head struct {
	Version int64
	Hash    string // hex
}

// Entry is one act.
type Entry struct {
	Subject Subject
	Prev    Head
	Act     string
	Actor   Actor
	Post    string // the post the actor used, "" for none
	From    string // state before and after; equal when the act moves nothing
	To      string
	Payload []byte // what was said, usually JSON; nil for nothing
}

// Line is an entry as it is stored.
type Line struct {
	ID           string
	Format       int64
	Subject      Subject
	Version      int64
	Act          string
	Account      string
	Name         string
	OnBehalfOf   string
	Post         string
	Channel      string
	Device       string
	At           now.Instant
	From         string
	To           string
	PayloadHash  string
	PreviousHash string
	Algorithm    string
	Hash         string
	Position     int64 // 0 until the sequencer has numbered it
	Payload      []byte
	Erased       bool // the payload is gone on purpose (已遮蔽)
}

const (
	format    = 1
	algorithm = "sha256"
)

// leaf hashes fields in the leaf form of RFC 6962. Every field is prefixed with
// its length, so that no two lists of fields give the same bytes.
type leaf struct{ h hash.Hash }

func newLeaf() leaf {
	l := leaf{sha256.New()}
	l.h.Write([]byte{0})
	return l
}

func (l leaf) bytes(b []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	l.h.Write(n[:])
	l.h.Write(b)
}

func (l leaf) number(v int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(v))
	l.bytes(b[:])
}

func (l leaf) sum() string { return hex.EncodeToString(l.h.Sum(nil)) }

// seal computes the hash of everything else in the line.
func (l *Line) seal() string {
	h := newLeaf()
	h.number(l.Format)
	for _, s := range []string{l.ID, l.Subject.Kind, l.Subject.ID} {
		h.bytes([]byte(s))
	}
	h.number(l.Version)
	for _, s := range []string{l.Act, l.Account, l.Name, l.OnBehalfOf, l.Post, l.Channel, l.Device} {
		h.bytes([]byte(s))
	}
	h.number(int64(l.At))
	for _, s := range []string{l.From, l.To, l.PayloadHash, l.PreviousHash, l.Algorithm} {
		h.bytes([]byte(s))
	}
	return h.sum()
}

func payloadHash(salt, body []byte) string {
	h := newLeaf()
	h.bytes(salt)
	h.bytes(body)
	return h.sum()
}

func newSalt() []byte {
	salt := make([]byte, 16)
	rand.Read(salt)
	return salt
}
