package catalogue

import (
	"context"
	"io/fs"
	"slices"

	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

var synonymColumns = []string{"word", "kind", "target"}

// SynonymReport is the result of ImportSynonyms.
type SynonymReport struct {
	Generation int64
	Changed    bool
	Words      int          // different common words now
	Unknown    []string     // items and bundles named and not held; kept for later
	Problems   set.Problems // when refused
}

// ImportSynonyms takes in synonyms.yaml of a folder in place of what was held:
// everyday words for items, bundles and official words, words that say nothing,
// and readings. Anything wrong refuses it whole, with every problem in the
// report and the error Invalid "catalogue.set_refused".
func (s *Service) ImportSynonyms(ctx context.Context, actor gov.Actor, folder fs.FS) (SynonymReport, error) {
	if err := mayEdit(actor); err != nil {
		return SynonymReport{}, err
	}
	read, problems := set.ReadSynonyms(folder)
	if len(problems) > 0 {
		return SynonymReport{Problems: problems}, fault.Invalid("catalogue.set_refused", "count", len(problems)).With(problems)
	}
	var report SynonymReport
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		w, err := s.lock(ctx, tx)
		if err != nil {
			return err
		}
		report, err = s.replaceSynonyms(ctx, tx, actor, w, synonymRows(read))
		return err
	})
	return report, err
}

// synonymRows are sorted and different.
func synonymRows(y set.Synonyms) [][3]string {
	var rows [][3]string
	for _, e := range y.Entries {
		for _, word := range e.Words {
			for kind, targets := range map[string][]string{"item": e.Items, "bundle": e.Bundles, "word": e.Means} {
				for _, t := range targets {
					rows = append(rows, [3]string{word, kind, t})
				}
			}
		}
	}
	for _, word := range y.Stop {
		rows = append(rows, [3]string{word, "stop", ""})
	}
	for word, pinyin := range y.Readings {
		rows = append(rows, [3]string{word, "reading", pinyin})
	}
	slices.SortFunc(rows, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(rows)
}

func (s *Service) replaceSynonyms(ctx context.Context, tx *db.Tx, actor gov.Actor, w whole, rows [][3]string) (SynonymReport, error) {
	report := SynonymReport{Generation: w.generation, Words: countWords(rows)}
	held, err := heldSynonyms(ctx, tx)
	if err != nil {
		return report, err
	}
	slices.SortFunc(held, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	if report.Unknown, err = unknownTargets(ctx, tx, rows); err != nil || slices.Equal(held, rows) {
		return report, err
	}
	if err := tx.Exec(ctx, `DELETE FROM synonym`); err != nil {
		return report, err
	}
	b := batch{tx: tx, table: "synonym", columns: synonymColumns}
	for _, r := range rows {
		if err := b.add(ctx, r[0], r[1], r[2]); err != nil {
			return report, err
		}
	}
	if err := b.write(ctx); err != nil {
		return report, err
	}
	w, err = s.record(ctx, tx, actor, w, change{"synonyms", map[string]int{"rows": len(rows)}})
	report.Generation, report.Changed = w.generation, true
	return report, err
}

func countWords(rows [][3]string) int {
	words := map[string]bool{}
	for _, r := range rows {
		if r[1] != "stop" && r[1] != "reading" {
			words[r[0]] = true
		}
	}
	return len(words)
}

func heldSynonyms(ctx context.Context, r db.Reader) ([][3]string, error) {
	rows, err := r.Query(ctx, `SELECT word, kind, target FROM synonym`)
	return db.All(rows, err, func(sc db.Scanner) ([3]string, error) {
		var x [3]string
		err := sc.Scan(&x[0], &x[1], &x[2])
		return x, err
	})
}

// unknownTargets names items and bundles that are not held. It is no error: a
// town's catalogue need not have everything the list of words knows.
func unknownTargets(ctx context.Context, r db.Reader, rows [][3]string) ([]string, error) {
	missing := map[string]bool{}
	for _, x := range rows {
		if x[1] == "item" || x[1] == "bundle" {
			missing[x[1]+":"+x[2]] = true
		}
	}
	for _, table := range []string{"item", "bundle"} {
		found, err := r.Query(ctx, `SELECT id FROM `+table)
		ids, err := db.All(found, err, db.Text)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			delete(missing, table+":"+id)
		}
	}
	out := make([]string, 0, len(missing))
	for k := range missing {
		out = append(out, k)
	}
	slices.Sort(out)
	return out, nil
}
