package set

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Set is a catalogue set that has been read without problems. Items are kept
// packed, because a province's hundred thousand of them would not fit otherwise.
type Set struct {
	Departments []Department
	Regions     []Region
	Years       []CalendarYear
	Elements    []Element
	Licences    []LicenceType
	Bundles     []Bundle
	Local       []LocalItem

	items   []packed
	present map[Kind]bool
	seen    map[string]place
}

type packed struct {
	id   string
	data []byte
}

// pack compresses into exactly the room it takes; the coder's own slice has room
// for the whole input.
func pack(id string, data []byte) packed {
	return packed{id, bytes.Clone(packer.EncodeAll(data, nil))}
}

// The coders are stateless in this use and safe for several goroutines.
var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(64<<10))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
)

func newSet() *Set { return &Set{present: map[Kind]bool{}} }

// Has reports whether the set had a file of the kind; what a set does not
// mention is left as it is.
func (s *Set) Has(kind Kind) bool { return s.present[kind] }

// Where is the file and line of an entry that was read, for what is only found
// out later; of a bundle's member, "bundle/item" of the kind Bundles.
func (s *Set) Where(kind Kind, id string) (file string, line int, ok bool) {
	p, ok := s.seen[string(kind)+"\x00"+id]
	return p.file, p.line, ok
}

// Len is the number of items.
func (s *Set) Len() int { return len(s.items) }

// ItemID is the id of the i-th item, in file order.
func (s *Set) ItemID(i int) string { return s.items[i].id }

// Item unpacks the i-th item.
func (s *Set) Item(i int) (Item, error) {
	var item Item
	data, err := unpacker.DecodeAll(s.items[i].data, nil)
	if err == nil {
		err = json.Unmarshal(data, &item)
	}
	if err != nil {
		return Item{}, fmt.Errorf("item %s of the set: %w", s.items[i].id, err)
	}
	return item, nil
}

// AddItem appends an item; tests and the exporter build sets with it. The item
// is taken as it is, unchecked.
func (s *Set) AddItem(item Item) error {
	data, err := json.Marshal(item)
	if err != nil {
		return err
	}
	s.mark(Items)
	s.items = append(s.items, pack(item.ID, data))
	return nil
}

// Mark says that the set has a file of the kind.
func (s *Set) mark(kind Kind) {
	if s.present == nil {
		s.present = map[Kind]bool{}
	}
	s.present[kind] = true
}
