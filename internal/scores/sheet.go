package scores

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Figure is one index of a line.
type Figure struct {
	Code        string
	Numerator   int64
	Denominator int64 // positive
	Value       Amount
	Points      Points
}

// Line is an item at a body, a body (no item), an item everywhere (no body), or all
// (neither). Score is over the weights that had cases; Weighed 0 means no score.
type Line struct {
	Body, Item         string
	BodyName, ItemName string
	Department, Region string
	Closed             int64 // cases
	Weighed            int64 // weights that had cases, of 100
	Score              Points
	Figures            []Figure // in the order of the index system
}

// Figure finds an index of the line; false when it had no cases.
func (l *Line) Figure(code string) (Figure, bool) {
	i := slices.IndexFunc(l.Figures, func(f Figure) bool { return f.Code == code })
	if i < 0 {
		return Figure{}, false
	}
	return l.Figures[i], true
}

// sheet is a month as computed: every line, by body and item.
type sheet []Line

// compute turns counts into lines by an index system.
func compute(system *System, sums map[key]tally, given map[Measure]bool) sheet {
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.body, b.body), cmp.Compare(a.item, b.item))
	})
	out := make(sheet, 0, len(keys))
	for _, k := range keys {
		l := Line{Body: k.body, Item: k.item, Closed: sums[k][Closed]}
		if l.measure(system, sums[k], given); len(l.Figures) > 0 { // a card on a case that goes on closes nothing
			out = append(out, l)
		}
	}
	return out
}

func (l *Line) measure(system *System, counts tally, given map[Measure]bool) {
	var points int64
	for _, x := range system.Indices {
		below := counts[x.Denominator]
		if below <= 0 || !given[x.Numerator] || !given[x.Denominator] {
			continue
		}
		f := Figure{Code: x.Code, Numerator: counts[x.Numerator], Denominator: below}
		f.Value = Ratio(f.Numerator, f.Denominator)
		f.Points = x.Band.Points(f.Value)
		l.Figures = append(l.Figures, f)
		l.Weighed += x.Weight
		points += x.Weight * int64(f.Points)
	}
	if l.Weighed > 0 {
		l.Score = Points((2*points + l.Weighed) / (2 * l.Weighed))
	}
}

// hash is over every number of the sheet, and not over names: a body that is
// renamed did not work otherwise.
func (s sheet) hash() string {
	h := sha256.New()
	for _, l := range s {
		fmt.Fprintf(h, "%q %q %d %d %d\n", l.Body, l.Item, l.Closed, l.Weighed, l.Score)
		for _, f := range l.Figures {
			fmt.Fprintf(h, " %q %d %d %d %d\n", f.Code, f.Numerator, f.Denominator, f.Value, f.Points)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (s sheet) sort() {
	slices.SortFunc(s, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item)) })
}

// sortFigures puts figures into the order of an index system.
func sortFigures(figures []Figure, place map[string]int) {
	slices.SortFunc(figures, func(a, b Figure) int { return cmp.Compare(place[a.Code], place[b.Code]) })
}

// total is the line of all; an empty one when nothing happened.
func (s sheet) total() Line {
	if len(s) > 0 && s[0].Body == "" && s[0].Item == "" {
		return s[0]
	}
	return Line{}
}

// Difference is a figure that a later computation gives otherwise. A line or index
// that one of the two does not have has there Denominator 0.
type Difference struct {
	Body, Item         string
	BodyName, ItemName string
	Code               string
	Was, Is            Figure
}

// differences compares two sheets figure by figure.
func differences(was, is sheet) []Difference {
	type place struct {
		key
		code string
	}
	all := map[place]Difference{}
	for i, s := range []sheet{was, is} {
		for _, l := range s {
			for _, f := range l.Figures {
				p := place{key{l.Body, l.Item}, f.Code}
				d := all[p]
				d.Body, d.Item, d.BodyName, d.ItemName, d.Code = l.Body, l.Item, l.BodyName, l.ItemName, f.Code
				if i == 0 {
					d.Was = f
				} else {
					d.Is = f
				}
				all[p] = d
			}
		}
	}
	out := slices.DeleteFunc(slices.Collect(maps.Values(all)), func(d Difference) bool { return d.Was == d.Is })
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Code, b.Code))
	})
	return out
}
