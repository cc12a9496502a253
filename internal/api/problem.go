package api

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
)

// Problem is the answer to everything that goes wrong (RFC 9457). It shows no
// value that was sent: an ID number in a wrong place must not come back in an
// error, be logged by a program and be read by whoever reads logs.
type Problem struct {
	httpd.Problem
	header http.Header
}

// GetStatus is what huma asks of an error, as are Error, ContentType and GetHeaders.
func (p *Problem) GetStatus() int { return p.Status }

// Error is the code: sentences are for people.
func (p *Problem) Error() string { return p.Code }

// ContentType is that of RFC 9457, whatever was negotiated.
func (*Problem) ContentType(string) string { return httpd.ProblemType }

// GetHeaders gives Retry-After, WWW-Authenticate and the like.
func (p *Problem) GetHeaders() http.Header { return p.header }

func newProblem(ctx context.Context, status int, err error, pointer func(string) string) *Problem {
	l := lang.From(ctx)
	p := httpd.NewProblem(status, err, httpd.RequestID(ctx), httpd.Speaker{
		Title: func(key string) string { return lang.T(l, key) },
		Fault: func(err error) string { return lang.Fault(l, err) },
		Field: func(f fault.Field) string { return lang.FieldFault(l, f) },
	})
	for i := range p.Errors {
		p.Errors[i].Field = shown(p.Errors[i].Field)
		if pointer != nil {
			p.Errors[i].Pointer = pointer(p.Errors[i].Field)
		} else {
			p.Errors[i].Pointer = pointerTo(p.Errors[i].Field)
		}
	}
	return &Problem{p, p.Header(err)}
}

// refusal turns a handler's error into its problem; our own failures are logged.
func (a *API) refusal(ctx context.Context, err error, pointer func(string) string) *Problem {
	status := httpd.Status(err)
	if status == http.StatusInternalServerError {
		a.d.Log.LogAttrs(ctx, slog.LevelError, "problem", slog.String("request", httpd.RequestID(ctx)), slog.Any("error", err))
	}
	return newProblem(ctx, status, err, pointer)
}

// Refuse answers what went wrong before an operation was reached: no such
// address, no token, a scope that is missing. It is web/kit's Programs.Refuse.
func Refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	l := localeOf(r.Header.Get("Accept-Language"))
	p := newProblem(lang.With(r.Context(), l), status, err, nil)
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Language", l.Tag())
	w.Header().Set("Content-Type", httpd.ProblemType)
	w.WriteHeader(status)
	_, _ = w.Write(p.JSON())
}

// safeName is a member that may be told back: element keys and our own members
// pass, numbers of documents and telephones do not.
var safeName = regexp.MustCompile(`^(?:[a-z_]{1,64}|[a-z][a-z_]*[0-9]?[a-z_]*|[0-9]{1,3}|If-Match|Idempotency-Key)$`)

// shown cuts a field's name where something begins that the caller may have made up.
func shown(field string) string {
	parts := strings.Split(field, ".")
	for i, part := range parts {
		if len(part) > 64 || !safeName.MatchString(part) {
			return strings.Join(parts[:i], ".")
		}
	}
	return field
}

// pointerTo is the JSON pointer (RFC 6901, as a fragment) to a member of the body;
// "" for parameters, which field names well enough.
func pointerTo(field string) string {
	first, _, _ := strings.Cut(field, ".")
	if first == "query" || first == "path" || first == "header" || first == "material" {
		return ""
	}
	if field == "" {
		return "#"
	}
	return "#/" + strings.ReplaceAll(field, ".", "/")
}

func init() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return ofHuma(context.Background(), status, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		p := ofHuma(ctx.Context(), status, msg, errs)
		for name, values := range p.header {
			for _, v := range values {
				ctx.SetHeader(name, v)
			}
		}
		return p
	}
}
