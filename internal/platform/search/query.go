package search

import "slices"

// Limits of one query. What is typed beyond them adds cost and no meaning.
const (
	maxBytes   = 4096
	maxLetters = 64
	maxClauses = 8
	maxGroups  = 24 // terms per alternative
	maxChoices = 8  // alternatives per clause
)

// group is a term of which any spelling will do; most have one.
type group []key

// alternative is one way to read a clause.
type alternative struct {
	groups []group
	bonus  []key   // raises documents that are found anyway
	need   float32 // share of the groups, by weight, a document must hold to count
	scale  float32 // how much this way is trusted
}

// clause is a word of the query.
type clause []alternative

// How far each way of reading is trusted, relative to the words as they stand.
const (
	trustWords     = 1.0
	trustSyllables = 0.95
	trustSynonym   = 0.85
	trustInitials  = 0.8
	trustBegun     = 0.75
	trustScattered = 0.5 // the characters stand somewhere in the name, not side by side

	needSynonym = 0.5
	needAll     = 0.999
)

// startBonus is added for a name that begins as the query does, exactBonus for one that is the query.
const (
	startBonus = 0.1
	exactBonus = 0.5
)

// parsed is a query ready to run, and what highlighting needs of it.
type parsed struct {
	clauses []clause
	exact   key
	typed   []typed
	lookFor []key // single terms that mark places in names
}

// typed is a Latin word and its readings as pinyin.
type typed struct {
	signs     []byte
	spellings []spelling
}

// parse never fails: what cannot be understood is left out.
func (x *Index) parse(text string) parsed {
	text = text[:min(len(text), maxBytes)]
	var cutter cutter
	words := cutter.cut(text, maxLetters)
	if len(words) == 0 {
		return parsed{}
	}
	p := parsed{exact: exact(words)}
	parts := worthwhile(x.phrases.split(words))
	if len(parts) == 0 { // nothing but words that say nothing: then they are what is looked for
		for _, w := range words {
			parts = append(parts, part{letters: w})
		}
	}
	for i, t := range parts[:min(len(parts), maxClauses)] {
		var c clause
		if t.letters.han() {
			c = x.characters(t.letters, i == 0)
		} else {
			c = x.latin(t.letters, &p)
		}
		c = append(c, x.synonyms(t)...)
		c = c[:min(len(c), maxChoices)]
		p.clauses = append(p.clauses, c)
		for _, a := range c {
			for _, g := range a.groups {
				p.lookFor = append(p.lookFor, g...)
			}
		}
	}
	return p
}

// worthwhile leaves single characters out when there is anything longer: they are what stop words left over.
func worthwhile(parts []part) []part {
	long := func(t part) bool { return len(t.letters) > 1 || !t.letters.han() || len(t.synonyms) > 0 }
	if !slices.ContainsFunc(parts, long) {
		return parts
	}
	return slices.DeleteFunc(parts, func(t part) bool { return !long(t) })
}

// characters reads a run of Han characters as pairs; when no document has any of the pairs, as characters scattered over a name.
func (x *Index) characters(w run, first bool) clause {
	if len(w) == 1 {
		return clause{{groups: []group{{han1(w[0].r)}}, bonus: []key{start(w[0].r, 0)}, need: needAll, scale: trustWords}}
	}
	a := alternative{scale: trustWords}
	a.pairs(w)
	if first {
		a.bonus = []key{startOf(w)}
	}
	if slices.ContainsFunc(a.groups, x.knows) {
		return clause{a}
	}
	scattered := alternative{need: needAll, scale: trustScattered}
	for _, l := range w {
		scattered.add(han1(l.r))
	}
	return clause{scattered}
}

func (x *Index) knows(g group) bool {
	return slices.ContainsFunc(g, func(k key) bool {
		_, n := x.terms.find(k)
		return n > 0
	})
}

// add appends a term that is not there yet.
func (a *alternative) add(keys ...key) {
	if len(a.groups) == maxGroups || len(keys) == 0 {
		return
	}
	for _, g := range a.groups {
		if slices.Equal(g, keys) {
			return
		}
	}
	a.groups = append(a.groups, keys)
}

func (a *alternative) pairs(w run) {
	if !w.han() {
		a.add(word(w))
		return
	}
	for i := 1; i < len(w); i++ {
		a.add(han2(w[i-1].r, w[i].r))
	}
}

// latin reads letters and digits as a word, as initials and as syllables.
func (x *Index) latin(w run, p *parsed) clause {
	c := clause{{groups: []group{{word(w)}}, need: needAll, scale: trustWords}}
	if slices.ContainsFunc(w, func(l letter) bool { return !isASCIIWord(l.r) }) {
		return c
	}
	t := typed{signs: make([]byte, len(w))}
	for i, l := range w {
		t.signs[i] = sign(l.r)
	}
	c = append(c, byInitials(t.signs))
	t.spellings = x.sounds.spell(w.String())
	for _, s := range t.spellings {
		if a, ok := x.bySyllables(s); ok {
			c = append(c, a)
		}
	}
	p.typed = append(p.typed, t)
	return c
}

// byInitials asks for all runs of three; one sign is looked for at the beginning of names only.
func byInitials(signs []byte) alternative {
	a := alternative{need: needAll, scale: trustInitials}
	switch len(signs) {
	case 1:
		a.add(initials(0, signs[0]))
		return a
	case 2:
		a.add(initials(signs[0], signs[1]))
	default:
		for i := 2; i < len(signs); i++ {
			a.add(initials(signs[i-2], signs[i-1], signs[i]))
		}
	}
	a.bonus = []key{initials(0, signs[0], signs[1])}
	return a
}

func (x *Index) bySyllables(s spelling) (alternative, bool) {
	a := alternative{need: needAll, scale: trustSyllables}
	n := len(s.syllables)
	for i := 1; i < n; i++ {
		a.add(pair(int(s.syllables[i-1]), int(s.syllables[i])))
	}
	if n == 0 && len(s.begun) == 1 { // one letter is an initial
		return a, false
	}
	if s.begun != "" {
		a.scale = trustBegun
		var any group
		for _, last := range x.sounds.beginning(s.begun) {
			if n == 0 {
				any = append(any, syllable(int(last)))
			} else {
				any = append(any, pair(int(s.syllables[n-1]), int(last)))
			}
		}
		a.add(any...)
	} else if n == 1 {
		a.add(syllable(int(s.syllables[0])))
	}
	return a, len(a.groups) > 0
}

// synonyms reads a part with an everyday word put into official words; what stands around it stays.
func (x *Index) synonyms(t part) []alternative {
	var out []alternative
	for _, s := range t.synonyms {
		for _, official := range s.official {
			var c cutter
			words := c.cut(official, maxLetters)
			if len(words) == 0 {
				continue
			}
			a := alternative{need: needSynonym, scale: trustSynonym, bonus: []key{startOf(words[0])}}
			for _, w := range words {
				if w.han() && len(w) == 1 {
					a.add(han1(w[0].r))
				}
				a.pairs(w)
			}
			for _, rest := range []run{t.letters[:s.from], t.letters[s.to:]} {
				if len(rest) > 1 {
					a.pairs(rest)
				}
			}
			out = append(out, a)
		}
	}
	return out
}
