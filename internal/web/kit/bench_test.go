package kit_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/ui"
)

// BenchmarkPage compares a kept page, for nobody and for a signed-in visitor,
// with one drawn each time, all through the whole stack.
func BenchmarkPage(b *testing.B) {
	draw := func() (ui.Page, templ.Component, error) {
		return ui.Page{Title: "x"}, text("<h1>x</h1>" + strings.Repeat("<p>一段正文</p>", 1500)), nil
	}
	site := kittest.New(b,
		get("/kept", kit.Public(), func(q *kit.Request) error { return q.Cached("/kept", "g", draw) }),
		get("/drawn", kit.Public(), func(q *kit.Request) error {
			p, body, err := draw()
			if err != nil {
				return err
			}
			return q.Render(p, body)
		}))
	handler := site.Handler()
	for name, c := range map[string]struct{ path, cookie, accept string }{
		"kept/anyone": {"/kept", "", ""}, "kept/anyone/gzip": {"/kept", "", "gzip"},
		"kept/signed-in": {"/kept", "yimen_session=token-1", ""}, "kept/signed-in/gzip": {"/kept", "yimen_session=token-1", "gzip"},
		"drawn/anyone": {"/drawn", "", ""}, "drawn/anyone/gzip": {"/drawn", "", "gzip"},
	} {
		site.As(resident)
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, c.path, http.NoBody)
			r.Header.Set("Cookie", c.cookie)
			r.Header.Set("Accept-Encoding", c.accept)
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
