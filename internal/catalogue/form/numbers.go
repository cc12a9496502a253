package form

import (
	"errors"
	"net/mail"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
)

// residentIDCard is the id_type for which id_number is a 公民身份号码.
const residentIDCard = "居民身份证"

// identity checks an ID number. The pattern and check digit of id_number hold
// only for 居民身份证 or where the form has no id_type (data README); every other
// element of the type is always a 公民身份号码.
func (c check) identity(text string) (string, []any) {
	if c.field.Key == "id_number" && c.field.Type == IDCard && c.form.Has("id_type") {
		if kind := c.answers["id_type"].Text; kind != "" && kind != residentIDCard {
			if _, err := gov.ParseDocumentNumber(text); err != nil {
				return "document_number", nil
			}
			return "", nil
		}
	}
	id, err := gov.ParseIDNumber(text)
	if err != nil {
		return idCode(err), nil
	}
	born, err := clock.ParseDate(id.BirthDate())
	if err == nil && !c.facts.Today.IsZero() && born.After(c.facts.Today) {
		return "id_birth_date", nil
	}
	return "", nil
}

func idCode(err error) string {
	switch {
	case errors.Is(err, gov.ErrLength):
		return "id_length"
	case errors.Is(err, gov.ErrBirthDate):
		return "id_birth_date"
	case errors.Is(err, gov.ErrCheckDigit):
		return "id_check"
	default:
		return "id_characters"
	}
}

// eitherID is an element that takes a person's or an organisation's number.
func eitherID(text string) string {
	if _, err := gov.ParseIDNumber(text); err == nil {
		return ""
	}
	if _, err := gov.ParseCreditCode(text); err == nil {
		return ""
	}
	return "id_or_credit_code"
}

func code4(t Type, text string) string {
	switch t {
	case USCC:
		return creditCode(text)
	case Phone:
		if _, err := gov.ParsePhone(text); err != nil {
			return "phone"
		}
	case BankAccount:
		if _, err := gov.ParseBankAccount(text); err != nil {
			return "bank_account"
		}
	case Email:
		if !emailLike(text) {
			return "email"
		}
	}
	return ""
}

func creditCode(text string) string {
	switch _, err := gov.ParseCreditCode(text); {
	case err == nil:
		return ""
	case errors.Is(err, gov.ErrLength):
		return "credit_code_length"
	case errors.Is(err, gov.ErrCheckDigit), errors.Is(err, gov.ErrInnerCheck):
		return "credit_code_check"
	default:
		return "credit_code_characters"
	}
}

// emailLike asks for one bare address with a dot in its domain; more than that
// only a delivered message can show.
func emailLike(text string) bool {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// mostDigits keeps numbers within what every reader of the answer can hold.
const mostDigits = 15

func quantity(t Type, text string, r *rule) (string, []any) {
	digits, negative := strings.CutPrefix(text, "-")
	if !plainNumber(digits) {
		return "number", nil
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(whole) > mostDigits || len(fraction) > mostDigits {
		return "number_too_large", nil
	}
	if t == Integer && fraction != "" {
		return "whole_number", nil
	}
	places := r.places
	if t == Money {
		places = 2
	}
	if places >= 0 && len(fraction) > places {
		return "decimals", []any{"max", places}
	}
	zero := strings.Trim(digits, "0.") == ""
	switch {
	case r.positive && (negative || zero):
		return "positive", nil
	case (r.notNegative || t == Money) && negative && !zero:
		return "not_negative", nil
	default:
		return "", nil
	}
}

func (c check) date(text string, r *rule) (string, []any) {
	d, err := clock.ParseDate(text)
	if err != nil {
		return "date", nil
	}
	if d.Year() < 1800 || d.Year() > 2200 { // a slip of the key, not a date
		return "date", nil
	}
	today := c.facts.Today
	switch {
	case r.notFuture && !today.IsZero() && d.After(today):
		return "date_future", nil
	case r.future && !today.IsZero() && !d.After(today):
		return "date_past", nil
	case r.notBefore != "" && c.form.Has(r.notBefore):
		start, err := clock.ParseDate(c.answers[r.notBefore].Text)
		if err == nil && d.Before(start) {
			return "date_before_start", nil
		}
	}
	return "", nil
}

func (c check) region(text string) string {
	if len(text) != 6 && len(text) != 12 {
		return "region"
	}
	if _, err := gov.ParseRegion(text); err != nil {
		return "region"
	}
	if c.facts.Region != nil && !c.facts.Region(text) {
		return "region_unknown"
	}
	return ""
}
