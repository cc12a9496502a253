package journal

import (
	"cmp"
	"slices"
)

// sortBreaks puts the oldest first. Entry ids are UUIDv7, so they sort by time;
// places without an entry come last.
func sortBreaks(all []Break) {
	slices.SortStableFunc(all, func(a, b Break) int {
		if (a.Entry == "") != (b.Entry == "") {
			return cmp.Compare(b2i(a.Entry == ""), b2i(b.Entry == ""))
		}
		return cmp.Compare(a.Entry, b.Entry)
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
