package lang

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

func TestFilling(t *testing.T) {
	at := now.FromTime(clock.MustDate("2026-02-11").Time().Add(10*60*60*1e9 + 58*60*1e9))
	for _, c := range []struct {
		text string
		args []any
		want string
		loc  Locale
	}{
		{"共 {n} 项", []any{"n", 34}, "共 34 项", ZH},
		{"{a}{b}", []any{"b", "2", "a", "1"}, "12", ZH},
		{"{n} {n?day|days}", []any{"n", 1}, "1 day", EN},
		{"{n} {n?day|days}", []any{"n", int64(2)}, "2 days", EN},
		{"{n} {n?day|days}", []any{fault.Args{"n": 1.0}}, "1 day", EN},
		{"{n} {n?day|days}", []any{"n", "1"}, "1 day", EN},
		{"{name}", nil, "{name}", ZH},
		{"{name}", []any{"name"}, "{name}", ZH},
		{"到 {d}", []any{"d", clock.MustDate("2026-02-06")}, "到 2026年2月6日（周五）", ZH},
		{"by {d}", []any{"d", clock.MustDate("2026-02-06")}, "by Fri 6 Feb 2026", EN},
		{"{at}", []any{"at", at}, "2026年2月11日（周三）10:58", ZH},
		{"{at}", []any{"at", at}, "Wed 11 Feb 2026, 10:58", EN},
		{"{s}", []any{"s", Key("common.yes")}, "是", ZH},
		{"{year} 年", []any{"year", 2026}, "2026 年", ZH},
	} {
		s, err := parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.fill(c.loc, c.args); got != c.want {
			t.Errorf("%q with %v: %q, want %q", c.text, c.args, got, c.want)
		}
	}
}

func TestBadSentencesAreRefused(t *testing.T) {
	for _, text := range []string{"{", "{a", "{n?one}", "{}", "{Name}", "{a b}", "x {n?a|b", "{ n }"} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestUnknownKey(t *testing.T) {
	if got := T(EN, "no.such"); got != "no.such" {
		t.Error(got)
	}
	if Has("no.such") || !Has("common.yes") {
		t.Error("Has")
	}
}

func TestFault(t *testing.T) {
	err := fault.Invalid("faults.too_large", "limit", "20 MB")
	if got := Fault(ZH, err); !strings.Contains(got, "20 MB") {
		t.Error(got)
	}
	secret := errors.New("password=x")
	if got := Fault(ZH, secret); got != T(ZH, "faults.internal") {
		t.Errorf("the text of an unnamed error reached a person: %s", got)
	}
}

// A name that brings quotation marks does not nest the same marks in a sentence
// that quotes it, in either language; where nothing quotes it, it stays as it is.
func TestQuotedNames(t *testing.T) {
	const name, within = "开办餐饮店“一件事”", "“开办餐饮店‘一件事’”"
	for _, l := range Locales() {
		if got := T(l, "answers.source.earlier", "detail", name); !strings.Contains(got, within) {
			t.Error(got)
		}
		if got := T(l, "messages.title_case_accepted", "item", name); !strings.Contains(got, name) {
			t.Error(got)
		}
		got := T(l, "messages.text_bundle_stopped", "bundle", name, "item", name, "n", 1, "stopped", name, "going", name, "going_n", 1)
		if strings.Count(got, within) != 2 || strings.Count(got, name) != 2 {
			t.Error(got)
		}
	}
}

// What a sentence opens it closes, or every later place would count as quoted.
func TestQuotationsClose(t *testing.T) {
	for _, l := range Locales() {
		for key, s := range sentences[l] {
			n := marks(s.first)
			for _, p := range s.rest {
				n += marks(p.after)
			}
			if n != 0 {
				t.Errorf("%s %s: quotation marks that do not pair", l, key)
			}
		}
	}
}

func TestLocale(t *testing.T) {
	if From(context.Background()) != ZH || From(With(context.Background(), EN)) != EN {
		t.Error("locale in context")
	}
	for in, want := range map[string]Locale{"en": EN, "zh": ZH, "": ZH, "<script>": ZH, "EN": ZH} {
		if Parse(in) != want {
			t.Errorf("Parse(%q)", in)
		}
	}
}

func TestFormats(t *testing.T) {
	d := clock.MustDate("2026-02-26")
	for got, want := range map[string]string{
		Date(ZH, d): "2026年2月26日（周四）", Date(EN, d): "Thu 26 Feb 2026", Date(ZH, clock.Date{}): "",
		ShortDate(ZH, d): "2月26日（周四）", ShortDate(EN, d): "Thu 26 Feb",
		Number(0): "0", Number(999): "999", Number(1284): "1,284", Number(-1234567): "-1,234,567",
		Money(ZH, 123450): "1,234.50 元", Money(EN, 5): "CNY 0.05", Money(ZH, -5): "-0.05 元", Money(ZH, -123456): "-1,234.56 元",
		Size(0): "0 B", Size(1): "1 B", Size(1025): "2 KB", Size(20 << 20): "20 MB", Size(3355443): "3.2 MB",
		Time(0): "", DateTime(ZH, 0): "",
	} {
		if got != want && !(want == "" && got == "") {
			t.Errorf("%q, want %q", got, want)
		}
	}
	// 23:30 UTC is already the next morning in Shanghai.
	late := now.FromTime(clock.MustDate("2026-02-27").Time().Add(7*60*60*1e9 + 30*60*1e9))
	if got := DateTime(ZH, late); got != "2026年2月27日（周五）07:30" {
		t.Error(got)
	}
}

func TestLoadRefusesMistakes(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for name, fsys := range map[string]fstest.MapFS{
		"twice in two files": {"zh/a.json": file(`{"x.a": "1"}`), "zh/b.json": file(`{"x.a": "2"}`)},
		"twice in one file":  {"zh/a.json": file(`{"x.a": "1", "x.a": "2"}`)},
		"nested":             {"zh/a.json": file(`{"x": {"a": "1"}}`)},
		"number":             {"zh/a.json": file(`{"x.a": 1}`)},
		"no object":          {"zh/a.json": file(`[]`)},
		"cut off":            {"zh/a.json": file(`{"x.a": "1"`)},
		"open brace":         {"zh/a.json": file(`{"x.a": "{n"}`)},
	} {
		if _, err := load(fsys, ZH); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// places lists what a sentence must be given, once each.
func places(s sentence) []string {
	var names []string
	for _, p := range s.rest {
		if !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return names
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	for key, zh := range sentences[ZH] {
		en, ok := sentences[EN][key]
		if !ok {
			t.Errorf("%s has no English", key)
			continue
		}
		if !slices.Equal(places(zh), places(en)) {
			t.Errorf("%s: Chinese needs %v, English %v", key, places(zh), places(en))
		}
		if zh.first == "" && len(zh.rest) == 0 || en.first == "" && len(en.rest) == 0 {
			t.Errorf("%s is empty", key)
		}
	}
	for key := range sentences[EN] {
		if _, ok := sentences[ZH][key]; !ok {
			t.Errorf("%s has no Chinese", key)
		}
	}
}
