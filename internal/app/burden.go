package app

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// measured: WHEN an application is filed THEN what it asked is counted, beside what
// separate handling would have asked.
func (a filing) measured(ctx context.Context, tx *db.Tx, actor gov.Actor, f applications.Filing) error {
	b := applications.Burden{Application: f.ID, Body: f.Body, Region: f.Region, Channel: actor.Channel,
		FiledOn: clock.DateOf(f.FiledAt.Time())}
	var papers []catalogue.Material
	var err error
	if f.Definition.Bundle() {
		papers, err = a.ofBundle(ctx, f.LocalItem, &b)
	} else {
		papers, err = a.ofItem(ctx, f.LocalItem, &b)
	}
	if err != nil {
		return err
	}
	b.Typed = f.Typed()
	for _, m := range papers {
		switch {
		case f.Had.Fetched[m.Key]:
			b.Fetched++
		case f.Had.Reused[m.Key]:
			b.Reused++
		default:
			b.Copies += int64(m.Copies)
		}
	}
	return a.Applications.MeasureIn(ctx, tx, b)
}

// ofBundle counts what a choice of a bundle's members asks, and gives its materials.
func (a filing) ofBundle(ctx context.Context, composition string, b *applications.Burden) ([]catalogue.Material, error) {
	c, err := a.Catalogue.Composition(ctx, composition)
	if err != nil {
		return nil, err
	}
	b.Matter = applications.Matter{Bundle: c.Bundle, Name: c.Name, Version: c.BundleVersion, Number: c.BundleNumber}
	b.Members, b.Department = int64(len(c.Members)), c.Members[0].Local.Department
	m := c.Meter()
	weigh(b, m.Together, m.Separate)
	return mergedMaterials(c), nil
}

// ofItem counts what an item asks; nothing is separate from it, so that what is
// saved is what was known before.
func (a filing) ofItem(ctx context.Context, localItem string, b *applications.Burden) ([]catalogue.Material, error) {
	g, err := a.Catalogue.Guide(ctx, localItem)
	if err != nil {
		return nil, err
	}
	b.Matter = applications.Matter{Item: g.Local.Item, Name: g.Version.Item.Name, Version: g.Version.ID, Number: g.Version.Number}
	b.Members, b.Department = 1, g.Local.Department
	weigh(b, g.Burden(), g.Burden())
	return g.Asked(), nil
}

func weigh(b *applications.Burden, asked, separate catalogue.Burden) {
	b.Fields, b.Materials, b.Visits, b.Days = int64(asked.Fields), int64(asked.Materials), int64(asked.Visits), int64(asked.Days)
	b.SeparateFields, b.SeparateMaterials, b.SeparateCopies = int64(separate.Fields), int64(separate.Materials), int64(separate.Copies)
	b.SeparateVisits, b.SeparateDays = int64(separate.Visits), int64(separate.Days)
}
