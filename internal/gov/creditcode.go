package gov

import "strings"

// CreditCode is a valid 统一社会信用代码 (GB 32100-2015) in stored form: 18 capitals
// and digits. It is public and never masked.
type CreditCode string

const (
	creditLength   = 18
	creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // no I O S V Z
	orgLength      = 9
)

var orgWeights = [orgLength - 1]int{3, 7, 9, 10, 5, 8, 4, 2}

// ParseCreditCode reads a credit code as typed. Errors: ErrLength; ErrCharacter
// (the letters I O S V Z do not occur, characters 3 to 8 are a region);
// ErrCheckDigit for the last character; ErrInnerCheck when characters 9 to 17,
// the organisation code of GB 11714, fail their own check.
func ParseCreditCode(text string) (CreditCode, error) {
	code := compact(text)
	if len(code) != creditLength {
		return "", ErrLength
	}
	for i := range len(code) {
		if strings.IndexByte(creditAlphabet, code[i]) < 0 {
			return "", ErrCharacter
		}
	}
	if err := onlyDigits(code[2:8]); err != nil {
		return "", err
	}
	if creditCheck(code) != code[creditLength-1] {
		return "", ErrCheckDigit
	}
	if orgCheck(code[8:16]) != code[16] {
		return "", ErrInnerCheck
	}
	return CreditCode(code), nil
}

// ComposeCreditCode makes a code from 16 characters (authority, kind, region,
// the first eight of the organisation code) by adding both check characters;
// the demo town makes its bodies and companies with it.
func ComposeCreditCode(body string) (CreditCode, error) {
	body = compact(body)
	if len(body) != creditLength-2 {
		return "", ErrLength
	}
	for i := range len(body) {
		if strings.IndexByte(creditAlphabet, body[i]) < 0 {
			return "", ErrCharacter
		}
	}
	withOrg := body + string(orgCheck(body[8:]))
	return ParseCreditCode(withOrg + string(creditCheck(withOrg)))
}

// Region is the 6-digit region of the registering authority.
func (c CreditCode) Region() string {
	if len(c) != creditLength {
		return ""
	}
	return string(c[2:8])
}

// OrganisationCode is the GB 11714 code inside, 9 characters.
func (c CreditCode) OrganisationCode() string {
	if len(c) != creditLength {
		return ""
	}
	return string(c[8:17])
}

// creditCheck reads the first 17 characters; weights are the powers of 3 mod 31.
func creditCheck(code string) byte {
	sum, weight := 0, 1
	for i := range creditLength - 1 {
		sum += strings.IndexByte(creditAlphabet, code[i]) * weight
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31]
}

func orgCheck(body string) byte {
	sum := 0
	for i, w := range orgWeights {
		sum += charValue(body[i]) * w
	}
	switch r := 11 - sum%11; r {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + r)
	}
}

// charValue is 0–9 for digits and 10–35 for capitals (GB 11714, ISO 7064).
func charValue(c byte) int {
	if c >= 'A' {
		return int(c-'A') + 10
	}
	return int(c - '0')
}
