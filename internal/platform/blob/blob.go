package blob

import (
	"context"
	"errors"
	"io"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/now"
)

// Service stores, finds and releases blobs. All fields but Scan, Temp, Now and NewID must be set.
type Service struct {
	DB    *db.DB
	Store Store
	Ring  *keys.Ring

	// Scan looks at the clear bytes of what people upload before they are kept (virus scanner). It gives nil, an error
	// that is ErrInfected, or any other error when it could not look: then nothing is stored. Nil: no scanner.
	Scan func(ctx context.Context, r io.Reader) error

	Temp  string        // where sealed bytes of uploads over 1 MiB wait; "" is the system's folder
	Now   now.Clock     // the machine's clock, compared with the store's, also where the program's clock stands still; nil: now.System
	NewID func() string // nil: id.New
}

// Blob is one content of one owner. It is immutable but for its count of references.
type Blob struct {
	ID        string
	Owner     string
	Hash      string // SHA-256 of the clear bytes, hex
	Size      int64  // clear bytes
	Type      string // media type, recognised by content
	Retention string // class of the first that saved it
	Scanned   string // "clean", or "" when no scanner looked
	CreatedAt now.Instant

	dataKey string
}

// scannedClean is the one value of the column that tells something.
const scannedClean = "clean"

// Input is a file to keep.
type Input struct {
	Owner     string    // whom the content belongs to: a party, a case; part of the address
	Content   io.Reader // read once, to the end or to one byte over Limit
	Limit     int64     // most bytes; must be > 0
	Types     []string  // accepted types, such as Attachments
	Type      string    // for bytes the program itself made (a letter): their type, not looked for, not scanned
	Retention string    // retention class, a word of the caller
}

// ErrInfected is what Scan gives, plain or wrapped, for a file that must not be kept.
var ErrInfected = errors.New("blob: file is infected")

// Faults that callers and pages may tell apart; the codes are also language keys.
const (
	CodeEmpty       = "blob.empty"
	CodeTooLarge    = "blob.too_large"   // Args: limit, text such as "20 MB"
	CodeType        = "blob.type"        // Args: type; accepted, text such as "JPG PNG PDF"
	CodeInterrupted = "blob.interrupted" // the upload broke off
	CodeInfected    = "blob.infected"
	CodeUnscanned   = "blob.unscanned" // the scanner does not answer
	CodeStale       = "blob.stale"     // staged too long ago; upload again
	CodeMissing     = "blob.missing"
	CodeUnavailable = "blob.unavailable" // the store does not answer
	CodeDamaged     = "blob.damaged"     // stored bytes are gone or altered: restore the backup
)

func missing() error { return fault.Missing(CodeMissing) }

func (s *Service) clock() now.Instant {
	if s.Now == nil {
		return now.System()
	}
	return s.Now()
}

func (s *Service) newID() string {
	if s.NewID == nil {
		return id.New()
	}
	return s.NewID()
}

// name is what the store knows a blob by. The hash stands in it under the index key: whoever sees the store cannot test
// whether somebody filed a paper he knows. The id keeps two uploads of the same content from writing over each other.
func (s *Service) name(owner, hash, id string) string {
	return s.Ring.Index("blob.hash", owner+"/"+hash) + "-" + id
}

// bound ties a data key to its owner and row: pasted into another row it does not open.
func bound(owner, id string) string { return "blob.data_key:" + owner + "/" + id }
