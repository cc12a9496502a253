package set

import (
	"io/fs"
	"regexp"
	"unicode/utf8"
)

// Synonyms are the words of search: everyday words for official ones, words of a
// question that say nothing, and the pinyin of words whose characters have
// several readings.
type Synonyms struct {
	Entries  []Synonym
	Stop     []string
	Readings map[string]string
}

// Synonym gives everyday words for items and bundles (ids) and official words.
type Synonym struct {
	Words   []string
	Items   []string
	Bundles []string
	Means   []string
}

// Limits on a list of words; beyond them it is a mistake.
const (
	longestWord = 20
	mostWords   = 20_000
)

var pinyin = regexp.MustCompile(`^[a-z]+( [a-z]+)*$`)

// ReadSynonyms reads synonyms.yaml of a folder, with every problem.
func ReadSynonyms(fsys fs.FS) (Synonyms, Problems) {
	const name = "synonyms.yaml"
	r := &reader{fsys: fsys, set: newSet(), broken: map[Kind]bool{}, lines: map[string]int{}, seen: map[string]place{}}
	out := Synonyms{Readings: map[string]string{}}
	root, present, ok := r.load(name)
	if !present {
		r.note(name, 0, "", "unreadable", "detail", "no such file")
	}
	if ok {
		if o, ok := root.object("meta", "synonyms", "stop", "readings"); ok {
			o.synonyms(&out)
		}
	}
	r.problems.sort()
	return out, r.problems
}

func (o object) synonyms(out *Synonyms) {
	total := 0
	for _, n := range o.list("synonyms", 0) {
		e, ok := n.object("words", "items", "bundles", "means")
		if !ok {
			continue
		}
		words := e.list("words", 1)
		if len(words) > 0 {
			e.entry = quote(words[0].yaml.Value)
		}
		for _, w := range words {
			w.short()
		}
		s := Synonym{Words: distinct(words), Items: e.textsOr("items"), Bundles: e.textsOr("bundles"), Means: e.textsOr("means")}
		if len(s.Items)+len(s.Bundles)+len(s.Means) == 0 {
			e.fail("synonym_of_nothing")
		}
		total += len(s.Words)
		out.Entries = append(out.Entries, s)
	}
	if total > mostWords {
		o.fail("out_of_range", "value", total, "min", 0, "max", mostWords)
	}
	out.Stop = o.textsOr("stop")
	if n, ok := o.get("readings"); ok && !n.null() {
		n.readings(out.Readings)
	}
}

func (n node) short() {
	if utf8.RuneCountInString(n.yaml.Value) > longestWord {
		n.fail("word_too_long", "max", longestWord)
	}
}

func (n node) readings(out map[string]string) {
	if len(n.yaml.Content) > mostWords || len(n.yaml.Content)%2 != 0 {
		n.fail("not_object")
		return
	}
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		word := node{n.r, n.yaml.Content[i], n.file, "readings", quote(n.yaml.Content[i].Value)}
		said := node{n.r, n.yaml.Content[i+1], n.file, "readings", quote(n.yaml.Content[i].Value)}
		w, p := word.text(), said.text()
		if _, twice := out[w]; twice {
			word.fail("duplicate_key")
		}
		if p != "" && !pinyin.MatchString(p) {
			said.fail("not_pinyin", "value", quote(p))
		}
		out[w] = p
	}
}
