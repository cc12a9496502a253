package catalogue

import (
	"context"
	"errors"
	"slices"
	"time"

	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/db"
)

// Sketch is Compose without keeping anything: what somebody looks at before he
// begins, so that looking leaves no trace. Its ID is ”. Errors are those of Compose.
func (s *Service) Sketch(ctx context.Context, bundle, region string, answers map[string]string, chosen []string) (*Composition, error) {
	version, doc, err := s.choose(ctx, bundle, region, answers, chosen)
	if err != nil {
		return nil, err
	}
	c := &Composition{Bundle: bundle, BundleVersion: version}
	return c, s.read(ctx, doc, c)
}

// Whole is a bundle with all its members, whatever their situation, as a place
// handles them: its guide. nowhere are the items that no body handles, which are
// left out. Missing "catalogue.no_bundle".
func (s *Service) Whole(ctx context.Context, bundle, region string) (c *Composition, nowhere []string, err error) {
	version, b, err := s.bundle(ctx, bundle)
	if err != nil {
		return nil, nil, err
	}
	doc, nowhere, err := s.compose(ctx, b, merge.Everybody(b), region, nil)
	if err != nil {
		return nil, nil, err
	}
	c = &Composition{Bundle: bundle, BundleVersion: version}
	return c, nowhere, s.read(ctx, doc, c)
}

// ForPerson and ForOrganisation say who may apply: for a bundle with an item that
// founds an organisation the person who founds it.
func (c *Composition) ForPerson() bool { return c.Audience != set.ForOrganisations || c.founds() }

// ForOrganisation reports whether an organisation may apply, see ForPerson.
func (c *Composition) ForOrganisation() bool { return c.Audience != set.ForPersons && !c.founds() }

func (c *Composition) founds() bool {
	return slices.ContainsFunc(c.Members, func(m Composed) bool { return m.Founds() })
}

// Offline are the members that cannot be applied for online; with any, the whole
// is begun at the counter.
func (c *Composition) Offline() (out []Composed) {
	for _, m := range c.Members {
		if !m.Online() {
			out = append(out, m)
		}
	}
	return out
}

// Member finds a member by item.
func (c *Composition) Member(item string) (Composed, bool) {
	i := slices.IndexFunc(c.Members, func(m Composed) bool { return m.Member.Item == item })
	if i < 0 {
		return Composed{}, false
	}
	return c.Members[i], true
}

// Promise is the bundle's promise of domain §5 if it were filed at an instant: the
// submission takes effect first (clock.md R1). Errors: those of clock for limits
// no calendar can hold.
func (c *Composition) Promise(cal *clock.Calendar, at time.Time) (merge.Promise, error) {
	filed, err := clock.EffectiveDate(cal, at, clock.DefaultCutoff)
	var unknown clock.UnknownYear
	if errors.As(err, &unknown) {
		filed, err = clock.EffectiveDate(cal.AssumingWeekdays(), at, clock.DefaultCutoff)
	}
	if err != nil {
		return merge.Promise{}, err
	}
	return c.Merged.Promise(cal, filed)
}

// Regions are the regions of the bodies that handle any of the items now, by code:
// the places between which it makes a difference where one applies.
func (s *Service) Regions(ctx context.Context, items []string) ([]Region, error) {
	rows, err := s.DB.Query(ctx, regionSelect+`WHERE code IN (SELECT region FROM local_item
		WHERE superseded_at = 0 AND item in_list($1)) ORDER BY code`, db.List(items))
	return db.All(rows, err, scanRegion)
}
