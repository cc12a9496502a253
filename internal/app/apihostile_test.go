package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/rehearsal"
)

// secret is what must come back nowhere: not in an answer that refuses, not in the log.
const secret = "99000019900307003X"

// hostile are bodies of an act, with what must be said of them.
func hostile() map[string]struct {
	body   []byte
	kind   string
	status int
	code   string
} {
	type c = struct {
		body   []byte
		kind   string
		status int
		code   string
	}
	const js = "application/json"
	return map[string]c{
		"deep":            {[]byte(strings.Repeat("[", 100_000)), js, 400, "api.not_json"},
		"deep objects":    {[]byte(strings.Repeat(`{"reason":`, 20_000)), js, 400, "api.not_json"},
		"huge":            {[]byte(`{"reason":"` + strings.Repeat("九", 400_000) + `"}`), js, 413, "faults.too_large"},
		"cut off":         {[]byte(`{"reason":"` + secret), js, 400, "api.not_json"},
		"two values":      {[]byte(`{"version":1,"reason":"x","article":"y"}{}`), js, 400, "api.not_json"},
		"NUL":             {[]byte(`{"version":1,"reason":"` + secret + `\u0000","article":"y"}`), js, 400, "api.not_json"},
		"not UTF-8":       {[]byte("{\"version\":1,\"reason\":\"\xff\",\"article\":\"y\"}"), js, 400, "api.not_json"},
		"nothing":         {nil, js, 400, "api.no_body"},
		"a text":          {[]byte(`"` + secret + `"`), js, 422, "fault.fields"},
		"a list":          {[]byte(`[{"reason":"` + secret + `"}]`), js, 422, "fault.fields"},
		"null":            {[]byte(`null`), js, 422, "fault.fields"},
		"wrong types":     {[]byte(`{"version":"` + secret + `","reason":990000199003070031,"article":["` + secret + `"]}`), js, 422, "fault.fields"},
		"made-up members": {[]byte(`{"version":1,"reason":"x","article":"y","` + secret + `":1,"` + secret + `.b":2}`), js, 422, "fault.fields"},
		"too long":        {[]byte(`{"version":1,"reason":"` + strings.Repeat(secret, 200) + `","article":"y"}`), js, 422, "fault.fields"},
		"capitals":        {[]byte(`{"version":1,"Reason":"x","ARTICLE":"y"}`), js, 422, "fault.fields"},
		"minus":           {[]byte(`{"version":-1,"reason":"x","article":"y"}`), js, 422, "fault.fields"},
		"out of range":    {[]byte(`{"version":1e400,"reason":"x","article":"y"}`), js, 400, "api.not_json"},
		"many":            {[]byte(`[` + strings.Repeat(`"`+secret+`",`, 8000) + `1]`), js, 422, "fault.fields"},
		"a form":          {[]byte("reason=" + secret), "application/x-www-form-urlencoded", 415, "api.media_type"},
		"XML":             {[]byte("<reason>" + secret + "</reason>"), "text/xml+" + secret, 415, "api.media_type"},
	}
}

// TestAPIHostile: whatever is sent, the answer is a problem in the reader's
// language, says nothing of what was sent, and nothing has happened.
func TestAPIHostile(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	_, id := s.filed()
	for name, c := range hostile() {
		for _, language := range []string{"zh-CN", "en"} {
			s.language = language
			got := s.do("POST", "/api/v1/cases/"+id+"/decline", c.body, "Content-Type", c.kind)
			m := got.problem(t, c.status, c.code)
			if got.header.Get("Content-Language") != map[string]string{"zh-CN": "zh-CN", "en": "en"}[language] {
				t.Errorf("%s: %v", name, got.header)
			}
			if chinese := strings.ContainsRune(m["title"].(string), '的') || strings.ContainsRune(m["title"].(string), '内'); chinese != (language == "zh-CN") {
				t.Errorf("%s in %s: %v", name, language, m["title"])
			}
			if strings.Contains(string(got.answer), secret) || strings.Contains(string(got.answer), "api.") && strings.Contains(fmt.Sprint(m["detail"]), "api.") {
				t.Errorf("%s: %s", name, got.answer)
			}
			if len(got.answer) > 40_000 {
				t.Errorf("%s: an answer of %d bytes", name, len(got.answer))
			}
			errors, _ := m["errors"].([]any)
			for _, e := range errors {
				if detail := fmt.Sprint(at(e, "detail")); detail == "" || strings.HasPrefix(detail, "api.") || strings.Contains(detail, "{") {
					t.Errorf("%s: %v", name, e)
				}
			}
		}
	}
	if c := s.do("GET", "/api/v1/cases/"+id, nil).wants(t, 200); c.text(t, "version") != "1" {
		t.Errorf("%s", c.answer)
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("what was sent stands in the log")
	}
}

