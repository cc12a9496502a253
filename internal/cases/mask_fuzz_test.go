package cases

import (
	"strings"
	"testing"
	"unicode/utf8"
)

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
