package clockfile

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// Difference is one field of an answer that is not as expected. Want and Got are
// JSON, "" where the field is absent.
type Difference struct {
	Path string `json:"path"` // "clocks.accept.due"
	Want string `json:"want"`
	Got  string `json:"got"`
}

// differences compares two answers field by field, in the order of their paths.
// Of an error and an answer only the error is a difference: all else follows.
func differences(want, got any) []Difference {
	w, g := errorOf(want), errorOf(got)
	if w != nil || g != nil {
		want, got = w, g
		if w == nil {
			want = map[string]any{}
		}
		if g == nil {
			got = map[string]any{}
		}
	}
	var out []Difference
	compare("", want, got, &out)
	return out
}

// errorOf is an answer that is an error, nil for any other.
func errorOf(answer any) any {
	if m, ok := answer.(map[string]any); ok && m["error"] != nil {
		return answer
	}
	return nil
}

func compare(path string, want, got any, out *[]Difference) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			compareFields(path, w, g, out)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			compareItems(path, w, g, out)
			return
		}
	default:
		switch got.(type) {
		case map[string]any, []any:
		default:
			if want == got {
				return
			}
		}
	}
	*out = append(*out, Difference{path, text(want), text(got)})
}

func compareFields(path string, want, got map[string]any, out *[]Difference) {
	keys := maps.Clone(want)
	maps.Copy(keys, got)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		at := key
		if path != "" {
			at = path + "." + key
		}
		w, wanted := want[key]
		g, there := got[key]
		switch {
		case !wanted:
			*out = append(*out, Difference{Path: at, Got: text(g)})
		case !there:
			*out = append(*out, Difference{Path: at, Want: text(w)})
		default:
			compare(at, w, g, out)
		}
	}
}

func compareItems(path string, want, got []any, out *[]Difference) {
	for i := range max(len(want), len(got)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(want):
			*out = append(*out, Difference{Path: at, Got: text(got[i])})
		case i >= len(got):
			*out = append(*out, Difference{Path: at, Want: text(want[i])})
		default:
			compare(at, want[i], got[i], out)
		}
	}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return string(b)
}
