package gov

import "errors"

// What can be wrong with a number. Callers turn them into words by errors.Is; a
// parser reports the first that applies, from the outside in: length,
// characters, parts, check digit.
var (
	ErrEmpty      = errors.New("gov: empty")
	ErrLength     = errors.New("gov: wrong length")
	ErrCharacter  = errors.New("gov: character not allowed")
	ErrRegion     = errors.New("gov: not a region")
	ErrDate       = errors.New("gov: not a date")
	ErrBirthDate  = errors.New("gov: impossible birth date")
	ErrSerial     = errors.New("gov: serial out of range")
	ErrCheckDigit = errors.New("gov: check digit does not match")
	ErrInnerCheck = errors.New("gov: check digit of the inner organisation code does not match")
	ErrLevel      = errors.New("gov: not a level of authority")
	ErrScheme     = errors.New("gov: unknown scheme")
	ErrFormat     = errors.New("gov: wrong format")
	ErrRange      = errors.New("gov: amount out of range")
)
