package merge_test

import (
	"testing"

	"yimen/internal/catalogue/merge"
)

// BenchmarkLargest merges the bundle with the most fields to merge; the target of
// the issue is at most a millisecond.
func BenchmarkLargest(b *testing.B) {
	var largest *merge.Merged
	for _, x := range realSet(b).Bundles() {
		if m := whole(b, x); largest == nil || m.FieldsBefore > largest.FieldsBefore {
			largest = m
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := merge.Merge(largest.Members); err != nil {
			b.Fatal(err)
		}
	}
}
