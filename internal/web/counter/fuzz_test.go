package counter

import (
	"strings"
	"testing"
	"unicode/utf8"
)

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

// A document keeps its words and never more than four characters of a number.
func FuzzMasked(f *testing.F) {
	for _, s := range []string{"", "居民身份证 990000189001010018", "护照E00000000", "0018", "９９００００１８９００１０１００１８", "99 0000 1890 0101 0018"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := masked(typed)
		if utf8.RuneCountInString(got) > utf8.RuneCountInString(typed) && utf8.ValidString(typed) {
			t.Errorf("%q grew to %q", typed, got)
		}
		for _, n := range documentNumber.FindAllString(got, -1) {
			if strings.Trim(n, "*") != "" {
				t.Errorf("%q still shows %q", typed, n)
			}
		}
	})
}
