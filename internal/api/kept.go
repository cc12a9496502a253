package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/once"
)

// Keyed is the header of every request that changes something: the program's own
// name for it. Asked again under the same name it is answered again and not done
// again, also after a crash on either side.
type Keyed struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"128"`
}

// Seen is how a request says which version of the thing it saw: in If-Match, as
// HTTP has it, or in the body, where a form would have it.
type Seen struct {
	Version int64 `json:"version,omitempty" minimum:"1"`
}

func (s Seen) seen() int64 { return s.Version }

// version reads both; they must not contradict each other, and one must be there:
// an act on a version nobody looked at is an act in the dark.
func version(ifMatch string, body int64) (int64, error) {
	var f fault.Fields
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/"), `"`)
	head, err := strconv.ParseInt(text, 10, 64)
	switch {
	case ifMatch == "" && body == 0:
		f.Add("version", "api.version_required")
	case ifMatch == "":
		return body, nil
	case err != nil || head < 1:
		f.Add("header.If-Match", "api.version_wrong")
	case body != 0 && body != head:
		f.Add("version", "api.version_differs")
	default:
		return head, nil
	}
	return 0, f.Err()
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// answer is the answer to a kept request. T has its version for the ETag.
type answer[T any] struct {
	Status   int
	ETag     string `header:"ETag"`
	Replayed string `header:"Idempotency-Replayed" enum:"true"`
	Body     T
}

// view is what an answer shows: it knows the version it shows.
type view interface{ at() int64 }

// tagged is what is read and has a version.
type tagged[T view] struct {
	ETag string `header:"ETag"`
	Body T
}

func tag[T view](x T) *tagged[T] { return &tagged[T]{etag(x.at()), x} }

// request is a kept request on its way.
type request struct {
	caller Caller
	key    string
	status int
	said   func() ([]byte, error)
}

// said makes the print of a JSON request: the operation and everything in it.
func said(parts ...any) func() ([]byte, error) {
	return func() ([]byte, error) { return json.Marshal(parts) }
}

// keep acts once and answers with what show reads in the act's transaction.
func keep[T view](ctx context.Context, a *API, r request, act func(context.Context) error,
	show func(context.Context, db.Reader) (T, error)) (*answer[T], error) {
	ask := once.Ask{Caller: r.caller.Actor.Account, Key: r.key, Said: r.said}
	kept, err := a.d.Once.Do(ctx, ask, act, func(ctx context.Context, reader db.Reader) (once.Answer, error) {
		shown, err := show(ctx, reader)
		if err != nil {
			return once.Answer{}, err
		}
		body, err := json.Marshal(shown)
		return once.Answer{Status: r.status, Body: body}, err
	})
	if err != nil {
		return nil, err
	}
	out := &answer[T]{Status: kept.Status}
	if err := json.Unmarshal(kept.Body, &out.Body); err != nil {
		return nil, fault.Internal(err, "once.unreadable")
	}
	out.ETag = etag(out.Body.at())
	if kept.Replayed {
		out.Replayed = "true"
	}
	return out, nil
}

// seer is a body that may carry the version its sender saw.
type seer interface{ seen() int64 }

// act is the input of an act on a thing that has a version.
type act[B seer] struct {
	Keyed
	ID      string `path:"id" maxLength:"64"`
	IfMatch string `header:"If-Match" maxLength:"32"`
	Body    B
}

// doing is one act: on which thing, at which version, with what was sent.
type doing[B any] struct {
	Caller
	id   string
	seen int64
	body B
}

// addAct registers an act whose answer is the thing as the act left it.
func addAct[B seer, T view](a *API, o operation, do func(context.Context, doing[B]) error,
	show func(ctx context.Context, r db.Reader, c Caller, id string) (T, error)) {
	o.method, o.kept = http.MethodPost, true
	o.also = append(o.also, http.StatusNotFound, http.StatusConflict)
	if o.status == 0 {
		o.status = http.StatusOK
	}
	add(a, o, func(ctx context.Context, c Caller, in *act[B]) (*answer[T], error) {
		seen, err := version(in.IfMatch, in.Body.seen())
		if err != nil {
			return nil, err
		}
		r := request{c, in.Key, o.status, said(o.id, in.ID, seen, in.Body)}
		return keep(ctx, a, r, func(ctx context.Context) error {
			return do(ctx, doing[B]{c, in.ID, seen, in.Body})
		}, func(ctx context.Context, r db.Reader) (T, error) { return show(ctx, r, c, in.ID) })
	})
}

var _ huma.HeadersError = (*Problem)(nil)
