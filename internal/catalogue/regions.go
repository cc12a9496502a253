package catalogue

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Region is a 行政区划. Code has 12 digits, as everywhere in the program; Short is
// the code as forms and the set have it (6 digits down to the county).
type Region struct {
	Code, Short, Parent, Name, Level string
}

const regionSelect = `SELECT code, set_code, parent, name, level FROM region `

func scanRegion(sc db.Scanner) (Region, error) {
	var r Region
	err := sc.Scan(&r.Code, &r.Short, &r.Parent, &r.Name, &r.Level)
	return r, err
}

// Region gives a region by code of any length. Missing "catalogue.no_region".
func (s *Service) Region(ctx context.Context, code string) (Region, error) {
	full, err := gov.ParseRegion(code)
	if err != nil {
		return Region{}, fault.Missing("catalogue.no_region")
	}
	r, err := db.One(s.DB.Row(ctx, regionSelect+`WHERE code = $1`, string(full)), scanRegion)
	if db.NoRows(err) {
		return Region{}, fault.Missing("catalogue.no_region")
	}
	return r, err
}

// Children lists the regions right below one, by code; with an empty code the
// provinces.
func (s *Service) Children(ctx context.Context, code string) ([]Region, error) {
	parent := ""
	if code != "" {
		full, err := gov.ParseRegion(code)
		if err != nil {
			return nil, fault.Missing("catalogue.no_region")
		}
		parent = string(full)
	}
	rows, err := s.DB.Query(ctx, regionSelect+`WHERE parent = $1 ORDER BY code`, parent)
	return db.All(rows, err, scanRegion)
}

// Path gives the regions from the province down to one, itself last, in one
// query: 广东省, 潮州市, 潮安区. Those the set does not have are left out.
func (s *Service) Path(ctx context.Context, code string) ([]Region, error) {
	full, err := gov.ParseRegion(code)
	if err != nil {
		return nil, fault.Missing("catalogue.no_region")
	}
	var codes []string
	for r := full; r != ""; r = r.Parent() {
		codes = append(codes, string(r))
	}
	rows, err := s.DB.Query(ctx, regionSelect+`WHERE code in_list($1)`, db.List(codes))
	list, err := db.All(rows, err, scanRegion)
	if err == nil && !slices.ContainsFunc(list, func(r Region) bool { return r.Code == string(full) }) {
		return nil, fault.Missing("catalogue.no_region")
	}
	slices.SortFunc(list, func(a, b Region) int { return depth(a) - depth(b) })
	return list, err
}

func depth(r Region) int { return int(gov.Region(r.Code).Level()) }

// RegionNames gives the names of regions by their 12-digit code.
func (s *Service) RegionNames(ctx context.Context, codes []string) (map[string]string, error) {
	rows, err := s.DB.Query(ctx, regionSelect+`WHERE code in_list($1)`, db.List(codes))
	list, err := db.All(rows, err, scanRegion)
	out := make(map[string]string, len(list))
	for _, r := range list {
		out[r.Code] = r.Name
	}
	return out, err
}

// RegionCheck makes the Facts.Region of a form's answers with one query for all
// of them; nil where the form has no region.
func (s *Service) RegionCheck(ctx context.Context, f form.Form, a form.Answers) (func(code string) bool, error) {
	var codes []string
	for _, x := range f {
		if x.Type != form.Region {
			continue
		}
		if r, err := gov.ParseRegion(a[x.Key].Text); err == nil {
			codes = append(codes, string(r))
		}
	}
	if len(codes) == 0 {
		return nil, nil
	}
	names, err := s.RegionNames(ctx, codes)
	if err != nil {
		return nil, err
	}
	return func(code string) bool {
		r, err := gov.ParseRegion(code)
		_, ok := names[string(r)]
		return err == nil && ok
	}, nil
}

func (s *Service) readDepartments(ctx context.Context) ([]Department, error) {
	rows, err := s.DB.Query(ctx, `SELECT id, code, name, short FROM department ORDER BY code`)
	return db.All(rows, err, func(sc db.Scanner) (Department, error) {
		var d Department
		err := sc.Scan(&d.ID, &d.Code, &d.Name, &d.Short)
		return d, err
	})
}

// Departments lists the departments by code, kept by generation.
func (s *Service) Departments(ctx context.Context) ([]Department, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return c.departments, nil
}

// Department gives a department. Missing "catalogue.no_department".
func (s *Service) Department(ctx context.Context, id string) (Department, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return Department{}, err
	}
	d, ok := c.byID[id]
	if !ok {
		return Department{}, fault.Missing("catalogue.no_department")
	}
	return d, nil
}

// Element gives an element of the dictionary as it is now; a running case uses
// the rules frozen in its version. Missing "catalogue.no_element".
func (s *Service) Element(ctx context.Context, key string) (set.Element, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return set.Element{}, err
	}
	e, ok := c.elements[key]
	if !ok {
		return e, fault.Missing("catalogue.no_element")
	}
	e.Class = classOf(e, s.Layout)
	return e, nil
}

// LicenceType gives a licence type as it is now. Missing "catalogue.no_licence_type".
func (s *Service) LicenceType(ctx context.Context, id string) (set.LicenceType, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return set.LicenceType{}, err
	}
	l, ok := c.licences[id]
	if !ok {
		return l, fault.Missing("catalogue.no_licence_type")
	}
	return l, nil
}

// LicenceTypes gives all licence types by id.
func (s *Service) LicenceTypes(ctx context.Context) (map[string]set.LicenceType, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return c.licences, nil
}
