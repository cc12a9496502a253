package keys_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emmansun/gmsm/sm4"

	"yimen/internal/platform/keys"
	"yimen/internal/platform/keys/keystest"
)

func TestSealedTextOpensOnlyWhereItBelongs(t *testing.T) {
	r := keystest.Ring(t)
	for _, plain := range []string{"", "x", "990000189901010017", strings.Repeat("食品经营许可", 5000)} {
		text := r.Seal([]byte(plain), "party.id_number:1")
		if parts := strings.Split(text, "."); len(parts) != 4 || parts[0] != "v1" || parts[1] != r.Current() {
			t.Fatalf("form of %.40q", text)
		}
		if len(plain) > 8 && strings.Contains(text, plain) {
			t.Fatal("the clear value stands in the ciphertext")
		}
		got, err := r.Open(text, "party.id_number:1")
		if err != nil || string(got) != plain {
			t.Fatalf("opened %.20q %v, want %.20q", got, err, plain)
		}
		if _, err := r.Open(text, "party.id_number:2"); !errors.Is(err, keys.ErrForged) {
			t.Fatalf("another row: %v", err)
		}
		if text == r.Seal([]byte(plain), "party.id_number:1") {
			t.Fatal("two sealings are equal: the nonce repeats")
		}
	}
}

