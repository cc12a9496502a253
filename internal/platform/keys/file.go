package keys

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// format names the layout of the key file; a program refuses a layout it does not know instead of guessing at keys.
const format = "yimen-keys/1"

// maxFile bounds what Load reads: a ring of a thousand keys is below 100 KiB.
const maxFile = 1 << 20

// document is the key file. []byte fields are standard base64 in JSON.
type document struct {
	Format  string     `json:"format"`
	Current string     `json:"current"`
	Keys    []entry    `json:"keys"`
	Index   indexEntry `json:"index"`
}

type entry struct {
	KID string `json:"kid"`
	Alg string `json:"alg"`
	Key []byte `json:"key"`
}

type indexEntry struct {
	Alg string `json:"alg"`
	Key []byte `json:"key"`
}

const (
	algIndex     = "HMAC-SM3"
	indexKeySize = 32
)

// Create makes a key file with one encryption key and one index key and loads it. It never overwrites: losing a key
// file means losing every sensitive value sealed under it. The file has mode 0600; its folder must exist.
func Create(path string) (*Ring, error) {
	doc := document{Format: format, Index: indexEntry{Alg: algIndex, Key: random(indexKeySize)}}
	doc.add()
	if err := write(path, doc, false); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("keys: %s exists already; it is never overwritten, because what its keys sealed would be lost: %w", path, fs.ErrExist)
		}
		return nil, err
	}
	return Load(path)
}

// Load reads a key file. Errors name the remedy: ErrMissing (no file), ErrExposed (others may read it),
// ErrFile (not a key file, unknown format or damaged).
func Load(path string) (*Ring, error) {
	doc, seen, err := read(path)
	if err != nil {
		return nil, err
	}
	set, err := doc.set()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFile, path, err)
	}
	r := &Ring{path: path, seen: seen}
	r.keys.Store(set)
	r.index = newIndexer(doc.Index.Key)
	return r, nil
}

// Rotate adds a key to the file and makes it the current one; older keys stay, because what they sealed must stay readable.
// The index key never changes: every blind index would have to be computed anew from the clear values.
// Rotations of several processes are taken one after the other. Running processes read the file again when they meet the new kid.
func Rotate(path string) (*Ring, error) {
	// A mounted secret is often a link; the rename must replace what it points to, not the link.
	given := path
	path, err := filepath.EvalSymlinks(given)
	if err != nil {
		return nil, missing(given, err)
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	doc, _, err := read(path)
	if err != nil {
		return nil, err
	}
	if _, err := doc.set(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFile, path, err)
	}
	doc.add()
	if err := write(path, doc, true); err != nil {
		return nil, err
	}
	return Load(path)
}

func (d *document) add() {
	kid := newKID()
	for d.has(kid) {
		kid = newKID()
	}
	d.Keys = append(d.Keys, entry{KID: kid, Alg: algSM4, Key: random(KeySize)})
	d.Current = kid
}

func (d *document) has(kid string) bool {
	for _, e := range d.Keys {
		if e.KID == kid {
			return true
		}
	}
	return false
}

func (d *document) set() (*set, error) {
	if d.Index.Alg != algIndex || len(d.Index.Key) != indexKeySize {
		return nil, fmt.Errorf("the index key is not %s of %d bytes", algIndex, indexKeySize)
	}
	s := &set{ciphers: make(map[string]Cipher, len(d.Keys))}
	for _, e := range d.Keys {
		if !validKID(e.KID) {
			return nil, fmt.Errorf("kid %q is not %d to %d lower-case letters and digits", e.KID, 1, maxKID)
		}
		if _, twice := s.ciphers[e.KID]; twice {
			return nil, fmt.Errorf("kid %s stands twice", e.KID)
		}
		build, known := ciphers[e.Alg]
		if !known {
			return nil, fmt.Errorf("key %s has the unknown algorithm %q", e.KID, e.Alg)
		}
		c, err := build(e.Key)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", e.KID, err)
		}
		s.ciphers[e.KID] = c
	}
	s.kid, s.current = d.Current, s.ciphers[d.Current]
	if s.current == nil {
		return nil, fmt.Errorf("the current key %q is not among the keys", d.Current)
	}
	return s, nil
}

// read opens first and looks at the mode of what was opened, so that the file cannot be swapped in between.
func read(path string) (document, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return document{}, nil, missing(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return document{}, nil, fmt.Errorf("keys: %w", err)
	}
	if !info.Mode().IsRegular() {
		return document{}, nil, fmt.Errorf("%w: %s is not a regular file", ErrFile, path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return document{}, nil, fmt.Errorf("%w: %s has mode %04o; run: chmod 600 %s", ErrExposed, path, mode, path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return document{}, nil, fmt.Errorf("keys: %w", err)
	}
	doc, err := parse(data)
	if err != nil {
		return document{}, nil, fmt.Errorf("%w: %s: %w", ErrFile, path, err)
	}
	return doc, info, nil
}

// parse looks at the format before anything else: a newer file may well have fields this program would call unknown.
// Its errors never quote the input, which may be key material.
func parse(data []byte) (document, error) {
	if len(data) > maxFile {
		return document{}, fmt.Errorf("larger than %d bytes", maxFile)
	}
	var head struct {
		Format string `json:"format"`
	}
	if json.Unmarshal(data, &head) != nil {
		return document{}, errors.New("not JSON; restore it from the backup of the keys")
	}
	if head.Format != format {
		return document{}, fmt.Errorf("format %.40q is unknown, this program reads %q; a newer program wrote it or it is another file", head.Format, format)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var doc document
	if dec.Decode(&doc) != nil || dec.More() {
		return document{}, errors.New("damaged; restore it from the backup of the keys")
	}
	return doc, nil
}

// write puts the whole file beside its place, makes it durable and only then gives it its name,
// so that a power cut leaves the old keys or the new ones. Without replace an existing file is an error.
func write(path string, doc document, replace bool) error {
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".keys-*") // CreateTemp gives mode 0600
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	name := os.Link // refuses an existing name, which Rename would replace
	if replace {
		name = os.Rename
	}
	if err := name(f.Name(), path); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// lock is an advisory lock that the system drops when the process dies, so that a crash leaves nothing to clean up.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("keys: lock %s: %w", path, err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s; restore it from the backup of the keys (a new installation makes its own)", ErrMissing, path)
	}
	return fmt.Errorf("keys: %w", err)
}

// random never fails: crypto/rand stops the program rather than give weak bytes (Go 1.24 and later).
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
