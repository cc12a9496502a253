package catalogue

import (
	"cmp"
	"context"
	"slices"

	"yimen/internal/platform/db"
)

// ThemesFor gives the shelves by theme of one audience (自然人 or 法人), most items
// first; items for both count on both. A theme stands with the audience that most
// of its items are for, so that the lists of the two audiences do not repeat each
// other; equal ones stand with both.
func (s *Service) ThemesFor(ctx context.Context, audience string) ([]Shelf, error) {
	rows, err := s.DB.Query(ctx, `SELECT t.theme, sum(CASE WHEN i.audience IN ($1, 'both') THEN 1 ELSE 0 END),
		sum(CASE WHEN i.audience = $1 THEN 0 ELSE 1 END) FROM item_theme t JOIN item i ON i.id = t.item
		WHERE i.withheld = '' GROUP BY t.theme`, audience)
	type pair struct {
		Shelf
		others int
	}
	all, err := db.All(rows, err, func(sc db.Scanner) (p pair, err error) {
		err = sc.Scan(&p.Key, &p.Count, &p.others)
		p.Name = p.Key
		return p, err
	})
	var out []Shelf
	for _, p := range all {
		if p.Count > 0 && p.Count >= p.others {
			out = append(out, p.Shelf)
		}
	}
	slices.SortFunc(out, func(a, b Shelf) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Key, b.Key)) })
	return out, err
}
