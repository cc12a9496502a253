package api

import (
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
)

func TestLanguage(t *testing.T) {
	for header, want := range map[string]lang.Locale{
		"": lang.ZH, "zh-CN": lang.ZH, "en": lang.EN, "en-GB,en;q=0.9": lang.EN, "zh,en;q=0.9": lang.ZH, "en;q=0.8, zh;q=0.9": lang.ZH,
		"fr": lang.ZH, "en;q=0": lang.ZH, "en;q=x": lang.ZH, "en;q=9": lang.ZH, ";;;,,,": lang.ZH, strings.Repeat("fr,", 100) + "en": lang.ZH,
		"de, EN-us;q=0.3": lang.EN,
	} {
		if got := localeOf(header); got != want {
			t.Errorf("%.40q: %v, want %v", header, got, want)
		}
	}
}

func TestVersionSeen(t *testing.T) {
	for _, c := range []struct {
		head string
		body int64
		want int64
		code string
	}{
		{`"3"`, 0, 3, ""}, {`3`, 0, 3, ""}, {`W/"3"`, 0, 3, ""}, {``, 3, 3, ""}, {`"3"`, 3, 3, ""},
		{``, 0, 0, "api.version_required"}, {`"3"`, 4, 0, "api.version_differs"}, {`*`, 3, 0, "api.version_wrong"},
		{`"0"`, 0, 0, "api.version_wrong"}, {`"-1"`, 0, 0, "api.version_wrong"}, {`"99999999999999999999"`, 0, 0, "api.version_wrong"},
	} {
		got, err := version(c.head, c.body)
		e, _ := fault.As(err)
		if got != c.want || (c.code == "") != (err == nil) || err != nil && e.Fields[0].Code != c.code {
			t.Errorf("%q %d: %d %v", c.head, c.body, got, err)
		}
	}
}

func TestCursor(t *testing.T) {
	due := clock.MustDate("2026-03-09")
	p, err := readCursor(cursor(due, "0197f0c0-4c00-7000-8000-000000000001"))
	if err != nil || p.Due != due || p.ID != "0197f0c0-4c00-7000-8000-000000000001" {
		t.Fatal(p, err)
	}
	if p, err := readCursor(cursor(clock.Date{}, "x")); err != nil || p.ID != "x" || !p.Due.IsZero() {
		t.Fatal(p, err) // ended cases have no due date
	}
	enc := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, bad := range []string{"!", enc("2026-03-09"), enc("2026-03-09|"), enc("2026-13-09|x"), enc("2026-03-09|a\x00b"), enc("|\xff")} {
		if _, err := readCursor(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestNothingSentIsShown: whatever a program makes up as the name of a member, a
// number of a document or a telephone does not come back.
func TestNothingSentIsShown(t *testing.T) {
	for field, want := range map[string]string{
		"answers.phone": "answers.phone", "applicant.id_number": "applicant.id_number", "defects.12.key": "defects.12.key", "rows.3.name": "rows.3.name",
		"header.Idempotency-Key": "header.Idempotency-Key", "answers.99000019900307003X": "answers", "13000000001": "", "answers.E12345678": "answers",
		"answers.张三": "answers", "a b": "", "device2_record": "device2_record", "": "",
	} {
		if got := shown(field); got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		number := rapid.StringMatching(`[0-9]{4,18}[0-9X]`).Draw(rt, "number")
		field := rapid.SampledFrom([]string{"", "answers.", "applicant."}).Draw(rt, "place") + number
		if strings.Contains(shown(field), number) {
			rt.Fatalf("%s is shown", field)
		}
	})
	for field, want := range map[string]string{"": "#", "answers.phone": "#/answers/phone", "query.limit": "", "material.biz": ""} {
		if got := pointerTo(field); got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]string{"phone": "#/answers/phone", "applicant.name": "#/applicant/name", "declared": "#/declared", "material.biz": "", "rows.0.a": "#/answers/rows/0/a"} {
		if got := pointerTo(underAnswers(field)); got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
	if filingPointer("answers.phone") != "" || filingPointer("declared") != "#/declared" {
		t.Error("a filing points at what it did not send")
	}
}

// FuzzParameters: what comes in headers and queries is read without harm.
func FuzzParameters(f *testing.F) {
	f.Add("zh;q=1", `"3"`, cursor(clock.MustDate("2026-03-09"), "x"), "body.answers[2].phone")
	f.Add("en;q=", "W/", "====", "....")
	f.Fuzz(func(t *testing.T, language, ifMatch, after, location string) {
		localeOf(language)
		if v, err := version(ifMatch, 0); err == nil && v < 1 {
			t.Errorf("version %d", v)
		}
		if p, err := readCursor(after); err == nil && after != "" {
			if again, err := readCursor(cursor(p.Due, p.ID)); err != nil || again != p {
				t.Errorf("%v, %v", again, p)
			}
		}
		if field := shown(place(location)); !strings.HasPrefix(place(location), field) {
			t.Errorf("%q shows %q", location, field)
		}
	})
}
