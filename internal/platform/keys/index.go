package keys

import (
	"crypto/hmac"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"sync"

	"github.com/emmansun/gmsm/sm3"
)

// indexBytes of the SM3 sum are kept: at 10^9 values the chance of one false match is below 10^-20, in 32 signs of column.
const indexBytes = 16

// indexer keeps ready HMAC states, because setting one up costs as much as the sum over a short value.
type indexer struct {
	key  []byte
	pool sync.Pool
}

func newIndexer(key []byte) *indexer {
	x := &indexer{key: key}
	x.pool.New = func() any { return hmac.New(sm3.New, key) }
	return x
}

func (x *indexer) made(key []byte) bool { return hmac.Equal(x.key, key) }

// Index is the blind index of a value: 32 hex signs, equal for equal field and value, without meaning to who has no index key.
// The field ("party.id_number") keeps a number that stands in two columns from being matched across them by someone who reads both.
// Callers normalise first (trim, upper-case X): the index compares bytes. It reveals equality, so it suits identifiers
// and telephone numbers, never elements with few values such as sex or yes/no.
func (r *Ring) Index(field, value string) string {
	h := r.index.pool.Get().(hash.Hash)
	defer r.index.pool.Put(h)
	h.Reset()
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(field)))
	h.Write(size[:])
	h.Write([]byte(field))
	h.Write([]byte(value))
	var sum [sm3.Size]byte
	return hex.EncodeToString(h.Sum(sum[:0])[:indexBytes])
}
