package search

import (
	"iter"
	"math"
	"slices"
	"strings"
)

// What a field counts. A term's impact in a document is the sum over the fields of weight × saturation (BM25); a match in
// the name outweighs any number of matches in the text.
const (
	nameWeight  = 1.0
	aliasWeight = 0.5
	textWeight  = 0.12
	fullImpact  = nameWeight + aliasWeight + textWeight
)

// BM25's k1, and the lengths at which a field is of usual length. They are constants rather than averages, so that a
// document's score does not move when others come and go.
const (
	saturation  = 1.2
	lengthShare = 0.6
	usualName   = 12
	usualText   = 150
)

// Limits per field, in letters: what is longer says no more about what the document is.
const (
	maxName    = 200
	maxAliases = 30
	maxText    = 20_000
)

// field numbers; they ride in the lowest two bits of a gathered key.
const (
	inName = iota
	inAlias
	inText
)

// builder turns documents into terms, one after the other.
type builder struct {
	collector *collector
	sounds    *sounds
	tags      map[string]int
	names     arena
	ids       arena

	cutter cutter
	steps  []step
	found  []uint64 // key<<2 | field, of the document at hand
}

// Build reads all documents and makes an index. Documents that score alike keep the order in which they come here, so the
// caller gives them in the order a reader would expect. An error of docs (also a cancelled context) ends the building.
func Build(docs iter.Seq2[Doc, error], o Options) (*Index, error) {
	b := &builder{collector: newCollector(), sounds: newSounds(o.Readings), tags: map[string]int{}}
	number := int32(0)
	for d, err := range docs {
		if err != nil {
			return nil, err
		}
		b.add(number, d)
		number++
	}
	x := &Index{generation: o.Generation, count: int(number), sounds: b.sounds}
	var err error
	if x.terms, err = b.collector.finish(); err != nil {
		return nil, err
	}
	b.sounds.finish()
	x.names, x.ids = b.names.trim(), b.ids.trim()
	x.tags = sortTags(b.tags)
	x.phrases = newPhrases(o)
	x.scratch.New = func() any { return newScratch(x.count) }
	return x, nil
}

func (b *builder) add(number int32, d Doc) {
	b.ids.add(d.ID)
	b.names.add(d.Name)
	b.found = b.found[:0]
	nameLength := b.name(d.Name, inName)
	for i, alias := range d.Aliases {
		if i == maxAliases {
			break
		}
		b.name(alias, inAlias)
	}
	textLength := b.text(d.Text)
	slices.Sort(b.found)
	name := saturation * (1 - lengthShare + lengthShare*float64(nameLength)/usualName)
	text := saturation * (1 - lengthShare + lengthShare*float64(textLength)/usualText)
	for i := 0; i < len(b.found); {
		k := b.found[i] >> 2
		var times [3]float64
		for ; i < len(b.found) && b.found[i]>>2 == k; i++ {
			times[b.found[i]&3]++
		}
		sum := nameWeight*times[inName]/(times[inName]+name) +
			aliasWeight*times[inAlias]/(times[inAlias]+saturation) +
			textWeight*times[inText]/(times[inText]+text)
		b.collector.add(key(k), number, byte(max(1, math.Round(255*sum/fullImpact))))
	}
	b.tag(number, d.Tags)
}

func (b *builder) tag(number int32, tags []string) {
	mine := make([]int, 0, len(tags))
	for _, t := range tags {
		n, ok := b.tags[t]
		if !ok {
			n = len(b.tags)
			b.tags[strings.Clone(t)] = n
		}
		if !slices.Contains(mine, n) {
			mine = append(mine, n)
			b.collector.add(tagKey(n), number, 0)
		}
	}
}

func (b *builder) note(k key, field uint64) { b.found = append(b.found, uint64(k)<<2|field) }

// name gathers the terms of a name or alias and gives its length in letters.
func (b *builder) name(text string, field uint64) int {
	words := b.cutter.cut(text, maxName)
	if len(words) == 0 {
		return 0
	}
	for _, w := range words {
		if w.han() {
			for _, l := range w {
				b.note(han1(l.r), field)
				b.sounds.learn(l.r)
			}
		}
		b.pairs(w, field)
	}
	b.note(exact(words), field)
	if field == inName {
		b.note(startOf(words[0]), field)
	}
	b.steps = b.sounds.speak(words, b.steps)
	b.speech(b.steps, field)
	length := len(b.cutter.letters)
	if first, ok := beforeBracket(text); ok { // 食品经营许可（新办） is also 食品经营许可
		if words := b.cutter.cut(first, maxName); len(words) > 0 {
			b.note(exact(words), field)
		}
	}
	return length
}

func (b *builder) text(text string) int {
	for _, w := range b.cutter.cut(text, maxText) {
		b.pairs(w, inText)
	}
	return len(b.cutter.letters)
}

// pairs gathers neighbouring characters, or the Latin word.
func (b *builder) pairs(w run, field uint64) {
	if !w.han() {
		b.note(word(w), field)
		return
	}
	for i := 1; i < len(w); i++ {
		b.note(han2(w[i-1].r, w[i].r), field)
	}
}

// speech gathers pinyin: initials by two and three with the beginning marked, syllables alone and by two. Where characters
// have several readings every combination stands, which at three readings and three characters is 27; a combination with
// any but the usual reading counts as an alias does, so that 许可 read hu ke stands below 户口.
func (b *builder) speech(steps []step, field uint64) {
	for i, s := range steps {
		one, two := signs[0], signs[0] // before the first step is the beginning
		if i > 0 {
			two = steps[i-1].signs
		}
		if i > 1 {
			one = steps[i-2].signs
		}
		for zi, z := range s.signs {
			for yi, y := range two {
				b.note(initials(y, z), rarely(field, yi+zi))
				if i == 0 {
					continue
				}
				for xi, x := range one {
					b.note(initials(x, y, z), rarely(field, xi+yi+zi))
				}
			}
		}
		for zi, z := range s.syllables {
			b.note(syllable(int(z)), rarely(field, zi))
			if i == 0 {
				continue
			}
			for yi, y := range steps[i-1].syllables {
				b.note(pair(int(y), int(z)), rarely(field, yi+zi))
			}
		}
	}
}

// rarely gives the field a reading counts for; unusual is 0 when every character is read as usual.
func rarely(field uint64, unusual int) uint64 {
	if unusual > 0 {
		return inAlias
	}
	return field
}

func startOf(w run) key {
	if len(w) == 1 {
		return start(w[0].r, 0)
	}
	return start(w[0].r, w[1].r)
}

func beforeBracket(name string) (string, bool) {
	i := strings.IndexAny(name, "（(〔[【")
	return name[:max(i, 0)], i > 0
}
