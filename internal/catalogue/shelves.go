package catalogue

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Shelf is a heading under which items stand, with how many there are.
type Shelf struct {
	Key   string // theme, audience word or department id
	Name  string
	Count int
}

// Shelves are the ways into the catalogue. Items for both audiences count on
// both. Empty shelves are left out.
type Shelves struct {
	Items       int
	Themes      []Shelf // most items first
	Audiences   []Shelf // 自然人, 法人
	Departments []Shelf // by department code
}

// Shelves gives the shelves of the published catalogue, kept by generation.
func (s *Service) Shelves(ctx context.Context) (Shelves, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return Shelves{}, err
	}
	return c.shelves, nil
}

type counted struct {
	key string
	n   int
}

func (s *Service) counts(ctx context.Context, sql string) ([]counted, error) {
	rows, err := s.DB.Query(ctx, sql)
	return db.All(rows, err, func(sc db.Scanner) (counted, error) {
		var c counted
		err := sc.Scan(&c.key, &c.n)
		return c, err
	})
}

func (s *Service) readShelves(ctx context.Context, c *snapshot) (Shelves, error) {
	var out Shelves
	themes, err := s.counts(ctx, `SELECT t.theme, count(*) FROM item_theme t JOIN item i ON i.id = t.item
		WHERE i.withheld = '' GROUP BY t.theme`)
	if err != nil {
		return out, err
	}
	for _, t := range themes {
		out.Themes = append(out.Themes, Shelf{t.key, t.key, t.n})
	}
	slices.SortFunc(out.Themes, func(a, b Shelf) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Key, b.Key)) })
	audiences, err := s.counts(ctx, `SELECT audience, count(*) FROM item WHERE withheld = '' GROUP BY audience`)
	if err != nil {
		return out, err
	}
	by := map[string]int{}
	for _, a := range audiences {
		by[a.key] = a.n
		out.Items += a.n
	}
	for _, a := range []string{set.ForPersons, set.ForOrganisations} {
		if n := by[a] + by[set.ForBoth]; n > 0 {
			out.Audiences = append(out.Audiences, Shelf{a, a, n})
		}
	}
	departments, err := s.counts(ctx, `SELECT department, count(*) FROM item WHERE withheld = '' GROUP BY department`)
	if err != nil {
		return out, err
	}
	of := map[string]int{}
	for _, d := range departments {
		of[d.key] = d.n
	}
	for _, d := range c.departments {
		if n := of[d.ID]; n > 0 {
			out.Departments = append(out.Departments, Shelf{d.ID, d.Name, n})
		}
	}
	return out, nil
}

// ItemInfo is an item in short, as lists and search results show it.
type ItemInfo struct {
	ID, Code, Name, Type, Audience, Department string
	Levels                                     []string
	PromisedDays                               int
	DayUnit                                    string
	OnlineDepth, Visits                        int
	Charged                                    bool
	ResultName, Licence                        string
	Version                                    int64
	ItemVersion                                string
	Lacks                                      []string // what art. 30 wants; withheld if any
}

// Immediate reports whether the item is done at once (即办件).
func (i ItemInfo) Immediate() bool { return i.PromisedDays == 0 }

const itemSelect = `SELECT i.id, i.code, i.name, i.type, i.audience, i.department, i.levels, i.promised_days, i.day_unit,
	i.online_depth, i.visits, i.charged, i.result_name, i.licence, i.version, i.item_version, i.withheld FROM item i`

func scanItem(sc db.Scanner) (ItemInfo, error) {
	var i ItemInfo
	var levels, lacks string
	err := sc.Scan(&i.ID, &i.Code, &i.Name, &i.Type, &i.Audience, &i.Department, &levels, &i.PromisedDays, &i.DayUnit,
		&i.OnlineDepth, &i.Visits, &i.Charged, &i.ResultName, &i.Licence, &i.Version, &i.ItemVersion, &lacks)
	i.Levels = strings.Split(levels, ",")
	if lacks != "" {
		i.Lacks = strings.Split(lacks, ",")
	}
	return i, err
}

// Filter narrows a list of items; empty fields do not. Lists are in the order of
// item codes and paged by them: After is the code of the last item seen.
type Filter struct {
	Theme      string
	Audience   string // 自然人 or 法人; items for both are on either list
	Department string
	Type       string
	Body       string // handled by this body now
	Withheld   bool   // also versions that cannot be published; for editors
	After      string
	Limit      int // at most 200; 0 means 50
}

