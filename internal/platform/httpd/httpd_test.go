package httpd_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"yimen/internal/platform/httpd"
)

func wrap(t *testing.T, log io.Writer, h http.HandlerFunc) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/{rest...}", h)
	return httpd.Wrap(httpd.Options{Handler: mux, Log: slog.New(slog.NewTextHandler(log, nil)), MaxBody: 100})
}

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHeadersAndRequestID(t *testing.T) {
	var inside string
	h := wrap(t, io.Discard, func(w http.ResponseWriter, r *http.Request) { inside = httpd.RequestID(r.Context()) })
	w := get(h, "/x", "X-Request-Id", "forged")
	if id := w.Header().Get("X-Request-Id"); id == "" || id == "forged" || id != inside {
		t.Errorf("request id %q, inside %q", id, inside)
	}
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %q", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Error("unsafe in the policy")
	}
	if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") == "" {
		t.Error("headers", w.Header())
	}
}

func TestLogHoldsNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	h := wrap(t, &log, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	get(h, "/v/secrettoken?q=%E5%BC%A0%E7%A4%BA%E4%BE%8B&id=1", "Cookie", "s=cookievalue", "User-Agent", "agentvalue")
	line := log.String()
	for _, bad := range []string{"secrettoken", "q=", "cookievalue", "agentvalue", "192.0.2"} {
		if strings.Contains(line, bad) {
			t.Errorf("the log shows %q: %s", bad, line)
		}
	}
	for _, want := range []string{"status=418", "method=GET", "route=/{rest...}"} {
		if !strings.Contains(line, want) {
			t.Errorf("the log lacks %q: %s", want, line)
		}
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	h := wrap(t, &log, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "half=done")
		panic("boom")
	})
	w := get(h, "/x")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "boom") {
		t.Error(w.Code, w.Body)
	}
	if !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) || w.Header().Get("Set-Cookie") != "" {
		t.Error("reference missing or header of the failed handler left:", w.Body, w.Header())
	}
	if w.Header().Get("Content-Security-Policy") == "" {
		t.Error("policy lost")
	}
	if !strings.Contains(log.String(), "boom") || !strings.Contains(log.String(), "httpd_test.go") {
		t.Error("panic not logged with its stack:", log.String())
	}
}

func TestPanicAfterFirstByteCutsTheConnection(t *testing.T) {
	h := wrap(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("half"))
		_ = http.NewResponseController(w).Flush()
		panic("late")
	})
	srv := httptest.NewServer(h)
	defer srv.Close()
	res, err := http.Get(srv.URL)
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("half an answer looked complete")
	}
}

func TestBodyLimit(t *testing.T) {
	read := func(limit int64, size int) error {
		var err error
		h := wrap(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
			if limit > 0 {
				httpd.LimitBody(r, limit)
			}
			_, err = io.ReadAll(r.Body)
		})
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", size)))
		h.ServeHTTP(httptest.NewRecorder(), r)
		return err
	}
	if err := read(0, 100); err != nil {
		t.Error("within the limit:", err)
	}
	limit, ok := httpd.TooLarge(read(0, 101))
	if !ok || limit != 100 {
		t.Error("beyond the limit:", limit, ok)
	}
	if err := read(200, 150); err != nil {
		t.Error("raised limit:", err)
	}
	if _, ok := httpd.TooLarge(read(50, 51)); !ok {
		t.Error("lowered limit not kept")
	}
	if _, ok := httpd.TooLarge(io.EOF); ok {
		t.Error("EOF is not too large")
	}
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestCompression(t *testing.T) {
	long := strings.Repeat("政务服务 ", 400)
	huge := strings.Repeat(strings.Repeat("0123456789abcdefghij", 7)+"\n", 5000)
	for name, c := range map[string]struct {
		contentType, body, accept string
		zipped                    bool
	}{
		"text":         {"text/html; charset=utf-8", long, "gzip, br", true},
		"json":         {"application/problem+json", long, "br;q=1, gzip;q=0.5", true},
		"sniffed":      {"", "<html>" + long, "gzip", true},
		"huge":         {"text/plain", huge, "gzip", true},
		"short":        {"text/html", "short", "gzip", false},
		"picture":      {"image/png", long, "gzip", false},
		"not accepted": {"text/html", long, "br", false},
		"refused":      {"text/html", long, "gzip;q=0", false},
	} {
		h := wrap(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
			if c.contentType != "" {
				w.Header().Set("Content-Type", c.contentType)
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(c.body)))
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, c.body[:len(c.body)/2])
			_, _ = io.WriteString(w, c.body[len(c.body)/2:])
		})
		w := get(h, "/", "Accept-Encoding", c.accept)
		got := w.Body.String()
		if zipped := w.Header().Get("Content-Encoding") == "gzip"; zipped != c.zipped {
			t.Errorf("%s: gzip %v", name, zipped)
		} else if zipped {
			if w.Body.Len() >= len(c.body) {
				t.Errorf("%s: grew to %d", name, w.Body.Len())
			}
			got = unzip(t, w.Body.Bytes())
		}
		if got != c.body || w.Code != http.StatusAccepted {
			t.Errorf("%s: %d, %d bytes", name, w.Code, len(got))
		}
		if n := w.Header().Get("Content-Length"); n != "" && n != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%s: Content-Length %s for %d bytes", name, n, w.Body.Len())
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Vary %q", name, w.Header().Get("Vary"))
		}
	}
}

