package search

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// fold makes width and case equal, so that ＥＴＣ, ETC and etc are one word. It maps one rune to one rune, so that places in
// the folded text are places in the original. Runes that are no part of a word become 0.
func fold(r rune) rune {
	if r < 0x80 {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return 0
	}
	if isHan(r) {
		return r
	}
	if r >= 0xFF01 && r <= 0xFF5E { // full-width ASCII
		return fold(r - 0xFEE0)
	}
	switch r {
	case 'ü', 'Ü':
		return 'v' // as pinyin is typed
	case utf8.RuneError:
		return 0
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return unicode.ToLower(r)
	}
	return 0
}

func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r == 0x3007 || r >= 0x3400 && r <= 0x4DBF || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0x20000 && r <= 0x3FFFF
}

func isASCIIWord(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// letter is a folded rune and where it came from.
type letter struct {
	r        rune
	from, to int // bytes in the original text
}

// run is a stretch of letters of one kind: Han characters, or letters and digits.
type run []letter

func (w run) han() bool { return isHan(w[0].r) }

func (w run) String() string {
	b := make([]rune, len(w))
	for i, l := range w {
		b[i] = l.r
	}
	return string(b)
}

// cutter cuts texts into runs in memory of its own; what it gave is good until it cuts again.
type cutter struct {
	letters []letter
	runs    []run
}

// cut takes at most most letters.
func (c *cutter) cut(text string, most int) []run {
	c.letters, c.runs = slices.Grow(c.letters[:0], min(len(text), most)), c.runs[:0]
	from, open := 0, false // of the run that is being read, and whether it can go on
	for i, r := range text {
		f := fold(r)
		if f == 0 {
			open = false
			continue
		}
		n := len(c.letters)
		if n == most {
			break
		}
		if !open || isHan(c.letters[n-1].r) != isHan(f) {
			c.end(from)
			from, open = n, true
		}
		c.letters = append(c.letters, letter{f, i, i + utf8.RuneLen(r)})
	}
	c.end(from)
	return c.runs
}

// end notes the run that ends here. The letters do not move any more: cut made room for all of them.
func (c *cutter) end(from int) {
	if to := len(c.letters); to > from {
		c.runs = append(c.runs, c.letters[from:to:to])
	}
}
