package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/platform/reseal"
)

func photo(n int, seed byte) []byte {
	return append(append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), seed), noise(n)...)
}

func input(owner string, content []byte) Input {
	return Input{Owner: owner, Content: bytes.NewReader(content), Limit: 10 << 20, Types: Attachments, Retention: "case"}
}

// bench is a service over a directory with hands that a test can move.
type bench struct {
	*Service
	dir     *Dir
	machine now.Instant
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	b := &bench{dir: testDir(t), machine: now.System()}
	b.Service = &Service{DB: d, Store: b.dir, Ring: keystest.Ring(t), Now: func() now.Instant { return b.machine }}
	return b
}

func (b *bench) save(t *testing.T, in Input) Blob {
	t.Helper()
	got, err := b.Save(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (b *bench) read(t *testing.T, id string) []byte {
	t.Helper()
	row, err := b.Get(t.Context(), b.DB, id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Open(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return got
}

func (b *bench) release(t *testing.T, id string) error {
	t.Helper()
	return b.DB.Do(t.Context(), func(tx *db.Tx) error { return b.Release(t.Context(), tx, id) })
}

func (b *bench) objects(t *testing.T) (names []string) {
	t.Helper()
	for o, err := range b.Store.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, o.Name)
	}
	return names
}

func TestSaveAndOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		for i, n := range []int{1, chunkSize, 3 << 20} {
			content := photo(n, byte(i))
			got := b.save(t, input("party:1", content))
			sum := sha256.Sum256(content)
			if got.Hash != hex.EncodeToString(sum[:]) || got.Size != int64(len(content)) || got.Type != JPEG || got.Retention != "case" || got.CreatedAt == 0 {
				t.Fatalf("%+v", got)
			}
			if !bytes.Equal(b.read(t, got.ID), content) {
				t.Fatal("other bytes")
			}
			if err := b.Verify(t.Context(), got); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range b.objects(t) {
			stored, err := os.ReadFile(filepath.Join(b.dir.shard(name), name))
			if err != nil || bytes.Contains(stored, []byte("JFIF")) {
				t.Fatal("clear bytes in the store", err)
			}
		}
		list, err := b.List(t.Context(), d, []string{"none", b.save(t, input("party:1", photo(1, 0))).ID})
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if _, err := b.Get(t.Context(), d, "none"); !fault.Is(err, CodeMissing) || fault.KindOf(err) != fault.KindMissing {
			t.Fatal(err)
		}
	})
}

func TestSaveRefuses(t *testing.T) {
	d := dbtest.SQLite(t, nil)
	b := newBench(t, d)
	b.Scan = func(_ context.Context, r io.Reader) error {
		all, err := io.ReadAll(r)
		switch {
		case err != nil:
			return err
		case bytes.Contains(all, []byte("EICAR")):
			return fmt.Errorf("found it: %w", ErrInfected)
		case bytes.Contains(all, []byte("DOWN")):
			return errors.New("no answer")
		}
		return nil
	}
	in := func(content []byte, limit int64) Input {
		i := input("party:1", content)
		i.Limit = limit
		return i
	}
	broken := input("party:1", nil)
	broken.Content = io.MultiReader(bytes.NewReader(photo(100, 0)), iotest.ErrReader(io.ErrUnexpectedEOF))
	for name, c := range map[string]struct {
		in   Input
		code string
		kind fault.Kind
	}{
		"empty":       {in(nil, 10), CodeEmpty, fault.KindInvalid},
		"too large":   {in(photo(100, 0), 111), CodeTooLarge, fault.KindInvalid},
		"html":        {in([]byte("<html><script>alert(1)</script></html>"), 1000), CodeType, fault.KindInvalid},
		"interrupted": {broken, CodeInterrupted, fault.KindInvalid},
		"infected":    {in(append(photo(9, 0), "EICAR"...), 1000), CodeInfected, fault.KindInvalid},
		"no scanner":  {in(append(photo(9, 0), "DOWN"...), 1000), CodeUnscanned, fault.KindBusy},
	} {
		_, err := b.Save(t.Context(), c.in)
		if !fault.Is(err, c.code) || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := b.Save(t.Context(), Input{Owner: "o", Content: strings.NewReader("x"), Limit: 20 << 20, Types: []string{JPEG, PDF}})
	if e, _ := fault.As(err); e == nil || e.Args["accepted"] != "JPG PDF" {
		t.Fatal(err)
	}
	_, err = b.Save(t.Context(), in(photo(3000, 0), 2<<10))
	if e, _ := fault.As(err); e == nil || e.Args["limit"] != "2 KB" {
		t.Fatal(err)
	}
	if left := b.objects(t); len(left) != 0 {
		t.Fatalf("refused and kept: %v", left)
	}
	if got := b.save(t, in(photo(100, 0), 112)); got.Scanned != "clean" {
		t.Fatalf("%+v", got)
	}
	if _, err := b.Save(t.Context(), Input{Content: strings.NewReader("x"), Limit: 1}); err == nil {
		t.Fatal("no owner")
	}
}

// What the program itself made is kept as it is told.
func TestOwnLettersAreNotRecognised(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t, nil))
	got := b.save(t, Input{Owner: "case:1", Content: strings.NewReader("<!doctype html>受理通知书"), Limit: 1 << 20, Type: "text/html"})
	if got.Type != "text/html" || got.Scanned != "" {
		t.Fatalf("%+v", got)
	}
}

