package gov

import (
	"strconv"
	"strings"
)

// maxYuanDigits is the n..16,2 of GB/T 39046 table 14: 14 digits before the point.
const maxYuanDigits = 14

// ParseFen reads an amount in yuan as typed ('12.5', '１２．５０', '1,234') and
// returns fen. Amounts are not negative. Errors: ErrEmpty, ErrCharacter,
// ErrFormat (more than two decimals, a lone point, commas out of place),
// ErrRange.
func ParseFen(text string) (int64, error) {
	amount := compact(text)
	if amount == "" {
		return 0, ErrEmpty
	}
	yuan, decimals, point := strings.Cut(amount, ".")
	yuan, err := withoutGrouping(yuan)
	if err != nil {
		return 0, err
	}
	if onlyDigits(yuan) != nil || onlyDigits(decimals) != nil {
		return 0, ErrCharacter
	}
	if yuan == "" || len(decimals) > 2 || (point && decimals == "") {
		return 0, ErrFormat
	}
	yuan = strings.TrimLeft(yuan, "0")
	if len(yuan) > maxYuanDigits {
		return 0, ErrRange
	}
	fen, err := strconv.ParseInt("0"+yuan+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrRange
	}
	return fen, nil
}

// FormatFen writes fen as yuan with two decimals: 1250 is '12.50'.
func FormatFen(fen int64) string {
	sign, n := "", uint64(fen)
	if fen < 0 {
		sign, n = "-", -n
	}
	cents := strconv.FormatUint(n%100+100, 10)[1:]
	return sign + strconv.FormatUint(n/100, 10) + "." + cents
}

// withoutGrouping takes out thousands commas that stand where they should.
func withoutGrouping(yuan string) (string, error) {
	groups := strings.Split(yuan, ",")
	if len(groups) == 1 {
		return yuan, nil
	}
	for i, g := range groups {
		if (i == 0 && (len(g) < 1 || len(g) > 3)) || (i > 0 && len(g) != 3) {
			return "", ErrFormat
		}
	}
	return strings.Join(groups, ""), nil
}
