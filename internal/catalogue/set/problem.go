package set

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yimen/internal/platform/fault"
)

// Problem is one thing wrong with a set. Code is a language key ("set.missing_key");
// Args fill its sentence. Path says which entry and key, for finding it after
// the lines have moved.
type Problem struct {
	File string     // as named inside the set, "items/2.yaml"; "" for the set itself
	Line int        // from 1; 0 where the whole file is meant
	Path string     // "food-business-licence.commitment_days"
	Code string     //
	Args fault.Args //
}

// String is for logs and tests; people read the sentence of the code.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %s", p.File, p.Line, p.Code)
	keys := make([]string, 0, len(p.Args))
	for k := range p.Args {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, p.Args[k])
	}
	if p.Path != "" {
		fmt.Fprintf(&b, " (%s)", p.Path)
	}
	return b.String()
}

// Problems are all of them, by file and line. A set with one is not imported.
type Problems []Problem

// mostProblems bounds the memory a hostile set can take; the count goes on.
const mostProblems = 20_000

// Error makes Problems an error with every problem on a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) sort() {
	slices.SortFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.String(), b.String()))
	})
}

// quote keeps a value from the set short enough to stand in a sentence.
func quote(value string) string {
	const longest = 60
	runes := []rune(value)
	if len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return value
}
