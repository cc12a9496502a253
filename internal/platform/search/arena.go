package search

import (
	"slices"
	"strings"
)

// arena keeps many short texts in one piece of memory: no headers, nothing for the collector to walk.
type arena struct {
	text   strings.Builder
	whole  string
	starts []uint32
}

func (a *arena) add(s string) {
	a.starts = append(a.starts, uint32(a.text.Len()))
	a.text.WriteString(s)
}

// trim ends the adding and gives surplus memory back.
func (a *arena) trim() arena {
	return arena{
		whole:  strings.Clone(a.text.String()),
		starts: slices.Clip(append(slices.Clone(a.starts), uint32(a.text.Len()))),
	}
}

func (a *arena) at(i int32) string { return a.whole[a.starts[i]:a.starts[i+1]] }

// tagNumbers finds the number of a tag, or the numbers of all tags with a prefix.
type tagNumbers struct {
	names   []string // sorted
	numbers []int
}

func sortTags(tags map[string]int) tagNumbers {
	t := tagNumbers{names: make([]string, 0, len(tags)), numbers: make([]int, len(tags))}
	for name := range tags {
		t.names = append(t.names, name)
	}
	slices.Sort(t.names)
	for i, name := range t.names {
		t.numbers[i] = tags[name]
	}
	return t
}

// find gives the numbers that a filter's tag stands for: itself, or with a star at the end all that begin so.
func (t *tagNumbers) find(tag string) []int {
	prefix, star := strings.CutSuffix(tag, "*")
	i, ok := slices.BinarySearch(t.names, prefix)
	if !star {
		if !ok {
			return nil
		}
		return t.numbers[i : i+1]
	}
	j := i
	for j < len(t.names) && strings.HasPrefix(t.names[j], prefix) {
		j++
	}
	return t.numbers[i:j]
}
