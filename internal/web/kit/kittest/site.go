package kittest

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/httpd"
	"yimen/internal/platform/now"
	"yimen/internal/web/kit"
)

// At is the instant the test site's clock shows: 2026-02-11 10:32 in Asia/Shanghai.
var At = now.FromTime(time.Date(2026, 2, 11, 2, 32, 0, 0, time.UTC))

// Site is a router with routes under test.
type Site struct {
	t        testing.TB
	handler  http.Handler
	Router   *kit.Router
	Kit      *kit.Kit
	sessions *sessions
	Log      *bytes.Buffer
}

// New makes a site with the routes. Its sessions are those of Site.As.
func New(t testing.TB, routes ...kit.Route) *Site {
	t.Helper()
	return With(t, kit.Options{}, routes...)
}

// With is New with options of one's own; Sessions, Log and Now are filled in
// where they are missing.
func With(t testing.TB, o kit.Options, routes ...kit.Route) *Site {
	t.Helper()
	s := &Site{t: t, sessions: &sessions{actors: map[string]gov.Actor{}}, Log: &bytes.Buffer{}}
	if o.Sessions == nil {
		o.Sessions = s.sessions
	}
	if o.Tokens == nil {
		o.Tokens = s.sessions
	}
	if o.Now == nil {
		o.Now = func() now.Instant { return At }
	}
	log := slog.New(slog.NewTextHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if o.Log == nil {
		o.Log = log
	}
	s.Kit = kit.New(o)
	s.Router = s.Kit.Router()
	s.Router.Add(routes...)
	s.handler = httpd.Wrap(httpd.Options{Handler: s.Router, Log: log, OnPanic: s.Kit.OnPanic()})
	return s
}

// Handler is the whole stack, for benchmarks and for servers of browser tests.
func (s *Site) Handler() http.Handler { return s.handler }

// As is a visitor signed in as this actor. An actor without an account gets one.
func (s *Site) As(actor gov.Actor) *Visitor {
	if actor.Account == "" {
		actor.Account = "account-of-" + actor.Name
	}
	return &Visitor{site: s, cookies: map[string]string{"yimen_session": s.sessions.add(actor)}}
}

// Anyone is a visitor who is not signed in.
func (s *Site) Anyone() *Visitor { return &Visitor{site: s, cookies: map[string]string{}} }

// Program calls with a bearer token that has these scopes.
func (s *Site) Program(actor gov.Actor, scopes ...string) *Visitor {
	token := s.sessions.add(actor)
	s.sessions.scopes = scopes
	return &Visitor{site: s, cookies: map[string]string{}, bearer: token}
}

// sessions is a fake of identity: a token is the number of its actor.
type sessions struct {
	mu     sync.Mutex
	actors map[string]gov.Actor
	scopes []string
}

func (s *sessions) add(a gov.Actor) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := "token-" + strconv.Itoa(len(s.actors)+1)
	s.actors[token] = a
	return token
}

// Authenticate implements kit.Sessions.
func (s *sessions) Authenticate(_ context.Context, token string) (gov.Actor, kit.SessionInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.actors[token]
	if !ok {
		return gov.Actor{}, kit.SessionInfo{}, fault.Missing("faults.sign_in")
	}
	return a, kit.SessionInfo{ID: token, Idle: 30 * time.Minute}, nil
}

// AuthenticateToken implements kit.Tokens.
func (s *sessions) AuthenticateToken(ctx context.Context, token string) (gov.Actor, []string, error) {
	a, _, err := s.Authenticate(ctx, token)
	return a, s.scopes, err
}

// Visitor is a browser: it keeps cookies and follows nothing by itself.
type Visitor struct {
	site    *Site
	cookies map[string]string
	bearer  string
}

// Cookie sets a cookie, such as yimen_lang=en or yimen_size=large.
func (v *Visitor) Cookie(name, value string) *Visitor {
	v.cookies[name] = value
	return v
}

// Get fetches a page and checks its HTML.
func (v *Visitor) Get(path string) *Answer {
	return v.Do(httptest.NewRequest(http.MethodGet, path, http.NoBody))
}

// Post sends a form.
func (v *Visitor) Post(path string, form url.Values) *Answer {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.Do(r)
}

// Upload sends a multipart form: first the values, then one file under field.
func (v *Visitor) Upload(path string, form url.Values, field, name string, content []byte) *Answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range form {
		for _, value := range values {
			_ = w.WriteField(key, value) // a bytes.Buffer does not fail
		}
	}
	if part, err := w.CreateFormFile(field, name); err == nil {
		_, _ = part.Write(content)
	}
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return v.Do(r)
}

// Do sends any request with the visitor's cookies and keeps the new ones.
func (v *Visitor) Do(r *http.Request) *Answer {
	v.site.t.Helper()
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if v.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	rec := httptest.NewRecorder()
	v.site.handler.ServeHTTP(rec, r)
	result := rec.Result()
	defer result.Body.Close()
	for _, c := range result.Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c.Value
		}
	}
	a := &Answer{Status: rec.Code, Header: rec.Header(), Body: rec.Body.String()}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && a.Header.Get("Content-Encoding") == "" && a.Header.Get("Content-Disposition") == "" && r.Method != http.MethodHead && a.Body != "" && a.Status/100 != 3 {
		checkHTML(named{v.site.t, r.Method + " " + r.URL.Path}, a)
	}
	a.Doc = htmlcheck.Parse(a.Body)
	return a
}

// checkHTML reports what is wrong with a page. A frozen document carries its own
// style, and its policy says so.
func checkHTML(t htmlcheck.TB, a *Answer) {
	t.Helper()
	frozen := strings.Contains(a.Header.Get("Content-Security-Policy"), "style-src 'unsafe-inline'")
	for _, p := range htmlcheck.Problems(a.Body) {
		if !frozen || p != "inline style element" {
			t.Errorf("html: %s", p)
		}
	}
}

// named puts the address before each problem found in its HTML.
type named struct {
	testing.TB
	name string
}

// Errorf reports to the test with the address in front.
func (n named) Errorf(format string, args ...any) {
	n.Helper()
	n.TB.Errorf(n.name+": "+format, args...)
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	Doc    *htmlcheck.Doc
}

// Wants checks the status and that the page's text holds each of the words.
func (a *Answer) Wants(t testing.TB, status int, words ...string) *Answer {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d: %s", a.Status, status, a.Doc.Text("main"))
	}
	text := a.Doc.Text("html")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q on the page: %s", w, a.Doc.Text("main"))
		}
	}
	return a
}

// Reads fails the test unless each word is by itself what some element says: for words
// that are also part of others.
func (a *Answer) Reads(t testing.TB, words ...string) *Answer {
	t.Helper()
	for _, w := range words {
		if !a.Doc.Reads("main *", w) {
			t.Errorf("nothing reads %q on the page: %s", w, a.Doc.Text("main"))
		}
	}
	return a
}

// Lacks checks that none of the words are anywhere in the answer.
func (a *Answer) Lacks(t testing.TB, words ...string) *Answer {
	t.Helper()
	for _, w := range words {
		if strings.Contains(a.Body, w) {
			t.Errorf("%q stands in the answer", w)
		}
	}
	return a
}

// Redirects checks that the answer leads to this address (303).
func (a *Answer) Redirects(t testing.TB, to string) *Answer {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != to {
		t.Errorf("status %d to %q, want a redirect to %q: %s", a.Status, a.Header.Get("Location"), to, a.Doc.Text("main"))
	}
	return a
}