func TestOpenTellsItsErrorsApart(t *testing.T) {
	r := keystest.Ring(t)
	text := r.Seal([]byte("990000189901010017"), "a")
	p := strings.Split(text, ".")
	flipped := []byte(text)
	flipped[len(flipped)-3] = another(flipped[len(flipped)-3])
	cases := []struct {
		name, text string
		want       error
	}{
		{"empty", "", keys.ErrTruncated},
		{"no dots", "v1", keys.ErrTruncated},
		{"version", "v9." + strings.Join(p[1:], "."), keys.ErrVersion},
		{"clear text", "990000189901010017", keys.ErrTruncated},
		{"two parts", "v1." + p[1], keys.ErrTruncated},
		{"three parts", strings.Join(p[:3], "."), keys.ErrTruncated},
		{"five parts", text + ".AA", keys.ErrTruncated},
		{"cut column", text[:len(text)-2], keys.ErrForged}, // 44 signs are left: whole bytes, so only the tag can tell,
		{"cut below the tag", strings.Join(p[:3], ".") + "." + p[3][:8], keys.ErrTruncated},
		{"short nonce", "v1." + p[1] + "." + p[2][:8] + "." + p[3], keys.ErrTruncated},
		{"line break", "v1." + p[1] + "." + p[2] + "." + p[3][:4] + "\n" + p[3][4:], keys.ErrTruncated},
		{"padding", text + "=", keys.ErrTruncated},
		{"kid", "v1.nosuchkey." + p[2] + "." + p[3], keys.ErrUnknownKey},
		{"kid of other signs", "v1.../x." + p[2] + "." + p[3], keys.ErrTruncated},
		{"flipped", string(flipped), keys.ErrForged},
		{"nonce of another", strings.Join([]string{p[0], p[1], strings.Split(r.Seal(nil, "a"), ".")[2], p[3]}, "."), keys.ErrForged},
	}
	for _, c := range cases {
		if plain, err := r.Open(c.text, "a"); !errors.Is(err, c.want) || plain != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// another is a sign that may stand in c's place.
func another(c byte) byte {
	if c == 'y' {
		return 'z'
	}
	return 'y'
}

func TestSealedBytes(t *testing.T) {
	r := keystest.Ring(t)
	plain := bytes.Repeat([]byte{0, 1, 2}, 1000)
	sealed := r.SealBytes(plain, "a")
	if got, err := r.OpenBytes(sealed, "a"); err != nil || !bytes.Equal(got, plain) {
		t.Fatal(err)
	}
	if _, err := r.OpenBytes(sealed, "b"); !errors.Is(err, keys.ErrForged) {
		t.Fatal(err)
	}
	for n := range len(sealed) {
		if n > 60 && n < len(sealed)-20 {
			continue
		}
		if _, err := r.OpenBytes(sealed[:n], "a"); !errors.Is(err, keys.ErrTruncated) && !errors.Is(err, keys.ErrForged) {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
	sealed[0] = 9
	if _, err := r.OpenBytes(sealed, "a"); !errors.Is(err, keys.ErrVersion) {
		t.Fatal(err)
	}
	sealed[0] = 1
	sealed[2] = another(sealed[2])
	if _, err := r.OpenBytes(sealed, "a"); !errors.Is(err, keys.ErrUnknownKey) {
		t.Fatal(err)
	}
}

// A text, a byte string and a data key are three things even under one aad.
func TestPurposesDoNotMix(t *testing.T) {
	r := keystest.Ring(t)
	plain, wrapped := r.NewDataKey("a")
	if len(plain) != keys.KeySize {
		t.Fatal(len(plain))
	}
	if got, err := r.Unwrap(wrapped, "a"); err != nil || !bytes.Equal(got, plain) {
		t.Fatal(err)
	}
	if _, err := r.Unwrap(wrapped, "b"); !errors.Is(err, keys.ErrForged) {
		t.Fatal(err)
	}
	if _, err := r.Open(wrapped, "a"); !errors.Is(err, keys.ErrForged) {
		t.Fatal(err)
	}
	if _, err := r.Unwrap(r.Seal(plain, "a"), "a"); !errors.Is(err, keys.ErrForged) {
		t.Fatal(err)
	}
	again, _ := r.NewDataKey("a")
	if bytes.Equal(again, plain) {
		t.Fatal("two data keys are equal")
	}
}

func TestBlindIndex(t *testing.T) {
	r, other := keystest.Ring(t), keystest.Ring(t)
	x := r.Index("party.id_number", "990000189901010017")
	if len(x) != 32 || strings.Trim(x, "0123456789abcdef") != "" {
		t.Fatalf("form of %q", x)
	}
	if x != r.Index("party.id_number", "990000189901010017") {
		t.Fatal("not stable")
	}
	for name, y := range map[string]string{
		"value": r.Index("party.id_number", "990000189901010018"),
		"field": r.Index("party.phone", "990000189901010017"),
		"shift": r.Index("party.id_number9", "90000189901010017"),
		"key":   other.Index("party.id_number", "990000189901010017"),
	} {
		if x == y {
			t.Errorf("another %s, the same index", name)
		}
	}
}

func TestRotationKeepsWhatWasSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	before, err := keys.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	old := before.Seal([]byte("old"), "a")
	_, wrapped := before.NewDataKey("a")
	after, err := keys.Rotate(path)
	if err != nil {
		t.Fatal(err)
	}
	if before.Current() == after.Current() {
		t.Fatal("no new current key")
	}
	if got, err := after.Open(old, "a"); err != nil || string(got) != "old" {
		t.Fatal(err)
	}
	if !after.Stale(old) || after.Stale(after.Seal(nil, "a")) {
		t.Fatal("stale is the wrong way round")
	}
	if before.Index("f", "v") != after.Index("f", "v") {
		t.Fatal("the index key changed: nothing would be found any more")
	}
	rewrapped, err := after.Rewrap(wrapped, "a")
	if err != nil || after.Stale(rewrapped) {
		t.Fatal(err)
	}
	// The process that did not rotate learns of the key when it meets it.
	text := after.Seal([]byte("new"), "a")
	if got, err := before.Open(text, "a"); err != nil || string(got) != "new" {
		t.Fatal(err)
	}
	if before.Current() != after.Current() {
		t.Fatal("the running process goes on sealing under the old key")
	}
}

// A running process asks for the file instead of waiting until it meets the new key.
func TestRefreshTakesUpARotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	running, err := keys.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if rotated, err := running.Refresh(); rotated || err != nil {
		t.Fatal(rotated, err)
	}
	old := running.Seal([]byte("x"), "a")
	copied, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := keys.Rotate(path)
	if err != nil {
		t.Fatal(err)
	}
	if running.Knows(after.Current()) {
		t.Fatal("known before it was read")
	}
	if rotated, err := running.Refresh(); !rotated || err != nil || running.Current() != after.Current() || !running.Knows(after.Current()) {
		t.Fatal(rotated, err)
	}
	if rotated, err := running.Refresh(); rotated || err != nil {
		t.Fatal("twice", rotated, err)
	}
	anew, err := running.Reseal(old, "a")
	if err != nil || !strings.HasPrefix(anew, running.Prefix()) || strings.HasPrefix(old, running.Prefix()) {
		t.Fatal(anew, err)
	}
	if got, err := running.Open(anew, "a"); err != nil || string(got) != "x" {
		t.Fatal(err)
	}
	if _, err := running.Reseal(old, "b"); !errors.Is(err, keys.ErrForged) {
		t.Fatal(err)
	}
	for name, put := range map[string]func() error{
		"an old copy without the new key": func() error { return os.WriteFile(path, copied, 0o600) },
		"another installation's": func() error {
			other := filepath.Join(t.TempDir(), "keys.json")
			if _, err := keys.Create(other); err != nil {
				return err
			}
			return os.Rename(other, path)
		},
		"none": func() error { return os.Remove(path) },
	} {
		if err := put(); err != nil {
			t.Fatal(err)
		}
		if rotated, err := running.Refresh(); rotated || err == nil {
			t.Fatalf("%s: taken", name)
		}
		if got, err := running.Open(running.Seal([]byte("y"), "a"), "a"); err != nil || string(got) != "y" || running.Current() != after.Current() {
			t.Fatalf("%s: the keys in use are gone: %v", name, err)
		}
	}
}

// Two administrators rotating at once must not drop each other's key: what it had sealed would be lost.
func TestRotationsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := keys.Create(path); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	texts := make([]string, 8)
	for i := range texts {
		wg.Go(func() {
			r, err := keys.Rotate(path)
			if err != nil {
				t.Error(err)
				return
			}
			texts[i] = r.Seal([]byte{byte(i)}, "a")
		})
	}
	wg.Wait()
	r, err := keys.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		if got, err := r.Open(text, "a"); err != nil || got[0] != byte(i) {
			t.Fatal(i, err)
		}
	}
}

