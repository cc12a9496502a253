package kit

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"yimen/internal/platform/httpd"
)

// Download is a file on its way to a visitor. Type must be the type found by
// content when it was stored, not what an uploader claimed.
type Download struct {
	Name, Type string
	Size       int64 // -1 when unknown
	Body       io.Reader
	// Inline shows it in the browser, where its type is harmless; everything else
	// is offered for saving.
	Inline bool
}

// harmless types run no script in any browser we serve.
var harmless = map[string]bool{
	"application/pdf": true, "image/jpeg": true, "image/png": true, "image/webp": true, "image/gif": true,
}

// File answers with a file. Our own pages may frame it (a material beside its
// form); it can load and run nothing, and no cache keeps it.
func (q *Request) File(d Download) error {
	h := q.Header()
	disposition := "attachment"
	kind, _, err := mime.ParseMediaType(d.Type)
	if err != nil {
		kind = "application/octet-stream"
	}
	if d.Inline && harmless[kind] {
		disposition = "inline"
	}
	httpd.AllowFrame(q.w)
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition+"; filename*=UTF-8''"+url.PathEscape(FileName(d.Name)))
	h.Set("Cache-Control", "private, no-store")
	if d.Size >= 0 {
		h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	}
	q.wrote = true
	q.w.WriteHeader(http.StatusOK)
	if q.Method == http.MethodHead {
		return nil
	}
	_, err = io.Copy(q.w, d.Body)
	return err
}
