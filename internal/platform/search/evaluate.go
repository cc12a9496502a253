package search

import (
	"cmp"
	"math"
	"slices"
)

// budget is how many postings one alternative may walk: about two milliseconds. Above it the commonest terms are left out,
// which tell documents apart least.
const budget = 400_000

// cell is what a document has gathered: the score, and the share of the query found in it.
type cell struct{ sum, cover float32 }

// sums are cells for all documents; touched lists those in use, so that clearing costs what using did.
type sums struct {
	cells   []cell
	touched []int32
}

func (s *sums) clear() {
	for _, d := range s.touched {
		s.cells[d] = cell{}
	}
	s.touched = s.touched[:0]
}

func (s *sums) add(doc int32, sum, cover float32) {
	c := &s.cells[doc]
	if c.cover == 0 {
		s.touched = append(s.touched, doc)
	}
	c.sum += sum
	c.cover += cover
}

// raise keeps the better of two ways of reading.
func (s *sums) raise(doc int32, sum, cover float32) {
	c := &s.cells[doc]
	if c.cover == 0 {
		s.touched = append(s.touched, doc)
	}
	c.sum, c.cover = max(c.sum, sum), max(c.cover, cover)
}

// scratch is the memory of one running query. Queries take it from a pool.
type scratch struct {
	way, clause, total sums
	any                []byte // impacts of a group of several keys, + 1
	anyTouched         []int32
	allowed, other     []uint64 // filters, a bit per document

	cutter cutter // of names that are highlighted
	steps  []step
	marks  []Mark
}

func newScratch(count int) *scratch {
	one := func() sums { return sums{cells: make([]cell, count)} }
	return &scratch{
		way: one(), clause: one(), total: one(),
		any: make([]byte, count), allowed: make([]uint64, (count+63)/64), other: make([]uint64, (count+63)/64),
	}
}

// weighed is a group with its postings.
type weighed struct {
	lists  []list
	counts []int
	count  int
	weight float32
}

// weigh looks the terms up and gives each its share by rarity (idf); the shares add up to 1. The rarest come first, so that
// what is over the budget is the commonest. total is the sum before sharing: how much the whole clause says.
func (x *Index) weigh(a alternative) (out []weighed, total float32) {
	for _, g := range a.groups {
		var w weighed
		for _, k := range g {
			if l, n := x.terms.find(k); n > 0 {
				w.lists, w.counts, w.count = append(w.lists, l), append(w.counts, n), w.count+n
			}
		}
		if w.count > 0 {
			out = append(out, w)
		} else if a.need == needAll {
			return nil, 0
		}
	}
	slices.SortStableFunc(out, func(a, b weighed) int { return cmp.Compare(a.count, b.count) })
	spent := 0
	for i := range out {
		spent += out[i].count
		if spent > budget && i > 0 {
			out = out[:i]
			break
		}
		n := float64(min(out[i].count, x.count))
		out[i].weight = float32(max(0.05, math.Log(1+(float64(x.count)-n+0.5)/(n+0.5))))
		total += out[i].weight
	}
	for i := range out {
		out[i].weight /= total
	}
	return out, total
}

// walk adds an alternative's postings up in s.way.
func (x *Index) walk(terms []weighed, s *scratch) {
	for _, w := range terms {
		if len(w.lists) > 1 {
			x.walkAny(w, s)
			continue
		}
		doc, l := int32(-1), w.lists[0]
		for range w.counts[0] {
			var impact byte
			doc, impact, l = l.next(doc)
			s.way.add(doc, w.weight*float32(impact)/255, w.weight)
		}
	}
}

// walkAny counts a document once, however many spellings of a group it has.
func (x *Index) walkAny(w weighed, s *scratch) {
	for i, l := range w.lists {
		doc := int32(-1)
		for range w.counts[i] {
			var impact byte
			doc, impact, l = l.next(doc)
			if s.any[doc] == 0 {
				s.anyTouched = append(s.anyTouched, doc)
			}
			s.any[doc] = max(s.any[doc], impact)
		}
	}
	for _, doc := range s.anyTouched {
		s.way.add(doc, w.weight*float32(s.any[doc])/255, w.weight)
		s.any[doc] = 0
	}
	s.anyTouched = s.anyTouched[:0]
}

// reward raises what was found anyway.
func (x *Index) reward(keys []key, by float32, found *sums) {
	for _, k := range keys {
		l, n := x.terms.find(k)
		doc := int32(-1)
		for range n {
			doc, _, l = l.next(doc)
			if c := &found.cells[doc]; c.cover > 0 {
				c.sum += by
			}
		}
	}
}

// evaluate runs one clause; the result lies in s.clause. It gives how much the clause says.
func (x *Index) evaluate(c clause, s *scratch) (weight float32) {
	for _, a := range c {
		terms, total := x.weigh(a)
		if len(terms) == 0 {
			continue
		}
		weight = max(weight, total)
		x.walk(terms, s)
		x.reward(a.bonus, startBonus, &s.way)
		if len(c) == 1 && a.need == 0 {
			s.way, s.clause = s.clause, s.way
			return weight
		}
		for _, doc := range s.way.touched {
			if w := s.way.cells[doc]; w.cover >= a.need {
				s.clause.raise(doc, w.sum*a.scale, w.cover)
			}
			s.way.cells[doc] = cell{}
		}
		s.way.touched = s.way.touched[:0]
	}
	return weight
}

// run adds all clauses up, each by how much it says; the result is one of s's sums.
func (x *Index) run(p parsed, s *scratch) *sums {
	if len(p.clauses) == 1 {
		x.evaluate(p.clauses[0], s)
		x.reward([]key{p.exact}, exactBonus, &s.clause)
		return &s.clause
	}
	all := float32(0)
	for _, c := range p.clauses {
		weight := x.evaluate(c, s)
		all += weight
		for _, doc := range s.clause.touched {
			found := s.clause.cells[doc]
			s.total.add(doc, found.sum*weight, found.cover*weight)
			s.clause.cells[doc] = cell{}
		}
		s.clause.touched = s.clause.touched[:0]
	}
	x.reward([]key{p.exact}, exactBonus*all, &s.total)
	return &s.total
}
