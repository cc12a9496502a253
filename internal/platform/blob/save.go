package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/now"
)

// maxStaged is how long staged bytes wait for their row. It must stay far below what Sweep is called with, or the sweep
// would take bytes that are about to be referred to.
const maxStaged = 30 * time.Minute

// Staged is a file whose bytes are stored and to which nothing refers yet. AddIn within maxStaged makes it a Blob.
type Staged struct {
	blob Blob
	name string
	at   now.Instant
}

// Blob tells what was staged; its ID is that of the final Blob only if the owner did not have this content already.
func (s Staged) Blob() Blob { return s.blob }

// Save stages and adds in a transaction of its own, with one reference.
func (s *Service) Save(ctx context.Context, in Input) (Blob, error) {
	staged, err := s.Stage(ctx, in)
	if err != nil {
		return Blob{}, err
	}
	var b Blob
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		b, err = s.AddIn(ctx, tx, staged)
		return err
	})
	return b, err
}

// Stage reads, recognises, scans, encrypts and stores a file; no transaction is open meanwhile, because uploads are slow.
// Faults: CodeEmpty, CodeTooLarge, CodeType, CodeInterrupted, CodeInfected, CodeUnscanned, CodeUnavailable.
func (s *Service) Stage(ctx context.Context, in Input) (Staged, error) {
	if in.Owner == "" || in.Limit <= 0 {
		return Staged{}, errors.New("blob: an input needs an owner and a limit")
	}
	b := Blob{ID: s.newID(), Owner: in.Owner, Retention: in.Retention}
	plain, wrapped := s.Ring.NewDataKey(bound(b.Owner, b.ID))
	b.dataKey = wrapped
	cipher, err := keys.NewSM4(plain)
	if err != nil {
		return Staged{}, err
	}
	sp := &spool{dir: s.Temp}
	defer sp.Close()
	if b.Size, b.Hash, err = seal(sp, cipher, in); err != nil {
		return Staged{}, err
	}
	if err := s.judge(ctx, &b, in, sp, cipher); err != nil {
		return Staged{}, err
	}
	staged := Staged{blob: b, name: s.name(b.Owner, b.Hash, b.ID), at: s.clock()}
	if err := s.Store.Put(ctx, staged.name, sp.open(), sp.size); err != nil {
		return Staged{}, fault.Busy(CodeUnavailable).With(err)
	}
	return staged, nil
}

// source remembers an error of the upload, so that it is not taken for one of our disk.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func seal(sp *spool, cipher keys.Cipher, in Input) (size int64, hash string, err error) {
	sum := sha256.New()
	sealed := newSealer(sp, cipher)
	src := &source{Reader: in.Content}
	size, err = io.Copy(io.MultiWriter(sum, sealed), io.LimitReader(src, in.Limit+1))
	switch {
	case size > in.Limit:
		return 0, "", fault.Invalid(CodeTooLarge, "limit", sizeText(in.Limit))
	case src.err != nil:
		return 0, "", fault.Invalid(CodeInterrupted).With(src.err)
	case err == nil && size == 0:
		return 0, "", fault.Invalid(CodeEmpty)
	}
	if err = errors.Join(err, sealed.Close()); err != nil {
		return 0, "", fault.Busy(CodeUnavailable).With(err)
	}
	return size, hex.EncodeToString(sum.Sum(nil)), nil
}

// judge decides whether the file may be kept.
func (s *Service) judge(ctx context.Context, b *Blob, in Input, sp *spool, cipher keys.Cipher) error {
	if in.Type != "" {
		b.Type = in.Type
		return nil
	}
	var err error
	if b.Type, err = recognise(newLooker(sp.open(), cipher, b.Size), b.Size); err != nil {
		return fault.Internal(err, CodeDamaged)
	}
	if !slices.Contains(in.Types, b.Type) {
		return fault.Invalid(CodeType, "type", b.Type, "accepted", Endings(in.Types))
	}
	if s.Scan == nil {
		return nil
	}
	if err := s.Scan(ctx, newOpener(sp.open(), cipher)); errors.Is(err, ErrInfected) {
		return fault.Invalid(CodeInfected).With(err)
	} else if err != nil {
		return fault.Busy(CodeUnscanned).With(err)
	}
	b.Scanned = scannedClean
	return nil
}

// AddIn gives staged bytes their row and one reference. When the owner has this content already, that blob gets the
// reference and the new bytes are removed after the commit. Fault: CodeStale.
func (s *Service) AddIn(ctx context.Context, tx *db.Tx, staged Staged) (Blob, error) {
	if s.clock().Sub(staged.at) > maxStaged {
		return Blob{}, fault.Conflict(CodeStale)
	}
	b, err := insert(ctx, tx, staged.blob)
	if err != nil {
		return Blob{}, err
	}
	if b.ID != staged.blob.ID {
		tx.AfterCommit(func() { s.discard(ctx, staged.name) })
	}
	return b, nil
}

// Discard removes staged bytes that will not be added, sooner than the sweep would.
func (s *Service) Discard(ctx context.Context, staged Staged) { s.discard(ctx, staged.name) }

// discard may fail: the sweep finds what stays behind.
func (s *Service) discard(ctx context.Context, name string) {
	_ = s.Store.Delete(context.WithoutCancel(ctx), name)
}
