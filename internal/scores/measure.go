package scores

import (
	"context"

	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// Counted are the counts of an item at a body between two instants. What is not
// there is 0.
type Counted struct {
	Body, Item string
	Counts     map[Measure]int64
}

// Source counts some of the measures in the rows and acts of one context; app puts
// cases, ratings and supervision behind it. Every row it gives names body and item,
// and each pair once.
type Source interface {
	// Measures are those it gives. An index that needs one nobody gives stays empty:
	// no figure is better than a wrong nought.
	Measures() []Measure
	// MonthFigures counts from an instant until before another.
	MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]Counted, error)
}

// Place is what a line says of its body.
type Place struct{ Name, Department, Region string }

// Names gives bodies and items the names they have now; a line keeps them.
type Names interface {
	Bodies(ctx context.Context, ids []string) (map[string]Place, error)
	Items(ctx context.Context, ids []string) (map[string]string, error)
}

// counts asks every source and adds up by body and item, with the measures that
// were given at all.
func (s *Service) counts(ctx context.Context, r db.Reader, m Month) (map[key]tally, map[Measure]bool, error) {
	from, until := m.Span()
	sums, given := map[key]tally{}, map[Measure]bool{}
	for _, source := range s.d.Sources {
		for _, x := range source.Measures() {
			given[x] = true
		}
		rows, err := source.MonthFigures(ctx, r, from, until)
		if err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			for _, k := range (key{row.Body, row.Item}).levels() {
				if sums[k] == nil {
					sums[k] = tally{}
				}
				sums[k].add(row.Counts)
			}
		}
	}
	return sums, given, nil
}

// key names a line: an item at a body; ” for all.
type key struct{ body, item string }

// levels are the lines a count goes into: its own, its body's, its item's, and all.
func (k key) levels() []key { return []key{k, {k.body, ""}, {"", k.item}, {"", ""}} }

type tally map[Measure]int64

func (t tally) add(counts map[Measure]int64) {
	for m, n := range counts {
		t[m] += n
	}
}
