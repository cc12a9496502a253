package blob

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"yimen/internal/platform/keys"
)

func testCipher(t testing.TB) keys.Cipher {
	t.Helper()
	c, err := keys.NewSM4([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sealed(t testing.TB, clear []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	s := newSealer(&out, testCipher(t))
	if _, err := s.Write(clear); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func noise(n int) []byte {
	r := rand.NewChaCha8([32]byte{1})
	b := make([]byte, n)
	_, _ = r.Read(b)
	return b
}

var sizes = []int{1, 2, chunkSize - 1, chunkSize, chunkSize + 1, 2*chunkSize - 1, 2 * chunkSize, 2*chunkSize + 1, 5*chunkSize + 77}

func TestChunksRoundTrip(t *testing.T) {
	for _, n := range sizes {
		clear := noise(n)
		var out bytes.Buffer
		s := newSealer(&out, testCipher(t))
		if _, err := io.Copy(s, iotest.HalfReader(bytes.NewReader(clear))); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), sealed(t, clear)) {
			t.Fatal("the stored form depends on how the bytes came in")
		}
		if n > 64 && bytes.Contains(out.Bytes(), clear[:64]) {
			t.Fatal("clear bytes in the stored form")
		}
		for name, r := range map[string]io.Reader{
			"whole": bytes.NewReader(out.Bytes()),
			"half":  iotest.HalfReader(bytes.NewReader(out.Bytes())),
			"eof":   iotest.DataErrReader(bytes.NewReader(out.Bytes())),
		} {
			got, err := io.ReadAll(newOpener(r, testCipher(t)))
			if err != nil || !bytes.Equal(got, clear) {
				t.Fatalf("%d bytes, %s: %v", n, name, err)
			}
		}
		if err := iotest.TestReader(newOpener(bytes.NewReader(out.Bytes()), testCipher(t)), clear); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCutFilesAreRecognised(t *testing.T) {
	for _, n := range sizes {
		whole := sealed(t, noise(n))
		for _, keep := range []int{0, 1, 3, 4, 5, 19, len(whole) - 1, len(whole) - 16, len(whole) - 17, 4 + sealedSize, 4 + sealedSize + 1, 4 + 2*sealedSize} {
			if keep < 0 || keep >= len(whole) {
				continue
			}
			got, err := io.ReadAll(newOpener(bytes.NewReader(whole[:keep]), testCipher(t)))
			if !errors.Is(err, errDamaged) {
				t.Fatalf("%d bytes cut to %d: %v after %d bytes", n, keep, err, len(got))
			}
		}
	}
}

func TestChangedFilesAreRecognised(t *testing.T) {
	whole := sealed(t, noise(3*chunkSize))
	first, second, third := whole[4:4+sealedSize], whole[4+sealedSize:4+2*sealedSize], whole[4+2*sealedSize:]
	flip := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 1
		return b
	}
	other := sealed(t, noise(chunkSize))
	for name, b := range map[string][]byte{
		"header":     flip(2),
		"first bit":  flip(4),
		"second":     flip(4 + sealedSize + 9),
		"last tag":   flip(len(whole) - 1),
		"swapped":    bytes.Join([][]byte{header, second, first, third}, nil),
		"dropped":    bytes.Join([][]byte{header, first, third}, nil),
		"doubled":    bytes.Join([][]byte{header, first, first, second, third}, nil),
		"last first": bytes.Join([][]byte{header, third}, nil),
		"appended":   append(bytes.Clone(whole), 0),
		"chunk more": append(bytes.Clone(whole), other[4:]...),
		"not last":   bytes.Join([][]byte{header, first, second}, nil),
	} {
		if _, err := io.ReadAll(newOpener(bytes.NewReader(b), testCipher(t))); !errors.Is(err, errDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A broken line is not damage: the reader must be told to try again, not to restore a backup.
func TestErrorsOfTheLineStay(t *testing.T) {
	line := errors.New("line")
	whole := sealed(t, noise(2*chunkSize))
	for _, keep := range []int{0, 2, 100, sealedSize + 10} {
		r := io.MultiReader(bytes.NewReader(whole[:keep]), iotest.ErrReader(line))
		if _, err := io.ReadAll(newOpener(r, testCipher(t))); !errors.Is(err, line) {
			t.Fatalf("after %d bytes: %v", keep, err)
		}
	}
}

func TestLookerReadsAnyPlace(t *testing.T) {
	for _, n := range sizes {
		clear := noise(n)
		l := newLooker(bytes.NewReader(sealed(t, clear)), testCipher(t), int64(n))
		for range 50 {
			at, size := rand.IntN(n), 1+rand.IntN(2*chunkSize)
			got := make([]byte, size)
			k, err := l.ReadAt(got, int64(at))
			want := clear[at:min(n, at+size)]
			if !bytes.Equal(got[:k], want) || (err == io.EOF) != (k < size) {
				t.Fatalf("%d at %d of %d: %d %v", size, at, n, k, err)
			}
		}
		if _, err := l.ReadAt(make([]byte, 1), int64(n)); err != io.EOF {
			t.Fatal(err)
		}
		if _, err := l.ReadAt(make([]byte, 1), -1); err == nil {
			t.Fatal("read before the start")
		}
	}
}

func TestSpoolSpillsWithoutAName(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []int{10, spoolMemory, spoolMemory + 1, 3*spoolMemory + 5} {
		s := &spool{dir: dir}
		want := noise(n)
		if _, err := io.Copy(s, iotest.HalfReader(bytes.NewReader(want))); err != nil {
			t.Fatal(err)
		}
		if (s.file != nil) != (n > spoolMemory) {
			t.Fatalf("%d bytes in file: %v", n, s.file != nil)
		}
		for range 2 { // twice: scanner and store both read
			got, err := io.ReadAll(s.open())
			if err != nil || !bytes.Equal(got, want) || s.size != int64(n) {
				t.Fatal(n, err)
			}
		}
		if left := entries(t, dir); len(left) != 0 {
			t.Fatal(left)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzOpener(f *testing.F) {
	clear := noise(chunkSize + 5)
	whole := sealed(f, clear)
	f.Add(whole[:100])
	f.Add(sealed(f, []byte("x")))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := io.ReadAll(newOpener(bytes.NewReader(b), testCipher(t)))
		if err == nil && !bytes.Equal(b, sealed(t, got)) {
			t.Fatalf("%d bytes opened that nobody sealed", len(b))
		}
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	for _, n := range []int{100 << 10, 4 << 20} {
		b.Run(fmt.Sprint(n>>10, "KiB"), func(b *testing.B) {
			clear, c := noise(n), testCipher(b)
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				s := newSealer(&out, c)
				_, _ = s.Write(clear)
				_ = s.Close()
				if _, err := io.Copy(io.Discard, newOpener(&out, c)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
