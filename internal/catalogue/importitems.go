package catalogue

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

var (
	itemColumns = []string{"id", "code", "name", "type", "audience", "department", "levels", "promised_days", "day_unit",
		"online_depth", "visits", "charged", "result_name", "licence", "version", "item_version", "hash", "withheld",
		"other_names", "search_text"}
	itemVersionColumns = []string{"id", "item", "version", "hash", "document", "generation", "created_at"}
	itemThemeColumns   = []string{"theme", "code", "item"}
)

// standing is the newest version an item is held in.
type standing struct {
	version int64
	hash    string
}

// itemWriter takes items one by one and writes what is new or different.
type itemWriter struct {
	i        *importing
	held     map[string]standing
	items    batch
	versions batch
	themes   batch
	moved    []string // items whose themes are written anew
}

func (i *importing) items(ctx context.Context) error {
	if !i.set.Has(set.Items) && !i.dictMoved {
		return nil
	}
	held, err := i.standings(ctx)
	if err != nil {
		return err
	}
	w := &itemWriter{
		i: i, held: held,
		items:    batch{tx: i.tx, table: "item", columns: itemColumns, tail: onConflict("id", itemColumns)},
		versions: batch{tx: i.tx, table: "item_version", columns: itemVersionColumns},
		themes:   batch{tx: i.tx, table: "item_theme", columns: itemThemeColumns},
	}
	inSet := make(map[string]bool, i.set.Len())
	for n := range i.set.Len() {
		item, err := i.set.Item(n)
		if err != nil {
			return err
		}
		inSet[item.ID] = true
		if err := w.take(ctx, item); err != nil {
			return err
		}
		if i.progress != nil {
			i.progress(n+1, i.set.Len())
		}
	}
	if err := w.others(ctx, inSet); err != nil {
		return err
	}
	if err := w.finish(ctx); err != nil {
		return err
	}
	return i.codesAreUnique(ctx)
}

func (i *importing) standings(ctx context.Context) (map[string]standing, error) {
	rows, err := i.tx.Query(ctx, `SELECT id, version, hash FROM item`)
	out := map[string]standing{}
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var id string
		var s standing
		err := sc.Scan(&id, &s.version, &s.hash)
		out[id] = s
		return struct{}{}, err
	})
	return out, err
}

// take writes a new version when the resolved document differs from the held
// one, whether the item itself changed or something it refers to.
func (w *itemWriter) take(ctx context.Context, item set.Item) error {
	doc := w.i.dict.resolve(item)
	text, hash, err := doc.encode()
	if err != nil {
		return err
	}
	had, ok := w.held[item.ID]
	tally := &w.i.report.Items
	switch {
	case ok && had.hash == hash:
		tally.Unchanged++
		return nil
	case ok:
		tally.Changed = append(tally.Changed, item.ID)
		w.moved = append(w.moved, item.ID)
	default:
		tally.Added = append(tally.Added, item.ID)
	}
	return w.write(ctx, &doc, text, hash, had.version+1)
}

func (w *itemWriter) write(ctx context.Context, doc *document, text, hash string, version int64) error {
	item := &doc.Item
	lacks := doc.lacks()
	if len(lacks) > 0 {
		w.i.report.Withheld = append(w.i.report.Withheld, Withheld{item.ID, lacks})
	}
	result, licence := "", ""
	if len(item.Result) > 0 {
		result, licence = item.Result[0].Name, item.Result[0].Licence
	}
	versionID := id.New()
	err := w.items.add(ctx, item.ID, item.Code, item.Name, item.Type, item.Audience, item.Department,
		strings.Join(item.Level, ","), int64(item.CommitmentDays), item.DayUnit, int64(item.OnlineDepth), int64(item.Visits),
		item.Fee.Charged, result, licence, version, versionID, hash, strings.Join(lacks, ","),
		doc.otherNames(), doc.searchText())
	if err != nil {
		return err
	}
	if len(w.items.rows) == 0 { // item_version refers to item, so its rows follow at once
		if err := w.versions.write(ctx); err != nil {
			return err
		}
	}
	w.versions.rows = append(w.versions.rows,
		[]any{versionID, item.ID, version, hash, text, w.i.generation, int64(w.i.tx.Now())})
	for _, theme := range item.Themes {
		w.themes.rows = append(w.themes.rows, []any{theme, item.Code, item.ID})
	}
	return nil
}

// others looks at items the set does not have: they stay, and get a new version
// when an element or licence they use has changed.
func (w *itemWriter) others(ctx context.Context, inSet map[string]bool) error {
	if w.i.set.Has(set.Items) {
		for id := range w.held {
			if !inSet[id] {
				w.i.report.Items.Absent = append(w.i.report.Items.Absent, id)
			}
		}
		slices.Sort(w.i.report.Items.Absent)
	}
	if !w.i.dictMoved || len(w.held) == 0 {
		return nil
	}
	unchanged := w.i.report.Items.Unchanged
	err := eachItem(ctx, w.i.tx, func(item set.Item) error {
		if inSet[item.ID] {
			return nil
		}
		return w.take(ctx, item)
	})
	w.i.report.Items.Unchanged = unchanged // what the set does not name is not counted
	return err
}

// eachItem walks the newest version of every item, a few at a time.
func eachItem(ctx context.Context, r db.Reader, do func(set.Item) error) error {
	for after := ""; ; {
		rows, err := r.Query(ctx, `SELECT v.document FROM item i JOIN item_version v ON v.id = i.item_version
			WHERE i.code > $1 ORDER BY i.code LIMIT 200`, after)
		items, err := db.All(rows, err, func(sc db.Scanner) (set.Item, error) {
			text, err := db.Text(sc)
			if err != nil {
				return set.Item{}, err
			}
			var doc document
			if err := json.Unmarshal([]byte(text), &doc); err != nil {
				return set.Item{}, fault.Internal(err, "catalogue.unreadable", "version", "item")
			}
			return doc.Item, nil
		})
		if err != nil || len(items) == 0 {
			return err
		}
		for _, item := range items {
			if err := do(item); err != nil {
				return err
			}
		}
		after = items[len(items)-1].Code
	}
}

func (w *itemWriter) finish(ctx context.Context) error {
	if err := w.items.write(ctx); err != nil {
		return err
	}
	if err := w.versions.write(ctx); err != nil {
		return err
	}
	for len(w.moved) > 0 {
		n := min(len(w.moved), 1000)
		if err := w.i.tx.Exec(ctx, `DELETE FROM item_theme WHERE item in_list($1)`, db.List(w.moved[:n])); err != nil {
			return err
		}
		w.moved = w.moved[n:]
	}
	return w.themes.write(ctx)
}

// codesAreUnique compares the set with items that were held and stay.
func (i *importing) codesAreUnique(ctx context.Context) error {
	rows, err := i.tx.Query(ctx, `SELECT code, min(id), max(id) FROM item GROUP BY code HAVING count(*) > 1 ORDER BY code LIMIT 100`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var code, a, b string
		err := sc.Scan(&code, &a, &b)
		i.report.Problems = append(i.report.Problems, set.Problem{
			Path: b, Code: "set.code_held", Args: fault.Args{"value": code, "item": a},
		})
		return struct{}{}, err
	})
	if err == nil && len(i.report.Problems) > 0 {
		err = fault.Invalid("catalogue.set_refused", "count", len(i.report.Problems)).With(i.report.Problems)
	}
	return err
}
