package kit

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
	"yimen/internal/web/ui"
)

// Request is one visit: the HTTP request, who makes it, how they read, and the
// ways to answer. PathValue, Context and the rest of http.Request are there too.
type Request struct {
	*http.Request
	Actor   gov.Actor // gov.Nobody when nobody is signed in
	Session SessionInfo
	Scopes  []string // of a token
	Locale  lang.Locale
	Large   bool

	kit          *Kit
	w            http.ResponseWriter
	view         *ui.View
	programmatic bool // errors go out as problem+json
	wrote        bool
	form         *Form   // once read
	pending      []flash // set by this request
}

func (k *Kit) request(w http.ResponseWriter, r *http.Request) *Request {
	q := &Request{Request: r, kit: k, w: w, Actor: gov.Nobody(channelOf(r))}
	q.Locale = lang.Parse(cookieValue(r, cookieLang))
	q.Large = cookieValue(r, cookieSize) == "large"
	q.programmatic = wantsJSON(r)
	return q
}

// channelOf tells phones from desks by what the browser says of itself; it is a
// statistic, nothing is allowed or refused by it.
func channelOf(r *http.Request) gov.Channel {
	if r.Header.Get("Sec-CH-UA-Mobile") == "?1" || strings.Contains(r.UserAgent(), "Mobi") {
		return gov.Mobile
	}
	return gov.Web
}

func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "json") && !strings.Contains(accept, "html")
}

// T writes a sentence in the visitor's language; args are name, value pairs.
func (q *Request) T(key string, args ...any) string { return lang.T(q.Locale, key, args...) }

// Now is the instant, from the program's clock.
func (q *Request) Now() now.Instant { return q.kit.o.Now() }

// Writer is the answer, for the rare handler that streams (a file, an export).
func (q *Request) Writer() http.ResponseWriter {
	q.wrote = true
	return q.w
}

// Header is the answer's header.
func (q *Request) Header() http.Header { return q.w.Header() }

// Param is a trimmed value of the query string, "" for none, at most 200 characters.
func (q *Request) Param(name string) string {
	v := clean(q.URL.Query().Get(name), false)
	if runes := []rune(v); len(runes) > maxParam {
		return string(runes[:maxParam])
	}
	return v
}

const maxParam = 200

// View is what the frame shows of the visitor. Handlers rarely need it.
func (q *Request) View() *ui.View {
	if q.view != nil {
		return q.view
	}
	q.view = &ui.View{
		Locale: q.Locale, Large: q.Large, Site: q.kit.sites[q.Locale], Dev: q.kit.o.Dev,
		Keys: cookieValue(q.Request, cookieKeys) != "off", Path: pageAddress(q.Request),
		Flash: q.takeFlash(),
	}
	if q.Actor.SignedIn() && q.Actor.Kind != gov.Service {
		q.view.User = &ui.User{Name: q.Actor.Name, Detail: q.Session.Detail}
		q.view.Idle = q.Session.Idle
		if q.kit.o.UserLinks != nil {
			q.view.User.Links = q.kit.o.UserLinks(q.Context(), q.Actor, q.Locale)
		}
	}
	return q.view
}

// pageAddress is where the language and size links come back to. After a POST
// the form page is the best there is.
func pageAddress(r *http.Request) string {
	if r.Method == http.MethodGet && r.URL.RawQuery != "" {
		return r.URL.Path + "?" + r.URL.RawQuery
	}
	return r.URL.Path
}

// Render answers with a page: 422 when its form has faults, else 200.
func (q *Request) Render(p ui.Page, body templ.Component) error {
	if len(p.Form.Faults) > 0 {
		return q.RenderStatus(http.StatusUnprocessableEntity, p, body)
	}
	return q.RenderStatus(http.StatusOK, p, body)
}

// RenderStatus answers with a page and this status. The page is drawn completely
// before the first byte is sent, so that a failure in a template is a 500 and
// not half a page.
func (q *Request) RenderStatus(status int, p ui.Page, body templ.Component) error {
	buf, _ := buffers.Get().(*bytes.Buffer)
	defer func() {
		buf.Reset()
		buffers.Put(buf)
	}()
	if err := draw(q.Context(), q.View(), p, body, buf); err != nil {
		return err
	}
	q.Header().Set("Cache-Control", "no-store")
	return q.send(status, "text/html; charset=utf-8", buf.Bytes())
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func draw(ctx context.Context, v *ui.View, p ui.Page, body templ.Component, to *bytes.Buffer) error {
	ctx = ui.WithView(ctx, v)
	return ui.Frame(p).Render(templ.WithChildren(ctx, body), to)
}

// send writes an answer whose parts are all at hand, with its length.
func (q *Request) send(status int, contentType string, parts ...[]byte) error {
	length := 0
	for _, p := range parts {
		length += len(p)
	}
	h := q.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Language", q.Locale.Tag())
	h.Set("Content-Length", strconv.Itoa(length))
	q.wrote = true
	q.w.WriteHeader(status)
	for _, p := range parts {
		_, _ = q.w.Write(p) // a visitor who left is no error of ours
	}
	return nil
}

// Redirect answers a POST with the page to look at next (303). Only local paths:
// anything else leads home. A script that sends a form by itself is told the page
// instead (204): what follows a redirect for it would use up the flash message
// before anybody has read it.
func (q *Request) Redirect(path string) error {
	q.Header().Set("Cache-Control", "no-store")
	q.wrote = true
	if q.Request.Header.Get("X-Send") == "1" {
		q.Header().Set("X-Location", LocalPath(path, "/"))
		q.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	q.Header().Set("Location", LocalPath(path, "/"))
	q.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// Back is the local path in the query, or in the form once that is read, under
// the name "back"; otherwise this one.
func (q *Request) Back(otherwise string) string {
	back := q.URL.Query().Get("back")
	if back == "" && q.form != nil {
		back = q.form.Values.Get("back")
	}
	return LocalPath(back, otherwise)
}

// LocalPath gives path when it leads into this site and nowhere else, otherwise
// the other one. "//evil", "/\evil" and "https:" lead elsewhere in a browser.
func LocalPath(path, otherwise string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return otherwise
	}
	return path
}

// NoContent answers 204.
func (q *Request) NoContent() error {
	q.wrote = true
	q.w.WriteHeader(http.StatusNoContent)
	return nil
}

type actorKey struct{}

func withActor(ctx context.Context, a gov.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is the actor of a request, for plain http.Handlers behind HTTP. Pages
// use Request.Actor; contexts get the actor as a parameter and never look here.
func ActorOf(ctx context.Context) gov.Actor {
	if a, ok := ctx.Value(actorKey{}).(gov.Actor); ok {
		return a
	}
	return gov.Nobody(gov.Web)
}
