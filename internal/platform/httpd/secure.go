package httpd

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// Policy is the content security policy of every page: nothing but our own
// files, no inline script, no inline style, no frame around us. Pages may frame
// our own files (a material beside its form), see AllowFrame.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// framedPolicy is for a file shown inside one of our pages: it may run and load nothing.
const framedPolicy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSecurity(w.Header())
		next.ServeHTTP(w, r)
	})
}

func setSecurity(h http.Header) {
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
}

// AllowFrame lets one of our own pages show this answer in a frame: a filed
// material beside its form. The answer itself can then load nothing.
func AllowFrame(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", framedPolicy)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
}

// limitBodies bounds the size of a body and how long a read or a write may stall.
func limitBodies(o Options, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pace := &pacedWriter{ResponseWriter: w, control: http.NewResponseController(w), stall: o.Stall}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &boundedBody{
				limited: http.MaxBytesReader(w, r.Body, o.MaxBody), whole: r.Body,
				writer: w, control: pace.control, stall: o.Stall,
			}
		}
		next.ServeHTTP(pace, r)
	})
}

// LimitBody sets the largest body of this request, more or less than the
// server's default; to be called before the first read. Beyond it, reads fail
// with *http.MaxBytesError, see TooLarge.
func LimitBody(r *http.Request, bytes int64) {
	if b, ok := r.Body.(*boundedBody); ok {
		b.limited = http.MaxBytesReader(b.writer, b.whole, bytes)
	}
}

// TooLarge tells whether err came from a body beyond its limit, and the limit.
func TooLarge(err error) (limit int64, ok bool) {
	var e *http.MaxBytesError
	if errors.As(err, &e) {
		return e.Limit, true
	}
	return 0, false
}

// boundedBody moves the read deadline with every read: a slow line is served, a
// silent one is cut.
type boundedBody struct {
	limited, whole io.ReadCloser
	writer         http.ResponseWriter
	control        *http.ResponseController
	stall          time.Duration
}

func (b *boundedBody) Read(p []byte) (int, error) {
	// Recorders in tests have no deadlines; then there is nothing to guard.
	_ = b.control.SetReadDeadline(time.Now().Add(b.stall))
	n, err := b.limited.Read(p)
	if err != nil {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (b *boundedBody) Close() error { return b.limited.Close() }

// pacedWriter moves the write deadline with every write, by the stall time and
// what the bytes take at slowestLine.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

// slowestLine is 16 kbit/s, in bytes a second: a quarter of the 64 kbit/s that
// ux.md promises to serve.
const slowestLine = 2 << 10

func (w *pacedWriter) Write(p []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.stall + time.Duration(len(p)/slowestLine)*time.Second))
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
