package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yimen/internal/applications"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
)

// addAttachments registers the one operation that is not JSON. It is read as it
// streams in, by hand: huma would put the file into a temporary one, in clear.
func (a *API) addAttachments() {
	o := operation{id: "attach-file", method: http.MethodPost, path: "/applications/{id}/attachments", scope: identity.ApplicationsWrite,
		tag: tagApplications, status: http.StatusCreated, kept: true, maxBody: applications.MostBytes + envelope,
		also: []int{http.StatusNotFound, http.StatusConflict}}
	a.now = o
	op := o.huma()
	describeUpload(&op, a.huma.OpenAPI().Components.Schemas)
	a.huma.OpenAPI().AddOperation(&op)
	a.huma.Adapter().Handle(&op, a.huma.Middlewares().Handler(a.attach))
}

// envelope is what a multipart body may hold beside its file.
const envelope = 64 << 10

// upload is a file on its way in.
type upload struct {
	slot, name string
	seen       int64
	body       *hashed
}

// hashed makes the print of a file while it is read.
type hashed struct {
	from io.Reader
	sum  hash.Hash
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	h.sum.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		err = bodyFault(err)
	}
	return n, err
}

// print reads what is left and gives the hash of the whole.
func (h *hashed) print() (string, error) {
	_, err := io.Copy(io.Discard, h)
	return hex.EncodeToString(h.sum.Sum(nil)), err
}

// attach answers POST /applications/{id}/attachments.
func (a *API) attach(ctx huma.Context) {
	r, w := humago.Unwrap(ctx)
	r = r.WithContext(ctx.Context())
	out, err := a.attachment(r.Context(), callerOf(r.Context()), r)
	if err != nil {
		a.write(ctx, a.refusal(r.Context(), err, nil))
		return
	}
	body, err := encode(out.Body)
	if err != nil {
		a.write(ctx, a.refusal(r.Context(), err, nil))
		return
	}
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("ETag", out.ETag)
	if out.Replayed != "" {
		w.Header().Set("Idempotency-Replayed", out.Replayed)
	}
	w.WriteHeader(out.Status)
	_, _ = w.Write(body)
}

// encode is JSON as huma writes it.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func (a *API) attachment(ctx context.Context, c Caller, r *http.Request) (*answer[Application], error) {
	id, key := r.PathValue("id"), r.Header.Get("Idempotency-Key")
	u, err := readUpload(r)
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	if len(key) < 8 || len(key) > 128 {
		f.Add("header.Idempotency-Key", "api.parameter_required")
	}
	if u.slot == "" {
		f.Add("slot", "api.required")
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	if u.seen, err = version(r.Header.Get("If-Match"), u.seen); err != nil {
		return nil, err
	}
	q := request{c, key, http.StatusCreated, func() ([]byte, error) {
		sum, err := u.body.print()
		if err != nil {
			return nil, err
		}
		return json.Marshal([]any{"attach-file", id, u.seen, u.slot, u.name, sum})
	}}
	return keep(ctx, a, q, func(ctx context.Context) error {
		actor, err := a.behalf(ctx, c, id)
		if err != nil {
			return err
		}
		_, err = a.d.Applications.Attach(ctx, actor, id, u.seen, u.slot, u.name, u.body)
		return err
	}, func(ctx context.Context, r db.Reader) (Application, error) { return a.application(ctx, r, c, id) })
}

// readUpload reads the parts up to the file, which must be the last.
func readUpload(r *http.Request) (*upload, error) {
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, fault.Invalid("api.not_multipart").With(err)
	}
	u := &upload{}
	for range mostParts {
		part, err := reader.NextPart()
		if err != nil {
			if err == io.EOF { // wrapped in another it is a body that was cut off
				break
			}
			return nil, partFault(err)
		}
		if name, ok := fileName(part); ok {
			u.name, u.body = name, &hashed{part, sha256.New()}
			return u, nil
		}
		if err := u.take(part); err != nil {
			return nil, err
		}
	}
	var f fault.Fields
	f.Add("file", "api.required")
	return nil, f.Err()
}

const (
	mostParts = 8
	mostValue = 256 // bytes of an ordinary part
)

func (u *upload) take(part *multipart.Part) error {
	text, err := io.ReadAll(io.LimitReader(part, mostValue+1))
	if err != nil {
		return bodyFault(err)
	}
	var f fault.Fields
	switch part.FormName() {
	case "slot":
		u.slot = string(text)
	case "version":
		if json.Unmarshal(text, &u.seen) != nil || u.seen < 1 {
			f.Add("version", "api.version_wrong")
		}
	default:
		f.Add("", "api.unknown_member")
	}
	if len(text) > mostValue {
		f.Add(shown(part.FormName()), "api.too_long", "n", mostValue)
	}
	return f.Err()
}

// fileName tells whether the part is the file, and its whole name:
// multipart.Part.FileName would cut it by the rules of our own file system.
func fileName(part *multipart.Part) (string, bool) {
	if part.FormName() != "file" {
		return "", false
	}
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	return params["filename"], err == nil
}

// partFault tells parts that are none from a body that did not arrive.
func partFault(err error) error {
	_, large := httpd.TooLarge(err)
	var slow interface{ Timeout() bool }
	if large || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, &slow) {
		return bodyFault(err)
	}
	return fault.Invalid("api.not_multipart").With(err)
}

// bodyFault tells a body that is too large from a line that broke.
func bodyFault(err error) error {
	if limit, ok := httpd.TooLarge(err); ok {
		return fault.Invalid(httpd.CodeTooLarge, "limit", lang.Size(limit))
	}
	return fault.Invalid("api.slow_body").With(err)
}
