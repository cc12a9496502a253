package catalogue

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// kind of dictionary: which table, and how an entry becomes a row.
type dictionaryTable struct {
	table   string
	key     string   // primary key column
	columns []string // the last is source
}

var (
	departmentTable = dictionaryTable{"department", "id", []string{"id", "code", "name", "short", "source"}}
	regionTable     = dictionaryTable{"region", "code", []string{"code", "set_code", "parent", "name", "level", "source"}}
	yearTable       = dictionaryTable{"calendar_year", "year", []string{"year", "version", "source"}}
	elementTable    = dictionaryTable{"element", "key", []string{"key", "code", "name", "source"}}
	licenceTable    = dictionaryTable{"licence_type", "id", []string{"id", "code", "name", "source"}}
)

// merge upserts the rows of a dictionary that are new or differ, and tells what
// it did. id gives the name a report uses. Rows carry source last.
func (i *importing) merge(ctx context.Context, d dictionaryTable, rows [][]any) (Tally, error) {
	var tally Tally
	held, err := i.sources(ctx, d)
	if err != nil {
		return tally, err
	}
	b := &batch{tx: i.tx, table: d.table, columns: d.columns, tail: onConflict(d.key, d.columns)}
	seen := make(map[string]bool, len(rows))
	for _, row := range rows {
		id, source := keyText(row[0]), row[len(row)-1].(string)
		seen[id] = true
		had, ok := held[id]
		switch {
		case !ok:
			tally.Added = append(tally.Added, id)
		case had != hashOf(source):
			tally.Changed = append(tally.Changed, id)
		default:
			tally.Unchanged++
			continue
		}
		if err := b.add(ctx, row...); err != nil {
			return tally, err
		}
	}
	for id := range held {
		if !seen[id] {
			tally.Absent = append(tally.Absent, id)
		}
	}
	slices.Sort(tally.Absent)
	return tally, b.write(ctx)
}

func keyText(v any) string {
	if n, ok := v.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	return v.(string)
}

// sources gives the hash of every held entry's source by its key.
func (i *importing) sources(ctx context.Context, d dictionaryTable) (map[string]string, error) {
	rows, err := i.tx.Query(ctx, `SELECT CAST(`+d.key+` AS TEXT), source FROM `+d.table)
	out := map[string]string{}
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var id, source string
		err := sc.Scan(&id, &source)
		out[id] = hashOf(source)
		return struct{}{}, err
	})
	return out, err
}

func (i *importing) departments(ctx context.Context) (err error) {
	if !i.set.Has(set.Departments) {
		return nil
	}
	rows, err := rowsOf(i.set.Departments, func(d set.Department, source string) []any {
		return []any{d.ID, d.Code, d.Name, d.Short, source}
	})
	if err == nil {
		i.report.Departments, err = i.merge(ctx, departmentTable, rows)
	}
	i.dictMoved = i.dictMoved || i.report.Departments.moved()
	return err
}

func (i *importing) regions(ctx context.Context) (err error) {
	if !i.set.Has(set.Regions) {
		return nil
	}
	rows, err := rowsOf(i.set.Regions, func(r set.Region, source string) []any {
		return []any{twelve(r.Code), r.Code, twelve(r.Parent), r.Name, r.Level, source}
	})
	if err == nil {
		i.report.Regions, err = i.merge(ctx, regionTable, rows)
	}
	return err
}

// twelve is a region code in stored form; the reader has judged the code.
func twelve(code string) string {
	r, err := gov.ParseRegion(code)
	if err != nil {
		return ""
	}
	return string(r)
}

func (i *importing) elements(ctx context.Context) (err error) {
	if !i.set.Has(set.Elements) {
		return nil
	}
	rows, err := rowsOf(i.set.Elements, func(e set.Element, source string) []any {
		return []any{e.Key, e.Code, e.Name, source}
	})
	if err == nil {
		i.report.Elements, err = i.merge(ctx, elementTable, rows)
	}
	i.dictMoved = i.dictMoved || i.report.Elements.moved()
	return err
}

