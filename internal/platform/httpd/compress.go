package httpd

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

const (
	smallest    = 1 << 10   // below this gzip gains nothing on the wire
	holdAtMost  = 512 << 10 // a compressed answer up to this size gets a Content-Length
	gzipQuality = 2         // measured on pages: the standard library's 5 is 6% smaller and takes three times as long
)

var gzipPool = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzipQuality)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

// AcceptsGzip reads Accept-Encoding; "gzip;q=0" is a no.
func AcceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name != "gzip" && name != "*" {
			continue
		}
		q, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
		if !ok {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

// Gzip compresses bytes that are kept (static files, cached pages) at the best
// level: they are compressed once and sent often.
func Gzip(plain []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = z.Write(plain) // a bytes.Buffer does not fail
	_ = z.Close()
	return b.Bytes()
}

// compress gzips text on its way out. The compressed bytes are held until the
// handler returns, so that the answer has a Content-Length; only a Flush or a
// very large answer is streamed.
func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !AcceptsGzip(r) || r.Method == http.MethodHead {
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		g := &gzipWriter{ResponseWriter: w}
		w.Header().Add("Vary", "Accept-Encoding")
		defer g.release()
		next.ServeHTTP(g, r)
		g.finish()
	})
}

type gzipState uint8

const (
	undecided gzipState = iota
	passing             // sent as it is
	packing             // compressed into held
	streaming           // compressed, held is flushed on the way
)

type gzipWriter struct {
	http.ResponseWriter
	state  gzipState
	status int
	plain  []byte // what was written while undecided
	held   bytes.Buffer
	zip    *gzip.Writer
}

func (g *gzipWriter) WriteHeader(status int) {
	if status < http.StatusOK {
		g.ResponseWriter.WriteHeader(status)
		return
	}
	if g.status != 0 {
		return
	}
	g.status = status
	h := g.Header()
	switch {
	case status == http.StatusNoContent, status == http.StatusNotModified, status == http.StatusPartialContent,
		h.Get("Content-Encoding") != "", h.Get("Content-Type") != "" && !compressible(h.Get("Content-Type")):
		g.pass()
	}
}

func (g *gzipWriter) Write(p []byte) (int, error) {
	if g.status == 0 {
		g.WriteHeader(http.StatusOK)
	}
	switch g.state {
	case passing:
		return g.ResponseWriter.Write(p)
	case undecided:
		g.plain = append(g.plain, p...)
		if len(g.plain) >= smallest {
			return len(p), g.decide()
		}
		return len(p), nil
	}
	n, err := g.zip.Write(p)
	if err == nil && g.held.Len() > holdAtMost {
		err = g.drain()
	}
	return n, err
}

// decide looks at the first kilobyte: text is packed, all else is passed.
func (g *gzipWriter) decide() error {
	h := g.Header()
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", http.DetectContentType(g.plain))
	}
	plain := g.plain
	g.plain = nil
	if !compressible(h.Get("Content-Type")) {
		g.pass()
		_, err := g.ResponseWriter.Write(plain)
		return err
	}
	g.state = packing
	h.Del("Content-Length")
	h.Set("Content-Encoding", "gzip")
	g.zip, _ = gzipPool.Get().(*gzip.Writer)
	g.zip.Reset(&g.held)
	_, err := g.zip.Write(plain)
	return err
}

func (g *gzipWriter) pass() {
	g.state = passing
	g.ResponseWriter.WriteHeader(g.status)
}

// drain sends what is held; from now on the answer is chunked.
func (g *gzipWriter) drain() error {
	if g.state == packing {
		g.state = streaming
		g.ResponseWriter.WriteHeader(g.status)
	}
	_, err := g.held.WriteTo(g.ResponseWriter)
	return err
}

// finish sends the rest with its length.
func (g *gzipWriter) finish() {
	if g.status == 0 && len(g.plain) == 0 {
		return // the handler wrote nothing: net/http answers 200 with no body
	}
	switch g.state {
	case undecided:
		g.Header().Set("Content-Length", strconv.Itoa(len(g.plain)))
		g.pass()
		_, _ = g.ResponseWriter.Write(g.plain) // a visitor who left is no error
	case packing:
		_ = g.zip.Close() // a bytes.Buffer does not fail
		g.Header().Set("Content-Length", strconv.Itoa(g.held.Len()))
		g.ResponseWriter.WriteHeader(g.status)
		_, _ = g.held.WriteTo(g.ResponseWriter)
	case streaming:
		_ = g.zip.Close()
		_ = g.drain()
	}
}

func (g *gzipWriter) release() {
	if g.zip != nil {
		g.zip.Reset(nil)
		gzipPool.Put(g.zip)
		g.zip = nil
	}
}

// FlushError makes http.ResponseController.Flush send what there is.
func (g *gzipWriter) FlushError() error {
	if g.status == 0 {
		g.WriteHeader(http.StatusOK)
	}
	switch g.state {
	case undecided:
		plain := g.plain
		g.plain = nil
		g.pass()
		if _, err := g.ResponseWriter.Write(plain); err != nil {
			return err
		}
	case packing, streaming:
		if err := g.zip.Flush(); err != nil {
			return err
		}
		if err := g.drain(); err != nil {
			return err
		}
	}
	return http.NewResponseController(g.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach deadlines.
func (g *gzipWriter) Unwrap() http.ResponseWriter { return g.ResponseWriter }

func compressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	switch kind {
	case "application/json", "application/problem+json", "application/javascript", "application/xml",
		"image/svg+xml", "application/yaml", "application/manifest+json":
		return true
	default:
		return strings.HasPrefix(kind, "text/")
	}
}