// GB/T 32907-2016 appendix A.1: a library that drifted from the standard would lock us out of every other implementation.
func TestCipherIsSM4(t *testing.T) {
	key, _ := hex.DecodeString("0123456789abcdeffedcba9876543210")
	block, err := sm4.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 16)
	block.Encrypt(got, key)
	if hex.EncodeToString(got) != "681edf34d206965e86b3e94f536e4246" {
		t.Fatalf("%x", got)
	}
	// RFC 8998 A.1, SM4-GCM.
	c, err := keys.NewSM4(key)
	if err != nil {
		t.Fatal(err)
	}
	unhex := func(s string) []byte { b, _ := hex.DecodeString(s); return b }
	sealed := c.Seal(nil, unhex("00001234567800000000abcd"),
		unhex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"),
		unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	want := "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
		"83de3541e4c2b58177e065a9bf7b62ec"
	if hex.EncodeToString(sealed) != want {
		t.Fatalf("%x", sealed)
	}
}

func TestManyAtOnce(t *testing.T) {
	r := keystest.Ring(t)
	alone := r.Index("f", "v")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got, err := r.Open(r.Seal([]byte("x"), "a"), "a"); err != nil || string(got) != "x" {
					t.Error(err)
				}
				if r.Index("f", "v") != alone {
					t.Error("index differs")
				}
			}
		})
	}
	wg.Wait()
}

func FuzzOpen(f *testing.F) {
	r := keystest.Ring(f)
	good := r.Seal([]byte("990000189901010017"), "a")
	f.Add(good, "a")
	f.Add(good, "b")
	f.Add("v1...", "")
	f.Add("v1."+r.Current()+".AAAAAAAAAAAAAAAA."+base64.RawURLEncoding.EncodeToString(make([]byte, 16)), "a")
	f.Fuzz(func(t *testing.T, text, aad string) {
		plain, err := r.Open(text, aad)
		if err == nil && (text != good || aad != "a" || string(plain) != "990000189901010017") {
			t.Fatalf("opened what was never sealed: %q", text)
		}
		if err != nil && plain != nil {
			t.Fatal("bytes beside an error")
		}
		if b, err := r.OpenBytes([]byte(text), aad); err == nil {
			t.Fatalf("opened as bytes: %q", b)
		}
		if _, err := r.Unwrap(text, aad); err == nil {
			t.Fatal("opened as a data key")
		}
	})
}

func BenchmarkSealShort(b *testing.B) {
	r := keystest.Ring(b)
	plain := []byte("990000189901010017")
	b.ReportAllocs()
	for b.Loop() {
		r.Seal(plain, "party.id_number:01993f7e-0000-7000-8000-000000000001")
	}
}

func BenchmarkOpenShort(b *testing.B) {
	r := keystest.Ring(b)
	text := r.Seal([]byte("990000189901010017"), "a")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(text, "a"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealBytes64K(b *testing.B) {
	r := keystest.Ring(b)
	plain := make([]byte, 64<<10)
	b.SetBytes(64 << 10)
	for b.Loop() {
		r.SealBytes(plain, "a")
	}
}

func BenchmarkIndex(b *testing.B) {
	r := keystest.Ring(b)
	b.ReportAllocs()
	for b.Loop() {
		r.Index("party.id_number", "990000189901010017")
	}
}
