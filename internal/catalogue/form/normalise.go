package form

import (
	"strconv"
	"strings"
	"unicode"

	"yimen/internal/clock"
	"yimen/internal/gov"
)

// Normalise brings answers to the stored form: half-width characters, no stray
// blanks, a capital X, plain digits, dates as YYYY-MM-DD. What is not an answer
// of its type stays as typed, so that the person sees it again beside the error.
// Keys that are not fields are dropped; a, which is left alone, may be hostile.
func (f Form) Normalise(a Answers) Answers {
	out := make(Answers, len(f))
	for i := range f {
		field := &f[i]
		if v := field.normalise(a[field.Key]); !v.IsZero() {
			out[field.Key] = v
		}
	}
	return out
}

func (x *Field) normalise(v Value) Value {
	switch x.Type {
	case Table:
		return Value{Rows: x.normaliseRows(v.Rows)}
	case File:
		return Value{Files: nonEmpty(v.Files)}
	default:
		if x.Type == String && x.rule.isCode() {
			return Plain(upper(closed(gov.Normalise(v.Text))))
		}
		return Plain(normaliseText(x.Type, v.Text))
	}
}

// isCode: the rule is one of a number, which has no blanks and no small letters.
func (r *rule) isCode() bool {
	return r.eitherID || r.pattern != nil || r.without != "" || (r.max > 0 && r.min == r.max)
}

func (x *Field) normaliseRows(rows []Row) []Row {
	var out []Row
	for _, row := range rows {
		clean := make(Row, len(x.Columns))
		for _, c := range x.columns() {
			if text := normaliseText(c.Type, row[c.Key]); text != "" {
				clean[c.Key] = text
			}
		}
		if !clean.blank() {
			out = append(out, clean)
		}
	}
	return out
}

// columns of a table without any is one column of text (data README).
func (x *Field) columns() []Column {
	if len(x.Columns) > 0 {
		return x.Columns
	}
	return []Column{{Key: "text", Name: x.Label, Type: String}}
}

// TableColumns are the columns to show and fill in: the field's own, or the one
// column of text that a table without columns has.
func (x Field) TableColumns() []Column { return x.columns() }

func nonEmpty(ids []string) []string {
	var out []string
	for _, id := range ids {
		if id = strings.TrimSpace(id); id != "" {
			out = append(out, id)
		}
	}
	return out
}

// normaliseText gives the stored form where the text is valid, else the text
// with its characters and blanks put right.
func normaliseText(t Type, text string) string {
	if t == Text {
		return tidyLines(text)
	}
	switch t {
	case String, Address:
		return gov.Tidy(text)
	case Enum:
		return strings.TrimSpace(text) // options are compared as they stand in the dictionary
	}
	plain := strings.Join(strings.Fields(gov.Normalise(text)), " ")
	switch t {
	case IDCard:
		return upper(closed(plain))
	case USCC:
		return either(plain, func(s string) (string, error) { c, err := gov.ParseCreditCode(s); return string(c), err }, upper(closed(plain)))
	case Phone:
		return either(plain, func(s string) (string, error) { p, err := gov.ParsePhone(s); return string(p), err }, plain)
	case BankAccount:
		return either(plain, func(s string) (string, error) { b, err := gov.ParseBankAccount(s); return string(b), err }, plain)
	case Money:
		return either(plain, func(s string) (string, error) { n, err := gov.ParseFen(s); return gov.FormatFen(n), err }, plain)
	case Integer, Decimal:
		return number(plain)
	case Date:
		return date(plain)
	case Boolean:
		return boolean(plain)
	case Region, Email:
		return closed(plain)
	default:
		return plain
	}
}

func either(plain string, parse func(string) (string, error), otherwise string) string {
	if plain == "" {
		return ""
	}
	if s, err := parse(plain); err == nil {
		return s
	}
	return otherwise
}

func closed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func upper(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

// tidyLines keeps line breaks, which a text may have, and nothing invisible.
func tidyLines(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = gov.Tidy(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// number drops thousands commas, a plus sign, leading zeros and zeros that end
// the decimals, so that equal numbers are equal texts.
func number(s string) string {
	digits := strings.ReplaceAll(closed(s), ",", "")
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	} else {
		digits = strings.TrimPrefix(digits, "+")
	}
	if !plainNumber(digits) {
		return s
	}
	whole, decimals, _ := strings.Cut(digits, ".")
	whole = strings.TrimLeft(whole, "0")
	decimals = strings.TrimRight(decimals, "0")
	if whole == "" {
		whole = "0"
	}
	if decimals != "" {
		whole += "." + decimals
	}
	if whole == "0" {
		return whole
	}
	return sign + whole
}

// plainNumber: digits, at most one point, digits on both sides of it.
func plainNumber(s string) bool {
	whole, decimals, point := strings.Cut(s, ".")
	return allDigits(whole) && (!point || allDigits(decimals))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// date reads 2026-2-6, 2026/02/06, 2026.2.6, 2026年2月6日 and 20260206.
func date(s string) string {
	text := closed(s)
	if len(text) == 8 && allDigits(text) {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("-/.年月日", r) })
	if len(parts) != 3 {
		return s
	}
	for i, width := range []int{4, 2, 2} {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 || len(parts[i]) > width {
			return s
		}
		parts[i] = strings.Repeat("0", width-len(parts[i])) + parts[i]
	}
	joined := strings.Join(parts, "-")
	if _, err := clock.ParseDate(joined); err != nil {
		return s
	}
	return joined
}

func boolean(s string) string {
	switch s {
	case "true", "on", "1", "是", "yes":
		return "true"
	case "false", "0", "否", "no":
		return "false"
	default:
		return s
	}
}
