package kit

import (
	"net/http"
	"net/url"
	"strconv"

	"yimen/internal/platform/httpd"
)

// Document answers with a frozen HTML document of the program's own making, such
// as a letter: it carries its style with it, can run and load nothing, and our
// own pages may frame it beside a print button. name is offered when it is saved.
func (q *Request) Document(name string, html []byte) error {
	httpd.AllowFrame(q.w)
	h := q.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(FileName(name)))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.Itoa(len(html)))
	q.wrote = true
	q.w.WriteHeader(http.StatusOK)
	if q.Method != http.MethodHead {
		_, _ = q.w.Write(html) // a visitor who left is no error of ours
	}
	return nil
}
