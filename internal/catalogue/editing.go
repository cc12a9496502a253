package catalogue

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// What editors read beyond what is published.

// History is one act on the catalogue. Report is what an import did, with at most
// as many ids as the journal keeps; nil for other acts.
type History struct {
	Number int64 // version of the catalogue's chain
	Act    string
	At     now.Instant
	Name   string // who did it
	Report *Report
}

// Acts gives every act on the catalogue, newest first. Denied for who may not edit.
func (s *Service) Acts(ctx context.Context, actor gov.Actor) ([]History, error) {
	if err := mayEdit(actor); err != nil {
		return nil, err
	}
	lines, err := s.Book.Of(ctx, s.DB, journal.Subject{Kind: KindCatalogue, ID: wholeID})
	if err != nil {
		return nil, err
	}
	out := make([]History, 0, len(lines))
	for _, l := range slices.Backward(lines) {
		h := History{Number: l.Version, Act: l.Act, At: l.At, Name: l.Name}
		if l.Act == "import" && !l.Erased {
			h.Report = &Report{}
			if err := json.Unmarshal(l.Payload, h.Report); err != nil {
				return nil, fault.Internal(err, "catalogue.unreadable", "version", strconv.FormatInt(l.Version, 10))
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// Synonym is an everyday word with what it stands for.
type Synonym struct {
	Word    string
	Items   []string // ids
	Bundles []string
	Means   []string // official words
	Stop    bool     // says nothing in a search
	Reading string   // pinyin of a word that is read unusually
}

// Synonyms lists the words that search knows, by word. Denied for who may not edit.
func (s *Service) Synonyms(ctx context.Context, actor gov.Actor) ([]Synonym, error) {
	if err := mayEdit(actor); err != nil {
		return nil, err
	}
	rows, err := heldSynonyms(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	by := map[string]*Synonym{}
	for _, r := range rows {
		w := by[r[0]]
		if w == nil {
			w = &Synonym{Word: r[0]}
			by[r[0]] = w
		}
		switch r[1] {
		case "item":
			w.Items = append(w.Items, r[2])
		case "bundle":
			w.Bundles = append(w.Bundles, r[2])
		case "stop":
			w.Stop = true
		case "reading":
			w.Reading = r[2]
		default:
			w.Means = append(w.Means, r[2])
		}
	}
	out := make([]Synonym, 0, len(by))
	for _, word := range slices.Sorted(maps.Keys(by)) {
		w := *by[word]
		slices.Sort(w.Items)
		slices.Sort(w.Bundles)
		slices.Sort(w.Means)
		out = append(out, w)
	}
	return out, nil
}

// Difference is one place where two versions of an item say different things.
// Path is in the words of the set ("materials.layout.copies"); entries of a list
// go by their own key where they have one, so that one put in at the front does
// not make all others differ. Empty is "not there".
type Difference struct{ Path, Before, After string }

// Difference compares two versions of an item as stored, what they refer to
// included. Missing "catalogue.no_version" for versions of different items too.
func (s *Service) Difference(ctx context.Context, item string, from, to int64) ([]Difference, error) {
	rows, err := s.DB.Query(ctx, `SELECT version, document FROM item_version WHERE item = $1 AND (version = $2 OR version = $3)`, item, from, to)
	texts := map[int64]string{}
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var n int64
		var text string
		err := sc.Scan(&n, &text)
		texts[n] = text
		return struct{}{}, err
	})
	if err != nil {
		return nil, err
	}
	before, after := map[string]string{}, map[string]string{}
	for _, side := range []struct {
		n    int64
		into map[string]string
	}{{from, before}, {to, after}} {
		text, ok := texts[side.n]
		if !ok {
			return nil, fault.Missing("catalogue.no_version")
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			return nil, fault.Internal(err, "catalogue.unreadable", "version", item)
		}
		flatten("", doc, side.into)
	}
	return compare(before, after), nil
}

func compare(before, after map[string]string) []Difference {
	var out []Difference
	for path, was := range before {
		if is := after[path]; is != was {
			out = append(out, Difference{path, was, is})
		}
	}
	for path, is := range after {
		if _, had := before[path]; !had {
			out = append(out, Difference{path, "", is})
		}
	}
	slices.SortFunc(out, func(a, b Difference) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

// flatten writes a document as paths with their plain values.
func flatten(path string, v any, into map[string]string) {
	switch x := v.(type) {
	case map[string]any:
		for key, inner := range x {
			flatten(join(path, key), inner, into)
		}
	case []any:
		if plainList(x) {
			into[path] = listText(x)
			return
		}
		for i, inner := range x {
			flatten(join(path, nameOf(inner, i)), inner, into)
		}
	case nil:
	default:
		into[path] = valueText(x)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// nameOf is an entry's own key, else its place in the list, from 1.
func nameOf(v any, i int) string {
	if m, ok := v.(map[string]any); ok {
		for _, key := range []string{"key", "id", "seq", "name"} {
			if text := valueText(m[key]); text != "" {
				return text
			}
		}
		if law := valueText(m["law"]); law != "" {
			return law + valueText(m["article"])
		}
	}
	return strconv.Itoa(i + 1)
}

func plainList(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool {
		switch v.(type) {
		case map[string]any, []any:
			return true
		default:
			return false
		}
	})
}

func listText(list []any) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = valueText(v)
	}
	return strings.Join(parts, "，")
}

func valueText(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	default:
		return ""
	}
}

// AllLocalItems lists every version of an item at one body, newest first: what
// running cases stand on among them.
func (s *Service) AllLocalItems(ctx context.Context, item, body string) ([]LocalItem, error) {
	rows, err := s.DB.Query(ctx, localSelect+`WHERE item = $1 AND body = $2 ORDER BY version DESC`, item, body)
	all, err := db.All(rows, err, scanLocal)
	out := make([]LocalItem, len(all))
	for i, l := range all {
		out[i] = l.LocalItem
	}
	return out, err
}
