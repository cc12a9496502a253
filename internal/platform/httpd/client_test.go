package httpd

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestBehindProxyBelievesOnlyTheLastEntry(t *testing.T) {
	for header, want := range map[string]string{
		"203.0.113.9, 198.51.100.7": "198.51.100.7:0",
		"2001:db8::1":               "[2001:db8::1]:0",
		"not an address":            "192.0.2.1:1234",
		"":                          "192.0.2.1:1234",
	} {
		var got string
		h := BehindProxy(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "192.0.2.1:1234"
		if header != "" {
			r.Header.Set("X-Forwarded-For", header)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
