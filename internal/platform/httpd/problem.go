package httpd

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"yimen/internal/platform/fault"
)

// Codes that the map of statuses knows by name.
const (
	CodeSignIn   = "faults.sign_in"   // nobody is signed in, and signing in would help
	CodeTooLarge = "faults.too_large" // the body is larger than the route takes
)

// Status is the one map from faults to HTTP, for pages and for programs: invalid
// 422 (413 for a body that is too large), denied 403 (401 when signing in would
// help), missing 404, conflict 409, busy 503 (429 where a code ending in
// "limited" says that this visitor asked too often), internal 500.
func Status(err error) int {
	e, ok := fault.As(err)
	if !ok {
		return http.StatusInternalServerError
	}
	switch e.Kind {
	case fault.KindInvalid:
		if e.Code == CodeTooLarge {
			return http.StatusRequestEntityTooLarge
		}
		return http.StatusUnprocessableEntity
	case fault.KindDenied:
		if e.Code == CodeSignIn {
			return http.StatusUnauthorized
		}
		return http.StatusForbidden
	case fault.KindMissing:
		return http.StatusNotFound
	case fault.KindConflict:
		return http.StatusConflict
	case fault.KindBusy:
		if strings.HasSuffix(e.Code, "limited") {
			return http.StatusTooManyRequests
		}
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// RetryAfter is how many seconds a busy fault asks to wait, its argument
// "retry_after" or 5; 0 for a fault that waiting does not mend.
func RetryAfter(err error) int {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindBusy {
		return 0
	}
	if n, ok := e.Args["retry_after"].(int); ok && n > 0 {
		return n
	}
	return 5
}

// titles are the language keys of the headings of problems.
var titles = map[int]string{
	http.StatusUnprocessableEntity:   "faults.title_invalid",
	http.StatusRequestEntityTooLarge: "faults.title_too_large",
	http.StatusUnauthorized:          "faults.title_sign_in",
	http.StatusForbidden:             "faults.title_denied",
	http.StatusNotFound:              "faults.title_missing",
	http.StatusMethodNotAllowed:      "faults.title_method",
	http.StatusConflict:              "faults.title_conflict",
	http.StatusTooManyRequests:       "faults.title_limited",
	http.StatusServiceUnavailable:    "faults.title_busy",
}

// TitleKey is the language key of the heading of a problem with this status.
func TitleKey(status int) string {
	if key, ok := titles[status]; ok {
		return key
	}
	if status < http.StatusInternalServerError { // the other ways of saying that the request must be changed
		return "faults.title_invalid"
	}
	return "faults.title_internal"
}

// Problem is an error as programs read it: RFC 9457 with our code, which never
// changes, and the reference of the request. It holds sentences and names of
// fields, never a value that was sent.
type Problem struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail,omitempty"`
	Code    string         `json:"code"`
	Request string         `json:"request,omitempty"`
	Errors  []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one thing to put right. Field is the name pages and journal
// use; Pointer leads into the JSON that was sent (RFC 6901, as a fragment).
type ProblemField struct {
	Field   string `json:"field"`
	Pointer string `json:"pointer,omitempty"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// problemType makes a fault's code an absolute name, as RFC 9457 wants types.
const problemType = "urn:yimen:fault:"

// Speaker writes sentences in the reader's language.
type Speaker struct {
	Title func(key string) string
	Fault func(error) string
	Field func(fault.Field) string
}

// NewProblem describes err to a program. An internal failure shows nothing but
// the reference of the request.
func NewProblem(status int, err error, request string, say Speaker) Problem {
	p := Problem{Title: say.Title(TitleKey(status)), Status: status, Code: "faults.internal", Request: request}
	if e, ok := fault.As(err); ok && status != http.StatusInternalServerError {
		p.Code, p.Detail = e.Code, say.Fault(err)
		for _, f := range e.Fields {
			p.Errors = append(p.Errors, ProblemField{Field: f.Path, Code: f.Code, Detail: say.Field(f)})
		}
	}
	p.Type = problemType + p.Code
	return p
}

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Header tells what a problem says outside its body.
func (p Problem) Header(err error) http.Header {
	h := http.Header{"Cache-Control": {"no-store"}}
	if n := RetryAfter(err); n > 0 {
		h.Set("Retry-After", strconv.Itoa(n))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// JSON is the body.
func (p Problem) JSON() []byte {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	return b
}
