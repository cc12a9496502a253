package catalogue

import (
	"context"
	"slices"

	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/id"
)

var (
	bundleColumns        = []string{"id", "name", "audience", "department", "version", "bundle_version", "hash"}
	bundleVersionColumns = []string{"id", "bundle", "version", "hash", "document", "generation", "created_at"}
	overrideColumns      = []string{"item", "region", "body", "source"}
)

// bundles versions bundles like items: a running application keeps its own.
func (i *importing) bundles(ctx context.Context) error {
	if !i.set.Has(set.Bundles) {
		return nil
	}
	rows, err := i.tx.Query(ctx, `SELECT id, version, hash FROM bundle`)
	held := map[string]standing{}
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var id string
		var s standing
		err := sc.Scan(&id, &s.version, &s.hash)
		held[id] = s
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	bundles := batch{tx: i.tx, table: "bundle", columns: bundleColumns, tail: onConflict("id", bundleColumns)}
	versions := batch{tx: i.tx, table: "bundle_version", columns: bundleVersionColumns}
	tally := &i.report.Bundles
	for _, b := range i.set.Bundles {
		text, err := encodeJSON(b)
		if err != nil {
			return err
		}
		hash := hashOf(text)
		had, ok := held[b.ID]
		delete(held, b.ID)
		switch {
		case ok && had.hash == hash:
			tally.Unchanged++
			continue
		case ok:
			tally.Changed = append(tally.Changed, b.ID)
		default:
			tally.Added = append(tally.Added, b.ID)
		}
		versionID := id.New()
		bundles.rows = append(bundles.rows, []any{b.ID, b.Name, b.Audience, b.LeadDepartment, had.version + 1, versionID, hash})
		versions.rows = append(versions.rows, []any{versionID, b.ID, had.version + 1, hash, text, i.generation, int64(i.tx.Now())})
	}
	for id := range held {
		tally.Absent = append(tally.Absent, id)
	}
	slices.Sort(tally.Absent)
	if err := bundles.write(ctx); err != nil {
		return err
	}
	return versions.write(ctx)
}

// overrides takes local_items.yaml as a whole: a place whose entry is gone does
// as the base item says again. The tally counts those as changed.
func (i *importing) overrides(ctx context.Context) error {
	if !i.set.Has(set.LocalItems) {
		return nil
	}
	rows, err := i.tx.Query(ctx, `SELECT item, region, body, source FROM local_override`)
	held := map[[3]string]string{}
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var k [3]string
		var source string
		err := sc.Scan(&k[0], &k[1], &k[2], &source)
		held[k] = source
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	write := batch{tx: i.tx, table: "local_override", columns: overrideColumns}
	tally := &i.report.Overrides
	for _, l := range i.set.Local {
		source, err := encodeJSON(l)
		if err != nil {
			return err
		}
		k := [3]string{l.Item, twelve(l.Region), l.Body}
		had, ok := held[k]
		delete(held, k)
		switch {
		case !ok:
			tally.Added = append(tally.Added, l.Item)
		case had != source:
			tally.Changed = append(tally.Changed, l.Item)
		default:
			tally.Unchanged++
		}
		write.rows = append(write.rows, []any{k[0], k[1], k[2], source})
	}
	for k := range held {
		tally.Changed = append(tally.Changed, k[0])
	}
	slices.Sort(tally.Changed)
	if !tally.moved() {
		return nil
	}
	if err := i.tx.Exec(ctx, `DELETE FROM local_override`); err != nil {
		return err
	}
	return write.write(ctx)
}