// Items lists items. More follow when next is not empty; give it as After.
func (s *Service) Items(ctx context.Context, f Filter) (items []ItemInfo, next string, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 200)
	sql, args := f.query()
	rows, err := s.DB.Query(ctx, sql, args...)
	items, err = db.All(rows, err, scanItem)
	if err == nil && len(items) > f.Limit {
		items = items[:f.Limit]
		next = items[f.Limit-1].Code
	}
	return items, next, err
}

func (f Filter) query() (string, []any) {
	var b strings.Builder
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	b.WriteString(itemSelect)
	if f.Theme != "" {
		b.WriteString(" JOIN item_theme t ON t.item = i.id AND t.theme = " + arg(f.Theme))
	}
	if f.Body != "" {
		b.WriteString(" JOIN local_item l ON l.item = i.id AND l.superseded_at = 0 AND l.body = " + arg(f.Body))
	}
	b.WriteString(" WHERE i.code > " + arg(f.After))
	if f.Audience != "" {
		b.WriteString(" AND i.audience IN (" + arg(f.Audience) + ", 'both')")
	}
	if f.Department != "" {
		b.WriteString(" AND i.department = " + arg(f.Department))
	}
	if f.Type != "" {
		b.WriteString(" AND i.type = " + arg(f.Type))
	}
	if !f.Withheld {
		b.WriteString(" AND i.withheld = ''")
	}
	b.WriteString(" ORDER BY i.code LIMIT " + arg(f.Limit+1))
	return b.String(), args
}

// Item gives an item in short. Missing "catalogue.no_item".
func (s *Service) Item(ctx context.Context, id string) (ItemInfo, error) {
	i, err := db.One(s.DB.Row(ctx, itemSelect+` WHERE i.id = $1`, id), scanItem)
	if db.NoRows(err) {
		return i, fault.Missing("catalogue.no_item")
	}
	return i, err
}

// ItemsByID gives items in short by id, in one query; unknown ids are left out.
func (s *Service) ItemsByID(ctx context.Context, ids []string) (map[string]ItemInfo, error) {
	rows, err := s.DB.Query(ctx, itemSelect+` WHERE i.id in_list($1)`, db.List(ids))
	list, err := db.All(rows, err, scanItem)
	out := make(map[string]ItemInfo, len(list))
	for _, i := range list {
		out[i.ID] = i
	}
	return out, err
}

// BundleInfo is a bundle in short.
type BundleInfo struct {
	ID, Name, Audience, Department string
	Themes                         []string
	Members                        []string // item ids
	Version                        int64
	BundleVersion                  string
}

func (s *Service) readBundles(ctx context.Context) ([]BundleInfo, error) {
	rows, err := s.DB.Query(ctx, `SELECT b.version, b.bundle_version, v.document FROM bundle b
		JOIN bundle_version v ON v.id = b.bundle_version ORDER BY b.id`)
	return db.All(rows, err, func(sc db.Scanner) (BundleInfo, error) {
		var version int64
		var id, text string
		if err := sc.Scan(&version, &id, &text); err != nil {
			return BundleInfo{}, err
		}
		b, err := parseBundle(id, text)
		info := BundleInfo{
			ID: b.ID, Name: b.Name, Audience: b.Audience, Department: b.LeadDepartment, Themes: b.Themes,
			Version: version, BundleVersion: id,
		}
		for _, m := range b.Members {
			info.Members = append(info.Members, m.Item)
		}
		return info, err
	})
}

func parseBundle(id, text string) (set.Bundle, error) {
	var b set.Bundle
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return b, fault.Internal(err, "catalogue.unreadable", "version", id)
	}
	return b, nil
}

// Bundles lists all bundles, by id.
func (s *Service) Bundles(ctx context.Context) ([]BundleInfo, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return c.bundles, nil
}

// Bundle gives the newest version of a bundle. Missing "catalogue.no_bundle".
func (s *Service) Bundle(ctx context.Context, id string) (set.Bundle, error) {
	_, b, err := s.bundle(ctx, id)
	return b, err
}

// bundle gives the newest version of a bundle with the version's id.
func (s *Service) bundle(ctx context.Context, id string) (version string, b set.Bundle, err error) {
	var text string
	err = s.DB.Row(ctx, `SELECT v.id, v.document FROM bundle b JOIN bundle_version v ON v.id = b.bundle_version
		WHERE b.id = $1`, id).Scan(&version, &text)
	if db.NoRows(err) {
		return "", b, fault.Missing("catalogue.no_bundle")
	}
	if err != nil {
		return "", b, err
	}
	b, err = parseBundle(version, text)
	return version, b, err
}
