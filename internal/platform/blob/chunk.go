package blob

import (
	"encoding/binary"
	"errors"
	"io"

	"yimen/internal/platform/keys"
)

// A stored file is a header and sealed chunks of chunkSize clear bytes, the last one shorter or equal:
//
//	'Y' 'B' 1 16 | chunk 0 | chunk 1 | … | last chunk
//
// Chunks let a file of any size stream through one buffer. The nonce of a chunk is its number and whether it is the last
// (STREAM, Hoang et al. 2015), so chunks cannot be moved, dropped or cut off unseen. Numbers instead of random nonces are
// safe because every file has a key of its own.
const (
	chunkBits  = 16
	chunkSize  = 1 << chunkBits
	tagSize    = 16
	sealedSize = chunkSize + tagSize
)

var header = []byte{'Y', 'B', 1, chunkBits}

// errDamaged: the stored bytes are not what was stored.
var errDamaged = errors.New("blob: stored bytes were altered or cut")

func nonce(number uint32, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint32(n[7:], number)
	if last {
		n[11] = 1
	}
	return n
}

// sealer writes clear bytes as sealed chunks. A full chunk is held back until it is known whether it is the last.
type sealer struct {
	w      io.Writer
	cipher keys.Cipher
	clear  []byte
	sealed []byte
	number uint32
	begun  bool
}

func newSealer(w io.Writer, c keys.Cipher) *sealer {
	return &sealer{w: w, cipher: c, clear: make([]byte, 0, chunkSize), sealed: make([]byte, 0, sealedSize)}
}

func (s *sealer) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(s.clear) == chunkSize {
			if err := s.flush(false); err != nil {
				return n - len(p), err
			}
		}
		took := copy(s.clear[len(s.clear):chunkSize], p)
		s.clear, p = s.clear[:len(s.clear)+took], p[took:]
	}
	return n, nil
}

// Close seals the last chunk; without it the file reads as cut.
func (s *sealer) Close() error { return s.flush(true) }

func (s *sealer) flush(last bool) error {
	if !s.begun {
		if _, err := s.w.Write(header); err != nil {
			return err
		}
		s.begun = true
	}
	if s.number == 1<<32-1 { // 256 TiB: limits are far below, but a repeated nonce must be impossible
		return errors.New("blob: file has too many chunks")
	}
	s.sealed = s.cipher.Seal(s.sealed[:0], nonce(s.number, last), s.clear, header)
	s.number, s.clear = s.number+1, s.clear[:0]
	_, err := s.w.Write(s.sealed)
	return err
}

// opener reads sealed chunks as clear bytes; no byte is given out before its chunk is authentic.
type opener struct {
	r      io.Reader
	cipher keys.Cipher
	sealed []byte // one chunk and one byte more, by which the last chunk is known
	extra  byte   // that byte, the first of the next chunk
	held   int    // 1 once there is an extra byte
	clear  []byte
	number uint32
	begun  bool
	err    error
}

func newOpener(r io.Reader, c keys.Cipher) *opener {
	return &opener{r: r, cipher: c, sealed: make([]byte, sealedSize+1)}
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.clear) == 0 {
		if o.err != nil {
			return 0, o.err
		}
		o.next()
	}
	n := copy(p, o.clear)
	o.clear = o.clear[n:]
	return n, nil
}

func (o *opener) next() {
	if !o.begun {
		o.begun = true
		var h [4]byte
		if _, err := io.ReadFull(o.r, h[:]); err != nil {
			o.err = damaged(err)
			return
		}
		if [4]byte(header) != h {
			o.err = errDamaged
			return
		}
	}
	o.sealed[0] = o.extra
	n, err := io.ReadFull(o.r, o.sealed[o.held:])
	n += o.held
	last := err == io.EOF || err == io.ErrUnexpectedEOF
	if err != nil && !last {
		o.err = err
		return
	}
	size := min(n, sealedSize)
	o.extra, o.held = o.sealed[sealedSize], 1
	// The clear bytes go over the sealed ones: they are given out before the next chunk is read.
	o.clear, err = o.cipher.Open(o.sealed[:0], nonce(o.number, last), o.sealed[:size], header)
	if err != nil {
		o.clear, o.err = nil, errDamaged
		return
	}
	if last {
		o.err = io.EOF
		return
	}
	o.number++
}

// damaged turns an early end into what it means and leaves errors of the line alone.
func damaged(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errDamaged
	}
	return err
}

// looker reads clear bytes at any place of sealed ones, to look into the directory of a ZIP or an OLE file
// without ever laying the clear file down.
type looker struct {
	r      io.ReaderAt
	cipher keys.Cipher
	size   int64 // of the clear bytes
	buffer []byte
	clear  []byte
	chunk  int64 // which one clear holds; -1 none
}

func newLooker(r io.ReaderAt, c keys.Cipher, size int64) *looker {
	return &looker{r: r, cipher: c, size: size, buffer: make([]byte, sealedSize), chunk: -1}
}

func (l *looker) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		if off < 0 || off >= l.size {
			return done, io.EOF
		}
		if err := l.load(off / chunkSize); err != nil {
			return done, err
		}
		n := copy(p[done:], l.clear[off%chunkSize:])
		done, off = done+n, off+int64(n)
	}
	return done, nil
}

func (l *looker) load(chunk int64) error {
	if l.chunk == chunk {
		return nil
	}
	last := (l.size-1)/chunkSize == chunk
	size := sealedSize
	if last {
		size = int(l.size-chunk*chunkSize) + tagSize
	}
	if _, err := l.r.ReadAt(l.buffer[:size], int64(len(header))+chunk*sealedSize); err != nil {
		return damaged(err)
	}
	clear, err := l.cipher.Open(l.buffer[:0], nonce(uint32(chunk), last), l.buffer[:size], header)
	if err != nil {
		l.chunk = -1
		return errDamaged
	}
	l.clear, l.chunk = clear, chunk
	return nil
}
