package gov

import (
	"strings"
	"unicode"
)

// Normalise brings text typed on a Chinese keyboard to one form: full-width
// letters, digits and punctuation become half-width, an ideographic space a
// plain one, invisible characters (zero width, direction marks, controls other
// than line breaks and tabs) go, blanks at both ends go. Broken UTF-8 becomes
// U+FFFD, which every parser then refuses.
func Normalise(text string) string {
	return strings.TrimSpace(strings.Map(halfWidth, text))
}

// Tidy is Normalise for names, addresses and sentences: letters and digits become
// half-width and blanks single, but Chinese punctuation stays, because （） belongs
// to the registered name of a shop.
func Tidy(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if (r > '！' && r < '０') || (r > '９' && r < 'Ａ') || (r > 'Ｚ' && r < 'ａ') || (r > 'ｚ' && r <= '～') || r == '！' {
			return r
		}
		return halfWidth(r)
	}, text)), " ")
}

func halfWidth(r rune) rune {
	const shift = '！' - '!'
	switch {
	case r >= '！' && r <= '～':
		return r - shift
	case r == '\u3000' || r == '\u00a0':
		return ' '
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return -1
	default:
		return r
	}
}

// compact is the form in which codes are compared and stored: normalised, no
// blanks anywhere (people copy numbers in groups), ASCII capitals.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		default:
			return r
		}
	}, Normalise(text))
}

func onlyDigits(text string) error {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return ErrCharacter
		}
	}
	return nil
}
