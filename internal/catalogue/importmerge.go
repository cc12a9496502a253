package catalogue

import (
	"context"

	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Late is a bundle that promises more days than its target (domain §5): a warning
// to editors and no error.
type Late struct {
	Bundle string     `json:"bundle"`
	From   clock.Date `json:"from"` // filed then
	Due    clock.Date `json:"due"`
	Target clock.Date `json:"target"`
	// Provisional: one of them runs into a year that is not announced (R12).
	Provisional bool `json:"provisional,omitempty"`
}

// mergeable merges every bundle that is held, once items and bundles are written:
// a changed item can break a bundle that the set does not mention. Conflicts
// refuse the set.
func (i *importing) mergeable(ctx context.Context) error {
	if !i.dictMoved && !i.report.Items.moved() && !i.report.Bundles.moved() {
		return nil
	}
	calendar, err := i.s.CalendarIn(ctx, i.tx)
	if err != nil {
		return err
	}
	today := clock.DateOf(i.tx.Now().Time())
	for after := ""; ; {
		rows, err := i.tx.Query(ctx, `SELECT v.document FROM bundle b JOIN bundle_version v ON v.id = b.bundle_version
			WHERE b.id > $1 ORDER BY b.id LIMIT 50`, after)
		bundles, err := db.All(rows, err, func(sc db.Scanner) (set.Bundle, error) {
			text, err := db.Text(sc)
			if err != nil {
				return set.Bundle{}, err
			}
			return parseBundle("bundle", text)
		})
		if err != nil {
			return err
		}
		if len(bundles) == 0 {
			break
		}
		if err := i.mergeSome(ctx, bundles, calendar, today); err != nil {
			return err
		}
		after = bundles[len(bundles)-1].ID
	}
	if len(i.report.Problems) > 0 {
		return fault.Invalid("catalogue.set_refused", "count", len(i.report.Problems)).With(i.report.Problems)
	}
	return nil
}

func (i *importing) mergeSome(ctx context.Context, bundles []set.Bundle, calendar *clock.Calendar, today clock.Date) error {
	var items []string
	for _, b := range bundles {
		items = append(items, itemsOf(b.Members)...)
	}
	versions, err := i.s.newest(ctx, i.tx, items)
	if err != nil {
		return err
	}
	var known merge.Elsewhere
	x := merger{dict: &i.dict, versions: versions, paper: func(key string) (set.Material, bool, error) {
		return known.Find(key, func(do func(set.Item) error) error { return eachItem(ctx, i.tx, do) })
	}}
	for _, b := range bundles {
		m, err := x.merge(merge.Everybody(b))
		if err != nil {
			return err
		}
		i.report.Problems = append(i.report.Problems, m.Problems(b.ID, i.set.Where)...)
		if p, err := m.Promise(calendar, today); err == nil && p.Late() {
			i.report.Late = append(i.report.Late, Late{b.ID, p.Start, p.Due, p.Target, p.Provisional})
		}
	}
	return nil
}
