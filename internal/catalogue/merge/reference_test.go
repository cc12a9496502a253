package merge_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"yimen/internal/catalogue/merge"
)

// added are the names that the summary has beyond those of the reference results.
var added = []string{"fields_supplied_inside", "form_asked", "form_required_keys", "members", "order_groups", "target"}

// TestReference: the JSON of every real bundle with everybody in it says what the
// reference results of the data say, name for name.
func TestReference(t *testing.T) {
	want, bundles := references(t), realSet(t).Bundles()
	if len(bundles) != 46 || len(want) != 46 {
		t.Fatalf("%d bundles, %d results", len(bundles), len(want))
	}
	for _, b := range bundles {
		m := whole(t, b)
		if len(m.Conflicts) > 0 {
			t.Errorf("%s: %+v", b.ID, m.Conflicts)
		}
		got := plain(t, m.Summary(b.ID, nil))
		for _, name := range added {
			if _, ok := got[name]; !ok {
				t.Errorf("%s: no %s", b.ID, name)
			}
			delete(got, name)
		}
		if expected := plain(t, want[b.ID]); !reflect.DeepEqual(got, expected) {
			for name := range expected {
				if !reflect.DeepEqual(got[name], expected[name]) {
					t.Errorf("%s: %s is\n%v, want\n%v", b.ID, name, got[name], expected[name])
				}
			}
			t.Errorf("%s differs", b.ID)
		}
		checkLayers(t, b.ID, m.Layers, b.OrderGroups)
	}
}

// checkLayers: the data writes the layers of every bundle down by hand.
func checkLayers(t *testing.T, bundle string, got, want [][]string) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
	}) {
		t.Errorf("%s: layers %v, the data has %v", bundle, got, want)
	}
}

// plain is a value as a program reads it from JSON.
func plain(t *testing.T, v any) map[string]any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSuppliedFields looks at bundles whose answer is plain to see: a company being
// founded has no credit code yet, a newborn no number.
func TestSuppliedFields(t *testing.T) {
	for _, x := range []struct {
		bundle string
		inside []string // keys
		asked  []string // of them, keys that are asked although a licence has them
	}{
		{"open-restaurant", []string{"uscc"}, []string{"company_name", "legal_representative"}},
		{"newborn", []string{"birth_cert_no", "child_id_number", "relation_to_head"}, []string{"child_name"}},
		{"second-hand-house", nil, []string{"buyer_name", "buyer_id_number"}},
		{"hardship-help", []string{"disability_card_no", "lowincome_cert_no"}, []string{"applicant_name"}},
	} {
		b, err := realSet(t).Bundle(x.bundle)
		if err != nil {
			t.Fatal(err)
		}
		m := whole(t, b)
		var got []string
		for _, f := range m.Fields {
			if f.SuppliedInside {
				got = append(got, f.Key)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, x.inside) {
			t.Errorf("%s: %v are supplied inside, want %v", x.bundle, got, x.inside)
		}
		for _, key := range x.asked {
			if !m.Asked().Has(key) {
				t.Errorf("%s does not ask %s", x.bundle, key)
			}
		}
		checkGivers(t, m)
	}
}

// checkGivers: whoever supplies comes before, and its licence shows the key.
func checkGivers(t *testing.T, m *merge.Merged) {
	t.Helper()
	for _, in := range m.FieldsInside {
		if len(in.From) == 0 || len(in.From) != len(in.Licences) {
			t.Fatalf("%+v", in)
		}
		for i, from := range in.From {
			giver, ok := m.Member(from)
			if !ok || giver.Licence != in.Licences[i] || !slices.Contains(giver.Face, in.Own) || !before(m, from, in.Item) {
				t.Errorf("%+v", in)
			}
		}
	}
}

// before walks the dependencies as a reader would.
func before(m *merge.Merged, first, then string) bool {
	for _, p := range m.After(then) {
		if p == first || before(m, first, p) {
			return true
		}
	}
	return false
}
