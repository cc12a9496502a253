package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"yimen/e2e/harness"
)

// TestKeysRotate: nobody restarts the server, and soon nothing lies under the old key.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	harness.Each(t, func(t *testing.T, s *harness.Server) {
		before, left := keysFound(t, s)
		if left != 0 {
			t.Errorf("%d values lie under an older key of a new town", left)
		}
		entries := counted(t, s)
		got := harness.Run(t, "keys", "rotate", "--data", s.Dir)
		if got.Code != 0 || !strings.Contains(got.Out, "yimen check") || !strings.Contains(got.Out, "index key") {
			t.Fatalf("%+v", got)
		}
		if now, _ := keysFound(t, s); now == before { // how many are left by now is the server's pace
			t.Errorf("right after it the key is still %s", now)
		}
		for until := time.Now().Add(time.Minute); ; time.Sleep(time.Second) {
			if _, left := keysFound(t, s); left == 0 {
				break
			}
			if time.Now().After(until) {
				t.Fatal("a minute later values lie under the old key")
			}
		}
		if now := counted(t, s); now != entries { // and it verified
			t.Errorf("%d entries in the journal became %d", entries, now)
		}
		arrive(t, s.URL, "resident1")
		s.Restart()
		arrive(t, s.URL, "clerk1")
	})
}

// keysFound is what `yimen check` says of the keys.
func keysFound(t *testing.T, s *harness.Server) (words string, left int64) {
	t.Helper()
	out, err := s.Command("check", "--json")
	var all []struct {
		What, Words string
		Left        int64
	}
	if err == nil {
		err = json.Unmarshal([]byte(out), &all)
	}
	if err != nil {
		t.Fatal(err, out)
	}
	for _, f := range all {
		if f.What == "keys" {
			words, _, _ = strings.Cut(f.Words, ",")
			return words, f.Left
		}
	}
	t.Fatal("check says nothing of the keys: " + out)
	return "", 0
}
