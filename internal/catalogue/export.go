package catalogue

import (
	"context"
	"errors"
	"iter"
	"os"

	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// errStop ends a walk early; it never leaves the function that walks.
var errStop = errors.New("stop")

// Export writes the present catalogue into a folder as a set: importing it again
// changes nothing. The folder is made if it is not there and must be empty,
// because a file left over would belong to the set as well.
func (s *Service) Export(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fault.Invalid("catalogue.export_folder", "dir", dir).With(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fault.Invalid("catalogue.export_folder", "dir", dir).With(err)
	}
	if len(entries) > 0 {
		return fault.Invalid("catalogue.export_not_empty", "dir", dir)
	}
	out, err := s.dictionaries(ctx)
	if err != nil {
		return err
	}
	return set.Write(dir, out, s.allItems(ctx))
}

// dictionaries reads all of the catalogue but its items.
func (s *Service) dictionaries(ctx context.Context) (*set.Set, error) {
	out := &set.Set{}
	var err error
	if out.Departments, err = loadAll[set.Department](ctx, s.DB, departmentTable); err != nil {
		return nil, err
	}
	if out.Regions, err = loadAll[set.Region](ctx, s.DB, regionTable); err != nil {
		return nil, err
	}
	if out.Years, err = loadAll[set.CalendarYear](ctx, s.DB, yearTable); err != nil {
		return nil, err
	}
	if out.Elements, err = loadAll[set.Element](ctx, s.DB, elementTable); err != nil {
		return nil, err
	}
	if out.Licences, err = loadAll[set.LicenceType](ctx, s.DB, licenceTable); err != nil {
		return nil, err
	}
	if out.Local, err = loadAll[set.LocalItem](ctx, s.DB, dictionaryTable{table: "local_override", key: "item, region, body"}); err != nil {
		return nil, err
	}
	rows, err := s.DB.Query(ctx, `SELECT v.id, v.document FROM bundle b JOIN bundle_version v ON v.id = b.bundle_version ORDER BY b.id`)
	out.Bundles, err = db.All(rows, err, func(sc db.Scanner) (set.Bundle, error) {
		var id, text string
		if err := sc.Scan(&id, &text); err != nil {
			return set.Bundle{}, err
		}
		return parseBundle(id, text)
	})
	return out, err
}

func (s *Service) allItems(ctx context.Context) iter.Seq2[set.Item, error] {
	return func(yield func(set.Item, error) bool) {
		err := eachItem(ctx, s.DB, func(item set.Item) error {
			if !yield(item, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(set.Item{}, err)
		}
	}
}
