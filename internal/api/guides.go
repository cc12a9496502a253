package api

import (
	"context"
	"net/http"

	"yimen/internal/catalogue"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
)

var errNoItem = fault.Missing("catalogue.no_item")

// Named is something with a name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// GuideInfo is a guide in short: an item at the body that handles it.
type GuideInfo struct {
	ID          string `json:"id"`
	Item        string `json:"item"`
	Body        Named  `json:"body"`
	Department  string `json:"department"`
	Region      string `json:"region"`
	Code        string `json:"code,omitempty"`
	Version     int64  `json:"version"`
	PublishedAt string `json:"published_at" format:"date-time"`
}

// Guides lists where an item is handled.
type Guides struct {
	Guides []GuideInfo `json:"guides"`
}

type guidesInput struct {
	ByID
	Region string `query:"region" pattern:"^[0-9]{2,12}$"`
}

func (a *API) addGuides() {
	add(a, operation{id: "list-guides", method: http.MethodGet, path: "/items/{id}/guides", scope: identity.CatalogueRead, tag: tagCatalogue,
		also: []int{http.StatusNotFound}}, a.listGuides)
	add(a, operation{id: "get-guide", method: http.MethodGet, path: "/guides/{local}", scope: identity.CatalogueRead, tag: tagCatalogue,
		also: []int{http.StatusNotFound}}, a.getGuide)
}

// listGuides gives every body that handles the item, or the one for a place.
func (a *API) listGuides(ctx context.Context, _ Caller, in *guidesInput) (*output[Guides], error) {
	if _, err := a.item(ctx, in.ID); err != nil {
		return nil, err
	}
	var locals []catalogue.LocalItem
	if in.Region != "" {
		g, err := a.d.Catalogue.GuideAt(ctx, in.ID, in.Region)
		if err != nil {
			return nil, err
		}
		locals = []catalogue.LocalItem{g.Local}
	} else {
		var err error
		if locals, err = a.d.Catalogue.LocalItems(ctx, in.ID); err != nil {
			return nil, err
		}
	}
	ids := make([]string, len(locals))
	for i, l := range locals {
		ids[i] = l.Body
	}
	bodies, err := a.d.Identity.BodiesByID(ctx, a.d.DB, ids)
	if err != nil {
		return nil, err
	}
	out := Guides{Guides: []GuideInfo{}}
	for _, l := range locals {
		out.Guides = append(out.Guides, guideInfo(l, bodies[l.Body]))
	}
	return &output[Guides]{out}, nil
}

func guideInfo(l catalogue.LocalItem, b identity.Body) GuideInfo {
	return GuideInfo{ID: l.ID, Item: l.Item, Body: Named{l.Body, b.Name}, Department: l.Department, Region: l.Region, Code: l.Code,
		Version: l.Number, PublishedAt: instant(l.PublishedAt)}
}

type byLocal struct {
	Local string `path:"local" maxLength:"64"`
}

func (a *API) getGuide(ctx context.Context, _ Caller, in *byLocal) (*output[Guide], error) {
	g, err := a.d.Catalogue.Guide(ctx, in.Local)
	if err != nil {
		return nil, err
	}
	b, err := a.d.Identity.Body(ctx, a.d.DB, g.Local.Body)
	if err != nil {
		return nil, err
	}
	department, err := a.d.Catalogue.Department(ctx, g.Local.Department)
	if err != nil {
		return nil, err
	}
	def, err := a.d.Applications.DefinitionOf(ctx, in.Local)
	if err != nil {
		return nil, err
	}
	return &output[Guide]{guideOf(g, def, b, department)}, nil
}
