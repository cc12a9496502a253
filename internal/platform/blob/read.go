package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/keys"
)

// Get gives a blob's row. Whether the actor may see it is the caller's question. Fault: CodeMissing.
func (s *Service) Get(ctx context.Context, q db.Reader, id string) (Blob, error) {
	b, err := db.One(q.Row(ctx, `SELECT `+columns+` FROM blob WHERE id = $1`, id), scan)
	if db.NoRows(err) {
		return Blob{}, missing()
	}
	return b, err
}

// List gives the rows of ids that exist, by id, in one query.
func (s *Service) List(ctx context.Context, q db.Reader, ids []string) (map[string]Blob, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM blob WHERE id in_list($1)`, db.List(ids))
	list, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	found := make(map[string]Blob, len(list))
	for _, b := range list {
		found[b.ID] = b
	}
	return found, nil
}

// Open gives the clear bytes of a blob that Get or List gave; close them. Each 64 KiB are authentic before they are given
// out; a file that was altered or cut ends with a CodeDamaged fault instead of io.EOF, so a handler that has begun to
// answer must break the connection. Faults: CodeDamaged, CodeUnavailable.
func (s *Service) Open(ctx context.Context, b Blob) (io.ReadCloser, error) {
	plain, err := s.Ring.Unwrap(b.dataKey, bound(b.Owner, b.ID))
	if err != nil {
		return nil, fault.Internal(err, CodeDamaged)
	}
	cipher, err := keys.NewSM4(plain)
	if err != nil {
		return nil, fault.Internal(err, CodeDamaged)
	}
	bytes, err := s.Store.Open(ctx, s.name(b.Owner, b.Hash, b.ID))
	if errors.Is(err, ErrGone) {
		return nil, fault.Internal(err, CodeDamaged)
	}
	if err != nil {
		return nil, fault.Busy(CodeUnavailable).With(err)
	}
	return &content{opener: newOpener(bytes, cipher), closer: bytes}, nil
}

type content struct {
	opener *opener
	closer io.Closer
}

func (c *content) Read(p []byte) (int, error) {
	n, err := c.opener.Read(p)
	if errors.Is(err, errDamaged) {
		err = fault.Internal(err, CodeDamaged)
	}
	return n, err
}

func (c *content) Close() error { return c.closer.Close() }

// Verify reads a blob to its end and compares size and hash; `yimen check` does it after a backup was restored.
// Fault: CodeDamaged.
func (s *Service) Verify(ctx context.Context, b Blob) error {
	r, err := s.Open(ctx, b)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	if err != nil {
		return err
	}
	if n != b.Size || hex.EncodeToString(sum.Sum(nil)) != b.Hash {
		return fault.Internal(errDamaged, CodeDamaged)
	}
	return nil
}
