package catalogue

import (
	"context"
	"iter"
	"strings"
	"sync/atomic"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/search"
)

// finder keeps the search index of one generation and renews it behind the
// searches. Only the index is in memory; what a hit shows is read by id.
type finder struct {
	live   search.Live
	served atomic.Bool // keepIndex runs: searches take the snapshot there is
	wake   chan struct{}
}

func (f *finder) kick() { ring(f.wake) }

// keepIndex renews the index whenever the generation has moved, until ctx ends.
func (s *Service) keepIndex(ctx context.Context) {
	s.finder.served.Store(true)
	defer s.finder.served.Store(false)
	for ctx.Err() == nil {
		if err := s.renewIndex(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("catalogue: search index not renewed", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-s.finder.wake:
		}
	}
}

// renewIndex builds the index of the newest generation, if it is not there.
func (s *Service) renewIndex(ctx context.Context) error {
	g, err := s.Generation(ctx, s.DB)
	if err != nil || s.finder.live.Index().Generation() == g {
		return err
	}
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	o := search.Options{Generation: g, Synonyms: w.synonyms, Stop: w.stop, Readings: w.readings}
	return s.finder.live.Renew(ctx, s.docs(ctx, w), o)
}

// words are the synonyms in the shape search takes them.
type words struct {
	synonyms []search.Synonym
	stop     []string
	readings map[string]string
	names    map[string][]string // "item:id" → everyday words for it
}

func (s *Service) words(ctx context.Context) (words, error) {
	w := words{readings: map[string]string{}, names: map[string][]string{}}
	rows, err := s.DB.Query(ctx, `SELECT word, kind, target FROM synonym ORDER BY word, kind, target`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var word, kind, target string
		err := sc.Scan(&word, &kind, &target)
		switch kind {
		case "stop":
			w.stop = append(w.stop, word)
		case "reading":
			w.readings[word] = target
		case "word":
			w.official(word, target)
		default:
			w.names[kind+":"+target] = append(w.names[kind+":"+target], word)
		}
		return struct{}{}, err
	})
	return w, err
}

// official adds a meaning; rows come sorted by word.
func (w *words) official(word, target string) {
	if n := len(w.synonyms); n > 0 && w.synonyms[n-1].Common == word {
		w.synonyms[n-1].Official = append(w.synonyms[n-1].Official, target)
		return
	}
	w.synonyms = append(w.synonyms, search.Synonym{Common: word, Official: []string{target}})
}

// docs gives bundles, then items by code, a few at a time from the database.
func (s *Service) docs(ctx context.Context, w words) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		bundles, err := s.readBundles(ctx)
		if err != nil {
			yield(search.Doc{}, err)
			return
		}
		for _, b := range bundles {
			if !yield(bundleDoc(b, w), nil) {
				return
			}
		}
		for after := ""; ; {
			page, err := s.indexPage(ctx, after)
			if err != nil {
				yield(search.Doc{}, err)
				return
			}
			for _, i := range page {
				if !yield(i.doc(w), nil) {
					return
				}
			}
			if len(page) < indexPageSize {
				return
			}
			after = page[len(page)-1].Code
		}
	}
}

func bundleDoc(b BundleInfo, w words) search.Doc {
	d := search.Doc{ID: "bundle:" + b.ID, Name: b.Name, Aliases: w.names["bundle:"+b.ID], Text: strings.Join(b.Themes, " ")}
	d.Tags = append(audienceTags(b.Audience), "kind:bundle", "department:"+b.Department)
	for _, t := range b.Themes {
		d.Tags = append(d.Tags, "theme:"+t)
	}
	return d
}

func audienceTags(audience string) []string {
	if audience == "both" {
		return []string{"audience:自然人", "audience:法人"}
	}
	return []string{"audience:" + audience}
}

const indexPageSize = 500

// indexRow is an item with what it is found by.
type indexRow struct {
	ItemInfo
	names, text string
	themes      []string
	regions     []string // where it is handled
}

func (i indexRow) doc(w words) search.Doc {
	d := search.Doc{ID: "item:" + i.ID, Name: i.Name, Text: i.text}
	d.Aliases = append(strings.Split(i.names, "\n"), w.names["item:"+i.ID]...)
	d.Tags = append(audienceTags(i.Audience), "kind:item", "department:"+i.Department, "type:"+i.Type)
	for _, t := range i.themes {
		d.Tags = append(d.Tags, "theme:"+t)
	}
	for _, r := range i.regions {
		d.Tags = append(d.Tags, "region:"+r)
	}
	return d
}

// indexPage reads a page of items with their themes and regions in three queries.
func (s *Service) indexPage(ctx context.Context, after string) ([]indexRow, error) {
	rows, err := s.DB.Query(ctx, `SELECT id, code, name, type, audience, department, other_names, search_text FROM item
		WHERE code > $1 AND withheld = '' ORDER BY code LIMIT $2`, after, indexPageSize)
	page, err := db.All(rows, err, func(sc db.Scanner) (indexRow, error) {
		var i indexRow
		err := sc.Scan(&i.ID, &i.Code, &i.Name, &i.Type, &i.Audience, &i.Department, &i.names, &i.text)
		return i, err
	})
	if err != nil || len(page) == 0 {
		return nil, err
	}
	at := make(map[string]*indexRow, len(page))
	ids := make([]string, len(page))
	for n := range page {
		ids[n] = page[n].ID
		at[page[n].ID] = &page[n]
	}
	err = s.pairs(ctx, `SELECT item, theme FROM item_theme WHERE item in_list($1) ORDER BY item, theme`, ids,
		func(item, theme string) { at[item].themes = append(at[item].themes, theme) })
	if err != nil {
		return nil, err
	}
	return page, s.pairs(ctx, `SELECT item, region FROM local_item WHERE superseded_at = 0 AND item in_list($1)
		ORDER BY item, region`, ids, func(item, region string) { at[item].regions = append(at[item].regions, region) })
}

