package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yimen/internal/api"
	"yimen/internal/gov"
	"yimen/internal/platform/goldtest"
)

// Examples of openapi.json are recordings: the story is played on both databases,
// what differs from day to day is given a fixed value by its member's name, and
// the rest must be what stands in internal/api/examples.

// fixed are the values of members that differ from run to run.
var fixed = map[string]any{
	"submitted_on": "2026-03-02", "accepted_on": "2026-03-02", "decided_on": "2026-03-02", "delivered_on": "2026-03-02", "issued_on": "2026-03-02",
	"valid_from": "2026-03-02", "on": "2026-03-02", "accept_due": "2026-03-09", "promised_due": "2026-03-16", "statutory_due": "2026-03-30",
	"deliver_due": "2026-03-16", "correction_due": "2026-04-01", "due_on": "2026-03-16", "valid_to": "2031-03-01", "expires_on": "2026-04-01",
	"started_at": "2026-03-02T02:30:00.000Z", "saved_at": "2026-03-02T02:30:00.000Z", "filed_at": "2026-03-02T02:30:00.000Z",
	"added_at": "2026-03-02T02:30:00.000Z", "submitted_at": "2026-03-02T02:30:00.000Z", "ended_at": "2026-03-02T02:30:00.000Z",
	"published_at": "2026-01-05T01:00:00.000Z", "at": "2026-03-02T02:30:00.000Z", "time": "2026-03-02T02:30:00.000Z", "told_at": "2026-03-02T02:30:00.000Z",
	"position": 1042, "letter": "潮安市监（受）〔2026〕12号", "identifier": "1.2.156.3005.2.11990000YM0000024U001.11990000YM0000024U.4451032026000012.001.X",
	"start": "2026-03-02", "stop": "2026-03-02", "due": "2026-03-09", "projected_due": "2026-04-01", "served_on": "2026-03-02",
	"consented_at": "2026-03-02T02:30:00.000Z", "since": "2026-03-02", "step_due": "2026-03-12", "resume_due": "2026-03-16", "provisional": false, "After": "", "total": 1, "Idempotency-Key": "2f1c7a50-scjg-000017",
}

var (
	anyUUID  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyToken = regexp.MustCompile(`\b[a-km-np-z2-9]{26}\b`)
)

// still gives every value that differs from run to run a fixed one.
type still struct{ ids map[string]string }

func (s *still) value(member string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return s.object(v)
	case []any:
		if len(v) > 2 && member != "parameters" { // two of a list show what it is
			v = v[:2]
		}
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = s.value(member, x)
		}
		return out
	case string:
		if f, ok := fixed[member]; ok && v != "" {
			return f
		}
		if _, err := gov.ParseCaseNumber(v); err == nil {
			n, _ := gov.ComposeCaseNumber("445103000000", "2026-03-02", 17)
			return string(n)
		}
		if member == "number" && strings.Contains(v, "-4451") {
			return regexp.MustCompile(`\d{4}-\d{6}$`).ReplaceAllString(v, "2026-000012")
		}
		v = anyUUID.ReplaceAllStringFunc(v, func(id string) string {
			if s.ids[id] == "" {
				s.ids[id] = fmt.Sprintf("0197f0c0-4c00-7000-8000-%012d", len(s.ids)+1)
			}
			return s.ids[id]
		})
		return anyToken.ReplaceAllString(v, "k3m9x7q2w8e4r6t5y2u3n7p9ab")
	case json.Number, bool:
		if f, ok := fixed[member]; ok {
			return f
		}
	}
	return v
}

func (s *still) object(m map[string]any) any {
	if _, ok := m["$schema"]; ok { // a form's schema: three of its fields show what it is
		properties, _ := m["properties"].(map[string]any)
		for i, name := range slices.Sorted(maps.Keys(properties)) {
			if i >= 3 {
				delete(properties, name)
			}
		}
		delete(m, "required")
		delete(m, "allOf")
		delete(m, "dependentRequired")
	}
	out := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out[k] = s.value(k, m[k])
	}
	if next, ok := out["next"].(json.Number); ok && next != "" {
		out["next"] = 1042
	}
	return out
}

// record compares a call with the example of an operation.
func (c *call) record(t *testing.T, operation string, parameters map[string]any) *call {
	t.Helper()
	x := api.Example{Parameters: map[string]any{}, Status: c.status}
	for k, v := range parameters {
		x.Parameters[k] = v
	}
	for _, name := range []string{"Idempotency-Key", "If-Match"} {
		if v, ok := c.headers[name]; ok && c.method != "GET" && operation != "check-licence" {
			x.Parameters[name] = v
		}
	}
	if strings.HasPrefix(c.headers["Content-Type"], "application/json") {
		if err := json.Unmarshal(c.body, &x.Body); err != nil {
			t.Fatal(err)
		}
	} else if len(c.body) > 0 {
		x.Body = map[string]any{"slot": parameters["slot"], "file": "照片.png"}
		delete(x.Parameters, "slot")
	}
	x.Answer = c.json(t)
	plain, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var whole map[string]any
	d := json.NewDecoder(bytes.NewReader(plain))
	d.UseNumber()
	if err := d.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	s := still{ids: map[string]string{}}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s.object(whole)); err != nil {
		t.Fatal(err)
	}
	goldtest.File(t, filepath.Join("..", "api", "examples", operation+".json"), b.String())
	return c
}
