package kit

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
	"yimen/internal/web/ui"
)

var (
	errSignIn = fault.Denied(httpd.CodeSignIn)
	errPanic  = fault.Internal(errors.New("panic, see the log"), "faults.internal")
)

// Both is one line of a conflict: what the visitor wanted and what stands there now.
type Both struct{ Label, Mine, Theirs string }

// clash is a conflict with its two sides.
type clash struct {
	error
	reload string
	rows   []Both
}

func (c *clash) Unwrap() error { return c.error }

// Conflict adds to a conflict what its page shows: both sides line by line, and
// the address that shows the present state. Other errors pass unchanged.
func Conflict(err error, reload string, rows ...Both) error {
	if fault.KindOf(err) != fault.KindConflict {
		return err
	}
	return &clash{error: err, reload: reload, rows: rows}
}

func (q *Request) problem(err error) { q.problemStatus(httpd.Status(err), err) }

// problemStatus answers with the page of an error, or leaves an answer that was
// already begun as it is.
func (q *Request) problemStatus(status int, err error) {
	q.logProblem(status, err)
	if q.wrote {
		return
	}
	if q.kit.o.Programs.takes(q.Request) {
		q.wrote = true
		q.kit.o.Programs.Refuse(q.w, q.Request, status, err)
		return
	}
	if n := httpd.RetryAfter(err); n > 0 {
		q.Header().Set("Retry-After", strconv.Itoa(n))
	}
	if q.programmatic {
		q.problemJSON(status, err)
		return
	}
	if status == http.StatusUnauthorized {
		if q.askToSignIn() {
			return
		}
	}
	p := ui.Page{Title: q.problemTitle(status), Layout: ui.LayoutTask}
	if e, ok := fault.As(err); ok && status != http.StatusInternalServerError {
		for _, f := range e.Fields { // their inputs are not on this page: no path, no link
			p.Form.Faults = append(p.Form.Faults, fault.Field{Code: f.Code, Args: f.Args})
		}
	}
	if drawn := q.RenderStatus(status, p, q.problemBody(status, err)); drawn != nil {
		q.kit.o.Log.Error("problem page", "request", httpd.RequestID(q.Context()), "error", drawn)
		http.Error(q.w, q.T("faults.internal"), http.StatusInternalServerError)
	}
}

func (q *Request) logProblem(status int, err error) {
	level := slog.LevelDebug
	if status == http.StatusInternalServerError {
		level = slog.LevelError
	}
	q.kit.o.Log.Log(q.Context(), level, "problem", "request", httpd.RequestID(q.Context()),
		"status", status, "error", err)
}

func (q *Request) problemTitle(status int) string { return q.T(httpd.TitleKey(status)) }

func (q *Request) problemBody(status int, err error) templ.Component {
	v := problemView{title: q.problemTitle(status), text: lang.Fault(q.Locale, err), home: "/"}
	if status == http.StatusUnprocessableEntity || status == http.StatusRequestEntityTooLarge {
		v.back = q.cameFrom()
	}
	var c *clash
	switch {
	case status == http.StatusInternalServerError:
		v.text = q.T("faults.internal")
		v.reference = httpd.RequestID(q.Context())
	case errors.As(err, &c):
		v.rows, v.reload = c.rows, c.reload
	case status == http.StatusConflict && q.Method == http.MethodGet:
		v.reload = pageAddress(q.Request)
	}
	if status == http.StatusConflict && q.form != nil {
		v.typed = q.typed()
	}
	return problemPage(v)
}

// cameFrom is the page of ours the visitor was on, "" when unknown.
func (q *Request) cameFrom() string {
	u, err := url.Parse(q.Referer())
	if err != nil || u.Host != q.Host || u.Path == "" {
		return ""
	}
	return LocalPath(u.RequestURI(), "")
}

// askToSignIn leads to the sign-in page and back. A form that arrives after its
// session ended is not lost: the page holds its values, to be sent once more
// after signing in in another window.
func (q *Request) askToSignIn() bool {
	site := q.kit.sites[q.Locale]
	if q.Method == http.MethodGet || q.Method == http.MethodHead {
		q.Header().Set("Cache-Control", "no-store")
		http.Redirect(q.w, q.Request, site.SignIn+"?back="+url.QueryEscape(pageAddress(q.Request)), http.StatusSeeOther)
		return true
	}
	if q.Saving() || q.URL.Path == extendPath {
		q.problemJSON(http.StatusUnauthorized, errSignIn)
		return true
	}
	f, err := q.lastWords()
	if err != nil {
		return false
	}
	p := ui.Page{Title: q.T("faults.title_sign_in"), Layout: ui.LayoutTask}
	return q.RenderStatus(http.StatusUnauthorized, p, resumePage(site.SignIn, q.URL.Path, f.Values)) == nil
}

// typed lists what the visitor had typed, so that a conflict loses no words.
func (q *Request) typed() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(q.form.Values)) {
		for _, v := range q.form.Values[name] {
			if name != ui.Act && name != "version" && len([]rune(v)) >= longText && !machineWord.MatchString(v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// machineWord is the value of a box or a choice, which nobody typed.
var machineWord = regexp.MustCompile(`^[a-z0-9_.:-]+$`)

// longText is from how many characters a typed text is worth showing again.
const longText = 12

// problemJSON answers a script of our own pages.
func (q *Request) problemJSON(status int, err error) {
	p := httpd.NewProblem(status, err, httpd.RequestID(q.Context()), httpd.Speaker{
		Title: func(key string) string { return q.T(key) },
		Fault: func(err error) string { return lang.Fault(q.Locale, err) },
		Field: func(f fault.Field) string { return lang.FieldFault(q.Locale, f) },
	})
	for name, values := range p.Header(err) {
		q.Header()[name] = values
	}
	_ = q.send(status, httpd.ProblemType, p.JSON())
}
