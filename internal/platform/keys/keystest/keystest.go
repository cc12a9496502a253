package keystest

import (
	"path/filepath"
	"testing"

	"yimen/internal/platform/keys"
)

// Ring makes a key file in the test's own folder and loads it; nothing is shared between tests.
func Ring(t testing.TB) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
