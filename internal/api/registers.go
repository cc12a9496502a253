package api

import (
	"context"
	"net/http"
	"strings"

	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/registers"
)

// RegisterFeed are entries of a base register from its owner's system: what is named
// replaces what stood there under the same document or credit code.
type RegisterFeed struct {
	Source  string           `json:"source" minLength:"1" maxLength:"200"`
	Records []RegisterRecord `json:"records" minItems:"1" maxItems:"500"`
}

// RegisterRecord is one person or organisation by element keys; id_type and
// id_number, or uscc, say whom it is about.
type RegisterRecord struct {
	Values map[string]string `json:"values"`
	AsOf   string            `json:"as_of,omitempty" format:"date"`
}

// RegisterFed is what became of a feed.
type RegisterFed struct {
	Register   string `json:"register" enum:"population,organisations"`
	Loaded     int    `json:"loaded"`
	Generation int64  `json:"generation"`
	Version    int64  `json:"version"`
}

func (f RegisterFed) at() int64 { return f.Version }

type feedInput struct {
	Keyed
	Register string `path:"register" enum:"population,organisations"`
	Body     RegisterFeed
}

// feedBody holds 500 records of some length.
const feedBody = 4 << 20

func (a *API) addRegisters() {
	add(a, operation{id: "feed-register", method: http.MethodPut, path: "/registers/{register}/entries", scope: identity.RegistersWrite,
		tag: tagRegisters, kept: true, maxBody: feedBody, also: []int{http.StatusNotFound, http.StatusConflict}, pointer: feedPointer}, a.feedRegister)
}

// feedPointer leads from entries.N.KEY of the context to the value that was sent.
func feedPointer(field string) string {
	parts := strings.SplitN(field, ".", 3)
	if len(parts) != 3 || parts[0] != "entries" {
		return pointerTo(field)
	}
	if parts[2] == "as_of" {
		return pointerTo("records." + parts[1] + ".as_of")
	}
	return pointerTo("records." + parts[1] + ".values." + parts[2])
}

// feedRegister loads all of a request or nothing, once.
func (a *API) feedRegister(ctx context.Context, c Caller, in *feedInput) (*answer[RegisterFed], error) {
	feed := registers.Feed{Register: registers.ID(in.Register), Source: in.Body.Source}
	for _, r := range in.Body.Records {
		feed.Records = append(feed.Records, registers.Record{Values: r.Values, AsOf: dateOf(r.AsOf)})
	}
	return keep(ctx, a, request{c, in.Key, http.StatusOK, said("feed-register", in.Register, in.Body)}, func(ctx context.Context) error {
		_, err := a.d.Registers.Put(ctx, c.Actor, feed)
		return err
	}, func(ctx context.Context, r db.Reader) (RegisterFed, error) {
		x, err := a.d.Registers.Status(ctx, r, feed.Register)
		if err != nil {
			return RegisterFed{}, err
		}
		return RegisterFed{in.Register, len(feed.Records), x.Generation, x.Version()}, nil
	})
}
