package ratings

import (
	"cmp"
	"context"
	"slices"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// Figures are counts over the ratings that the cases of an item at a body were
// given in a span.
type Figures struct {
	Body, Item string
	Rated      int64
	Good       int64 // 1 to 3: 非常满意, 满意, 基本满意
}

// MonthSQL counts Figures between two instants ($1 included, $2 not); it is
// printed in docs/reference/scores.md.
const MonthSQL = `SELECT r.body, r.item,
  COUNT(*) AS rated,
  COUNT(CASE WHEN r.score <= 3 THEN 1 END) AS good
FROM rating_act a
JOIN rating r ON r.id = a.rating
WHERE a.at >= $1 AND a.at < $2 AND a.act = 'give'
GROUP BY r.body, r.item
ORDER BY r.body, r.item`

// MonthFigures counts the ratings given from an instant until before another, by
// body and item: when, as the journal has it; the score, as the rating's row.
func (s *Service) MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]Figures, error) {
	rows, err := r.Query(ctx, MonthSQL, int64(from), int64(until))
	out, err := db.All(rows, err, func(r db.Scanner) (f Figures, err error) {
		return f, r.Scan(&f.Body, &f.Item, &f.Rated, &f.Good)
	})
	slices.SortFunc(out, func(a, b Figures) int { // the engines sort text each in their own way
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item))
	})
	return out, err
}
