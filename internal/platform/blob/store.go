package blob

import (
	"context"
	"errors"
	"io"
	"iter"

	"yimen/internal/platform/now"
)

// Store is where sealed bytes lie. It knows neither owners nor keys: names and contents are opaque to it, so whoever runs
// the store (a cloud, another department) learns sizes and times and nothing else.
type Store interface {
	// Put keeps size bytes of r under name; when it returns nil they survive a power cut. A name is written once.
	Put(ctx context.Context, name string, r io.ReadSeeker, size int64) error
	// Open gives the bytes; ErrGone when there are none.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete removes the bytes; a name that is not there is no error.
	Delete(ctx context.Context, name string) error
	// List gives every object, in no promised order, without holding all of them in memory.
	List(ctx context.Context) iter.Seq2[Object, error]
	// Check tells whether the store can be reached and written, naming the remedy; for `yimen check` and the start.
	Check(ctx context.Context) error
}

// Object is an entry of a store's list.
type Object struct {
	Name string
	Size int64
	At   now.Instant // when it was written, by the store's clock
}

// ErrGone says that the row is there and its bytes are not; restore them from the backup of the store.
var ErrGone = errors.New("blob: the stored bytes are gone")

var errName = errors.New("blob: not a name of a stored object")

// maxName is 32 signs of keyed hash, a hyphen and 36 signs of id.
const maxName = 69

// validName keeps anything but our own names from becoming a path.
func validName(name string) bool {
	if len(name) != maxName {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && c != '-' {
			return false
		}
	}
	return true
}
