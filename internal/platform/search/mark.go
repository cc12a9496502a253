package search

import (
	"slices"
	"strings"
)

// mark finds in a name what a query looked for: pairs of characters, words, and the characters that were typed as pinyin.
func (x *Index) mark(name string, p parsed, s *scratch) []Mark {
	if len(p.clauses) == 0 {
		return nil
	}
	words := s.cutter.cut(name, maxName)
	marks := s.marks[:0]
	for _, w := range words {
		marks = markRun(w, p.lookFor, marks)
	}
	if len(p.typed) > 0 {
		s.steps = x.sounds.speak(words, s.steps)
		for _, t := range p.typed {
			marks = x.markTyped(s.steps, t, marks)
		}
	}
	s.marks = marks
	return append([]Mark(nil), join(marks)...)
}

func markRun(w run, lookFor []key, marks []Mark) []Mark {
	if !w.han() {
		if slices.Contains(lookFor, word(w)) {
			marks = append(marks, Mark{w[0].from, w[len(w)-1].to})
		}
		return marks
	}
	for i, l := range w {
		if slices.Contains(lookFor, han1(l.r)) {
			marks = append(marks, Mark{l.from, l.to})
		}
		if i > 0 && slices.Contains(lookFor, han2(w[i-1].r, l.r)) {
			marks = append(marks, Mark{w[i-1].from, l.to})
		}
	}
	return marks
}

func (x *Index) markTyped(steps []step, t typed, marks []Mark) []Mark {
	marks = markSteps(steps, len(t.signs), len(t.signs) == 1, marks, func(i int, s step) bool { return slices.Contains(s.signs, t.signs[i]) })
	for _, spelled := range t.spellings {
		n := len(spelled.syllables)
		if n == 0 && len(spelled.begun) == 1 {
			continue
		}
		size := n
		if spelled.begun != "" {
			size++
		}
		marks = markSteps(steps, size, false, marks, func(i int, s step) bool {
			if i < n {
				return slices.Contains(s.syllables, spelled.syllables[i])
			}
			return slices.ContainsFunc(s.syllables, func(y uint16) bool { return strings.HasPrefix(x.sounds.syllables[y], spelled.begun) })
		})
	}
	return marks
}

// markSteps marks every stretch of size steps that fit.
func markSteps(steps []step, size int, atStart bool, marks []Mark, fits func(i int, s step) bool) []Mark {
	for at := 0; at+size <= len(steps); at++ {
		if atStart && at > 0 {
			break
		}
		n := 0
		for n < size && fits(n, steps[at+n]) {
			n++
		}
		if n < size {
			continue
		}
		for _, s := range steps[at : at+size] { // one by one: brackets between them stay unmarked
			marks = append(marks, Mark{s.from, s.to})
		}
	}
	return marks
}

// join sorts marks and makes one of those that meet.
func join(marks []Mark) []Mark {
	slices.SortFunc(marks, func(a, b Mark) int { return a.From - b.From })
	out := marks[:0]
	for _, m := range marks {
		if n := len(out); n > 0 && m.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, m.To)
			continue
		}
		out = append(out, m)
	}
	return out
}