func TestAnswersWithoutBody(t *testing.T) {
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified, http.StatusSeeOther} {
		h := wrap(t, io.Discard, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		w := get(h, "/", "Accept-Encoding", "gzip")
		if w.Code != status || w.Body.Len() != 0 || w.Header().Get("Content-Encoding") != "" {
			t.Error(status, w.Code, w.Header())
		}
	}
	h := wrap(t, io.Discard, func(http.ResponseWriter, *http.Request) {})
	if w := get(h, "/", "Accept-Encoding", "gzip"); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Error("silent handler", w.Code)
	}
}

func TestFlushSendsWhatThereIs(t *testing.T) {
	more := make(chan struct{})
	h := wrap(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, strings.Repeat("first ", 300))
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-more
		_, _ = io.WriteString(w, "second")
	})
	srv := httptest.NewServer(h)
	defer srv.Close()
	res, err := http.Get(srv.URL) // the client asks for gzip and unpacks it
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	first := make([]byte, 6)
	if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "first " {
		t.Fatal(string(first), err)
	}
	close(more)
	rest, err := io.ReadAll(res.Body)
	if err != nil || !strings.HasSuffix(string(rest), "second") {
		t.Error(err, len(rest))
	}
}

func TestStatic(t *testing.T) {
	css := strings.Repeat("a{color:red}", 200)
	s, err := httpd.NewStatic(fstest.MapFS{
		"a.css": {Data: []byte(css)}, "sub/b.svg": {Data: []byte("<svg/>")},
	}, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	path := s.Path("a.css")
	w := get(s, path, "Accept-Encoding", "gzip")
	if w.Code != http.StatusOK || unzip(t, w.Body.Bytes()) != css || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") ||
		!strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Error(w.Code, w.Header())
	}
	if w := get(s, path); w.Body.String() != css || w.Header().Get("Content-Length") != strconv.Itoa(len(css)) {
		t.Error("plain", w.Header())
	}
	if w := get(s, path, "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Error(w.Code)
	}
	for _, bad := range []string{"/assets/a.css", "/assets/", "/assets/../go.mod", "/assets/a-0000000000.css"} {
		if w := get(s, bad); w.Code != http.StatusNotFound {
			t.Error(bad, w.Code)
		}
	}
	if s.WireSize("a.css") >= len(css) || s.WireSize("sub/b.svg") != 6 {
		t.Error("sizes", s.WireSize("a.css"), s.WireSize("sub/b.svg"))
	}
	if _, err := httpd.NewStatic(fstest.MapFS{"x.zzz": {Data: []byte("x")}}, "/"); err == nil {
		t.Error("a file of no known type was taken")
	}
}

func TestShutdownFinishesWhatRuns(t *testing.T) {
	entered := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		time.Sleep(200 * time.Millisecond)
		_, _ = io.WriteString(w, "done")
	})
	ctx, stop := context.WithCancel(context.Background())
	s, err := httpd.Bind(ctx, httpd.Options{Handler: h, Log: slog.New(slog.DiscardHandler), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + s.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-entered
	stop()
	if got := <-answer; got != "done" {
		t.Error("running request:", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.DialTimeout("tcp", s.Addr().String(), time.Second); err == nil {
		t.Error("still listening")
	}
}

func TestAddressInUse(t *testing.T) {
	o := httpd.Options{Handler: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler), Listen: "127.0.0.1:0"}
	s, err := httpd.Bind(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Listen = s.Addr().String()
	if _, err := httpd.Bind(context.Background(), o); err == nil {
		t.Error("bound twice")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}

// A client that sends half a body and then nothing must not hold a connection.
func TestStalledBodyIsCut(t *testing.T) {
	ended := make(chan error, 1)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		ended <- err
	})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	s, err := httpd.Bind(ctx, httpd.Options{Handler: h, Log: slog.New(slog.DiscardHandler), Listen: "127.0.0.1:0", Stall: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Run(ctx) }()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
	select {
	case err := <-ended:
		if err == nil {
			t.Error("half a body was taken for whole")
		}
	case <-time.After(5 * time.Second):
		t.Error("still waiting for the rest")
	}
}
