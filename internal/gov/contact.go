package gov

import "strings"

// Phone is a mainland mobile number in stored form: 11 digits. It is 敏感.
type Phone string

// ParsePhone reads a mobile number as typed, with or without +86, blanks and
// hyphens. Errors: ErrLength, ErrCharacter, ErrFormat (second digit 3 to 9, the
// dictionary's ^1[3-9][0-9]{9}$).
func ParsePhone(text string) (Phone, error) {
	digits := strings.ReplaceAll(compact(text), "-", "")
	for _, prefix := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok {
			digits = rest
			break
		}
	}
	if err := onlyDigits(digits); err != nil {
		return "", err
	}
	if len(digits) != 11 {
		return "", ErrLength
	}
	if digits[0] != '1' || digits[1] < '3' {
		return "", ErrFormat
	}
	return Phone(digits), nil
}

// Masked keeps the first three and the last four digits.
func (p Phone) Masked() string { return MaskMiddle(string(p), 3, 4) }

// BankAccount is an account number in stored form: 8 to 30 digits. It is 敏感.
type BankAccount string

// ParseBankAccount reads an account number as typed. No Luhn check: it holds for
// cards only, and the accounts of organisations are not cards.
func ParseBankAccount(text string) (BankAccount, error) {
	digits := strings.ReplaceAll(compact(text), "-", "")
	if err := onlyDigits(digits); err != nil {
		return "", err
	}
	if len(digits) < 8 || len(digits) > 30 {
		return "", ErrLength
	}
	return BankAccount(digits), nil
}

// Masked keeps the last four digits.
func (b BankAccount) Masked() string { return MaskMiddle(string(b), 0, 4) }

// ParsePostcode reads a 邮政编码: six digits.
func ParsePostcode(text string) (string, error) {
	digits := compact(text)
	if err := onlyDigits(digits); err != nil {
		return "", err
	}
	if len(digits) != 6 {
		return "", ErrLength
	}
	return digits, nil
}
