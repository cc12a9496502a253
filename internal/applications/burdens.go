package applications

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// BurdenKind is which burdens are meant.
type BurdenKind string

// Of bundles, or of items applied for by themselves.
const (
	BurdenOfBundles BurdenKind = "bundles"
	BurdenOfItems   BurdenKind = "items"
)

// BurdenFilter narrows burdens; zero values narrow nothing.
type BurdenFilter struct {
	Kind       BurdenKind
	ID         string // of one bundle or item of Kind
	Department string
	From, To   clock.Date // both included
}

// BurdenLine are the burdens of one version added up.
type BurdenLine struct {
	Matter
	Filed int64
	Load
}

// burdenSums adds up by version.
const (
	burdenSums = `SELECT item, bundle, MAX(name) AS name, version, number, COUNT(*) AS filed,
  CAST(SUM(fields) AS BIGINT) AS fields, CAST(SUM(typed) AS BIGINT) AS typed,
  CAST(SUM(materials) AS BIGINT) AS materials, CAST(SUM(fetched) AS BIGINT) AS fetched, CAST(SUM(reused) AS BIGINT) AS reused,
  CAST(SUM(copies) AS BIGINT) AS copies, CAST(SUM(visits) AS BIGINT) AS visits, CAST(SUM(days) AS BIGINT) AS days,
  CAST(SUM(separate_fields) AS BIGINT) AS separate_fields, CAST(SUM(separate_materials) AS BIGINT) AS separate_materials,
  CAST(SUM(separate_copies) AS BIGINT) AS separate_copies, CAST(SUM(separate_visits) AS BIGINT) AS separate_visits,
  CAST(SUM(separate_days) AS BIGINT) AS separate_days
FROM burden
WHERE `
	burdenGroups = `
GROUP BY item, bundle, version, number
ORDER BY bundle, item, number`
)

// BurdenSQL adds up the burdens of all versions that were filed from a day to
// another, both included; it is printed in docs/reference/burden.md, so that anybody
// can count again.
const BurdenSQL = burdenSums + `filed_on >= $1 AND filed_on <= $2` + burdenGroups

// Burdens adds up what the actor may see by version: a supervisor the places of his
// regions, nobody else anything.
func (s *Service) Burdens(ctx context.Context, actor gov.Actor, f BurdenFilter) ([]BurdenLine, error) {
	where, args, ok := f.where(actor)
	if !ok {
		return nil, nil
	}
	rows, err := s.d.DB.Query(ctx, burdenSums+where+burdenGroups, args...)
	lines, err := db.All(rows, err, ScanBurdenLine)
	SortBurdens(lines)
	return lines, err
}

// SortBurdens puts the versions of a matter one after the other; the engines sort
// text each in their own way.
func SortBurdens(lines []BurdenLine) {
	slices.SortFunc(lines, func(a, b BurdenLine) int {
		return cmp.Or(cmp.Compare(a.Bundle, b.Bundle), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Number, b.Number))
	})
}

// ScanBurdenLine reads a row of BurdenSQL.
func ScanBurdenLine(r db.Scanner) (l BurdenLine, err error) {
	return l, r.Scan(append([]any{&l.Item, &l.Bundle, &l.Name, &l.Version, &l.Number, &l.Filed}, l.counts()...)...)
}

// burdenPage is how many rows are read at a time.
const burdenPage = 500

// BurdenPages gives the burdens behind Burdens, in the order of the applications, a
// page after the other.
func (s *Service) BurdenPages(ctx context.Context, actor gov.Actor, f BurdenFilter) iter.Seq2[[]Burden, error] {
	return func(yield func([]Burden, error) bool) {
		for after := ""; ; {
			page, err := s.burdensAfter(ctx, actor, f, after)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) > 0 && !yield(page, nil) || len(page) < burdenPage {
				return
			}
			after = page[len(page)-1].Application
		}
	}
}

func (s *Service) burdensAfter(ctx context.Context, actor gov.Actor, f BurdenFilter, after string) ([]Burden, error) {
	where, args, ok := f.where(actor)
	if !ok {
		return nil, nil
	}
	n := strconv.Itoa(len(args) + 1)
	rows, err := s.d.DB.Query(ctx, `SELECT `+burdenColumns+` FROM burden WHERE `+where+` AND application > $`+n+
		` ORDER BY application LIMIT `+strconv.Itoa(burdenPage), append(args, after)...)
	return db.All(rows, err, func(r db.Scanner) (b Burden, err error) {
		return b, r.Scan(append([]any{&b.Application, &b.Item, &b.Bundle, &b.Name, &b.Version, &b.Number, &b.Members, &b.Body,
			&b.Department, &b.Region, &b.Channel, &b.FiledOn}, b.counts()...)...)
	})
}

// where is the filter and the actor's scope as SQL; its text depends only on what is
// set. false when the actor sees nothing.
func (f BurdenFilter) where(actor gov.Actor) (text string, args []any, ok bool) {
	var all []string
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if actor.Kind != gov.System {
		var places []string
		for _, r := range actor.Regions(gov.RoleSupervisor) {
			if p := r.Prefix(); p != "" {
				places = append(places, `region >= `+arg(p)+` AND region < `+arg(p+":"))
			}
		}
		if len(places) == 0 {
			return "", nil, false
		}
		all = append(all, `(`+strings.Join(places, ` OR `)+`)`)
	}
	column := map[BurdenKind]string{BurdenOfBundles: "bundle", BurdenOfItems: "item"}[f.Kind]
	for _, x := range []struct {
		set  bool
		cond func() string
	}{
		{column != "" && f.ID == "", func() string { return column + ` <> ''` }},
		{column != "" && f.ID != "", func() string { return column + ` = ` + arg(f.ID) }},
		{f.Department != "", func() string { return `department = ` + arg(f.Department) }},
		{!f.From.IsZero(), func() string { return `filed_on >= ` + arg(f.From) }},
		{!f.To.IsZero(), func() string { return `filed_on <= ` + arg(f.To) }},
	} {
		if x.set {
			all = append(all, x.cond())
		}
	}
	return strings.Join(append(all, "TRUE"), " AND "), args, true
}

// BurdenOf are the burdens of a bundle or item: the newest version's name, all
// versions added up, and each of them, the oldest first.
type BurdenOf struct {
	Matter // of the newest version
	Filed  int64
	Load
	Versions []BurdenLine
}

// ByMatter brings the versions of a bundle or item together, the one most applied
// for first.
func ByMatter(lines []BurdenLine) []BurdenOf {
	at := map[[2]string]int{}
	var out []BurdenOf
	for _, l := range lines {
		key := [2]string{l.Bundle, l.Item}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key], out = i, append(out, BurdenOf{})
		}
		m := &out[i]
		if l.Number >= m.Number {
			m.Matter = l.Matter
		}
		m.Filed += l.Filed
		m.Add(l.Load)
		m.Versions = append(m.Versions, l)
	}
	slices.SortStableFunc(out, func(a, b BurdenOf) int { return int(b.Filed - a.Filed) })
	return out
}