func TestOneContentOfOneOwnerIsOneBlob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		content := photo(1000, 1)
		first := b.save(t, input("party:1", content))
		second := b.save(t, input("party:1", content))
		other := b.save(t, input("party:2", content))
		if second.ID != first.ID || other.ID == first.ID {
			t.Fatal(first.ID, second.ID, other.ID)
		}
		names := b.objects(t)
		if len(names) != 2 {
			t.Fatalf("surplus bytes: %v", names)
		}
		if names[0][:32] == names[1][:32] {
			t.Fatal("the store shows that two owners have the same content")
		}
		for range 2 {
			if err := b.release(t, first.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.release(t, first.ID); !fault.Is(err, CodeMissing) {
			t.Fatal("released more often than saved:", err)
		}
		err := d.Do(t.Context(), func(tx *db.Tx) error { return b.Retain(t.Context(), tx, "none") })
		if !fault.Is(err, CodeMissing) {
			t.Fatal(err)
		}
	})
}

// The same file from two windows at once must end as one blob whose key fits its bytes.
func TestTheSameFileAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		content := photo(100_000, 7)
		ids := make([]string, 12)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				got, err := b.Save(t.Context(), input("party:1", content))
				if err != nil {
					t.Error(err)
				}
				ids[i] = got.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatal(ids)
			}
		}
		if !bytes.Equal(b.read(t, ids[0]), content) || len(b.objects(t)) != 1 {
			t.Fatal("bytes and key do not fit")
		}
		for range ids {
			if err := b.release(t, ids[0]); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.release(t, ids[0]); !fault.Is(err, CodeMissing) {
			t.Fatal("a reference too many", err)
		}
	})
}

