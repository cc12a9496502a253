package search

import (
	"slices"
	"strings"
	"sync"
)

// Index is an immutable snapshot; any number of goroutines may search it. It is made by Build.
type Index struct {
	generation int64
	count      int
	terms      terms
	tags       tagNumbers
	names, ids arena
	sounds     *sounds
	phrases    phrases
	scratch    sync.Pool
}

// Len is the number of documents.
func (x *Index) Len() int { return x.count }

// Generation is the number of the data the index was built from.
func (x *Index) Generation() int64 { return x.generation }

// Query asks an index.
type Query struct {
	// Text is what was typed, as it was typed; nothing in it is an operator. Blank finds all documents, in the order in
	// which they were built; signs without any letter find nothing.
	Text string
	// Filter: of every list a document must have at least one tag; a tag that ends in * stands for all that begin so
	// ("region:4451*"). An empty list lets nothing pass: whoever may see no body sees no document.
	Filter [][]string
	// Limit is the number of hits wanted; 0 means 20, at most 100.
	Limit int
	// After is Result.Next of the page before; a key that is not one is taken for the first page.
	After string
}

// Result is one page.
type Result struct {
	Hits       []Hit
	Total      int    // of all pages
	Next       string // key of the next page, "" on the last
	Generation int64
}

// Hit is a found document.
type Hit struct {
	ID    string
	Name  string
	Marks []Mark  // what was found in the name, from left to right, not touching one another
	Score float32 // to be compared within one result only
}

// Mark is a range of bytes of a name; it never cuts a character.
type Mark struct{ From, To int }

const (
	usualLimit = 20
	mostHits   = 100
)

// keepCover: documents that hold less of the query than this share of what the best one holds are not found at all. It is
// what lets a long question find something, and a short word only what has it.
const keepCover = 0.6

// Search answers a query. It never fails and never takes longer than the budget allows, whatever was typed.
func (x *Index) Search(q Query) Result {
	r := Result{Generation: x.generation}
	if x.count == 0 {
		return r
	}
	limit := min(q.Limit, mostHits)
	if limit <= 0 {
		limit = usualLimit
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	allowed := x.allow(q.Filter, s)
	best := page{limit: limit, after: x.readKey(q.After)}
	p := x.parse(q.Text)
	switch {
	case len(p.clauses) == 0 && strings.TrimSpace(q.Text) != "":
	case len(p.clauses) == 0:
		r.Total = best.takeAll(x.count, allowed)
	default:
		r.Total = best.takeFound(x.run(p, s), allowed)
		s.way.clear()
		s.clause.clear()
		s.total.clear()
	}
	found, more := best.finish()
	for _, f := range found {
		name := x.names.at(f.doc)
		r.Hits = append(r.Hits, Hit{ID: x.ids.at(f.doc), Name: name, Marks: x.mark(name, p, s), Score: f.score})
	}
	if more {
		r.Next = x.writeKey(found[len(found)-1])
	}
	return r
}

// allow turns a filter into a bit per document; nil when there is none.
func (x *Index) allow(filter [][]string, s *scratch) []uint64 {
	if len(filter) == 0 {
		return nil
	}
	for i, tags := range filter {
		bits := s.allowed
		if i > 0 {
			bits = s.other
		}
		clear(bits)
		for _, tag := range tags {
			for _, n := range x.tags.find(tag) {
				l, count := x.terms.find(tagKey(n))
				doc := int32(-1)
				for range count {
					doc, _, l = l.next(doc)
					bits[doc>>6] |= 1 << (doc & 63)
				}
			}
		}
		if i > 0 {
			for j := range bits {
				s.allowed[j] &= bits[j]
			}
		}
	}
	return s.allowed
}

func passes(allowed []uint64, doc int32) bool {
	return allowed == nil || allowed[doc>>6]&(1<<(doc&63)) != 0
}

// found is a document on its way to a page.
type found struct {
	score float32
	doc   int32
}

// before is the order of a page: the better score, then the order of building.
func (f found) before(g found) bool {
	return f.score > g.score || f.score == g.score && f.doc < g.doc
}

// page keeps the best of what comes after a key, one more than asked for, so that it is known whether there is a next one.
type page struct {
	limit int
	after *found
	heap  []found // the last in order at the top
}

func (p *page) takeAll(count int, allowed []uint64) (total int) {
	for doc := range int32(count) {
		if passes(allowed, doc) {
			total++
			p.offer(found{0, doc})
		}
	}
	return total
}

func (p *page) takeFound(s *sums, allowed []uint64) (total int) {
	top := float32(0)
	for _, doc := range s.touched {
		if passes(allowed, doc) {
			top = max(top, s.cells[doc].cover)
		}
	}
	for _, doc := range s.touched {
		if c := s.cells[doc]; c.cover >= top*keepCover && passes(allowed, doc) {
			total++
			p.offer(found{c.sum, doc})
		}
	}
	return total
}

func (p *page) offer(f found) {
	if p.after != nil && !p.after.before(f) {
		return
	}
	if len(p.heap) <= p.limit {
		p.heap = append(p.heap, f)
		p.up(len(p.heap) - 1)
		return
	}
	if f.before(p.heap[0]) {
		p.heap[0] = f
		p.down()
	}
}

func (p *page) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !p.heap[parent].before(p.heap[i]) {
			return
		}
		p.heap[parent], p.heap[i] = p.heap[i], p.heap[parent]
		i = parent
	}
}

func (p *page) down() {
	for i := 0; ; {
		last := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(p.heap) && p.heap[last].before(p.heap[child]) {
				last = child
			}
		}
		if last == i {
			return
		}
		p.heap[i], p.heap[last] = p.heap[last], p.heap[i]
		i = last
	}
}

func (p *page) finish() (list []found, more bool) {
	slices.SortFunc(p.heap, func(a, b found) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	if len(p.heap) > p.limit {
		return p.heap[:p.limit], true
	}
	return p.heap, false
}
