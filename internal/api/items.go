package api

import (
	"context"
	"net/http"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/identity"
)

// Item is a 政务服务事项 in short. Catalogue data is Chinese.
type Item struct {
	ID           string   `json:"id"`
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	Type         string   `json:"type"`
	Audience     []string `json:"audience" enum:"person,organisation"`
	Department   string   `json:"department"`
	Levels       []string `json:"levels"`
	PromisedDays int      `json:"promised_days"`
	DayUnit      string   `json:"day_unit" enum:"working,natural"`
	Immediate    bool     `json:"immediate"`
	OnlineDepth  int      `json:"online_depth"`
	Visits       int      `json:"visits"`
	Charged      bool     `json:"charged"`
	Result       string   `json:"result,omitempty"`
	LicenceType  string   `json:"licence_type,omitempty"`
	Version      int64    `json:"version"`
}

func itemOf(i catalogue.ItemInfo) Item {
	return Item{ID: i.ID, Code: i.Code, Name: i.Name, Type: i.Type, Audience: audience(i.Audience), Department: i.Department,
		Levels: i.Levels, PromisedDays: i.PromisedDays, DayUnit: unitOf(i.DayUnit), Immediate: i.Immediate(), OnlineDepth: i.OnlineDepth,
		Visits: i.Visits, Charged: i.Charged, Result: i.ResultName, LicenceType: i.Licence, Version: i.Version}
}

// unitOf turns the catalogue's word for days into the code.
func unitOf(word string) string {
	unit, err := clock.ParseUnit(word)
	if err != nil {
		unit = clock.Working // art. 82: limits count in working days
	}
	return string(unit)
}

// audience turns the catalogue's word into the kinds of applicant.
func audience(word string) []string {
	switch word {
	case set.ForPersons:
		return []string{kindPerson}
	case set.ForOrganisations:
		return []string{kindOrganisation}
	}
	return []string{kindPerson, kindOrganisation}
}

// The kinds of applicant.
const (
	kindPerson       = "person"
	kindOrganisation = "organisation"
)

var audienceWords = map[string]string{kindPerson: set.ForPersons, kindOrganisation: set.ForOrganisations}

// Items is a page of a list. Next is empty on the last one.
type Items struct {
	Items []Item `json:"items"`
	Total int    `json:"total"`
	Next  string `json:"next,omitempty"`
}

// Paged are the parameters of every list.
type Paged struct {
	After string `query:"after" maxLength:"400"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type itemsInput struct {
	Paged
	Q          string `query:"q" maxLength:"100"`
	Audience   string `query:"audience" enum:"person,organisation"`
	Department string `query:"department" maxLength:"64"`
	Theme      string `query:"theme" maxLength:"64"`
	Region     string `query:"region" pattern:"^[0-9]{2,12}$"`
}

type output[T any] struct{ Body T }

func (a *API) addItems() {
	add(a, operation{id: "list-items", method: http.MethodGet, path: "/items", scope: identity.CatalogueRead, tag: tagCatalogue}, a.listItems)
	add(a, operation{id: "get-item", method: http.MethodGet, path: "/items/{id}", scope: identity.CatalogueRead, tag: tagCatalogue,
		also: []int{http.StatusNotFound}}, a.getItem)
}

func (a *API) listItems(ctx context.Context, _ Caller, in *itemsInput) (*output[Items], error) {
	found, err := a.d.Catalogue.Search(ctx, catalogue.SearchQuery{Text: in.Q, Kind: "item", Audience: audienceWords[in.Audience],
		Department: in.Department, Theme: in.Theme, Region: in.Region, Limit: in.Limit, After: in.After})
	if err != nil {
		return nil, err
	}
	out := Items{Items: []Item{}, Total: found.Total, Next: found.Next}
	for _, h := range found.Hits {
		if h.Item != nil {
			out.Items = append(out.Items, itemOf(*h.Item))
		}
	}
	return &output[Items]{out}, nil
}

// ByID is the input of what is named by its id alone.
type ByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *API) getItem(ctx context.Context, _ Caller, in *ByID) (*output[Item], error) {
	i, err := a.item(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &output[Item]{itemOf(i)}, nil
}

// item gives a published item; one that lacks what art. 30 wants is not there.
func (a *API) item(ctx context.Context, id string) (catalogue.ItemInfo, error) {
	i, err := a.d.Catalogue.Item(ctx, id)
	if err == nil && len(i.Lacks) > 0 {
		return i, errNoItem
	}
	return i, err
}
