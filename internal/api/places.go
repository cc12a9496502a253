package api

import (
	"context"
	"net/http"

	"yimen/internal/identity"
)

// Department is a department of the catalogue.
type Department struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Name  string `json:"name"`
	Short string `json:"short,omitempty"`
}

// Departments lists the catalogue's departments.
type Departments struct {
	Departments []Department `json:"departments"`
}

// Region is a 行政区划.
type Region struct {
	Code   string `json:"code"`
	Parent string `json:"parent,omitempty"`
	Name   string `json:"name"`
	Level  string `json:"level"`
}

// Regions lists the regions right below one.
type Regions struct {
	Regions []Region `json:"regions"`
}

type regionsInput struct {
	Parent string `query:"parent" pattern:"^[0-9]{2,12}$"`
}

func (a *API) addPlaces() {
	add(a, operation{id: "list-departments", method: http.MethodGet, path: "/departments", scope: identity.CatalogueRead, tag: tagCatalogue}, a.listDepartments)
	add(a, operation{id: "list-regions", method: http.MethodGet, path: "/regions", scope: identity.CatalogueRead, tag: tagCatalogue,
		also: []int{http.StatusNotFound}}, a.listRegions)
}

func (a *API) listDepartments(ctx context.Context, _ Caller, _ *struct{}) (*output[Departments], error) {
	all, err := a.d.Catalogue.Departments(ctx)
	if err != nil {
		return nil, err
	}
	out := Departments{Departments: []Department{}}
	for _, d := range all {
		out.Departments = append(out.Departments, Department(d))
	}
	return &output[Departments]{out}, nil
}

func (a *API) listRegions(ctx context.Context, _ Caller, in *regionsInput) (*output[Regions], error) {
	all, err := a.d.Catalogue.Children(ctx, in.Parent)
	if err != nil {
		return nil, err
	}
	out := Regions{Regions: []Region{}}
	for _, r := range all {
		out.Regions = append(out.Regions, Region{r.Code, r.Parent, r.Name, r.Level})
	}
	return &output[Regions]{out}, nil
}
