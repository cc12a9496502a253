package answers

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Shown is the form as it is first seen: stored answers in their inputs.
func (s Sheet) Shown(ctx context.Context, fields []form.Field) ui.Form {
	f := ui.Form{Values: url.Values{}}
	for _, x := range fields {
		s.put(ctx, f.Values, x)
	}
	return f
}

// Again is the form as it is seen after it was sent: what was typed, and what was
// never an input from the store.
func (s Sheet) Again(ctx context.Context, fields []form.Field, sent *kit.Form, faults ...fault.Field) ui.Form {
	f := sent.View(faults...)
	for _, x := range fields {
		if s.Editable != nil && !s.Editable(x.Key) {
			s.put(ctx, f.Values, x)
		}
	}
	return f
}

func (s Sheet) put(ctx context.Context, to url.Values, x form.Field) {
	v := s.Answers[x.Key]
	switch {
	case s.Editable != nil && !s.Editable(x.Key):
		to.Set(x.Key, s.Text(ctx, x, v))
	case x.Type == form.Table:
		for i, row := range v.Rows {
			for key, text := range row {
				to.Set(x.Key+"."+strconv.Itoa(i)+"."+key, text)
			}
		}
	case x.Type == form.Region:
		for i, code := range chain(v.Text) {
			to.Set(x.Key+"."+strconv.Itoa(i), code)
		}
	default:
		to.Set(x.Key, v.Text)
	}
}

// Text writes an answer in words; tables and files, which need more than words,
// give how many there are. Sensitive ones are masked where the sheet says so.
func (s Sheet) Text(ctx context.Context, x form.Field, v form.Value) string {
	switch {
	case v.IsZero():
		return ""
	case len(v.Files) > 0:
		return lang.T(s.Locale, "answers.files", "n", len(v.Files))
	case len(v.Rows) > 0:
		return lang.T(s.Locale, "answers.rows", "n", len(v.Rows))
	case s.Mask && x.Class == form.Sensitive:
		return masked(x.Key, x.Type, v.Text)
	}
	return s.plain(ctx, x.Type, v.Text)
}

func (s Sheet) plain(ctx context.Context, t form.Type, text string) string {
	switch t {
	case form.Boolean:
		return s.yesNo(text)
	case form.Region:
		return s.placeName(ctx, text)
	case form.Date:
		if d, err := clock.ParseDate(text); err == nil {
			return lang.Date(s.Locale, d)
		}
	case form.Money:
		if fen, err := gov.ParseFen(text); err == nil {
			return lang.Money(s.Locale, fen)
		}
	}
	return text
}

// cell is one cell of a table answer in words.
func (s Sheet) cell(ctx context.Context, c form.Column, text string) string {
	if s.Mask && (hidden(c.Type) || strings.HasSuffix(c.Key, "id_number")) {
		return masked(c.Key, c.Type, text)
	}
	return s.plain(ctx, c.Type, text)
}

// hidden are the types that are sensitive wherever they stand.
func hidden(t form.Type) bool { return t == form.IDCard || t == form.Phone || t == form.BankAccount }

// masked hides the middle of a sensitive answer. What is no number of its type
// (a passport in an ID field) keeps two characters at each end.
func masked(key string, t form.Type, text string) string {
	switch t {
	case form.Phone:
		return gov.Phone(text).Masked()
	case form.BankAccount:
		return gov.BankAccount(text).Masked()
	case form.IDCard:
		if id, err := gov.ParseIDNumber(text); err == nil {
			return id.Masked()
		}
		return gov.MaskMiddle(text, 2, 2)
	}
	if id, err := gov.ParseIDNumber(text); err == nil && strings.HasSuffix(key, "number") {
		return id.Masked()
	}
	return gov.MaskMiddle(text, 1, 1)
}
