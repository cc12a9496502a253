package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/httpd"
	"yimen/internal/platform/id"
)

// office is an installation as department systems see it: one address, and a log
// that is read afterwards.
type office struct {
	*app.App
	handler http.Handler
	log     *bytes.Buffer
}

func newOffice(a *app.App) *office {
	o := &office{App: a, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a.Log = log
	o.handler = httpd.Wrap(httpd.Options{Handler: a.Router(), Log: log})
	return o
}

var installer = identity.System("test", gov.Import)

// system is a department's system with a token.
type system struct {
	*office
	account, token string
	language       string
}

// post is a role at the body of a department in the demo region.
type post struct {
	role gov.Role
	at   string
}

// everywhere are the posts of a system that does the whole line by itself, but the
// review, for which there must be a second pair of eyes.
var everywhere = []post{{gov.RoleClerk, "zs"}, {gov.RoleOutlet, "zs"}, {gov.RoleOfficer, "scjg"}, {gov.RoleApprover, "scjg"},
	{gov.RoleOfficer, "sw"}, {gov.RoleApprover, "sw"}, {gov.RoleOfficer, "yb"}, {gov.RoleApprover, "yb"}, {gov.RoleOfficer, "tax"}, {gov.RoleApprover, "tax"}}

func (o *office) system(t *testing.T, login string, posts []post, scopes ...identity.TokenScope) *system {
	t.Helper()
	ctx := t.Context()
	s, err := o.Identity.CreateService(ctx, installer, identity.StaffInput{Name: "业务系统" + login, Login: login, Region: "445103"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range posts {
		b, err := o.Identity.BodyAt(ctx, o.DB, p.at, "445103000000")
		if err != nil {
			t.Fatal(p.at, err)
		}
		if _, err := o.Identity.AddPost(ctx, installer, identity.PostInput{Account: s.ID, Body: b.ID, Role: p.role}); err != nil {
			t.Fatal(err)
		}
	}
	if len(scopes) == 0 {
		scopes = identity.TokenScopes()
	}
	_, secret, err := o.Identity.IssueToken(ctx, installer, s.ID, "测试令牌", scopes, o.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return &system{office: o, account: s.ID, token: secret}
}

// call is one request and its answer.
type call struct {
	method, path string
	headers      map[string]string
	body         []byte
	status       int
	header       http.Header
	answer       []byte
}

// do sends body (marshalled unless it is bytes) and reads the answer. POST gets a
// new Idempotency-Key unless headers name one.
func (s *system) do(method, path string, body any, headers ...string) *call {
	c := &call{method: method, path: path, headers: map[string]string{}}
	switch b := body.(type) {
	case nil:
	case []byte:
		c.body = b
	default:
		c.body, _ = json.Marshal(body)
		c.headers["Content-Type"] = "application/json"
	}
	if method == http.MethodPost || method == http.MethodPut {
		c.headers["Idempotency-Key"] = "key-" + id.New()
	}
	for i := 0; i+1 < len(headers); i += 2 {
		c.headers[headers[i]] = headers[i+1]
	}
	return s.send(c)
}

func (s *system) send(c *call) *call {
	r := httptest.NewRequest(c.method, c.path, bytes.NewReader(c.body))
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	if s.language != "" {
		r.Header.Set("Accept-Language", s.language)
	}
	for k, v := range c.headers {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	c.status, c.header, c.answer = w.Code, w.Header(), w.Body.Bytes()
	return c
}

// upload sends a file as a form would.
func (s *system) upload(path string, values map[string]string, name string, content []byte, headers ...string) *call {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, k := range []string{"slot", "version"} {
		if v, ok := values[k]; ok {
			_ = w.WriteField(k, v)
		}
	}
	if content != nil {
		part, _ := w.CreateFormFile("file", name)
		_, _ = part.Write(content)
	}
	w.Close()
	return s.do(http.MethodPost, path, b.Bytes(), append([]string{"Content-Type", w.FormDataContentType()}, headers...)...)
}

// wants checks the status; a problem is shown whole.
func (c *call) wants(t *testing.T, status int) *call {
	t.Helper()
	if c.status != status {
		t.Fatalf("%s %s: %d, want %d\n%s", c.method, c.path, c.status, status, c.answer)
	}
	return c
}

// problem checks status and code, and that it is a problem for programs.
func (c *call) problem(t *testing.T, status int, code string) map[string]any {
	t.Helper()
	m := c.wants(t, status).json(t)
	if m["code"] != code || m["type"] != "urn:yimen:fault:"+code || c.header.Get("Content-Type") != httpd.ProblemType {
		t.Fatalf("%s %s: %s, want %s (%s)", c.method, c.path, c.answer, code, c.header.Get("Content-Type"))
	}
	return m
}

func (c *call) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(c.answer))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%s %s: %v\n%s", c.method, c.path, err, c.answer)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Fatalf("%s %s: more than one value", c.method, c.path)
	}
	return m
}

// at reads a member: "slots.0.key".
func at(v any, path string) any {
	for _, part := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (c *call) text(t *testing.T, path string) string {
	t.Helper()
	v := at(c.json(t), path)
	if v == nil {
		t.Fatalf("%s %s: no %s in %s", c.method, c.path, path, c.answer)
	}
	return fmt.Sprint(v)
}

// formField is an element of the dictionary as a field of its own.
func formField(e set.Element) form.Field {
	return form.Field{Key: e.Key, Type: e.Type, Options: e.Options, Columns: e.Columns}
}