// TestAPISubmissionFaults: everything wrong is told at once, where it was sent.
func TestAPISubmissionFaults(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	g := s.guide("remote-medical-record")
	person := map[string]any{"kind": "person", "name": "何示例", "id_number": "99000019900307003" + "0", "evidence": "证件"}
	pointers := func(c *call) (out []string) {
		for _, e := range at(c.problem(t, 422, "fault.fields"), "errors").([]any) {
			out = append(out, fmt.Sprint(at(e, "pointer")))
		}
		slices.Sort(out)
		return out
	}
	send := func(applicant any, answers map[string]any, also ...any) *call {
		body := map[string]any{"guide": g, "applicant": applicant, "answers": answers}
		for i := 0; i+1 < len(also); i += 2 {
			body[also[i].(string)] = also[i+1]
		}
		return s.do("POST", "/api/v1/applications", body)
	}
	before := apptest.Rows(t, a.DB, "application")
	for name, c := range map[string]struct {
		call *call
		want []string
	}{
		"a wrong number":        {send(person, s.answers(g)), []string{"#/applicant/id_number"}},
		"unpublished answers":   {send(sample, map[string]any{"no_such_field": "x", secret: "y"}), []string{"#/answers", "#/answers/no_such_field"}},
		"not declared":          {send(sample, s.answers(g), "file", true), []string{"#/declared"}},
		"nothing answered":      {send(sample, map[string]any{}, "file", true, "declared", true), nil},
		"another's item":        {send(noodles, map[string]any{}), []string{"#/applicant/kind"}},
		"an answer of no type":  {send(sample, map[string]any{"treat_region": map[string]any{"a": secret}}), []string{"#/answers/treat_region"}},
		"a nest for an answer":  {send(sample, map[string]any{"list": []any{[]any{secret}}}), []string{"#/answers/list"}},
		"nothing but an object": {s.do("POST", "/api/v1/applications", map[string]any{}), []string{"#/answers", "#/applicant", "#/guide"}},
	} {
		got := pointers(c.call)
		if c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v\n%s", name, got, c.want, c.call.answer)
		}
		if c.want == nil && (len(got) < 2 || !strings.HasPrefix(got[0], "#/answers/")) {
			t.Errorf("%s: %v", name, got)
		}
		if strings.Contains(string(c.call.answer), secret) {
			t.Errorf("%s: %s", name, c.call.answer)
		}
	}
	s.do("POST", "/api/v1/applications", map[string]any{"guide": "no-such", "applicant": sample, "answers": map[string]any{}}).problem(t, 404, "catalogue.no_local_item")
	if n := apptest.Rows(t, a.DB, "application"); n != before {
		t.Errorf("%d applications came of it", n-before)
	}
	other := map[string]any{"kind": "person", "name": "别的名", "id_number": "990000198803121013", "evidence": "证件"}
	if got := send(other, s.answers(g)).problem(t, 409, "identity.name_differs"); strings.Contains(fmt.Sprint(got), "张示例") {
		t.Error("the name behind a number is told")
	}
}

