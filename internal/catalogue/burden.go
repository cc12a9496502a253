package catalogue

import (
	"context"
	"slices"

	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/db"
)

// Burden is what an affair asks of an applicant.
type Burden struct {
	Fields    int // questions answered
	Materials int // handed in, without what is made of the answers
	Copies    int // of these, as many as each is asked for
	Visits    int // to a window
	Days      int // promised, one after another where one waits for another; working and natural days alike
}

// Meter is a burden beside the other: every item by itself, and the bundle.
type Meter struct {
	Separate, Together Burden
	// Inside counts the fields and materials that one member gets from another's
	// licence, Fetched the materials that a valid licence of the applicant replaces.
	Inside, InsideMaterials, Fetched int
	Items, Departments               int
	Unit                             clock.Unit // of all days; '' where both units occur
}

// Meter measures the composition. It says nothing of the applicant: what he has
// in licences and registers already makes it less.
func (c *Composition) Meter() Meter {
	visits := make(map[string]int, len(c.Members))
	for _, m := range c.Members {
		visits[m.Member.Item] = m.Version.Item.Visits
	}
	return measure(c.Merged, visits)
}

// measure takes the visits by item. Members that are handled side by side share a
// visit to the one window (综合窗口); a later layer means coming again.
func measure(m *merge.Merged, visits map[string]int) Meter {
	asked := m.Asked()
	out := Meter{
		Separate: Burden{Fields: m.FieldsBefore, Materials: m.MaterialsBefore, Days: m.SumDays},
		Together: Burden{Fields: len(asked), Materials: len(m.Materials), Days: m.PathDays},
		Inside:   len(m.Fields) - len(asked), InsideMaterials: len(m.MaterialsInside),
		Items: len(m.Members), Departments: len(m.Departments()),
	}
	for i := range m.Members {
		x := &m.Members[i]
		out.Separate.Visits += visits[x.Item]
		for _, paper := range x.Materials {
			if !paper.Generated {
				out.Separate.Copies += paper.Copies
			}
		}
		switch {
		case i == 0:
			out.Unit = x.Unit
		case out.Unit != x.Unit:
			out.Unit = ""
		}
	}
	for _, paper := range m.Materials {
		out.Together.Copies += paper.Copies
		if paper.Replaceable && paper.Licence != "" {
			out.Fetched++
		}
	}
	for _, layer := range m.Layers {
		most := 0
		for _, item := range layer {
			most = max(most, visits[item])
		}
		out.Together.Visits += most
	}
	return out
}

// Saves reports whether the bundle asks less of anything than its items do.
func (m Meter) Saves() bool {
	a, b := m.Together, m.Separate
	return a.Fields < b.Fields || a.Materials < b.Materials || a.Copies < b.Copies || a.Visits < b.Visits || a.Days < b.Days
}

// Meters measures every bundle with all its members in their newest versions, by
// bundle id: what lists say of them. It reads the whole catalogue of bundles; keep
// what it gives for an edition.
func (s *Service) Meters(ctx context.Context) (map[string]Meter, error) {
	bundles, err := s.wholeBundles(ctx)
	if err != nil {
		return nil, err
	}
	var items []string
	for _, b := range bundles {
		items = append(items, itemsOf(b.Members)...)
	}
	slices.Sort(items)
	versions, err := s.newest(ctx, s.DB, slices.Compact(items))
	if err != nil {
		return nil, err
	}
	visits := make(map[string]int, len(versions))
	for item, v := range versions {
		visits[item] = v.Item.Visits
	}
	out := make(map[string]Meter, len(bundles))
	for _, b := range bundles {
		m, err := s.MergeVersions(ctx, merge.Everybody(b), versions)
		if err != nil {
			return nil, err
		}
		out[b.ID] = measure(m, visits)
	}
	return out, nil
}

// wholeBundles reads the newest version of every bundle.
func (s *Service) wholeBundles(ctx context.Context) ([]set.Bundle, error) {
	rows, err := s.DB.Query(ctx, `SELECT v.id, v.document FROM bundle b JOIN bundle_version v ON v.id = b.bundle_version ORDER BY b.id`)
	return db.All(rows, err, func(sc db.Scanner) (set.Bundle, error) {
		var id, text string
		if err := sc.Scan(&id, &text); err != nil {
			return set.Bundle{}, err
		}
		return parseBundle(id, text)
	})
}
