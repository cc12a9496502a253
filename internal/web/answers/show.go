package answers

import (
	"context"
	"net/url"
	"strconv"

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
	if s.Mask {
		v = x.Masked(v)
	}
	switch {
	case len(v.Files) > 0:
		return lang.T(s.Locale, "answers.files", "n", len(v.Files))
	case len(v.Rows) > 0:
		return lang.T(s.Locale, "answers.rows", "n", len(v.Rows))
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