// TestAPIUploads: what a file may not be.
func TestAPIUploads(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	x := s.drafted("food-business-licence", noodles, nil)
	path, tag := "/api/v1/applications/"+x.text(t, "id")+"/attachments", x.header.Get("ETag")
	s.upload(path, map[string]string{"slot": "biz"}, "程序.png", []byte("MZ"+secret), "If-Match", tag).wants(t, 422)
	s.upload(path, map[string]string{"slot": "biz"}, "空.png", []byte{}, "If-Match", tag).wants(t, 422)
	s.upload(path, map[string]string{"slot": secret}, "照片.png", rehearsal.Picture(), "If-Match", tag).problem(t, 404, "applications.slot_missing")
	s.upload(path, map[string]string{}, "照片.png", rehearsal.Picture(), "If-Match", tag).problem(t, 422, "fault.fields")
	s.upload(path, map[string]string{"slot": "biz"}, "照片.png", nil, "If-Match", tag).problem(t, 422, "fault.fields")
	s.upload(path, map[string]string{"slot": "biz"}, "照片.png", rehearsal.Picture()).problem(t, 422, "fault.fields")
	s.upload(path, map[string]string{"slot": "biz"}, "照片.png", rehearsal.Picture(), "If-Match", tag, "Idempotency-Key", "").problem(t, 422, "fault.fields")
	s.do("POST", path, map[string]any{"slot": "biz"}, "If-Match", tag).problem(t, 422, "api.not_multipart")
	s.do("POST", path, []byte("--x\r\n\r\n"), "Content-Type", "multipart/form-data; boundary=x", "If-Match", tag).wants(t, 422)
	large := append(rehearsal.Picture(), bytes.Repeat([]byte{1}, 21<<20)...)
	s.upload(path, map[string]string{"slot": "biz"}, "大.png", large, "If-Match", tag).problem(t, 422, "blob.too_large")
	if y := s.do("GET", "/api/v1/applications/"+x.text(t, "id"), nil).wants(t, 200); y.header.Get("ETag") != tag {
		t.Errorf("%s", y.answer)
	}
	s.upload(path, map[string]string{"slot": "biz"}, "a\x00.png", rehearsal.Picture(), "If-Match", tag).problem(t, 422, "api.not_multipart")
	odd := s.upload(path, map[string]string{"slot": "biz"}, `..\..\a.png`, rehearsal.Picture(), "If-Match", tag).wants(t, 201)
	if name := odd.text(t, "slots.0.attachments.0.name"); strings.ContainsAny(name, "\\/\x00") {
		t.Errorf("%q", name)
	}
}

// TestAPIElsewhere: what goes wrong before an operation is told to a program too.
func TestAPIElsewhere(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	s.do("GET", "/api/v1/nothing", nil).problem(t, 404, "faults.page")
	s.do("GET", "/api/v2/items", nil).problem(t, 404, "faults.page")
	s.do("DELETE", "/api/v1/items", nil).problem(t, 405, "faults.method")
	s.do("GET", "/api/v1/cases/%00", nil).problem(t, 404, "faults.page")
	s.do("GET", "/api/v1/cases?item=%FF", nil).problem(t, 404, "faults.page")
	s.do("GET", "/api/v1/cases?"+secret+"=1", nil).problem(t, 422, "fault.fields")
	s.do("GET", "/api/v1/cases?limit=0", nil).problem(t, 422, "fault.fields")
	s.do("GET", "/api/v1/cases?after=x", nil).problem(t, 422, "fault.fields")
	s.do("GET", "/api/v1/cases?submitted_from=2026-02-30", nil).problem(t, 422, "fault.fields")
	s.do("GET", "/api/v1/case-numbers/445103202603020000171", nil).problem(t, 422, "cases.number_wrong")
	s.do("GET", "/api/v1/cases/0197f0c0-4c00-7000-8000-000000000001", nil).problem(t, 404, "cases.missing")
	foreign := s.do("POST", "/api/v1/licences/check", map[string]any{"token": "x"}, "Sec-Fetch-Site", "cross-site")
	foreign.problem(t, 403, "faults.cross_site")
	nobody := &system{office: s.office, language: "en"}
	c := nobody.do("GET", "/api/v1/items", nil)
	if c.problem(t, 401, "faults.sign_in"); c.header.Get("WWW-Authenticate") != "Bearer" || c.header.Get("Content-Language") != "en" {
		t.Error(c.header)
	}
	spec := nobody.do("GET", "/api/v1/openapi.json", nil).wants(t, 200)
	if spec.header.Get("Content-Type") != "application/openapi+json" || !json.Valid(spec.answer) {
		t.Error(spec.header)
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("a made-up parameter stands in the log")
	}
}
