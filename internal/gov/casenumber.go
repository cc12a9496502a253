package gov

import (
	"fmt"
	"strings"
)

// CaseNumber is a 办件编号 in stored form, 21 digits: region 6, date 8, serial 6,
// check digit ISO 7064 MOD 11,10. There is no national layout (GB/T 39046 only
// says at most 50 characters), so this one is ours. Alone it opens nothing.
type CaseNumber string

const (
	caseLength    = 21
	maxCaseSerial = 999999
)

// ComposeCaseNumber makes a number from the county of a region, a date
// 'YYYY-MM-DD' and a serial 1 to 999999 leased for that county and date.
// Errors: ErrRegion, ErrDate, ErrSerial.
func ComposeCaseNumber(region Region, date string, serial int) (CaseNumber, error) {
	county := region.County()
	if county == "" {
		return "", ErrRegion
	}
	if len(date) != 10 || date[4] != '-' || date[7] != '-' {
		return "", ErrDate
	}
	digits := date[:4] + date[5:7] + date[8:]
	if !isDate(digits) {
		return "", ErrDate
	}
	if serial < 1 || serial > maxCaseSerial {
		return "", ErrSerial
	}
	body := fmt.Sprintf("%s%s%06d", county, digits, serial)
	return CaseNumber(body + string(mod11and10(body))), nil
}

// ParseCaseNumber reads a number as typed or scanned, with or without the
// hyphens of Grouped. Errors: ErrLength, ErrCharacter, ErrRegion, ErrDate,
// ErrSerial, ErrCheckDigit.
func ParseCaseNumber(text string) (CaseNumber, error) {
	digits := strings.ReplaceAll(compact(text), "-", "")
	if len(digits) != caseLength {
		return "", ErrLength
	}
	if err := onlyDigits(digits); err != nil {
		return "", err
	}
	switch {
	case digits[0] == '0':
		return "", ErrRegion
	case !isDate(digits[6:14]):
		return "", ErrDate
	case digits[14:20] == "000000":
		return "", ErrSerial
	case mod11and10(digits[:20]) != digits[20]:
		return "", ErrCheckDigit
	}
	return CaseNumber(digits), nil
}

// Region is the county of the number.
func (n CaseNumber) Region() Region {
	if len(n) != caseLength {
		return ""
	}
	return Region(string(n[:6]) + "000000")
}

// Date is the date in the number, 'YYYY-MM-DD'.
func (n CaseNumber) Date() string {
	if len(n) != caseLength {
		return ""
	}
	return string(n[6:10] + "-" + n[10:12] + "-" + n[12:14])
}

// Grouped is the form for people: 445103-20260206-000001-5.
func (n CaseNumber) Grouped() string {
	if len(n) != caseLength {
		return string(n)
	}
	return string(n[:6] + "-" + n[6:14] + "-" + n[14:20] + "-" + n[20:])
}
