package gov

import (
	"strings"
	"time"
)

// IDNumber is a valid 公民身份号码 (GB 11643-1999) in stored form: 17 digits and a
// check character 0–9 or X. It is 敏感: encrypt it wherever it lies, show Masked.
type IDNumber string

// Sex as encoded in an ID number: the sequence is odd for men.
type Sex string

// The two values of Sex.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

const idDigits = 18

var (
	idWeights = [idDigits - 1]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	idChecks  = "10X98765432"
)

// ParseIDNumber reads an ID number as people type it: full-width digits, groups
// of digits, a small x. Errors: ErrLength (15-digit numbers of the first
// generation are void since 2013), ErrCharacter, ErrRegion, ErrBirthDate,
// ErrCheckDigit. The region is not looked up, because a number keeps the region
// code of the day it was given; birth years are 1800 to 2099, as the element
// dictionary has it. A birth date in the future is for the caller to refuse.
func ParseIDNumber(text string) (IDNumber, error) {
	id := compact(text)
	if len(id) != idDigits {
		return "", ErrLength
	}
	if err := onlyDigits(id[:idDigits-1]); err != nil {
		return "", err
	}
	if check := id[idDigits-1]; check != 'X' && (check < '0' || check > '9') {
		return "", ErrCharacter
	}
	if id[0] == '0' {
		return "", ErrRegion
	}
	if c := id[6:8]; (c != "18" && c != "19" && c != "20") || !isDate(id[6:14]) {
		return "", ErrBirthDate
	}
	if idCheck(id) != id[idDigits-1] {
		return "", ErrCheckDigit
	}
	return IDNumber(id), nil
}

// ComposeIDNumber appends the check character to 17 digits and validates the
// whole; the demo town makes its numbers with it, in region 990000.
func ComposeIDNumber(body string) (IDNumber, error) {
	body = compact(body)
	if len(body) != idDigits-1 {
		return "", ErrLength
	}
	if err := onlyDigits(body); err != nil {
		return "", err
	}
	return ParseIDNumber(body + string(idCheck(body)))
}

// Region is the 6-digit region code at the time the number was given, which may
// be retired by now.
func (id IDNumber) Region() string { return id.part(0, 6) }

// BirthDate is 'YYYY-MM-DD', for clock.ParseDate.
func (id IDNumber) BirthDate() string {
	if d := id.part(6, 14); d != "" {
		return d[:4] + "-" + d[4:6] + "-" + d[6:]
	}
	return ""
}

// Sex is the sex in the number; ” for an invalid one.
func (id IDNumber) Sex() Sex {
	switch s := id.part(16, 17); {
	case s == "":
		return ""
	case (s[0]-'0')%2 == 1:
		return Male
	default:
		return Female
	}
}

// Masked keeps the first six and the last four characters: 990000********001X.
func (id IDNumber) Masked() string { return MaskMiddle(string(id), 6, 4) }

// part guards the slices: an IDNumber may have been converted from any text.
func (id IDNumber) part(from, to int) string {
	if len(id) != idDigits || onlyDigits(string(id[:idDigits-1])) != nil {
		return ""
	}
	return string(id[from:to])
}

func idCheck(digits string) byte {
	sum := 0
	for i, w := range idWeights {
		sum += int(digits[i]-'0') * w
	}
	return idChecks[sum%11]
}

// ParseDocumentNumber reads the number of another identity document (passport,
// travel permit): 5 to 20 letters and digits, as the element dictionary has it.
func ParseDocumentNumber(text string) (string, error) {
	number := compact(text)
	for i := range len(number) {
		if !isAlphanumeric(number[i]) {
			return "", ErrCharacter
		}
	}
	if len(number) < 5 || len(number) > 20 {
		return "", ErrLength
	}
	return number, nil
}

// MaskMiddle keeps the first head and the last tail characters and puts a star
// for every other; text too short to hide anything is hidden whole.
func MaskMiddle(text string, head, tail int) string {
	runes := []rune(text)
	if len(runes) <= head+tail {
		return strings.Repeat("*", len(runes))
	}
	return string(runes[:head]) + strings.Repeat("*", len(runes)-head-tail) + string(runes[len(runes)-tail:])
}

// MaskName keeps the surname's first character: 张*.
func MaskName(name string) string {
	if runes := []rune(name); len(runes) > 1 {
		return MaskMiddle(name, 1, 0)
	}
	return MaskMiddle(name, 0, 0)
}

func isDate(yyyymmdd string) bool {
	t, err := time.Parse("20060102", yyyymmdd)
	return err == nil && t.Year() > 0
}

func isAlphanumeric(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }
