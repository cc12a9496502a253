package merge_test

import (
	"os"
	"slices"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
)

// once keeps what every test reads and none changes.
var once struct {
	sync.Mutex
	draft *catalogue.Draft
	items []merge.Member
}

// realSet is the real set, read once.
func realSet(t testing.TB) *catalogue.Draft {
	t.Helper()
	once.Lock()
	defer once.Unlock()
	if once.draft == nil {
		d, problems, err := catalogue.ReadDraft(cataloguetest.Set(), cataloguetest.Layout(t))
		if err != nil {
			t.Fatal(err, problems)
		}
		once.draft = d
	}
	return once.draft
}

// items are all items of the real set as members that depend on nobody.
func items(t testing.TB) []merge.Member {
	t.Helper()
	d := realSet(t)
	once.Lock()
	defer once.Unlock()
	if once.items == nil {
		var all []set.Member
		for _, id := range d.Items() {
			all = append(all, set.Member{Item: id})
		}
		m, err := d.Merge(all)
		if err != nil {
			t.Fatal(err)
		}
		once.items = m.Members
	}
	return slices.Clone(once.items)
}

// whole merges a real bundle with everybody.
func whole(t testing.TB, b set.Bundle) *merge.Merged {
	t.Helper()
	return of(t, merge.Everybody(b))
}

func of(t testing.TB, members []set.Member) *merge.Merged {
	t.Helper()
	m, err := realSet(t).Merge(members)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// references are the data's own results, by bundle.
func references(t testing.TB) map[string]map[string]any {
	t.Helper()
	data, err := os.ReadFile("testdata/expected_merge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Merges []map[string]any `yaml:"merges"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]any{}
	for _, m := range file.Merges {
		out[m["bundle"].(string)] = m
	}
	return out
}
