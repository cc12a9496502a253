package supervision

import (
	"cmp"
	"context"
	"slices"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// Figures are counts over the cards raised on the cases of an item at a body in a
// span. A card that was withdrawn (撤销) is not held against anybody.
type Figures struct {
	Body, Item string
	Yellow     int64
	Red        int64 // serious ones among them
}

// MonthSQL counts Figures between two instants ($1 included, $2 not); it is
// printed in docs/reference/scores.md.
const MonthSQL = `SELECT c.body, c.item,
  COUNT(CASE WHEN c.severity = 'yellow' THEN 1 END) AS yellow,
  COUNT(CASE WHEN c.severity IN ('red','serious') THEN 1 END) AS red
FROM card_act a
JOIN card c ON c.id = a.card
WHERE a.at >= $1 AND a.at < $2 AND a.act = 'raise' AND c.state <> 'withdrawn'
GROUP BY c.body, c.item
ORDER BY c.body, c.item`

// MonthFigures counts the cards raised from an instant until before another, by
// body and item: when, as the journal has it; how severe and whether it still
// stands, as the card's row.
func (s *Service) MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]Figures, error) {
	rows, err := r.Query(ctx, MonthSQL, int64(from), int64(until))
	out, err := db.All(rows, err, func(r db.Scanner) (f Figures, err error) {
		return f, r.Scan(&f.Body, &f.Item, &f.Yellow, &f.Red)
	})
	slices.SortFunc(out, func(a, b Figures) int { // the engines sort text each in their own way
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item))
	})
	return out, err
}