func (s *Service) pairs(ctx context.Context, sql string, ids []string, use func(a, b string)) error {
	rows, err := s.DB.Query(ctx, sql, db.List(ids))
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var a, b string
		err := sc.Scan(&a, &b)
		if err == nil {
			use(a, b)
		}
		return struct{}{}, err
	})
	return err
}

// otherNames are what an item is also called: its result, the licence that is
// the result, and its code.
func (doc *document) otherNames() string {
	names := []string{doc.Item.Code}
	for _, r := range doc.Item.Result {
		names = append(names, r.Name)
		if l := doc.Licences[r.Licence].Name; l != "" && l != r.Name {
			names = append(names, l)
		}
	}
	return strings.Join(names, "\n")
}

// searchText is the rest worth finding: department, themes, conditions, the
// names of the materials.
func (doc *document) searchText() string {
	parts := append([]string{doc.Department.Name, doc.Department.Short, doc.Item.Type}, doc.Item.Themes...)
	for _, c := range doc.Item.Conditions {
		parts = append(parts, c.Text)
	}
	for _, m := range doc.Item.Materials {
		if !m.Generated {
			parts = append(parts, m.Name)
		}
	}
	return strings.Join(parts, "\n")
}

// SearchQuery is a search in the catalogue. Text is as typed; empty fields do
// not narrow. Region is a place: the item must be handled in it, below it or
// above it; bundles are not tied to places.
type SearchQuery struct {
	Text       string
	Kind       string // "item" or "bundle"
	Audience   string // 自然人 or 法人
	Department string
	Theme      string
	Region     string
	Limit      int // at most 100; 0 means 20
	After      string
}

// Found is a page of hits. Next is given as After for the next one.
type Found struct {
	Hits       []FoundEntry
	Total      int
	Next       string
	Generation int64 // of the index that answered
}

// FoundEntry is an item or a bundle; exactly one of the two is set. Marks are the
// byte ranges of the name that were found.
type FoundEntry struct {
	Name   string
	Marks  []search.Mark
	Item   *ItemInfo
	Bundle *BundleInfo
}

// Search finds items and bundles by official and everyday words, parts of words,
// pinyin and initials. While a new index is being built the old one answers.
func (s *Service) Search(ctx context.Context, q SearchQuery) (Found, error) {
	if !s.finder.served.Load() || s.finder.live.Index().Generation() == 0 {
		if err := s.renewIndex(ctx); err != nil {
			return Found{}, err
		}
	}
	r := s.finder.live.Search(search.Query{Text: q.Text, Filter: q.filter(), Limit: q.Limit, After: q.After})
	found := Found{Total: r.Total, Next: r.Next, Generation: r.Generation}
	var ids []string
	for _, h := range r.Hits {
		if id, ok := strings.CutPrefix(h.ID, "item:"); ok {
			ids = append(ids, id)
		}
	}
	items, err := s.ItemsByID(ctx, ids)
	if err != nil {
		return Found{}, err
	}
	c, err := s.snapshot(ctx)
	if err != nil {
		return Found{}, err
	}
	for _, h := range r.Hits {
		if e, ok := entry(h, items, c.bundles); ok {
			found.Hits = append(found.Hits, e)
		}
	}
	return found, nil
}

func entry(h search.Hit, items map[string]ItemInfo, bundles []BundleInfo) (FoundEntry, bool) {
	e := FoundEntry{Name: h.Name, Marks: h.Marks}
	kind, id, _ := strings.Cut(h.ID, ":")
	if kind == "item" {
		i, ok := items[id]
		e.Item = &i
		return e, ok
	}
	for n := range bundles {
		if bundles[n].ID == id {
			e.Bundle = &bundles[n]
			return e, true
		}
	}
	return e, false
}

func (q SearchQuery) filter() [][]string {
	var out [][]string
	for _, f := range [][2]string{{"kind", q.Kind}, {"audience", q.Audience}, {"department", q.Department}, {"theme", q.Theme}} {
		if f[1] != "" {
			out = append(out, []string{f[0] + ":" + f[1]})
		}
	}
	if place, err := gov.ParseRegion(q.Region); err == nil {
		near := []string{"kind:bundle", "region:" + place.Prefix() + "*"}
		for up := place.Parent(); up != ""; up = up.Parent() {
			near = append(near, "region:"+string(up))
		}
		out = append(out, near)
	}
	return out
}

// IndexGeneration is the generation of the search index in use; 0 before the
// first is built. The health page shows it beside Generation.
func (s *Service) IndexGeneration() int64 { return s.finder.live.Index().Generation() }
