package search

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// list is the postings of one term: for each document, rising, the distance from the one before (varint, the first from -1)
// and the impact (one byte). Two bytes hold most postings.
type list []byte

// next gives the first posting after last, and the rest. The caller knows from the term's count when to stop.
func (l list) next(last int32) (doc int32, impact byte, rest list) {
	d := uint32(l[0])
	if d < 0x80 {
		return last + int32(d), l[1], l[2:]
	}
	wide, n := binary.Uvarint(l)
	return last + int32(wide), l[n], l[n+1:]
}

// terms is the finished dictionary: parallel arrays sorted by key, postings in one piece of memory.
type terms struct {
	keys   []key
	counts []uint32 // documents per term
	starts []uint32 // offset of the term's list in bytes; one more at the end
	bytes  []byte
}

// find gives the postings of a key; count 0 when no document has it.
func (t *terms) find(k key) (l list, count int) {
	i, ok := slices.BinarySearch(t.keys, k)
	if !ok {
		return nil, 0
	}
	return t.bytes[t.starts[i]:t.starts[i+1]], int(t.counts[i])
}

// collector gathers postings while documents come in. Every term's bytes lie in a chain of growing pieces of shared pages,
// because a slice per term would cost twice the memory and the collector's time.
type collector struct {
	numbers map[key]uint32
	growing []*[growingPage]growing // by number; pages, because a slice of a million would be copied again and again
	count   uint32
	pages   [][]byte
	free    uint32 // where the next piece begins
}

// growing is a term under construction. Positions are page<<pageBits | offset.
type growing struct {
	key        key
	count      uint32
	last       int32
	size       uint32
	head       uint32
	write, end uint32 // of the piece in use; the link to the next piece lies at end
	level      uint8
}

const (
	pageBits  = 20
	pageSize  = 1 << pageBits
	linkSize  = 4
	firstSize = 8 // bytes of a term's first piece: most terms stand in two or three documents
	topLevel  = 9 // pieces double up to 4 KiB

	growingPage = 4096
)

func newCollector() *collector { return &collector{numbers: map[key]uint32{}} }

// add notes that doc holds k. Documents come in rising order, each key once per document.
func (c *collector) add(k key, doc int32, impact byte) {
	n, ok := c.numbers[k]
	if !ok {
		n = c.count
		c.numbers[k] = n
		c.count++
		if n%growingPage == 0 {
			c.growing = append(c.growing, new([growingPage]growing))
		}
		at, end := c.piece(0)
		*c.term(n) = growing{key: k, last: -1, head: at, write: at, end: end}
	}
	g := c.term(n)
	var b [binary.MaxVarintLen32 + 1]byte
	size := binary.PutUvarint(b[:], uint64(doc-g.last))
	b[size] = impact
	for _, x := range b[:size+1] {
		if g.write == g.end {
			c.grow(g)
		}
		c.pages[g.write>>pageBits][g.write&(pageSize-1)] = x
		g.write++
	}
	g.size += uint32(size) + 1
	g.last = doc
	g.count++
}

func (c *collector) grow(g *growing) {
	if g.level < topLevel {
		g.level++
	}
	at, end := c.piece(g.level)
	binary.LittleEndian.PutUint32(c.pages[g.end>>pageBits][g.end&(pageSize-1):], at)
	g.write, g.end = at, end
}

// piece takes memory for a piece and its link; a piece never crosses a page.
func (c *collector) piece(level uint8) (at, end uint32) {
	size := uint32(firstSize) << level
	if len(c.pages) == 0 || c.free&(pageSize-1)+size+linkSize > pageSize || c.free>>pageBits >= uint32(len(c.pages)) {
		c.free = uint32(len(c.pages)) << pageBits
		c.pages = append(c.pages, make([]byte, pageSize))
	}
	at = c.free
	c.free += size + linkSize
	return at, at + size
}

func (c *collector) term(n uint32) *growing { return &c.growing[n/growingPage][n%growingPage] }

// finish lays the lists down one after the other, sorted by key.
func (c *collector) finish() (terms, error) {
	c.numbers = nil
	order := make([]uint32, c.count)
	total := uint64(0)
	for n := range order {
		order[n] = uint32(n)
		total += uint64(c.term(uint32(n)).size)
	}
	if total > math.MaxUint32 { // 4 GiB of postings: millions of documents
		return terms{}, errors.New("search: index too large")
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(c.term(a).key, c.term(b).key) })
	t := terms{
		keys:   make([]key, c.count),
		counts: make([]uint32, c.count),
		starts: make([]uint32, c.count+1),
		bytes:  make([]byte, 0, total),
	}
	for i, n := range order {
		g := c.term(n)
		t.keys[i], t.counts[i], t.starts[i] = g.key, g.count, uint32(len(t.bytes))
		t.bytes = c.copyOut(t.bytes, g)
	}
	t.starts[c.count] = uint32(len(t.bytes))
	return t, nil
}

func (c *collector) copyOut(out []byte, g *growing) []byte {
	at, left := g.head, g.size
	for level := uint8(0); left > 0; level++ {
		size := min(uint32(firstSize)<<min(level, topLevel), left)
		page := c.pages[at>>pageBits][at&(pageSize-1):]
		out = append(out, page[:size]...)
		if left -= size; left > 0 {
			at = binary.LittleEndian.Uint32(page[size:])
		}
	}
	return out
}
