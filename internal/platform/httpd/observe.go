package httpd

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"yimen/internal/platform/id"
)

type requestKey struct{}

// RequestID is the id of the request ctx belongs to, "" outside of one. It is
// the only thing an internal failure shows to a visitor, so it is short enough
// to read over the telephone.
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestKey{}).(string)
	return s
}

// requestIDLength: 10 of 32 letters are 50 bits, enough to find one log line.
const requestIDLength = 10

// observed gives the request its id and writes one line when it is done. The
// line holds the route's pattern and never the path, the query, an address or a
// name: paths carry capability tokens, queries carry what people search for.
func observed(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		rid := id.Token()[:requestIDLength]
		w.Header().Set("X-Request-Id", rid)
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, rid))
		rec := &recorder{ResponseWriter: w}
		defer func() {
			log.LogAttrs(r.Context(), levelOf(rec.status), "request",
				slog.String("request", rid), slog.String("method", methodOf(r)), slog.String("route", r.Pattern),
				slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
				slog.Duration("took", time.Since(started).Round(time.Microsecond)))
		}()
		next.ServeHTTP(rec, r)
		if rec.status == 0 {
			rec.status = http.StatusOK
		}
	})
}

// methodOf keeps invented methods, which may be any text, out of the log.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	default:
		return "other"
	}
}

func levelOf(status int) slog.Level {
	if status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// recovered turns a panic into an answer and a log entry with the stack. A panic
// with http.ErrAbortHandler is passed on: it means "cut the connection".
func recovered(o Options, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			o.Log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request", RequestID(r.Context())),
				slog.String("route", r.Pattern), slog.String("type", fmt.Sprintf("%T", v)),
				slog.String("panic", fmt.Sprint(v)), slog.String("stack", string(debug.Stack())))
			if rec, ok := w.(*recorder); ok && rec.status != 0 {
				panic(http.ErrAbortHandler) // half an answer is out: it must not look complete
			}
			clear(w.Header())
			w.Header().Set("X-Request-Id", RequestID(r.Context()))
			setSecurity(w.Header())
			o.OnPanic.ServeHTTP(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}

func plainPanic(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "internal error, reference "+RequestID(r.Context()), http.StatusInternalServerError)
}

// recorder notes the status and the bytes that went out.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach deadlines and Flush.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
