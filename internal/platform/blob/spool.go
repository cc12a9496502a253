package blob

import (
	"bytes"
	"io"
	"os"
)

// spoolMemory: most uploads are phone photos after the browser scaled them and fit; larger ones go through a file.
const spoolMemory = 1 << 20

// spool holds the sealed bytes of one upload until hash, size and type are known. Only sealed bytes reach the disk, and
// the file has no name, so that a crash leaves nothing behind.
type spool struct {
	dir    string
	memory bytes.Buffer
	file   *os.File
	size   int64
}

func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && s.memory.Len()+len(p) > spoolMemory {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	s.size += int64(len(p))
	if s.file != nil {
		return s.file.Write(p)
	}
	return s.memory.Write(p)
}

func (s *spool) spill() error {
	f, err := os.CreateTemp(s.dir, "yimen-upload-*")
	if err != nil {
		return err
	}
	s.file = f
	if err := os.Remove(f.Name()); err != nil {
		return err
	}
	_, err = f.Write(s.memory.Bytes())
	s.memory = bytes.Buffer{}
	return err
}

// spooled reads from the start, by itself or at any place; S3 rewinds it to try again.
type spooled interface {
	io.ReadSeeker
	io.ReaderAt
}

func (s *spool) open() spooled {
	if s.file != nil {
		return io.NewSectionReader(s.file, 0, s.size)
	}
	return bytes.NewReader(s.memory.Bytes())
}

func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
