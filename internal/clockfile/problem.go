package clockfile

import (
	"fmt"
	"slices"
	"strings"

	"yimen/internal/platform/fault"
)

// Problem is one thing wrong with a file. Code is a language key whose sentence
// says what to write instead; Args fill it.
type Problem struct {
	File string
	Line int    // from 1; 0 where the whole file is meant
	Path string // "events[3].planned"; "" for the whole
	Code string
	Args fault.Args
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

// Problems are all of a file, or of one case of it, in the order of its lines.
type Problems []Problem

// mostProblems bounds what a file can make us say; the last one tells how many
// more there are.
const mostProblems = 50

// Error makes Problems an error with every problem on a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// add keeps the first problems and counts the others.
func (ps *Problems) add(p Problem) {
	switch n := len(*ps); {
	case n < mostProblems:
		*ps = append(*ps, p)
	case n == mostProblems:
		*ps = append(*ps, Problem{File: p.File, Code: "clockfile.more_problems", Args: fault.Args{"count": 1}})
	default:
		more := (*ps)[n-1].Args
		if count, ok := more["count"].(int); ok {
			more["count"] = count + 1
		}
	}
}
