package search

import (
	"encoding/base64"
	"encoding/binary"
	"math"
)

// A page key holds where a page ended: generation, score, number and id of the last document. Within one generation the
// next page begins exactly behind it. After a rebuild the id finds the document's new number; scores depend only on the
// document and on how rare the terms are, so that a page may repeat or miss a document whose score moved, never more.
const keyHead = 8 + 4 + 4

func (x *Index) writeKey(f found) string {
	b := make([]byte, keyHead, keyHead+36)
	binary.BigEndian.PutUint64(b, uint64(x.generation))
	binary.BigEndian.PutUint32(b[8:], math.Float32bits(f.score))
	binary.BigEndian.PutUint32(b[12:], uint32(f.doc))
	return base64.RawURLEncoding.EncodeToString(append(b, x.ids.at(f.doc)...))
}

func (x *Index) readKey(text string) *found {
	if text == "" || len(text) > 1000 {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < keyHead {
		return nil
	}
	f := &found{score: math.Float32frombits(binary.BigEndian.Uint32(b[8:])), doc: int32(binary.BigEndian.Uint32(b[12:]))}
	if f.score != f.score || f.doc < 0 { // not a number: a made-up key
		return nil
	}
	if int64(binary.BigEndian.Uint64(b)) != x.generation {
		if doc, ok := x.number(string(b[keyHead:])); ok {
			f.doc = doc
		}
	}
	return f
}

// number looks for an id from the beginning: it happens once per page that outlived a rebuild.
func (x *Index) number(id string) (int32, bool) {
	for doc := range int32(x.count) {
		if x.ids.at(doc) == id {
			return doc, true
		}
	}
	return 0, false
}
