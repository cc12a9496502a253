package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/seed"
)

// merging measures how long it takes to make one form of the bundle that has the
// most fields to merge, as a page does when somebody answers its questions. The
// floor is going through the same fields once, which is what reading them costs.
func merging(context.Context, *bench) ([]figure, error) {
	draft, problems, err := catalogue.ReadDraft(seed.Catalogue(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w %v", err, problems)
	}
	var largest *merge.Merged
	var name string
	for _, b := range draft.Bundles() {
		m, err := draft.Merge(merge.Everybody(b))
		if err != nil {
			return nil, err
		}
		if largest == nil || m.FieldsBefore > largest.FieldsBefore {
			largest, name = m, b.ID
		}
	}
	const rounds = 3000
	times, floors := make([]time.Duration, rounds), make([]time.Duration, rounds)
	for i := range rounds {
		began := time.Now()
		if _, err := merge.Merge(largest.Members); err != nil {
			return nil, err
		}
		times[i] = time.Since(began)
		began = time.Now()
		seen := map[string]int{}
		for _, m := range largest.Members {
			for at := range m.Form {
				seen[m.Form[at].Key]++
			}
		}
		floors[i] = time.Since(began)
	}
	slices.Sort(times)
	slices.Sort(floors)
	µs := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
	of := fmt.Sprintf("%s: %d members, %d fields to %d", name, len(largest.Members), largest.FieldsBefore, len(largest.Fields))
	median := figure{Name: "merge of the largest bundle, median", Value: µs(times[rounds/2]), Unit: "µs", Note: of}
	return []figure{
		median.against(µs(floors[rounds/2])).atMost(1000, "µs"),
		{Name: "merge of the largest bundle, 99th of 100", Value: µs(times[rounds*99/100]), Unit: "µs"},
	}, nil
}
