package lang

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Locale is a language the program speaks.
type Locale string

// The locales. Chinese is the default everywhere, whatever a browser asks for:
// a government page must not change its language by itself.
const (
	ZH Locale = "zh"
	EN Locale = "en"
)

// Locales lists every locale, the source language first.
func Locales() []Locale { return []Locale{ZH, EN} }

// Parse reads a locale from outside (cookie, query, API header); anything else is Chinese.
func Parse(s string) Locale {
	if s == string(EN) {
		return EN
	}
	return ZH
}

// Tag is the BCP 47 tag for the lang attribute and Content-Language.
func (l Locale) Tag() string {
	if l == EN {
		return "en"
	}
	return "zh-CN"
}

// Key is an argument that is itself a sentence: {status} filled with
// Key("cases.granted") is written in the reader's language.
type Key string

// T writes the sentence of key. args are name, value pairs, or one fault.Args.
// Values may be text, whole numbers, dates, instants or a Key. An unknown key is
// returned as it is and an unfilled place stays visible, because a page must
// still come; htmlcheck and the tests of this package find both.
func T(l Locale, key string, args ...any) string {
	s, ok := sentences[l][key]
	if !ok {
		if s, ok = sentences[ZH][key]; !ok {
			return key
		}
	}
	if s.fixed() {
		return s.first
	}
	return s.fill(l, args)
}

// Has tells whether a sentence exists for key.
func Has(key string) bool {
	_, ok := sentences[ZH][key]
	return ok
}

// Keys lists every key, for the tests that compare it with the code.
func Keys(l Locale) []string {
	keys := make([]string, 0, len(sentences[l]))
	for k := range sentences[l] {
		keys = append(keys, k)
	}
	return keys
}

// Fault writes the sentence of an error. An error nobody named gets the general
// sentence: its text is for the log and may hold anything.
func Fault(l Locale, err error) string {
	if e, ok := fault.As(err); ok {
		return T(l, e.Code, e.Args)
	}
	return T(l, "faults.internal")
}

// FieldFault writes the sentence beside one input.
func FieldFault(l Locale, f fault.Field) string { return T(l, f.Code, f.Args) }

type localeKey struct{}

// With puts the locale into ctx for the templates below.
func With(ctx context.Context, l Locale) context.Context {
	return context.WithValue(ctx, localeKey{}, l)
}

// From is the locale of ctx, Chinese when none was put there.
func From(ctx context.Context) Locale {
	if l, ok := ctx.Value(localeKey{}).(Locale); ok {
		return l
	}
	return ZH
}

// sentence is a parsed sentence: first, then place and text in turn.
type sentence struct {
	first string
	rest  []piece
}

// piece is one place and the text after it. one and many are set for {n?one|many};
// quoted says that the sentence puts quotation marks around the place.
type piece struct {
	name, one, many string
	choice, quoted  bool
	after           string
}

// inner are the marks of a quotation inside a quotation, in both languages (GB/T
// 15834 4.8.3.3): names of bundles bring quotation marks of their own.
var inner = strings.NewReplacer("“", "‘", "”", "’")

func (s sentence) fixed() bool { return len(s.rest) == 0 }

func (s sentence) fill(l Locale, args []any) string {
	var b strings.Builder
	b.WriteString(s.first)
	for _, p := range s.rest {
		v, ok := find(args, p.name)
		switch {
		case !ok:
			b.WriteString("{" + p.name + "}")
		case p.choice && isOne(v):
			b.WriteString(p.one)
		case p.choice:
			b.WriteString(p.many)
		case p.quoted:
			b.WriteString(inner.Replace(value(l, v)))
		default:
			b.WriteString(value(l, v))
		}
		b.WriteString(p.after)
	}
	return b.String()
}

// find looks a place up in one fault.Args or among name, value pairs.
func find(args []any, name string) (any, bool) {
	if len(args) == 1 {
		if m, ok := args[0].(fault.Args); ok {
			v, ok := m[name]
			return v, ok
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

// isOne accepts what JSON and Go make of the number one.
func isOne(v any) bool {
	switch n := v.(type) {
	case int:
		return n == 1
	case int64:
		return n == 1
	case float64:
		return n == 1
	default:
		return fmt.Sprint(v) == "1"
	}
}

// value writes one argument as the locale does. Whole numbers are grouped only
// by Number: a year or a case number given as a number must stay as it is.
func value(l Locale, v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case Key:
		return T(l, string(x))
	case clock.Date:
		return Date(l, x)
	case now.Instant:
		return DateTime(l, x)
	default:
		return fmt.Sprint(v)
	}
}

// parse reads a sentence; an open brace that is never closed is an error, so a
// slip of the pen stops the program at start and not a visitor.
func parse(text string) (sentence, error) {
	first, rest, found := strings.Cut(text, "{")
	s := sentence{first: first}
	open := marks(first)
	for found {
		place, after, closed := strings.Cut(rest, "}")
		if !closed {
			return s, fmt.Errorf("open brace without end in %q", text)
		}
		p := piece{name: place}
		if name, forms, ok := strings.Cut(place, "?"); ok {
			one, many, both := strings.Cut(forms, "|")
			if !both {
				return s, fmt.Errorf("choice without | in %q", text)
			}
			p = piece{name: name, one: one, many: many, choice: true}
		}
		if !placeName(p.name) {
			return s, fmt.Errorf("place %q in %q", p.name, text)
		}
		p.after, rest, found = strings.Cut(after, "{")
		p.quoted = open > 0
		open += marks(p.after)
		s.rest = append(s.rest, p)
	}
	return s, nil
}

// marks counts how many more quotations a text opens than it closes.
func marks(s string) int { return strings.Count(s, "“") - strings.Count(s, "”") }

func placeName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
