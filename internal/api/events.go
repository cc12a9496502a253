package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/platform/event"
)

// Event is a fact in the fields of CloudEvents 1.0, with its position in the feed.
type Event struct {
	Position    int64          `json:"position"`
	SpecVersion string         `json:"specversion" enum:"1.0"`
	ID          string         `json:"id"`
	Source      string         `json:"source"`
	Type        string         `json:"type"`
	Subject     string         `json:"subject"`
	Time        string         `json:"time" format:"date-time"`
	Data        map[string]any `json:"data"`
}

// Events is a piece of the feed. Next is where the next piece begins; it moves on
// past facts that are not for this caller, so it may move with no event shown.
type Events struct {
	Events []Event `json:"events"`
	Next   int64   `json:"next"`
	More   bool    `json:"more"`
}

type eventsInput struct {
	After int64 `query:"after" minimum:"0"`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (a *API) addEvents() {
	add(a, operation{id: "list-events", method: http.MethodGet, path: "/events", scope: identity.EventsRead, tag: tagEvents}, a.listEvents)
}

func (a *API) listEvents(ctx context.Context, c Caller, in *eventsInput) (*output[Events], error) {
	facts, err := event.Read(ctx, a.d.DB, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := Events{Events: []Event{}, Next: in.After, More: len(facts) == in.Limit}
	for _, f := range facts {
		out.Next = f.Position
		e := Event{Position: f.Position, SpecVersion: "1.0", ID: f.ID, Source: f.Source, Type: f.Type, Subject: f.Subject, Time: instant(f.At)}
		if err := json.Unmarshal(f.Data, &e.Data); err != nil {
			return nil, err
		}
		if concerns(c.Actor, e) {
			out.Events = append(out.Events, e)
		}
	}
	return &output[Events]{out}, nil
}

// concerns asks the predicate of the noun that a fact is about, so that the feed
// shows what a detail page would show. Facts about persons and mandates are for
// nobody; those about the catalogue and about bodies are published anyway.
func concerns(actor gov.Actor, e Event) bool {
	body, _ := e.Data["body"].(string)
	place, _ := e.Data["region"].(string)
	noun, _, _ := strings.Cut(e.Type, ".")
	switch noun {
	case "case":
		return cases.MaySee(actor, &cases.Case{Body: body, Region: gov.Region(place)})
	case "application":
		return applications.MaySee(actor, &applications.Application{State: applications.Filed, Body: body, Region: gov.Region(place)})
	case "licence":
		return licences.MaySee(actor, &licences.Licence{Issuer: body, Region: gov.Region(place)})
	case "catalogue", "body":
		return true
	}
	return false
}
