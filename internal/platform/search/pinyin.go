package search

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// maxReadings of one character are indexed, the usual ones first; what dictionaries list beyond that nobody types.
const maxReadings = 3

// sounds knows how characters are read and numbers the syllables it has met. It is filled while an index is built and only
// read afterwards.
type sounds struct {
	args      pinyin.Args
	chars     map[rune]voice
	syllables []string // by number
	numbers   map[string]uint16
	words     map[rune][]reading // overrides by their first character, longest first
	sorted    []uint16           // numbers in the order of their syllables, for prefixes; made by finish
}

// voice is how something may be spoken.
type voice struct {
	syllables []uint16 // none for a letter
	signs     []byte   // their initials, each once; or the letter itself
}

// reading says how the characters of one word are read.
type reading struct {
	chars  []rune
	voices []voice
}

func newSounds(overrides map[string]string) *sounds {
	s := &sounds{args: pinyin.NewArgs(), chars: map[rune]voice{}, numbers: map[string]uint16{}, words: map[rune][]reading{}}
	s.args.Heteronym = true
	for text, spelled := range overrides {
		r := reading{chars: []rune(text)}
		for _, syllable := range strings.Fields(spelled) {
			r.voices = append(r.voices, s.voice(s.number(syllable)))
		}
		if len(r.chars) > 0 && len(r.chars) == len(r.voices) { // an entry that does not fit its word says nothing
			s.words[r.chars[0]] = append(s.words[r.chars[0]], r)
		}
	}
	for _, list := range s.words {
		slices.SortFunc(list, func(a, b reading) int { return len(b.chars) - len(a.chars) })
	}
	return s
}

func (s *sounds) number(syllable string) uint16 {
	n, ok := s.numbers[syllable]
	if !ok {
		n = uint16(len(s.syllables))
		s.numbers[syllable] = n
		s.syllables = append(s.syllables, syllable)
	}
	return n
}

func (s *sounds) voice(syllables ...uint16) voice {
	v := voice{syllables: syllables}
	for _, n := range syllables {
		if x := sign(rune(s.syllables[n][0])); !slices.Contains(v.signs, x) {
			v.signs = append(v.signs, x)
		}
	}
	return v
}

// learn looks a character up in the dictionary, once.
func (s *sounds) learn(r rune) {
	if _, known := s.chars[r]; known {
		return
	}
	var syllables []uint16
	for _, syllable := range pinyin.SinglePinyin(r, s.args) {
		syllable = strings.ReplaceAll(syllable, "ü", "v")
		if syllable == "" || syllable[0] < 'a' || syllable[0] > 'z' {
			continue
		}
		if n := s.number(syllable); !slices.Contains(syllables, n) && len(syllables) < maxReadings {
			syllables = append(syllables, n)
		}
	}
	s.chars[r] = s.voice(syllables...)
}

// finish orders the syllables; from here on sounds is only read.
func (s *sounds) finish() {
	s.sorted = make([]uint16, len(s.syllables))
	for i := range s.sorted {
		s.sorted[i] = uint16(i)
	}
	slices.SortFunc(s.sorted, func(a, b uint16) int { return strings.Compare(s.syllables[a], s.syllables[b]) })
}

// beginning gives the syllables that begin with text.
func (s *sounds) beginning(text string) []uint16 {
	i, _ := slices.BinarySearchFunc(s.sorted, text, func(n uint16, text string) int { return strings.Compare(s.syllables[n], text) })
	j := i
	for j < len(s.sorted) && strings.HasPrefix(s.syllables[s.sorted[j]], text) {
		j++
	}
	return s.sorted[i:j]
}

// step is a character or letter of a name with its voice.
type step struct {
	voice
	letter
}

// speak gives the steps of a name, brackets and unknown characters left out. Characters that were not learnt are passed over.
func (s *sounds) speak(words []run, out []step) []step {
	out = out[:0]
	for _, w := range words {
		for i := 0; i < len(w); i++ {
			l := w[i]
			if isASCIIWord(l.r) {
				out = append(out, step{voice{signs: signs[sign(l.r)]}, l})
				continue
			}
			if r, ok := s.override(w[i:]); ok {
				for j, v := range r.voices {
					out = append(out, step{v, w[i+j]})
				}
				i += len(r.chars) - 1
				continue
			}
			if v := s.chars[l.r]; len(v.signs) > 0 {
				out = append(out, step{v, l})
			}
		}
	}
	return out
}

// signs holds every sign as a slice of one, so that letters cost no memory.
var signs = func() (all [64][]byte) {
	for i := range all {
		all[i] = []byte{byte(i)}
	}
	return all
}()

func (s *sounds) override(w run) (reading, bool) {
	for _, r := range s.words[w[0].r] {
		if len(r.chars) <= len(w) && slices.EqualFunc(r.chars, w[:len(r.chars)], func(c rune, l letter) bool { return c == l.r }) {
			return r, true
		}
	}
	return reading{}, false
}

// maxSpellings of one typed word are tried ("xian" is xian and xi an), maxSteps bounds the search for them.
const (
	maxSpellings = 4
	maxSteps     = 300
)

// spelling is a typed word cut into syllables; begun is the last one while it is still being typed ("shi pin j").
type spelling struct {
	syllables []uint16
	begun     string
}

// spell cuts a typed word, longest syllables first. The last piece counts as begun unless it is whole in another spelling.
func (s *sounds) spell(typed string) []spelling {
	var found []spelling
	steps := 0
	var cut func(rest string, sofar []uint16)
	cut = func(rest string, sofar []uint16) {
		if steps++; steps > maxSteps || len(found) >= maxSpellings {
			return
		}
		if rest == "" {
			found = append(found, spelling{syllables: slices.Clone(sofar)})
			return
		}
		for n := min(len(rest), longestSyllable); n > 0; n-- {
			if number, ok := s.numbers[rest[:n]]; ok {
				cut(rest[n:], append(sofar, number))
			}
		}
		if len(found) < maxSpellings && len(rest) < longestSyllable && len(s.beginning(rest)) > 0 {
			found = append(found, spelling{syllables: slices.Clone(sofar), begun: rest})
		}
	}
	cut(typed, nil)
	return found
}

const longestSyllable = 6 // zhuang