func TestSweep(t *testing.T) {
	at := now.System()
	dbtest.EachAt(t, func() now.Instant { return at }, func(t *testing.T, d *db.DB) {
		at = now.System()
		b := newBench(t, d)
		later := func(by time.Duration) { at, b.machine = at.Add(by), b.machine.Add(by) }
		sweep := func(blobs, orphans int) {
			t.Helper()
			got, err := b.Sweep(t.Context(), 24*time.Hour)
			if err != nil || got != (Swept{blobs, orphans}) {
				t.Fatal(got, err)
			}
		}
		kept := b.save(t, input("party:1", photo(10, 0)))
		dropped := b.save(t, input("party:1", photo(10, 1)))
		if err := b.release(t, dropped.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Stage(t.Context(), input("party:1", photo(10, 2))); err != nil { // its transaction never came
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(b.dir.root, "README"), []byte("not ours"), 0o600); err != nil {
			t.Fatal(err)
		}
		later(23 * time.Hour)
		sweep(0, 0)
		if again := b.save(t, input("party:1", photo(10, 1))); again.ID != dropped.ID {
			t.Fatal("a released blob is not there for the same file")
		}
		later(2 * time.Hour)
		sweep(0, 1) // the orphan; what was released is referred to again
		if err := b.release(t, dropped.ID); err != nil {
			t.Fatal(err)
		}
		sweep(0, 0)
		later(25 * time.Hour)
		sweep(1, 0)
		if err := b.release(t, dropped.ID); !fault.Is(err, CodeMissing) {
			t.Fatal(err)
		}
		if names := b.objects(t); len(names) != 1 || idOf(names[0]) != kept.ID || b.read(t, kept.ID) == nil {
			t.Fatal(names)
		}
		if _, err := os.Stat(filepath.Join(b.dir.root, "README")); err != nil {
			t.Fatal("swept away what is not ours", err)
		}
	})
}

func TestManyAreSweptInBatches(t *testing.T) {
	at := now.System()
	d := dbtest.SQLite(t, func() now.Instant { return at })
	b := newBench(t, d)
	mem := newMemory()
	b.Store = mem
	const n = sweepBatch + 20
	err := d.Do(t.Context(), func(tx *db.Tx) error {
		for i := range n {
			staged, err := b.Stage(t.Context(), input("party:1", photo(i, 9)))
			if err != nil {
				return err
			}
			got, err := b.AddIn(t.Context(), tx, staged)
			if err == nil {
				err = b.Release(t.Context(), tx, got.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := b.Stage(t.Context(), input("party:2", photo(i, 8))); err != nil {
			t.Fatal(err)
		}
	}
	at, b.machine = at.Add(25*time.Hour), b.machine.Add(25*time.Hour)
	got, err := b.Sweep(t.Context(), 24*time.Hour)
	if err != nil || got != (Swept{n, n}) || len(mem.objects) != 0 {
		t.Fatal(got, err, len(mem.objects))
	}
}

// A transaction that rolls back refers to nothing; staged bytes that waited too long are refused, because a sweep may have
// taken them.
func TestStagedBytes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		staged, err := b.Stage(t.Context(), input("party:1", photo(10, 0)))
		if err != nil {
			t.Fatal(err)
		}
		stop := errors.New("stop")
		err = d.Do(t.Context(), func(tx *db.Tx) error {
			if _, err := b.AddIn(t.Context(), tx, staged); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if _, err := b.Get(t.Context(), d, staged.Blob().ID); !fault.Is(err, CodeMissing) {
			t.Fatal(err)
		}
		b.machine = b.machine.Add(maxStaged + time.Second)
		err = d.Do(t.Context(), func(tx *db.Tx) error {
			_, err := b.AddIn(t.Context(), tx, staged)
			return err
		})
		if !fault.Is(err, CodeStale) {
			t.Fatal(err)
		}
		b.Discard(t.Context(), staged)
		if left := b.objects(t); len(left) != 0 {
			t.Fatal(left)
		}
	})
}

func TestDamageIsNoticed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		mine := b.save(t, input("party:1", photo(200_000, 0)))
		name := b.objects(t)[0]
		path := filepath.Join(b.dir.shard(name), name)
		stored, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(stored)
		flipped[150_000] ^= 1
		for what, data := range map[string][]byte{"flipped": flipped, "cut": stored[:4+sealedSize], "empty": {}} {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := b.Verify(t.Context(), mine); !fault.Is(err, CodeDamaged) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := b.Verify(t.Context(), mine); !fault.Is(err, CodeDamaged) || !errors.Is(err, ErrGone) {
			t.Error(err)
		}
		// A row made to point at another's content by someone who can write the database only.
		other := b.save(t, input("party:2", photo(10, 1)))
		err = d.Do(t.Context(), func(tx *db.Tx) error {
			return tx.Exec(t.Context(), `UPDATE blob SET owner = $2 WHERE id = $1`, other.ID, "party:3")
		})
		if err != nil {
			t.Fatal(err)
		}
		moved, err := b.Get(t.Context(), d, other.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Open(t.Context(), moved); !fault.Is(err, CodeDamaged) || !errors.Is(err, keys.ErrForged) {
			t.Fatal(err)
		}
	})
}

// After a rotation the short data keys are sealed anew and the files stay as they are.
func TestDataKeysAreSealedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "keys.json")
		ring, err := keys.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, d)
		b.Ring = ring
		old := b.save(t, input("party:1", photo(10, 0)))
		if b.Ring, err = keys.Rotate(path); err != nil {
			t.Fatal(err)
		}
		b.save(t, input("party:1", photo(10, 1)))
		for _, want := range []int{1, 0} {
			_, done, err := reseal.Round(t.Context(), d, b.Ring, Sealed(), reseal.Mark{})
			if err != nil || done.Changed != want || !done.End || len(done.Unreadable) != 0 {
				t.Fatal(done, err)
			}
		}
		for row, err := range b.All(t.Context()) {
			if err != nil || b.Ring.Stale(row.dataKey) || b.Verify(t.Context(), row) != nil {
				t.Fatal(row, err)
			}
		}
		if !bytes.Equal(b.read(t, old.ID), photo(10, 0)) {
			t.Fatal("other bytes")
		}
	})
}

// The whole service over S3, and over a store that fails.
func TestServiceOverS3(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t, nil))
	b.Store = testS3(t, "yimen/")
	content := photo(3<<20, 0)
	if got := b.read(t, b.save(t, input("party:1", content)).ID); !bytes.Equal(got, content) {
		t.Fatal("other bytes")
	}
	if names := b.objects(t); len(names) != 1 || !validName(names[0]) {
		t.Fatal(names)
	}
	mem := newMemory()
	mem.fail = errors.New("down")
	b.Store = mem
	if _, err := b.Save(t.Context(), input("party:1", photo(1, 1))); !fault.Is(err, CodeUnavailable) || fault.KindOf(err) != fault.KindBusy {
		t.Fatal(err)
	}
}
