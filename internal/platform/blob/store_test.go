package blob

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"

	"yimen/internal/platform/now"
)

func testDir(t testing.TB) *Dir {
	t.Helper()
	d, err := NewDir(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// testS3 speaks to an S3 server in this process.
func testS3(t testing.TB, prefix string) *S3 {
	t.Helper()
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(server.Close)
	s, err := NewS3(S3Options{
		Endpoint: strings.TrimPrefix(server.URL, "http://"), Bucket: "files", Region: "us-east-1", Prefix: prefix,
		AccessKey: "key", SecretKey: "secret",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), `no bucket "files"`) {
		t.Fatal(err)
	}
	if err := s.core.Client.MakeBucket(t.Context(), "files", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	return s
}

func objectName(i byte) string {
	return strings.Repeat("0123456789abcdef", 2)[i:] + strings.Repeat("f", int(i)) + "-0199b1a0-0000-7000-8000-000000000001"
}

func TestStores(t *testing.T) {
	t.Run("directory", func(t *testing.T) { conform(t, testDir(t)) })
	t.Run("s3", func(t *testing.T) { conform(t, testS3(t, "")) })
	t.Run("s3 with prefix", func(t *testing.T) { conform(t, testS3(t, "yimen/")) })
}

// conform is what every Store must do.
func conform(t *testing.T, s Store) {
	ctx := t.Context()
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
	names := []string{objectName(0), objectName(1), objectName(2)}
	want := map[string][]byte{names[0]: noise(1), names[1]: noise(100_000), names[2]: noise(20 << 20)}
	for _, name := range names {
		if err := s.Put(ctx, name, bytes.NewReader(want[name]), int64(len(want[name]))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		r, err := s.Open(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want[name]) || r.Close() != nil {
			t.Fatalf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	listed := 0
	for o, err := range s.List(ctx) {
		if err != nil || int64(len(want[o.Name])) != o.Size || now.System().Sub(o.At).Abs() > time.Minute {
			t.Fatal(o, err)
		}
		listed++
	}
	if listed != 3 {
		t.Fatalf("%d listed", listed)
	}
	for range s.List(ctx) {
		break // a reader may stop early
	}
	for range 2 { // the second time it is not there, which is no error
		if err := s.Delete(ctx, names[0]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Open(ctx, names[0]); !errors.Is(err, ErrGone) {
		t.Fatal(err)
	}
	if err := s.Put(ctx, names[0], bytes.NewReader(noise(5)), 6); err == nil {
		t.Fatal("kept fewer bytes than promised")
	}
	if _, err := s.Open(ctx, names[0]); !errors.Is(err, ErrGone) {
		t.Fatal("half a file is there", err)
	}
	for _, bad := range []string{"", "..", "../../../../etc/passwd", strings.Repeat(".", maxName), strings.Repeat("/", maxName)} {
		if s.Put(ctx, bad, bytes.NewReader(nil), 0) == nil || s.Delete(ctx, bad) == nil {
			t.Errorf("accepts the name %q", bad)
		}
		if _, err := s.Open(ctx, bad); err == nil || errors.Is(err, ErrGone) {
			t.Errorf("looks for the name %q", bad)
		}
	}
}

func entries(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestDirectoryIsPrivateAndTidy(t *testing.T) {
	d := testDir(t)
	if err := d.Put(t.Context(), objectName(0), bytes.NewReader([]byte("x")), 1); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(d.root, "01", "23", objectName(0))); err != nil {
		t.Fatal(err)
	}
	tmp := filepath.Join(d.root, temporary)
	if left := entries(t, tmp); len(left) != 0 {
		t.Fatal(left)
	}
	for name, age := range map[string]time.Duration{"old": 25 * time.Hour, "young": time.Hour} {
		path := filepath.Join(tmp, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, time.Time{}, time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := NewDir(d.root); err != nil {
		t.Fatal(err)
	}
	if left := entries(t, tmp); len(left) != 1 || left[0] != "young" {
		t.Fatal(left)
	}
}