func (i *importing) licences(ctx context.Context) (err error) {
	if !i.set.Has(set.Licences) {
		return nil
	}
	rows, err := rowsOf(i.set.Licences, func(l set.LicenceType, source string) []any {
		return []any{l.ID, l.Code, l.Name, source}
	})
	if err == nil {
		i.report.Licences, err = i.merge(ctx, licenceTable, rows)
	}
	i.dictMoved = i.dictMoved || i.report.Licences.moved()
	return err
}

func rowsOf[T any](entries []T, row func(entry T, source string) []any) ([][]any, error) {
	out := make([][]any, len(entries))
	for n, e := range entries {
		source, err := encodeJSON(e)
		if err != nil {
			return nil, err
		}
		out[n] = row(e, source)
	}
	return out, nil
}

// loadDictionary reads what items are resolved with: the set's entries are
// stored by now, so the tables hold the union.
func (i *importing) loadDictionary(ctx context.Context) (err error) {
	i.dict, err = i.s.dictionary(ctx, i.tx)
	return err
}

func (s *Service) dictionary(ctx context.Context, r db.Reader) (dictionary, error) {
	d := dictionary{layout: s.Layout}
	var err error
	if d.departments, err = load(ctx, r, departmentTable, func(x set.Department) string { return x.ID }); err != nil {
		return d, err
	}
	if d.elements, err = load(ctx, r, elementTable, func(x set.Element) string { return x.Key }); err != nil {
		return d, err
	}
	d.licences, err = load(ctx, r, licenceTable, func(x set.LicenceType) string { return x.ID })
	return d, err
}

func load[T any](ctx context.Context, r db.Reader, d dictionaryTable, key func(T) string) (map[string]T, error) {
	list, err := loadAll[T](ctx, r, d)
	out := make(map[string]T, len(list))
	for _, x := range list {
		out[key(x)] = x
	}
	return out, err
}

// loadAll reads a dictionary in the order of its keys.
func loadAll[T any](ctx context.Context, r db.Reader, d dictionaryTable) ([]T, error) {
	rows, err := r.Query(ctx, `SELECT source FROM `+d.table+` ORDER BY `+d.key)
	return db.All(rows, err, func(sc db.Scanner) (T, error) {
		var x T
		source, err := db.Text(sc)
		if err != nil {
			return x, err
		}
		if err := json.Unmarshal([]byte(source), &x); err != nil {
			return x, fault.Internal(err, "catalogue.unreadable", "version", d.table)
		}
		return x, nil
	})
}

// known tells the reader what is held already.
func (s *Service) known(ctx context.Context) (set.Known, error) {
	d, err := s.dictionary(ctx, s.DB)
	if err != nil {
		return set.Known{}, err
	}
	k := set.Known{Departments: map[string]bool{}, Licences: map[string]bool{}, Elements: d.elements}
	for id := range d.departments {
		k.Departments[id] = true
	}
	for id := range d.licences {
		k.Licences[id] = true
	}
	k.Regions = func(code string) (bool, error) {
		_, err := s.Region(ctx, code)
		if fault.KindOf(err) == fault.KindMissing {
			return false, nil
		}
		return err == nil, err
	}
	k.Items = func(ids []string) (map[string]set.Shape, error) { return s.shapes(ctx, s.DB, ids) }
	return k, nil
}

// shapes tells what bundles need to know of held items.
func (s *Service) shapes(ctx context.Context, r db.Reader, ids []string) (map[string]set.Shape, error) {
	rows, err := r.Query(ctx, `SELECT v.document FROM item i JOIN item_version v ON v.id = i.item_version
		WHERE i.id in_list($1)`, db.List(ids))
	out := map[string]set.Shape{}
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		text, err := db.Text(sc)
		if err != nil {
			return struct{}{}, err
		}
		var doc document
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			return struct{}{}, fault.Internal(err, "catalogue.unreadable", "version", "item")
		}
		out[doc.Item.ID] = set.ShapeOf(doc.Item)
		return struct{}{}, nil
	})
	return out, err
}
