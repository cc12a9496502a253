package search

import "iter"

// Doc is what is indexed. Of it only ID and Name are kept.
type Doc struct {
	ID      string   // given back in hits
	Name    string   // shown in hits; counts most; found by pinyin too
	Aliases []string // other names; count less; found by pinyin too
	Text    string   // anything else worth finding; counts least
	Tags    []string // what filters ask for, such as "department:scjg" or "region:445103000000"
}

// Synonym lets an everyday word find official ones: {"饭店", ["食品经营许可"]}. Words are compared folded (width and case).
type Synonym struct {
	Common   string
	Official []string
}

// Options shape an index. The lists are data of the caller; all may be empty.
type Options struct {
	Generation int64             // of the data, carried into results and page keys
	Synonyms   []Synonym         // everyday word to official words
	Stop       []string          // words of a question that say nothing ("怎么", "我想"), left out unless nothing else is asked
	Readings   map[string]string // pinyin of words whose characters have several readings: "重庆": "chong qing"
}

// Each gives a list as Build wants it.
func Each(docs ...Doc) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}
