package keys_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yimen/internal/platform/keys"
)

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	r, err := keys.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	text := r.Seal([]byte("kept"), "a")
	if _, err := keys.Create(path); !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	again, err := keys.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(text, "a"); err != nil || string(got) != "kept" {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Fatalf("files left behind: %v %v", left, err)
	}
}

func TestLoadRefusesWithARemedy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := keys.Load(path); !errors.Is(err, keys.ErrMissing) || !strings.Contains(err.Error(), path) {
		t.Fatal(err)
	}
	if _, err := keys.Rotate(path); !errors.Is(err, keys.ErrMissing) {
		t.Fatal(err)
	}
	if _, err := keys.Create(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o604, 0o640, 0o644, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keys.Load(path); !errors.Is(err, keys.ErrExposed) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Fatal(mode, err)
		}
	}
	for _, mode := range []fs.FileMode{0o600, 0o400} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keys.Load(path); err != nil {
			t.Fatal(mode, err)
		}
	}
	if _, err := keys.Load(filepath.Dir(path)); !errors.Is(err, keys.ErrFile) {
		t.Fatal(err)
	}
}

func TestLoadRefusesWhatIsNotAKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := keys.Create(path); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(doc map[string]any)) []byte {
		var doc map[string]any
		if err := json.Unmarshal(good, &doc); err != nil {
			t.Fatal(err)
		}
		f(doc)
		data, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := func(doc map[string]any) map[string]any { return doc["keys"].([]any)[0].(map[string]any) }
	secret := ""
	change(func(doc map[string]any) { secret = first(doc)["key"].(string) })
	for name, c := range map[string]struct {
		data []byte
		say  string
	}{
		"empty":         {nil, "not JSON"},
		"cut":           {good[:len(good)/2], "not JSON"},
		"text":          {[]byte("hello"), "not JSON"},
		"null":          {[]byte("null"), "unknown"},
		"newer":         {change(func(d map[string]any) { d["format"] = "yimen-keys/2"; d["more"] = 1 }), "yimen-keys/2"},
		"no format":     {change(func(d map[string]any) { delete(d, "format") }), "unknown"},
		"unknown field": {change(func(d map[string]any) { d["surplus"] = 1 }), "damaged"},
		"trailing":      {append(append([]byte{}, good...), []byte("{}")...), "not JSON"},
		"current":       {change(func(d map[string]any) { d["current"] = "other" }), "not among"},
		"no keys":       {change(func(d map[string]any) { d["keys"] = []any{} }), "not among"},
		"short key":     {change(func(d map[string]any) { first(d)["key"] = "AAAA" }), "key size"},
		"algorithm":     {change(func(d map[string]any) { first(d)["alg"] = "ROT13" }), "ROT13"},
		"kid":           {change(func(d map[string]any) { first(d)["kid"] = "a.b" }), "a.b"},
		"twice":         {change(func(d map[string]any) { d["keys"] = append(d["keys"].([]any), first(d)) }), "twice"},
		"no index":      {change(func(d map[string]any) { delete(d, "index") }), "index key"},
		"huge":          {append(append([]byte{}, good...), make([]byte, 2<<20)...), "larger"},
	} {
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keys.Load(path)
		if !errors.Is(err, keys.ErrFile) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", name, err, c.say)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error shows the key", name)
		}
		if _, err := keys.Rotate(path); !errors.Is(err, keys.ErrFile) {
			t.Errorf("%s: rotated a damaged file: %v", name, err)
		}
	}
}

// A mounted secret is a link into a versioned folder; rotation must reach the real file.
func TestRotateThroughALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real.json"), filepath.Join(dir, "keys.json")
	if _, err := keys.Create(target); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	r, err := keys.Rotate(link)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Fatal("the link was replaced", err)
	}
	other, err := keys.Load(target)
	if err != nil || other.Current() != r.Current() {
		t.Fatal(err)
	}
}

// A running process must not take up the file of another installation: its index key would find nothing.
func TestRunningProcessKeepsItsIndexKey(t *testing.T) {
	dir := t.TempDir()
	path, foreign := filepath.Join(dir, "keys.json"), filepath.Join(dir, "foreign.json")
	r, err := keys.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := keys.Create(foreign)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(foreign, path); err != nil {
		t.Fatal(err)
	}
	mine := r.Seal([]byte("x"), "a")
	if _, err := r.Open(other.Seal([]byte("x"), "a"), "a"); !errors.Is(err, keys.ErrUnknownKey) {
		t.Fatal(err)
	}
	if _, err := r.Open(mine, "a"); err != nil {
		t.Fatal(err)
	}
}
