package search

import "slices"

// phrases are the caller's lists, found in a query from left to right, the longest first.
type phrases map[rune][]phrase

type phrase struct {
	chars    []rune
	official []string // of a synonym; none for a word that says nothing
}

// maxOfficial words of one synonym are tried.
const maxOfficial = 6

func newPhrases(o Options) phrases {
	p := phrases{}
	for _, s := range o.Synonyms {
		p.add(s.Common, s.Official[:min(len(s.Official), maxOfficial)])
	}
	for _, s := range o.Stop {
		p.add(s, nil)
	}
	for _, list := range p {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.chars) - len(a.chars) })
	}
	return p
}

func (p phrases) add(text string, official []string) {
	var c cutter
	words := c.cut(text, maxName)
	if len(words) != 1 { // a phrase stands inside one run of a query
		return
	}
	chars := []rune(words[0].String())
	for i, old := range p[chars[0]] {
		if slices.Equal(old.chars, chars) && (len(old.official) > 0) == (len(official) > 0) {
			p[chars[0]][i].official = append(slices.Clone(old.official), official...)
			return
		}
	}
	p[chars[0]] = append(p[chars[0]], phrase{chars, official})
}

// at gives the longest phrase at the beginning of w; Latin phrases only fit whole words.
func (p phrases) at(w run, begins bool) (phrase, bool) {
	for _, f := range p[w[0].r] {
		if len(f.chars) > len(w) || !w.han() && (!begins || len(f.chars) != len(w)) {
			continue
		}
		if slices.EqualFunc(f.chars, w[:len(f.chars)], func(c rune, l letter) bool { return c == l.r }) {
			return f, true
		}
	}
	return phrase{}, false
}

// part is what is left of a run between words that say nothing, with the synonyms in it.
type part struct {
	letters  run
	synonyms []placed
}

// placed is a synonym and where it stands in its part.
type placed struct {
	from, to int
	official []string
}

// split cuts the runs of a query into parts. A synonym wins over a word that says nothing when it begins at the same place
// and is as long.
func (p phrases) split(words []run) []part {
	var parts []part
	for _, w := range words {
		from := 0
		var synonyms []placed
		end := func(to int) {
			if to > from {
				parts = append(parts, part{w[from:to:to], synonyms})
			}
			synonyms = nil
		}
		for i := 0; i < len(w); {
			f, ok := p.at(w[i:], i == 0)
			switch {
			case !ok:
				i++
			case f.official == nil:
				end(i)
				i += len(f.chars)
				from = i
			default:
				synonyms = append(synonyms, placed{i - from, i - from + len(f.chars), f.official})
				i += len(f.chars)
			}
		}
		end(len(w))
	}
	return parts
}
