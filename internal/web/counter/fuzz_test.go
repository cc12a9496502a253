package counter

import "testing"

// What a scanner or a pasted text gives must never break the search, and a token
// is taken out of an address only when it stands there whole.
func FuzzLastPart(f *testing.F) {
	for _, s := range []string{"", "445103-20261122-000001-3", "https://a.example/s/abcdefghijkmnpqrstuvwxyz23", "https://a/%zz", "://", "http://[::1", "483016", "https://a/?t=483016&u=\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := lastPart(typed)
		if got != typed && !tokenForm.MatchString(got) && !sixDigits.MatchString(got) {
			t.Errorf("%q became %q", typed, got)
		}
		guess(typed)
	})
}
